"""The configuration of a tracker of type jira. Credentials are references: `${NAME}`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from ticketbot.config.tracker_base import Strict, TrackerEntry, Url


class JiraAuth(Strict):
    """Cloud: email and API token. Data Center: a token alone, or user and password."""

    email: str | None = Field(None, description="Cloud: whose token it is.")
    token: str | None = Field(None, description="API token, or personal access token.")
    user: str | None = Field(None, description="Data Center, with `password`.")
    password: str | None = Field(None, description="Data Center, with `user`.")

    @model_validator(mode="after")
    def _enough(self) -> JiraAuth:
        if not self.token and not (self.user and self.password):
            raise ValueError("expected `token` (with `email` on Cloud), or `user` and `password`")
        return self


class JiraTracker(TrackerEntry):
    """JIRA Cloud or Data Center."""

    type: Literal["jira"] = Field(description="Which kind of tracker it is.")
    url: Url = Field(description="As https://acme.atlassian.net.")
    project: str = Field(description="The project's key, as SEC.")
    issue_type: str = Field("Bug", description="As the project names it.")
    security_level: str | None = Field(None, description="Set in the create call.")
    auth: JiraAuth = Field(description="Credentials, as references to variables.")
