"""Plans carried out: the lock, the ledger, the run's record and the progress around `ticketbot.sync`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from ticketbot import __version__
from ticketbot.cli import clock
from ticketbot.cli.console import Console
from ticketbot.cli.place import Place
from ticketbot.cli.plan_view import DONE
from ticketbot.cli.recording import recording, watched
from ticketbot.errors import ConfigError, TicketbotError
from ticketbot.ledger.ledger import Ledger
from ticketbot.ledger.lock import held
from ticketbot.ledger.upkeep import Run
from ticketbot.planning.plan import Plan
from ticketbot.sync import Applied, Context, Done, Hands
from ticketbot.sync import apply as apply_plan
from ticketbot.sync.absorb import absorb
from ticketbot.sync.apply import action_of
from ticketbot.sync.moved import moved
from ticketbot.sync.noted import Moved, Note, unheard
from ticketbot.sync.settling import settled
from ticketbot.trackers.base import Tracker

Trackers = Mapping[str, Tracker]
Doing = Callable[[Hands], tuple[Plan, Applied]]


@dataclass
class Ending:
    """How a run ended: done, incomplete, held, stopped or moved; `failed` where nobody could say."""

    outcome: str = "failed"
    summary: dict[str, int] = field(default_factory=dict)


@contextmanager
def recorded(ledger: Ledger, context: Context, command: str) -> Iterator[Ending]:
    """The run in the ledger: its beginning, and how it ended, also where it ends with an error."""
    ending = Ending()
    run = Run(
        id=context.run_id,
        command=command,
        version=__version__,
        url=context.run_url or None,
        started_at=context.now,
    )
    ledger.start_run(run)
    try:
        yield ending
    except KeyboardInterrupt:
        ending.outcome = "interrupted"
        raise
    finally:
        ledger.end_run(run.id, now=clock.now(), outcome=ending.outcome, summary=ending.summary)


def carry_out(
    here: Place,
    context: Context,
    command: str,
    trackers: Trackers,
    out_of_time: clock.Deadline,
    doing: Doing,
) -> tuple[Plan, Applied]:
    """Run `doing` with hands, under the ledger's lock, as one recorded run."""
    url, console = here.ledger_url, here.console
    with (
        recording(here, context, command) as recorder,
        held(url, console.warn),
        Ledger.open(url) as ledger,
        recorded(ledger, context, command) as ending,
        _watched(console) as watch,
    ):
        recorder.flaws = lambda ids: [each.flaw for each in ledger.records_by_id(ids)]

        def done(each: Done) -> None:
            watch(each)
            recorder.done(each)

        hands = Hands(
            ledger=ledger,
            trackers=watched(trackers, here, recorder),
            run_id=context.run_id,
            now=clock.now,
            sleep=out_of_time.sleep,
            out_of_time=out_of_time,
            done=done,
            note=recorder.note,
        )
        made, applied = doing(hands)
        ending.outcome, ending.summary = outcome_of(made, applied), counts_of(made, applied)
        recorder.outcome, recorder.counts = ending.outcome, ending.summary
    return made, applied


def apply_reviewed(reviewed: Plan, here: Place, out_of_time: clock.Deadline) -> Applied:
    """Apply a plan from a file. Looks at a copy first: where the world has moved, nothing is written."""
    _check_trackers(reviewed, here)
    context = Context(target="", now=clock.now(), run_id=clock.run_id())
    with here.trackers(out_of_time.clock) as trackers:
        with Ledger.snapshot(here.ledger_url) as copy:
            _catch_up(copy, here, trackers, reviewed, context.now)
            differences = moved(reviewed, copy, trackers)
        if differences:
            with recording(here, context, "apply") as recorder:
                recorder.outcome = "moved"
                recorder.note(Moved(reviewed, tuple(differences)))
            return Applied(moved=tuple(differences))

        def doing(hands: Hands) -> tuple[Plan, Applied]:
            _catch_up(hands.ledger, here, hands.trackers, reviewed, context.now, hands.note)
            return reviewed, settled(apply_plan(reviewed, hands), hands, here.console.say)

        return carry_out(here, context, "apply", trackers, out_of_time, doing)[1]


def _catch_up(
    ledger: Ledger,
    here: Place,
    trackers: Trackers,
    reviewed: Plan,
    now: str,
    note: Note = unheard,
) -> None:
    """What planning did to its copy of the ledger before it planned."""
    targets = here.loaded.config.targets
    for scanned in dict.fromkeys(scan.target for scan in reviewed.scans):
        known = targets.get(scanned)
        absorb(ledger, trackers, now, note, (scanned, *(known.formerly if known else ())))
    for name, target in targets.items():
        for old in target.formerly:
            ledger.rename_target(old, name)


def _check_trackers(reviewed: Plan, here: Place) -> None:
    wanted = {change.tracker for change in reviewed.changes if change.tracker is not None}
    missing = sorted(wanted - set(here.loaded.config.trackers))
    if missing:
        raise ConfigError(
            f"the plan is for the tracker {missing[0]!r}, which {here.loaded.where} does not have",
            hint="Apply it with the configuration it was made with (--config).",
        )


def outcome_of(made: Plan, applied: Applied) -> str:
    """One word for the ledger."""
    if applied.moved:
        return "moved"
    if applied.stopped:
        return "stopped"
    if any(each.outcome in ("rejected", "unknown") for each in applied.results):
        return "incomplete"
    return "held" if any(change.held for change in made.changes) else "done"


def counts_of(made: Plan, applied: Applied) -> dict[str, int]:
    """What was done, by kind of change; what was left and held."""
    counts = {name: made.summary.get(name, 0) for name in ("leave", "held")}
    for each in applied.results:
        name = action_of(each.change) if each.outcome == "applied" else each.outcome
        counts[name] = counts.get(name, 0) + 1
    return counts


@contextmanager
def _watched(console: Console) -> Iterator[Callable[[Done], None]]:
    """Each change as it is done; where an error ends the run, what was done before it is told."""
    finished: list[str] = []
    with console.progress("reading", "writing tickets") as step:

        def watch(done: Done) -> None:
            action = action_of(done.change)
            word = DONE[action] if done.outcome == "applied" else f"{action} {done.outcome}:"
            finished.append(f"{word} {done.ticket or done.change.title}")
            step(finished[-1])

        try:
            yield watch
        except (TicketbotError, KeyboardInterrupt):
            for line in finished:
                console.warn(line)
            raise
