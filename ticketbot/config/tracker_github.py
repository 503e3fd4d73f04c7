"""The configuration of a tracker of type github. Credentials are references: `${NAME}`."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from ticketbot.config.tracker_base import Strict, TrackerEntry, Url
from ticketbot.model.ticket import Resolution


def _repository(value: str) -> str:
    if not re.match(r"[\w.-]+/[\w.-]+$|.*\$\{", value):
        raise ValueError(f"expected owner/name as acme/api, found {value!r}")
    return value


Repository = Annotated[str, AfterValidator(_repository)]


class GitHubAuth(Strict):
    """A token, a token in a file, or a GitHub App: app_id, installation_id, private_key_file."""

    token: str | None = Field(None, description="One that may read and write issues.")
    token_file: str | None = Field(
        None, description="A file that holds the token alone; read again when it is refused."
    )
    app_id: int | str | None = Field(None, description="A GitHub App's id.")
    installation_id: int | str | None = Field(None, description="Its installation's id.")
    private_key_file: str | None = Field(None, description="The App's private key, a PEM file.")

    @model_validator(mode="after")
    def _enough(self) -> GitHubAuth:
        app = (self.app_id, self.installation_id, self.private_key_file)
        ways = (bool(self.token), bool(self.token_file), all(app))
        if sum(ways) != 1 or (any(app) and not all(app)):
            raise ValueError(
                "expected either `token`, or `token_file`,"
                " or `app_id`, `installation_id` and `private_key_file`"
            )
        return self


class GitHubTracker(TrackerEntry):
    """Issues of one repository, on github.com or an Enterprise server."""

    type: Literal["github"] = Field(description="Which kind of tracker it is.")
    repository: Repository = Field(description="owner/name.")
    url: Url = Field(
        "https://api.github.com",
        description="Of the API; an Enterprise server's as https://github.acme.example/api/v3.",
    )
    issue_type: str | None = Field(
        None, description="The issue type of new tickets, as Bug, where the organisation has types."
    )
    resolution_labels: dict[str, Resolution] = Field(
        {"wontfix": "wont_fix", "false positive": "false_positive", "accepted": "accepted"},
        description="Label → what it says of why an issue was closed; GitHub itself knows only"
        " completed, not planned (taken for wont_fix) and duplicate. ticketbot sets the first one that"
        " fits when it closes as false_positive or accepted.",
    )
    auth: GitHubAuth = Field(description="Credentials, as references to variables.")
