"""`ticketbot explain`: why a flaw, a ticket or a run is as it is, as one readable story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from typer import Argument

from ticketbot.cli.options import General

if TYPE_CHECKING:
    from ticketbot.cli.place import Place
    from ticketbot.ledger.ledger import Ledger

SHORTEST_PREFIX = 4


def explain(
    ref: Annotated[
        str,
        Argument(metavar="REF", help="A ticket's key, a flaw's UUID or its beginning, a run's id."),
    ],
    options: General,
) -> int:
    """Tell the story of a flaw, a ticket or a run: every match, decision and change with its reason."""
    from ticketbot.cli.ledger import existing
    from ticketbot.cli.place import place

    here = place(options)
    with existing(here) as ledger:
        _tell(ref.strip(), ledger, here)
    here.console.finish()
    return 0


def _tell(ref: str, ledger: Ledger, here: Place) -> None:
    from ticketbot.cli.story import tell_flaw, tell_run, tell_ticket
    from ticketbot.errors import UsageError
    from ticketbot.ledger import story

    run = ledger.run(ref)
    if run is not None:
        tell_run(story.of_run(ledger, run), ledger, here.console)
        return
    ids = story.flaw_ids(ledger, ref) if len(ref) >= SHORTEST_PREFIX else []
    if len(ids) > 1:
        raise UsageError(
            f"{ref} is the beginning of {len(ids)} flaws: {', '.join(ids[:5])}",
            hint="Give more of the UUID.",
        )
    if ids:
        tell_flaw(story.of_flaw(ledger, ids[0]), ledger, here)
        return
    rows = story.tickets_called(ledger, ref)
    if not rows:
        raise UsageError(
            f"{ref}: the ledger knows no ticket, no flaw and no run of that name",
            hint="A ticket's key (LOC-1), at least 4 characters of a flaw's UUID, or a run's id; "
            "`ticketbot ledger status` shows the last run.",
        )
    for row in rows:
        tell_ticket(story.of_ticket(ledger, row), ledger, here)
