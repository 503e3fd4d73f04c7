"""The `trackers:` of ticketbot.yaml, a model for each type. Credentials are references: `${NAME}`.

Describes and checks shapes; knows no HTTP, and never sees what a reference stands for.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


def _url(value: str) -> str:
    if not re.match(r"https?://\S+$|\$\{", value):
        raise ValueError(f"expected an address as https://acme.example, found {value!r}")
    return value


def _repository(value: str) -> str:
    if not re.match(r"[\w.-]+/[\w.-]+$|.*\$\{", value):
        raise ValueError(f"expected owner/name as acme/api, found {value!r}")
    return value


Url = Annotated[str, AfterValidator(_url)]
Repository = Annotated[str, AfterValidator(_repository)]


class Strict(BaseModel):
    """No unknown keys, no silent conversions, no changes afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Tracker(Strict):
    fields: dict[str, Any] = Field(
        {},
        description="Defaults for every ticket; `priority`, `assignee`, `labels` work everywhere.",
    )
    labels: list[str] = Field([], description="On every ticket.")
    allow_public: bool = Field(False, description="Write tickets where everybody can read them.")


class LocalTracker(_Tracker):
    """Tickets in a SQLite file of our own: no account anywhere."""

    type: Literal["local"] = Field(description="Which kind of tracker it is.")
    path: str = Field(".ticketbot/tickets.db", description="The file.")


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


class JiraTracker(_Tracker):
    """JIRA Cloud or Data Center."""

    type: Literal["jira"] = Field(description="Which kind of tracker it is.")
    url: Url = Field(description="As https://acme.atlassian.net.")
    project: str = Field(description="The project's key, as SEC.")
    issue_type: str = Field("Bug", description="As the project names it.")
    security_level: str | None = Field(None, description="Set in the create call.")
    auth: JiraAuth = Field(description="Credentials, as references to variables.")


class GitHubAuth(Strict):
    """A token, or a GitHub App: app_id, installation_id, private_key_file."""

    token: str | None = Field(None, description="May write issues.")
    app_id: int | str | None = Field(None, description="A GitHub App's id.")
    installation_id: int | str | None = Field(None, description="Its installation's id.")
    private_key_file: str | None = Field(None, description="A PEM file.")

    @model_validator(mode="after")
    def _enough(self) -> GitHubAuth:
        app = (self.app_id, self.installation_id, self.private_key_file)
        if bool(self.token) == all(app) or (any(app) and not all(app)):
            raise ValueError(
                "expected either `token`, or `app_id`, `installation_id` and `private_key_file`"
            )
        return self


class GitHubTracker(_Tracker):
    """Issues of one repository, on github.com or an Enterprise server."""

    type: Literal["github"] = Field(description="Which kind of tracker it is.")
    repository: Repository = Field(description="owner/name.")
    url: Url = Field(
        "https://api.github.com", description="Of the API; an Enterprise server's too."
    )
    auth: GitHubAuth = Field(description="Credentials, as references to variables.")


class ServiceNowAuth(Strict):
    """User and password, or a bearer token."""

    user: str | None = Field(None, description="With `password`.")
    password: str | None = Field(None, description="With `user`.")
    token: str | None = Field(None, description="A bearer token.")

    @model_validator(mode="after")
    def _enough(self) -> ServiceNowAuth:
        if not self.token and not (self.user and self.password):
            raise ValueError("expected `user` and `password`, or `token`")
        return self


class ServiceNowTracker(_Tracker):
    """Records of one table of a ServiceNow instance."""

    type: Literal["servicenow"] = Field(description="Which kind of tracker it is.")
    url: Url = Field(description="The instance, as https://acme.service-now.com.")
    table: str = Field("incident", description="Where records are made.")
    auth: ServiceNowAuth = Field(description="Credentials, as references to variables.")


Tracker = Annotated[
    LocalTracker | JiraTracker | GitHubTracker | ServiceNowTracker, Field(discriminator="type")
]
