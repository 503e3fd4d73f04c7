"""The `trackers:` of ticketbot.yaml, a model for each type. Credentials are references: `${NAME}`.

Describes and checks shapes; knows no HTTP, and never sees what a reference stands for.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ticketbot.config.tracker_base import TrackerEntry
from ticketbot.config.tracker_github import GitHubTracker
from ticketbot.config.tracker_jira import JiraTracker
from ticketbot.config.tracker_servicenow import ServiceNowTracker


class LocalTracker(TrackerEntry):
    """Tickets in a SQLite file of our own: no account anywhere."""

    type: Literal["local"] = Field(description="Which kind of tracker it is.")
    path: str = Field(".ticketbot/tickets.db", description="The file.")


Tracker = Annotated[
    LocalTracker | JiraTracker | GitHubTracker | ServiceNowTracker, Field(discriminator="type")
]
