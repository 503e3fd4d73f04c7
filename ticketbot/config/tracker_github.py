"""The configuration of a tracker of type github. Credentials are references: `${NAME}`."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from ticketbot.config.tracker_base import Strict, TrackerEntry, Url


def _repository(value: str) -> str:
    if not re.match(r"[\w.-]+/[\w.-]+$|.*\$\{", value):
        raise ValueError(f"expected owner/name as acme/api, found {value!r}")
    return value


Repository = Annotated[str, AfterValidator(_repository)]


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


class GitHubTracker(TrackerEntry):
    """Issues of one repository, on github.com or an Enterprise server."""

    type: Literal["github"] = Field(description="Which kind of tracker it is.")
    repository: Repository = Field(description="owner/name.")
    url: Url = Field(
        "https://api.github.com", description="Of the API; an Enterprise server's too."
    )
    auth: GitHubAuth = Field(description="Credentials, as references to variables.")
