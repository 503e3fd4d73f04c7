"""GitHub Issues: the Tracker protocol on one repository.

An issue is ours by the marker in its body. Due dates and priorities GitHub has not, and none are made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from ticketbot.model.ticket import Capabilities, Marker, Resolution, Ticket, TicketDraft
from ticketbot.trackers.base import Check, Draft, Outcome, Text
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.github import body as github_body
from ticketbot.trackers.github.access import Access
from ticketbot.trackers.github.doctor import examine
from ticketbot.trackers.github.fields import created, edited
from ticketbot.trackers.github.mirror import Mirror
from ticketbot.trackers.github.repository import Repository
from ticketbot.trackers.github.rows import REASONS, Row, ticket_of
from ticketbot.trackers.github.session import LIMITS, Bearer, Session, weigh
from ticketbot.trackers.github.writes import Writer, Written, outcome_of
from ticketbot.trackers.markup.forms import GITHUB_BODY, GITHUB_TITLE
from ticketbot.trackers.pace import Pace, bucket
from ticketbot.trackers.wire import Wire, patience, settling

ABILITIES = Capabilities(
    due_dates=False,
    priorities=False,
    title_limit=GITHUB_TITLE,
    body_limit=GITHUB_BODY - github_body.MARKER_ROOM - 400,
)
_RELATIONS = {"duplicates": "Duplicate of", "regression": "Regression of", "related": "Related to"}
"""GitHub reads the first; either makes a reference in the other's timeline."""


def make(name: str, settings: Mapping[str, Any], clock: Clock) -> GitHubTracker:
    """From the configuration (`config.tracker_github`). Raises ConfigError."""
    access = Access(name, settings, clock)
    session = Session(settings["url"], Bearer(access.credential), patience(settings))
    writes = bucket(*LIMITS)
    wire = Wire(
        name,
        settings["url"],
        session.send,
        clock,
        weigh=weigh,
        pace=Pace(clock, {"write": writes, "content": writes}),
        renew=access.credential.renew,
    )
    repository = Repository(
        name, settings["repository"], wire, clock, allow_public=bool(settings.get("allow_public"))
    )
    return GitHubTracker(name, settings, repository, access, session)


