"""`ticketbot triage merge` and `undo`: what people say about identity.

Shows what would happen; only --yes writes. What is decided and done is `ticketbot.triage`'s.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from ticketbot.cli.options import General
from ticketbot.cli.sync import Form, Format

if TYPE_CHECKING:
    from ticketbot.cli.place import Place
    from ticketbot.ledger.ledger import Ledger
    from ticketbot.planning.plan import Plan
    from ticketbot.sync import Applied, Context, Hands
    from ticketbot.triage.rulings import Wanted

Because = Annotated[
    str, Option("--because", metavar="TEXT", help="Why; kept in the ledger, shown by explain.")
]
By = Annotated[
    str | None, Option("--by", metavar="NAME", help="Who says so  [default: CI's user, or yours]")
]
Yes = Annotated[bool, Option("--yes", help="Do it; else it is only shown.")]
_USERS = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILD_REQUESTEDFOR", "USER", "USERNAME")


def merge(
    survivor: Annotated[
        str, Argument(metavar="SURVIVOR", help="The ticket's key, or the flaw's UUID, that stays.")
    ],
    others: Annotated[
        list[str], Argument(metavar="OTHER...", help="Those that are the same flaw.")
    ],
    options: General,
    because: Because = "",
    by: By = None,
    yes: Yes = False,
    form: Format = Form.table,
) -> int:
    """Say that flaws are one: the other's ticket is closed as a duplicate, and what is found of either
    counts for the survivor's ticket. `triage undo` takes it back."""
    from ticketbot.triage import rulings

    def wanted(ledger: Ledger, now: str) -> Wanted:
        who = by or _user()
        return rulings.merge(ledger, survivor, others, by=who, reason=because, now=now)

    return _ruled(wanted, "triage merge", options, yes, form)


def undo(
    ref: Annotated[
        str, Argument(metavar="REF", help="A ruling's id, a ticket's key or a flaw's UUID.")
    ],
    options: General,
    match: Annotated[
        list[str] | None,
        Option("--match", metavar="ALIAS", help="What a wrong match brought, as explain lists it."),
    ] = None,
    because: Because = "",
    by: By = None,
    yes: Yes = False,
    form: Format = Form.table,
) -> int:
    """Take a ruling back; or split off what a wrong match brought, which gets a flaw and a ticket of its
    own at the next scan."""
    from ticketbot.triage import rulings

    def wanted(ledger: Ledger, now: str) -> Wanted:
        who = by or _user()
        return rulings.undo(ledger, ref, match or (), by=who, reason=because, now=now)

    return _ruled(wanted, "triage undo", options, yes, form)


def _user() -> str | None:
    return next((os.environ[name] for name in _USERS if os.environ.get(name)), None)


def _ruled(
    wanted: Callable[[Ledger, str], Wanted], command: str, options: General, yes: bool, form: Form
) -> int:
    from ticketbot.cli import clock, plan_file, plan_json, plan_view
    from ticketbot.cli.ledger import existing
    from ticketbot.cli.place import place

    here = place(options)
    with existing(here) as ledger:
        asked = wanted(ledger, clock.now())
        (target,) = {record.flaw.target for record in ledger.records_by_id(asked.flaws)}
    known = here.loaded.config.targets.get(target)
    context = _context(target, tuple(known.formerly) if known else ())
    for ruling in asked.rulings if yes else ():
        here.console.say(_told(ruling.id, ruling.kind, ruling.undone_at is not None))
    made, applied = (_done if yes else _shown)(here, asked, command, context)
    if form is Form.json:
        document = plan_json.as_json(made, applied) if applied else plan_file.encoded(made)
        here.console.out(document.decode())
    else:
        plan_view.show(here.console, made, applied)
    if applied is None:
        here.console.say("nothing was written; --yes does it")
    here.console.finish()
    failed = applied is not None and any(
        done.outcome in ("rejected", "unknown") for done in applied.results
    )
    return 3 if failed else 4 if applied is not None and applied.moved else 0


def _told(id_: str, kind: str, undone: bool) -> str:
    if undone:
        return f"ruling {id_} ({kind}) is taken back"
    return f"ruling {id_} ({kind}); `ticketbot triage undo {id_}` takes it back"


def _context(target: str, formerly: tuple[str, ...]) -> Context:
    from ticketbot.cli import clock
    from ticketbot.sync import Context

    return Context(target=target, formerly=formerly, now=clock.now(), run_id=clock.run_id())


def _shown(here: Place, asked: Wanted, _command: str, context: Context) -> tuple[Plan, None]:
    """On a copy of the ledger."""
    from ticketbot.cli.wiring import job_without_reports
    from ticketbot.ledger.ledger import Ledger
    from ticketbot.triage.ruling import propose

    with here.trackers() as trackers, Ledger.snapshot(here.ledger_url) as ledger:
        return propose(job_without_reports(here, context, ledger, trackers), asked), None


def _done(here: Place, asked: Wanted, command: str, context: Context) -> tuple[Plan, Applied]:
    """As one recorded run."""
    from ticketbot.cli import applying, clock
    from ticketbot.cli.wiring import job_without_reports
    from ticketbot.triage.ruling import carry_out

    def doing(hands: Hands) -> tuple[Plan, Applied]:
        job = job_without_reports(here, context, hands.ledger, hands.trackers, hands.note)
        return carry_out(job, asked, hands)

    with here.trackers() as trackers:
        return applying.carry_out(here, context, command, trackers, clock.Deadline(), doing)
