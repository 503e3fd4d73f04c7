"""What a run knows besides the reports: where it runs, for which target, with which permissions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from ticketbot.identity.match import NO_RENAMES
from ticketbot.model.finding import Scan
from ticketbot.model.flaw import Scope
from ticketbot.planning.guard import Permissions
from ticketbot.planning.order import Ancestry
from ticketbot.readers.report import Source

Renames = Callable[[str | None, str | None], Mapping[str, str]]
"""`renames(a, b)`: old path → new path of the files renamed between two commits, from git where it is at
hand; empty where nothing is known."""


class Given(msgspec.Struct, frozen=True):
    """One report to read."""

    source: Source
    digest: str
    """sha256 of its bytes, hexadecimal."""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """The circumstances of one run. Empty strings where nothing is known."""

    target: str
    now: str
    """ISO 8601, UTC."""
    run_id: str
    environment: str = ""
    part: str = ""
    """`--category`: goes before what the report says."""
    branch: str = ""
    branch_class: str = "default"
    change_writes: bool = False
    """`branches.write` names change branches too."""
    commit: str = ""
    """`--commit`: goes before what the report says."""
    ambient_commit: str = ""
    """What CI or git say: goes behind what the report says."""
    run_url: str = ""
    partial: bool = False
    accept_empty: bool = False
    ancestry: Ancestry = lambda _a, _b: "unknown"
    renames: Renames = lambda _a, _b: NO_RENAMES
    permissions: Permissions = Permissions()
    say: Callable[[str], None] = lambda _text: None
    """Progress for people: one line per stage."""
    warn: Callable[[str], None] = lambda _text: None
    """What people should look at, though nothing stops for it."""
    formerly: Sequence[str] = ()
    """Names the target had before."""

    @property
    def targets(self) -> tuple[str, ...]:
        """The target, by every name that its tickets may carry."""
        return (self.target, *self.formerly)

    @property
    def writes_tickets(self) -> bool:
        """Only default and release branches do, unless the configuration says otherwise."""
        return self.branch_class != "change" or self.change_writes

    @property
    def partly(self) -> str:
        """Why a scan's silence says nothing in this run; empty where it does."""
        if self.partial:
            return "the scan is partial (--partial): what it does not mention may still be there"
        if self.branch_class == "change":
            return "a change branch can show what is new, but not what is fixed"
        return ""


def scope_of(scan: Scan, context: Context) -> Scope:
    """Whose absence the scan's silence counts for."""
    return Scope(
        target=context.target,
        family=scan.family,
        environment=context.environment,
        part=context.part or scan.part or "",
        branch=context.branch_class,
    )
