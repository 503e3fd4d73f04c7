"""After a plan was carried out: what became of the requests that nobody answered.

Looks first, because most of them were carried out. Waits only for what may still be on its way, and then
lets everything be planned afresh: nothing is ever asked twice without a look in between.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from ticketbot.ledger.journal import Intent
from ticketbot.sync.absorb import resolve, seconds_left
from ticketbot.sync.apply import Applied, Done, Hands, action_of
from ticketbot.trackers.clock import NoTimeError

Key = tuple[str | None, str, str]
"""(tracker, subject, action)."""

FOUND = "carried out, though its answer never came"


def settled(
    first: Applied,
    hands: Hands,
    say: Callable[[str], None],
    again: Callable[[], Applied] | None = None,
) -> Applied:
    """The results, with every outcome known that can be known. `again` plans afresh and applies."""
    if not any(done.outcome == "unknown" for done in first.results):
        return first
    left = _look(hands)
    if left > 0 and hands.sleep is not None and not hands.out_of_time():
        say(f"waiting {left:.0f} s for answers that never came")
        with suppress(NoTimeError):
            hands.sleep(left)
            left = _look(hands)
    second = again() if again is not None and left <= 0 and not hands.out_of_time() else None
    return _merged(first, None if second is not None and second.moved else second, hands)


def _look(hands: Hands) -> float:
    """Look in the trackers; how many seconds until what is not there cannot come any more."""
    for tracker in {
        intent.tracker: hands.trackers[intent.tracker] for intent in _pending(hands)
    }.values():
        resolve(hands.ledger, tracker, hands.now(), hands.note)
    waits = (seconds_left(i, hands.trackers[i.tracker], hands.now()) for i in _pending(hands))
    return max(waits, default=0.0)


def _pending(hands: Hands) -> list[Intent]:
    return [i for name in hands.trackers for i in hands.ledger.journal.pending(name)]


def _merged(first: Applied, second: Applied | None, hands: Hands) -> Applied:
    """What the second pass did stands for what the first did not know."""
    pending = {(i.tracker, i.subject, i.action) for i in _pending(hands)}
    later = {_key(done): done for done in second.results} if second else {}
    results = []
    for done in first.results:
        if done.outcome not in ("unknown", "skipped"):
            results.append(done)
        elif (known := later.pop(_key(done), None)) is not None:
            results.append(Done(done.change, known.outcome, known.ticket, known.url, known.note))
        elif done.outcome == "unknown" and _key(done) not in pending and (second or _made(done)):
            results.append(_found(done, hands))
        else:
            results.append(done)
    stopped = first.stopped or bool(second and second.stopped)
    return Applied(results=(*results, *later.values()), stopped=stopped)


def _made(done: Done) -> bool:
    """A create's outcome is known by looking; another change's by planning again."""
    return action_of(done.change) == "create"


def _key(done: Done) -> Key:
    return done.change.tracker, done.change.subject, action_of(done.change)


def _found(done: Done, hands: Hands) -> Done:
    """Nothing is left to do for it. A create without a ticket was not carried out."""
    change = done.change
    rows = hands.ledger.tickets_by_subject(str(change.tracker), [change.subject])
    held = rows.get(change.subject)
    if not held:
        return Done(change, "unknown", note="not carried out; the next run does it")
    return Done(change, "applied", held[-1].key, held[-1].url, FOUND)