class GitHubTracker:
    """Issues of one repository; ids are their numbers."""

    def __init__(
        self,
        name: str,
        settings: Mapping[str, Any],
        repository: Repository,
        access: Access,
        session: Session,
    ) -> None:
        self._name, self._settings, self._repository = name, settings, repository
        self._access, self._session = access, session
        self._mirror = Mirror(repository)
        self._writer = Writer(repository, self._mirror)
        self._decided: dict[str, Resolution] = {
            label.lower(): resolution
            for label, resolution in (settings.get("resolution_labels") or {}).items()
        }

    @property
    def name(self) -> str:
        """The name in the configuration."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """Each create is a request of its own: together, one lost answer would be many."""
        return msgspec.structs.replace(ABILITIES, settle=settling(self._settings))

    def changed(self, since: str, targets: Sequence[str] = ()) -> tuple[list[Ticket], str]:
        """What changed in the last quarter of an hour before the mark may be given again."""
        rows, mark = self._mirror.changed(since, targets)
        return [self._ticket(row) for row in rows], mark

    def find(self, subjects: Sequence[str]) -> dict[str, list[Ticket]]:
        """By markers alone; what is newer than lists surely know is read by its number."""
        found = self._mirror.find(subjects)
        return {subject: [self._ticket(row) for row in rows] for subject, rows in found.items()}

    def read(self, ids: Iterable[str]) -> dict[str, Ticket]:
        """A transferred issue is given with the place where it is now in its key."""
        numbers = {int(each) for each in ids if each.isdecimal()}
        if not numbers:
            return {}
        rows = self._mirror.refresh(numbers)
        found = {str(number): self._ticket(row) for number, row in rows.items()}
        for number in sorted(numbers - set(rows)):
            row = self._repository.issue(number)
            if row is not None:
                found[str(number)] = self._ticket(row)
        return found

    def create(self, drafts: Sequence[Draft]) -> list[Outcome]:
        """One request each. The nonce is not needed: the marker tells what came of it."""
        return [self._create(each.draft) for each in drafts]

    def _create(self, draft: TicketDraft) -> Outcome:
        fields, left_out = created(draft, self._settings, self._repository.name)
        return self._outcome(self._writer.create(fields), left_out)

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
        """One PATCH of what differs, then the comment."""
        row = self._present(ticket_id)
        if isinstance(row, Outcome):
            return row
        wanted, left_out = edited(row, draft, fields, remove_labels, self._repository.name)
        return self._change(row, wanted, comment, nonce, left_out)

    def comment(
        self, ticket_id: str, text: str, *, marker: Marker | None = None, nonce: str
    ) -> Outcome:
        """First it is said, then the marker may say so."""
        row = self._present(ticket_id)
        if isinstance(row, Outcome):
            return row
        told = self._writer.say(row, text, nonce)
        if told.state != "applied":
            return outcome_of(told)
        if marker is None:
            return Outcome("applied", self._ticket(self._writer.after(row)))
        body = github_body.rewritten(row.body, marker)
        written = self._writer.patch(row, {"body": body})
        return self._outcome(Written(written.told, self._writer.after(written.row or row)))

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
        """State, reason and marker in one PATCH; the comment after it."""
        row = self._present(ticket_id)
        if isinstance(row, Outcome):
            return row
        if not row.open:
            return Outcome("applied", self._ticket(row))
        wanted: dict[str, Any] = {"state": "closed", "state_reason": REASONS[resolution][0]}
        wanted["body"] = github_body.rewritten(row.body, marker)
        label = next((n for n, r in self._decided.items() if r == resolution), None)
        if label and resolution in ("false_positive", "accepted"):
            wanted["labels"] = sorted({*row.labels, label})  # GitHub has no reason for these
        if resolution == "duplicate" and duplicate_of:
            survivor = self._present(duplicate_of)
            if isinstance(survivor, Outcome):
                return survivor
            wanted["duplicate_issue_id"] = survivor.id
        return self._change(row, wanted, comment, nonce)

    def reopen(self, ticket_id: str, *, comment: str, marker: Marker | None, nonce: str) -> Outcome:
        """Here the comment goes first: killed in between, an open issue would look reopened by a person.
        The label of how we closed it goes with the closing."""
        row = self._present(ticket_id)
        if isinstance(row, Outcome):
            return row
        if row.open:
            return Outcome("applied", self._ticket(row))
        told = self._writer.say(row, comment, nonce)
        if told.state != "applied":
            return outcome_of(told)
        wanted: dict[str, Any] = {"state": "open", "state_reason": "reopened"}
        wanted["body"] = github_body.rewritten(row.body, marker)
        closed = row.marker.closed if row.marker else None
        wanted["labels"] = [
            x for x in row.labels if not closed or self._decided.get(x.lower()) != closed
        ]
        return self._outcome(self._writer.patch(row, wanted))

    def link(self, ticket_id: str, other_id: str, relation: str, *, nonce: str) -> Outcome:
        """A comment that names the other: GitHub has no other relation between issues that fits."""
        row = self._present(ticket_id)
        if isinstance(row, Outcome):
            return row
        if not other_id.isdecimal():
            return Outcome("rejected", reason=f"{other_id!r} is no number of an issue")
        text = f"{_RELATIONS.get(relation, relation)} #{other_id}"
        told = self._writer.says(row, text, f"{relation} {row.number} {other_id}")
        return self._outcome(Written(told, self._writer.after(row)))

    def search(self, query: str, limit: int = 1000) -> list[Text]:
        """In GitHub's search syntax, within the repository; GitHub gives 1,000 at most."""
        self._repository.facts()
        found: list[Text] = []
        for page in self._repository.searched(query):
            found += [Text(self._ticket(row), row.body) for row in page.rows]
            if len(found) >= limit:
                break
        return found[:limit]

    def examine(self) -> list[Check]:
        """What `ticketbot doctor` says."""
        return examine(self._repository, self._settings, self._access)

    def close_connection(self) -> None:
        """Close the sockets."""
        self._session.close()
        self._access.close()

    def _present(self, ticket_id: str) -> Row | Outcome:
        """The issue as it is now, wherever that is, or why it cannot be written to."""
        row = self._repository.issue(int(ticket_id)) if ticket_id.isdecimal() else None
        if row is None:
            return Outcome("rejected", reason=f"there is no issue #{ticket_id} (deleted?)")
        return row if row.known else self._mirror.see(row)

    def _change(
        self, row: Row, wanted: dict[str, Any], comment: str | None, nonce: str, left_out: str = ""
    ) -> Outcome:
        written = self._writer.patch(row, wanted)
        if written.told.state != "applied" or not comment:
            return self._outcome(written, left_out)
        told = self._writer.say(row, comment, nonce)
        if told.state != "applied":
            return outcome_of(told, f"#{row.number} was changed, the comment about it was not said")
        return self._outcome(
            Written(told, self._writer.after(written.row or row), written.left_out), left_out
        )

    def _outcome(self, written: Written, left_out: str = "") -> Outcome:
        reason = "; ".join(part for part in (left_out, written.left_out) if part)
        if written.told.state != "applied" or written.row is None:
            return outcome_of(written.told, reason)
        return Outcome("applied", self._ticket(written.row), reason)

    def _ticket(self, row: Row) -> Ticket:
        return ticket_of(row, self._name, self._decided)
