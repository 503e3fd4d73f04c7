"""What a run tells → audit events → the sinks. Decides nothing, and writes no ticket and no ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import msgspec

from ticketbot.model.flaw import Flaw
from ticketbot.planning.changes import AnyChange, Leave
from ticketbot.planning.plan import Plan
from ticketbot.sync import Done
from ticketbot.sync.noted import Moved, Noted, Noticed, Planned, Resolved, Ruled, Unread
from ticketbot.telemetry import activity
from ticketbot.telemetry.clean import Clean
from ticketbot.telemetry.findings import Stage, change_told, decision_told, marked, ruling_told
from ticketbot.telemetry.shape import Envelope, Event
from ticketbot.telemetry.sinks import Sink

ONE_BY_ONE = 100
"""Rejected results of one scope that get an event each; the others are one event with their number."""


class Recorder:
    """One run's events. `outcome` and `counts` are for its last one."""

    def __init__(
        self,
        envelope: Envelope,
        clean: Clean,
        sinks: Sequence[Sink],
        trackers: Mapping[str, str],
    ) -> None:
        """`trackers`: name → type."""
        self._envelope, self._clean, self._sinks = envelope, clean, sinks
        self._trackers = trackers
        self._unread: set[str] = set()
        self.flaws: Callable[[Sequence[str]], Sequence[Flaw]] = lambda _ids: ()
        """Looks flaws up that an event is about."""
        self.outcome, self.reason = "failed", ""
        self.counts: dict[str, int] = {}

    @property
    def idle(self) -> bool:
        """True where nobody listens."""
        return not self._sinks

    def note(self, noted: Noted) -> None:
        """What `Hands.note` tells."""
        if self.idle:
            return
        match noted:
            case Planned(plan):
                self._planned(plan)
            case Moved(plan, differences):
                why = "; ".join(differences[:10])
                self.emit(
                    activity.refusal_told("moved", why, count=len(differences), plan=plan.digest)
                )
            case Unread():
                self._not_read(noted)
            case Noticed(tracker, ticket, flaws, decision):
                self.emit(decision_told(decision, flaws, tracker=tracker, ticket=ticket))
            case Ruled(ruling, flaws):
                self.emit(ruling_told(ruling, flaws))
            case Resolved(intent, outcome, why):
                service = self._service(intent.tracker)
                told = activity.intent_resolved(
                    service, intent.action, outcome, why, run=intent.run, subject=intent.subject
                )
                self.emit(told)

    def done(self, done: Done) -> None:
        """What `Hands.done` tells."""
        if not self.idle:
            self._change(done.change, done.outcome, done.ticket, done.url, done.note)

    def request(self, tracker: str, request: activity.Request) -> None:
        """What `Watched` tells."""
        self.emit(activity.request_told(self._service(tracker), request))

    def ended(self, command: str) -> None:
        """The run's last event."""
        if not self.idle:
            self.emit(activity.run_ended(command, self.outcome, self.reason, **self.counts))

    def emit(self, body: Event) -> None:
        """Seal an event and hand it to every sink."""
        event = self._clean.value(self._envelope.seal(body))
        line = msgspec.json.encode(event)
        for sink in self._sinks:
            sink.write(event, line)

    def close(self) -> None:
        for sink in self._sinks:
            sink.close()

    def _planned(self, plan: Plan) -> None:
        for scan in plan.scans:
            if scan.reasons:
                told = activity.scan_weak(
                    scan.tool,
                    scan.scope,
                    scan.reasons,
                    complete=scan.complete,
                    results=scan.results,
                )
                self.emit(told)
        for flaw_id, decision in plan.effects.decided.items():
            self.emit(decision_told(decision, self.flaws([flaw_id])))
        for ruling in plan.effects.rulings:
            self.emit(ruling_told(ruling, self.flaws([ruling.flaw, ruling.other])))
        changes = [change for change in plan.changes if not isinstance(change, Leave)]
        for why, count in Counter(c.held for c in changes if c.held).items():
            self.emit(activity.refusal_told("guard", str(why), changes=count, plan=plan.digest))
        for change in changes:
            self._change(change, "held" if change.held else "planned")

    def _change(
        self,
        change: AnyChange,
        stage: Stage,
        ticket: str | None = None,
        url: str | None = None,
        note: str = "",
    ) -> None:
        flaws = marked(change) or self.flaws(change.flaws)
        self.emit(change_told(change, stage, flaws, ticket=ticket, url=url, note=note))

    def _not_read(self, noted: Unread) -> None:
        scope = str(noted.scope)
        if scope in self._unread:
            return  # the same reports, read again because the world had moved
        self._unread.add(scope)
        for each in noted.rejected[:ONE_BY_ONE]:
            self.emit(activity.result_rejected(scope, each.pointer, each.reason))
        more = len(noted.rejected) - ONE_BY_ONE
        if more > 0:
            self.emit(activity.results_rejected(scope, more))

    def _service(self, tracker: str) -> activity.Service:
        return tracker, self._trackers.get(tracker, "")
