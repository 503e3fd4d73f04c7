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
    fields: dict[str, Any] = Field({}, description="Defaults for every ticket.")
    labels: list[str] = []
    allow_public: bool = Field(False, description="Write tickets where everybody can read them.")


class LocalTracker(_Tracker):
    """Tickets in a SQLite file of our own: no account anywhere."""

    type: Literal["local"]
    path: str = ".ticketbot/tickets.db"


class JiraAuth(Strict):
    """Cloud: email and API token. Data Center: a token alone, or user and password."""

    email: str | None = None
    token: str | None = None
    user: str | None = None
    password: str | None = None

    @model_validator(mode="after")
    def _enough(self) -> JiraAuth:
        if not self.token and not (self.user and self.password):
            raise ValueError("expected `token` (with `email` on Cloud), or `user` and `password`")
        return self


class JiraTracker(_Tracker):
    """JIRA Cloud or Data Center."""

    type: Literal["jira"]
    url: Url
    project: str
    issue_type: str = "Bug"
    security_level: str | None = Field(None, description="Set in the create call.")
    auth: JiraAuth


class GitHubAuth(Strict):
    """A token, or a GitHub App: app_id, installation_id, private_key_file."""

    token: str | None = None
    app_id: int | str | None = None
    installation_id: int | str | None = None
    private_key_file: str | None = None

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

    type: Literal["github"]
    repository: Repository
    url: Url = "https://api.github.com"
    auth: GitHubAuth


class ServiceNowAuth(Strict):
    """User and password, or a bearer token."""

    user: str | None = None
    password: str | None = None
    token: str | None = None

    @model_validator(mode="after")
    def _enough(self) -> ServiceNowAuth:
        if not self.token and not (self.user and self.password):
            raise ValueError("expected `user` and `password`, or `token`")
        return self


class ServiceNowTracker(_Tracker):
    """Records of one table of a ServiceNow instance."""

    type: Literal["servicenow"]
    url: Url
    table: str = "incident"
    auth: ServiceNowAuth


Tracker = Annotated[
    LocalTracker | JiraTracker | GitHubTracker | ServiceNowTracker, Field(discriminator="type")
]
