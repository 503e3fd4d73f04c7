"""Tickets closed and reopened: transitions found by where they lead to, never by their names.

The order of the steps is what a crash between them leaves: a closed ticket whose marker does not say so
would be a person's, an open one whose marker says so would be one that a person reopened. So a close is
announced before it is made and marked after it, and a reopening is marked after it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ticketbot.errors import TrackerError
from ticketbot.model.ticket import Marker, Resolution
from ticketbot.trackers.base import Outcome
from ticketbot.trackers.jira.marker import Issue, is_done, marker_of
from ticketbot.trackers.jira.resolution import label
from ticketbot.trackers.jira.steps import DONE, Step, Steps, StoppedError, applied
from ticketbot.trackers.jira.transitions import Choice, Transitions

Link = Callable[[str, str, str], Step]
"""(ticket, other, relation) → what came of linking them."""


class Moving:
    """Closes and reopens of one configured tracker."""

    def __init__(self, steps: Steps, transitions: Transitions, link: Link) -> None:
        self._steps, self._transitions, self._link = steps, transitions, link

    def close(
        self,
        ticket_id: str,
        resolution: Resolution,
        *,
        comment: str,
        marker: Marker | None,
        duplicate_of: str | None,
        nonce: str,
    ) -> Outcome:
        """A closed one stays as it is."""
        left: dict[str, str] = {}
        try:
            issue = self._steps.present(ticket_id)
            if is_done(issue):
                return self._steps.finish(ticket_id)
            choice = self._transitions.closing(issue, resolution)
            if duplicate_of:
                self._linked(ticket_id, duplicate_of, left)
            says = () if choice.resolved else (label(resolution),)
            applied(self._steps.mark(issue, marker, closed=says, closing=True))
            step = self._moved(issue, choice, lambda i: self._transitions.closing(i, resolution))
            if step.state == "rejected":
                applied(self._unmarked(issue, marker), f"{step.reason}; its marker was to be reset")
            applied(step)
            if not self._steps.words.property_refused:
                applied(self._steps.mark(issue, marker), "it was closed")
            applied(self._steps.say(ticket_id, comment, nonce), "it was closed")
        except StoppedError as stopped:
            return stopped.outcome
        return self._steps.finish(ticket_id, left)

    def reopen(self, ticket_id: str, *, comment: str, marker: Marker | None, nonce: str) -> Outcome:
        """An open one stays as it is."""
        try:
            issue = self._steps.present(ticket_id)
            if not is_done(issue):
                return self._steps.finish(ticket_id)
            choice = self._transitions.reopening(issue)
            applied(self._moved(issue, choice, self._transitions.reopening))
            applied(self._steps.mark(issue, marker, closed=()), "it was reopened")
            applied(self._steps.say(ticket_id, comment, nonce), "it was reopened")
        except StoppedError as stopped:
            return stopped.outcome
        return self._steps.finish(ticket_id)

    def _linked(self, ticket_id: str, other: str, left: dict[str, str]) -> None:
        """A link that cannot be made keeps no duplicate open."""
        step = self._link(ticket_id, other, "duplicates")
        if step.state == "ambiguous":
            raise StoppedError(step)
        if step.state == "rejected":
            left["the link to its twin"] = step.reason

    def _moved(self, issue: Issue, choice: Choice, choose: Callable[[Issue], Choice]) -> Step:
        """Where it is refused (400, 404, 409), somebody else may have moved it meanwhile, or changed the
        workflow: looked at again, chosen again, and sent once more."""
        step = self._sent(issue, choice)
        if step.state != "rejected" or step.status not in (400, 404, 409):
            return step
        self._transitions.forget()
        try:
            now = self._steps.present(str(issue["id"]))
            return DONE if is_done(now) is not is_done(issue) else self._sent(now, choose(now))
        except StoppedError as stopped:
            return Step("rejected", stopped.outcome.reason)
        except TrackerError as error:
            return Step("ambiguous", f"{step.reason}; then {error.message}")

    def _unmarked(self, issue: Issue, marker: Marker | None) -> Step:
        """It stays open: neither its marker nor a label may say that it was closed."""
        try:
            marked = self._steps.present(str(issue["id"]))
        except TrackerError as error:
            return Step("ambiguous", error.message)
        return self._steps.mark(marked, marker_of(issue) if marker else None, closed=())

    def _sent(self, issue: Issue, choice: Choice) -> Step:
        body: dict[str, Any] = {"transition": {"id": choice.id}}
        if choice.fields:
            body["fields"] = choice.fields
        ticket_id = str(issue["id"])
        self._steps.memory.touched(ticket_id, self._steps.line.clock.seconds())
        result = self._steps.line.tell("POST", f"issue/{ticket_id}/transitions", body)
        if result.state == "ambiguous" and self._steps.done_now(ticket_id) is (not is_done(issue)):
            return DONE
        return Step(result.state, result.reason, result.status)
