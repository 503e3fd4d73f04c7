"""JIRA Cloud and Data Center behind the Tracker protocol. Puts the parts together; decides nothing.

Reads are `jira_read`, creates `jira_create`, other writes `jira_edit` and `jira_move`; all requests go
through one `jira_line`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from ticketbot.model.ticket import Capabilities, Marker, Resolution, Ticket, TicketDraft
from ticketbot.trackers.base import Check, Draft, Outcome, Text
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.jira.create import BULK, Creating
from ticketbot.trackers.jira.edit import Editing
from ticketbot.trackers.jira.examine import Examination
from ticketbot.trackers.jira.issues import Issues
from ticketbot.trackers.jira.line import Line
from ticketbot.trackers.jira.memory import Memory
from ticketbot.trackers.jira.move import Moving
from ticketbot.trackers.jira.people import People
from ticketbot.trackers.jira.read import Reading
from ticketbot.trackers.jira.resolution import Resolutions
from ticketbot.trackers.jira.rows import Rows
from ticketbot.trackers.jira.steps import Steps
from ticketbot.trackers.jira.transitions import Transitions
from ticketbot.trackers.jira.words import BODY, TITLE, Words
from ticketbot.trackers.wire import settling

ABILITIES = Capabilities(title_limit=TITLE, body_limit=BODY - 700, bulk_create=BULK, remote=True)


def make(name: str, settings: Mapping[str, Any], clock: Clock) -> JiraTracker:
    """From the configuration (`config.tracker_jira`). Asks no server. Raises ConfigError."""
    return JiraTracker(name, settings, clock)


class JiraTracker:
    """The Tracker protocol on one project of a Jira."""

    def __init__(self, name: str, settings: Mapping[str, Any], clock: Clock) -> None:
        self._line, memory = Line(name, settings, clock), Memory()
        rows = Rows(name, self._line.links, Resolutions(settings["resolutions"]))
        words = Words(settings, People(self._line, rows), self._line)
        issues = Issues(self._line, lambda: words.described)
        steps = Steps(self._line, issues, rows, words, memory)
        transitions = Transitions(self._line, settings, rows.resolutions)
        projects = (settings["project"], *(settings.get("projects") or ()))
        self._reading = Reading(self._line, issues, rows, memory, projects)
        self._creating = Creating(self._line, issues, rows, words, memory)
        self._editing = Editing(steps, settings["link_types"])
        self._abilities = msgspec.structs.replace(ABILITIES, settle=settling(settings))
        self._moving = Moving(steps, transitions, self._editing.linked)
        self._examination = Examination(self._line, issues, transitions, rows.resolutions, settings)

    @property
    def name(self) -> str:
        """The name in the configuration."""
        return self._line.name

    @property
    def capabilities(self) -> Capabilities:
        """Everything."""
        return self._abilities

    def changed(self, since: str, targets: Sequence[str] = ()) -> tuple[list[Ticket], str]:
        """What changed within an index's lag is given again."""
        return self._reading.changed(since, targets)

    def find(self, subjects: Sequence[str]) -> dict[str, list[Ticket]]:
        """By label, and by the newest keys."""
        return self._reading.find(subjects)

    def read(self, ids: Iterable[str]) -> dict[str, Ticket]:
        """By id."""
        return self._reading.read(ids)

    def create(self, drafts: Sequence[Draft]) -> list[Outcome]:
        """Up to fifty in one request."""
        return self._creating.create(drafts)

    def update(
        self,
        ticket_id: str,
        draft: TicketDraft,
        fields: Sequence[str],
        *,
        remove_labels: Sequence[str] = (),
        comment: str | None = None,
        nonce: str,
    ) -> Outcome:
        """Fields, labels and marker in one request."""
        return self._editing.update(
            ticket_id, draft, fields, remove_labels=remove_labels, comment=comment, nonce=nonce
        )

    def comment(
        self, ticket_id: str, text: str, *, marker: Marker | None = None, nonce: str
    ) -> Outcome:
        """Says it, then marks it."""
        return self._editing.comment(ticket_id, text, marker=marker, nonce=nonce)

    def close(
        self,
        ticket_id: str,
        resolution: Resolution,
        *,
        comment: str,
        marker: Marker | None,
        duplicate_of: str | None = None,
        nonce: str,
    ) -> Outcome:
        """Marks it, moves it, says why."""
        return self._moving.close(
            ticket_id,
            resolution,
            comment=comment,
            marker=marker,
            duplicate_of=duplicate_of,
            nonce=nonce,
        )

    def reopen(self, ticket_id: str, *, comment: str, marker: Marker | None, nonce: str) -> Outcome:
        """Moves it, marks it, says why."""
        return self._moving.reopen(ticket_id, comment=comment, marker=marker, nonce=nonce)

    def link(self, ticket_id: str, other_id: str, relation: str, *, nonce: str) -> Outcome:
        """`nonce` is not needed: two links are one."""
        return self._editing.link(ticket_id, other_id, relation)

    def search(self, query: str, limit: int = 1000) -> list[Text]:
        """The query is JQL."""
        return self._reading.search(query, limit)

    def examine(self) -> list[Check]:
        """For `ticketbot doctor`."""
        return self._examination.all()

    def close_connection(self) -> None:
        """Give back what is held open."""
        self._line.close()
