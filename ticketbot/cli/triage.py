"""`ticketbot triage`: what people do about tickets and flaws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from typer import Option

from ticketbot.cli.options import Allowing, Reading, Reports
from ticketbot.cli.sync import Form, Format

if TYPE_CHECKING:
    from ticketbot.cli.clock import Deadline
    from ticketbot.cli.wiring import Work
    from ticketbot.planning.plan import Plan
    from ticketbot.sync import Applied, Hands
    from ticketbot.triage.adopt import Adoption, Wanted

COMMAND = "triage adopt"


@dataclass(frozen=True, kw_only=True)
class Choosing:
    """Which tickets are looked at, and whether anything is done."""

    query: Annotated[
        str, Option("--query", metavar="QUERY", help="Which tickets, in the tracker's language.")
    ] = ""
    closed: Annotated[
        bool, Option("--closed", help="Closed tickets too, with what closing them decided.")
    ] = False
    limit: Annotated[
        int, Option("--limit", min=1, metavar="N", help="Look at so many tickets.")
    ] = 1000
    yes: Annotated[bool, Option("--yes", help="Do it; else it is only shown.")] = False


def adopt(
    reports: Reports,
    options: Reading,
    tracker: Annotated[
        str, Option("--tracker", metavar="NAME", help="Whose tickets, by its name in the file.")
    ],
    match: Annotated[
        str,
        Option(
            "--match",
            metavar="REGEX",
            help="What names the flaw, in the title, else in the text: (?P<rule>…), (?P<path>…) …",
        ),
    ],
    choosing: Choosing,
    form: Format = Form.table,
) -> int:
    """Make existing tickets the flaws' own, so that no sync makes them again. Shows what it would do;
    writes nothing without --yes, and no word into a ticket."""
    from ticketbot.cli import adoption_view, clock
    from ticketbot.cli.wiring import work
    from ticketbot.triage.adopt import Wanted
    from ticketbot.triage.pattern import Pattern

    pattern, out_of_time = Pattern(match), clock.deadline(options.max_duration)
    here = work(reports, options, Allowing(), COMMAND if choosing.yes else "")
    _check(here, tracker)
    wanted = Wanted(
        tracker=tracker,
        pattern=pattern,
        query=choosing.query,
        closed=choosing.closed,
        limit=choosing.limit,
    )
    made, applied = (_adopted if choosing.yes else _proposed)(here, wanted, out_of_time)
    return adoption_view.told(here.place.console, made, applied, options, form)


def _check(here: Work, tracker: str) -> None:
    """Raises UsageError: no such tracker, or a branch that writes no ticket."""
    from ticketbot.errors import UsageError

    known = here.place.loaded.config.trackers
    if tracker not in known:
        raise UsageError(
            f"there is no tracker {tracker!r} in {here.place.loaded.where}",
            hint=f"Name one of them with --tracker: {', '.join(known)}.",
        )
    if not here.context.writes_tickets:
        raise UsageError(
            f"no ticket is adopted on branch {here.context.branch or '(a pull request)'}: "
            "flaws are those of the default branch",
            hint="Run this on the default branch; --branch names it where CI does not.",
        )


def _proposed(here: Work, wanted: Wanted, out_of_time: Deadline) -> tuple[Adoption, None]:
    """On a copy of the ledger."""
    from ticketbot.ledger.ledger import Ledger
    from ticketbot.triage.adopt import propose

    with (
        here.trackers(out_of_time.clock) as trackers,
        Ledger.snapshot(here.place.ledger_url) as ledger,
    ):
        return propose(here.job(ledger, trackers), wanted), None


def _adopted(here: Work, wanted: Wanted, out_of_time: Deadline) -> tuple[Adoption, Applied]:
    """As one recorded run, planned again where the world moved."""
    from ticketbot.cli.applying import carry_out
    from ticketbot.triage.adopt import adopt as carried_out

    made: list[Adoption] = []

    def doing(hands: Hands) -> tuple[Plan, Applied]:
        job = here.job(hands.ledger, hands.trackers, hands.note)
        adoption, applied = carried_out(job, wanted, hands)
        made.append(adoption)
        return adoption.plan, applied

    with here.trackers(out_of_time.clock) as trackers:
        _, applied = carry_out(here.place, here.context, COMMAND, trackers, out_of_time, doing)
    return made[0], applied
