"""The Tracker protocol: wire format only. A tracker decides nothing: it does one thing, and says what
came of it.

Exactly-once rests on three things every tracker gives: the marker is part of the create call, look-ups by
subject answer for many subjects at once, and an outcome is never guessed: what may or may not have been
carried out is `ambiguous`.

What a ticket is about goes before whose it is. An assignee, group, component or label that the tracker
does not know, or may not set, is left out: the ticket is made without it, the outcome is `applied`, and
its `reason` names what was left out and why. Only a project that cannot be written to is `rejected`.
`TicketDraft.fields` come in the tracker's own terms (`planning.owners` translates owners'); a field that
the tracker has not is left out in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

import msgspec

from ticketbot.model.ticket import Capabilities, Marker, Resolution, Ticket, TicketDraft


class Outcome(msgspec.Struct, frozen=True):
    """What came of one request. `ticket` is the ticket after it, where it was applied."""

    state: Literal["applied", "rejected", "ambiguous"]
    ticket: Ticket | None = None
    reason: str = ""
    """Why it was not applied; of an applied one, what was left out."""


class Draft(msgspec.Struct, frozen=True):
    """A ticket to create, and the nonce of its intent."""

    draft: TicketDraft
    nonce: str


class Text(msgspec.Struct, frozen=True):
    """A ticket with its words, ours or not: for adoption and duplicates."""

    ticket: Ticket
    body: str
    """As the tracker gives it."""


class Check(msgspec.Struct, frozen=True):
    """One thing that `ticketbot doctor` looked at."""

    what: str
    """As `credentials`, `project SEC`, `transition to done`."""
    state: Literal["ok", "warning", "wrong", "unknown"]
    found: str
    """One sentence: expected against found."""
    advice: str = ""
    """What to change, where something is to be changed."""


class Tracker(Protocol):
    """One configured tracker. Ids are immutable ids, never keys. Any call may raise TrackerError where the
    tracker cannot be reached or answers nonsense; a write that may have been carried out never raises.

    What a person wrote stays: a body is written as a managed section, and text behind it is kept.
    `Ticket.body_digest` is that of the managed section, as it stands in the ticket."""

    @property
    def name(self) -> str:
        """The name in the configuration, as `sec`."""

    @property
    def capabilities(self) -> Capabilities: ...

    def changed(self, since: str, targets: Sequence[str] = ()) -> tuple[list[Ticket], str]:
        """Our tickets (those with a marker) that changed after the mark `since` ("" = all of them), with
        markers, and the new mark. The mark is the tracker's own and opaque. Of these targets at least
        (none named: of all). Where an index lags, what changed lately may be given again."""

    def find(self, subjects: Sequence[str]) -> dict[str, list[Ticket]]:
        """Subject → its tickets in any state, lowest id first; in few requests. A search that finds nothing
        is no proof: what its index may not have yet is read in another way (a walk over the newest keys).
        Tickets that the last `changed` had no need to give, because they are older than its mark, may be
        missing: the ledger has those."""

    def read(self, ids: Iterable[str]) -> dict[str, Ticket]:
        """Id → ticket now; a deleted one is missing. Raises TrackerError where tickets are missing because
        the account may not see the project any more."""

    def create(self, drafts: Sequence[Draft]) -> list[Outcome]:
        """One outcome for each, in order."""

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
        """Write the named fields of the draft and its marker, with whatever the ticket is found by; labels
        are added, and those named removed. The comment is said once for each nonce. No fields: a ticket
        of somebody else's becomes ours, and keeps its words."""

    def comment(
        self, ticket_id: str, text: str, *, marker: Marker | None = None, nonce: str
    ) -> Outcome:
        """Said once for each nonce; the marker, where given, goes with it."""

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
        """Closing a closed ticket is applied, and says nothing twice."""

    def reopen(
        self, ticket_id: str, *, comment: str, marker: Marker | None, nonce: str
    ) -> Outcome: ...

    def link(self, ticket_id: str, other_id: str, relation: str, *, nonce: str) -> Outcome:
        """`duplicates`, `regression` or `related`; linking twice is applied once."""

    def search(self, query: str, limit: int = 1000) -> list[Text]:
        """Tickets in any state, ours or not, by a query in the tracker's own language; "" = all."""

    def examine(self) -> list[Check]:
        """What the tracker needs to work, looked at by reads alone. Never raises for what it finds."""

    def close_connection(self) -> None:
        """Give back what is held open."""
