"""What every tracker must do, whatever is behind it. A test module gives the `tracker` fixture.

`said` tells what was said on a ticket, in the tracker's own way; `found` waits out a search index
that lags.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ticketbot.model.flaw import Decision, Features, Scope, Sighting
from ticketbot.model.ticket import MarkedFlaw, Marker, Ticket, TicketDraft
from ticketbot.trackers.base import Draft, Outcome, Tracker

HOSTILE = (
    '\'; DROP TABLE tickets; -- "quoted" <script>alert(1)</script> \\n %s {{7*7}} ${jndi:x}\n'
    "emoji 🦀, Arabic العربية, zero\u200bwidth, combining e\u0301, a tab\there\n"
    "```\nfence\n```\n| a | b |\n|---|---|\n| 1 | 2 |"
)


def marker(subject: str, **more) -> Marker:
    sighting = Sighting(Scope("shop", "bandit", part="api"), "d1", "d2", 1)
    decision = Decision(kind="accepted", made_at="2026-01-02T00:00:00Z", until="2026-03-01")
    flaw = MarkedFlaw(
        id=subject,
        target="shop",
        family="bandit",
        birth="sline/1:00",
        first_seen="2026-01-01T00:00:00Z",
        aliases=("sline/1:00", "line/1:11"),
        features=Features(
            rule="B608", title="SQL injection", severity="high", kind="code", tool="Bandit"
        ),
        sightings=(sighting,),
        decision=decision,
    )
    return Marker(**({"subject": subject, "draft": "d1", "flaws": (flaw,)} | more))


def draft(subject: str = "s1", **more) -> TicketDraft:
    given: dict[str, Any] = {
        "subject": subject,
        "title": f"Flaw {subject}",
        "body": "It is **here**.",
        "severity": "high",
        "labels": ("security", "bandit"),
        "marker": marker(subject),
        "digest": "d1",
    }
    return TicketDraft(**(given | more))


def applied(outcome: Outcome) -> Ticket:
    assert outcome.state == "applied", outcome.reason
    assert outcome.ticket is not None
    return outcome.ticket


def create(tracker: Tracker, subject: str = "s1", **more) -> Ticket:
    return applied(tracker.create([Draft(draft(subject, **more), nonce=f"create {subject}")])[0])


class TrackerContract:
    """Inherit, and give the fixtures `tracker` and `said`."""

    @pytest.fixture
    def said(self) -> Callable[[str], list[str]]:
        """Ticket id → the texts of its comments."""
        raise NotImplementedError  # each tracker has its own way to show them

    def found(self, tracker: Tracker, *subjects: str) -> dict[str, list[Ticket]]:
        """What is found by subject; a tracker whose search lags overrides this with patience."""
        return tracker.find(subjects)

    def now(self, tracker: Tracker, ticket: Ticket) -> Ticket:
        return tracker.read([ticket.id])[ticket.id]

    def test_a_created_ticket_is_open_and_found_by_its_subject(self, tracker):
        made = create(tracker, priority="High", due="2026-05-01")
        assert (made.state, made.tracker, made.title) == ("open", tracker.name, "Flaw s1")
        assert self.found(tracker, "s1") == {"s1": [self.now(tracker, made)]}
        if tracker.capabilities.due_dates:
            assert made.due == "2026-05-01"

    def test_an_unknown_subject_is_found_nowhere(self, tracker):
        create(tracker)
        assert tracker.find(["s2", "", "s1' OR '1'='1"]) == {}
        assert tracker.find([]) == {}

    def test_an_unknown_id_is_not_read(self, tracker):
        assert tracker.read(["999999", "nonsense"]) == {}

    def test_a_marker_comes_back_as_it_was_given(self, tracker):
        made = create(tracker)
        assert self.now(tracker, made).marker == marker("s1")

    def test_two_subjects_are_two_tickets(self, tracker):
        outcomes = tracker.create([Draft(draft("s1"), "n1"), Draft(draft("s2"), "n2")])
        assert len({applied(outcome).id for outcome in outcomes}) == 2
        assert [applied(outcome).title for outcome in outcomes] == ["Flaw s1", "Flaw s2"]

    def test_two_creates_for_one_subject_are_both_carried_out_and_sorted(self, tracker):
        first = applied(tracker.create([Draft(draft(), "machine 1")])[0])
        second = applied(tracker.create([Draft(draft(), "machine 2")])[0])
        assert [t.id for t in self.found(tracker, "s1")["s1"]] == [first.id, second.id]

    def test_an_update_writes_the_named_fields_alone(self, tracker):
        made = create(tracker)
        new = draft(title="Worse", body="New", priority="High", marker=marker("s1", draft="d2"))
        after = applied(tracker.update(made.id, new, ["title"], nonce="n"))
        assert (after.title, after.priority) == ("Worse", made.priority)
        assert after.body_digest == made.body_digest
        assert after.marker == marker("s1", draft="d2")
        assert after.revision != made.revision
        assert after == self.now(tracker, made)

    def test_labels_are_added_and_only_the_named_ones_removed(self, tracker):
        made = create(tracker)
        new = draft(labels=("critical",))
        after = applied(
            tracker.update(made.id, new, ["labels"], remove_labels=["bandit"], nonce="n")
        )
        assert {"security", "critical"} <= set(after.labels)
        assert "bandit" not in after.labels

    def test_a_comment_is_said_once_for_each_nonce(self, tracker, said):
        made = create(tracker)
        for nonce in ("a", "a", "b"):
            applied(tracker.comment(made.id, "Hello", nonce=nonce))
        assert len(said(made.id)) == 2
        assert all("Hello" in text for text in said(made.id))

    def test_closing_twice_closes_once_and_says_so_once(self, tracker, said):
        made = create(tracker)
        for nonce in ("a", "a", "b"):
            closed = marker("s1", closed="fixed")
            after = applied(
                tracker.close(made.id, "fixed", comment="Gone", marker=closed, nonce=nonce)
            )
            assert (after.state, after.resolution) == ("closed", "fixed")
            assert after.marker == closed
        assert len(said(made.id)) == 1

    def test_a_closed_ticket_is_still_found(self, tracker):
        made = create(tracker)
        applied(tracker.close(made.id, "fixed", comment="Gone", marker=None, nonce="n"))
        assert [t.state for t in self.found(tracker, "s1")["s1"]] == ["closed"]

    def test_a_reopened_ticket_is_open_without_a_resolution(self, tracker, said):
        if not tracker.capabilities.reopen:
            pytest.skip("this tracker does not reopen")
        made = create(tracker)
        applied(tracker.close(made.id, "fixed", comment="Gone", marker=None, nonce="n1"))
        for nonce in ("n2", "n2", "n3"):
            after = applied(tracker.reopen(made.id, comment="Back", marker=None, nonce=nonce))
            assert (after.state, after.resolution) == ("open", None)
        assert len(said(made.id)) == 2

    def test_linking_twice_is_applied(self, tracker):
        if not tracker.capabilities.links:
            pytest.skip("this tracker has no links")
        one, two = create(tracker, "s1"), create(tracker, "s2")
        for nonce in ("n1", "n1", "n2"):
            applied(tracker.link(two.id, one.id, "duplicates", nonce=nonce))

    def test_a_duplicate_is_closed_as_one(self, tracker):
        one, two = create(tracker, "s1"), create(tracker, "s2")
        after = applied(
            tracker.close(
                two.id, "duplicate", comment="Twin", marker=None, duplicate_of=one.id, nonce="n"
            )
        )
        assert (after.state, after.resolution) == ("closed", "duplicate")

    def test_changed_gives_exactly_what_changed_since_the_mark(self, tracker):
        one, two = create(tracker, "s1"), create(tracker, "s2")
        tickets, mark = tracker.changed("")
        assert {t.id for t in tickets} == {one.id, two.id}
        assert all(t.marker for t in tickets)
        self.nothing_new(tracker, mark, tickets)
        applied(tracker.comment(two.id, "Hello", nonce="n"))
        tickets, later = tracker.changed(mark)
        assert self.now(tracker, two) in tickets
        self.nothing_new(tracker, later, [self.now(tracker, one), self.now(tracker, two)])

    def nothing_new(self, tracker: Tracker, mark: str, known: list[Ticket]) -> None:
        """Exact here. Where an index lags, the same may be given again: override."""
        assert tracker.changed(mark) == ([], mark)

    def test_a_change_changes_the_revision_and_reading_does_not(self, tracker):
        made = create(tracker)
        assert self.now(tracker, made).revision == made.revision
        after = applied(tracker.comment(made.id, "Hello", nonce="n"))
        assert after.revision != made.revision

    def test_writing_to_a_ticket_that_is_gone_is_rejected(self, tracker):
        outcome = tracker.comment("999999", "Hello", nonce="n")
        assert outcome.state == "rejected"
        assert outcome.reason

    def test_hostile_text_comes_back_unharmed(self, tracker):
        title = HOSTILE.splitlines()[0]
        made = create(tracker, title=title, body=HOSTILE)
        plain = create(tracker, "s2", body="something else")
        assert self.now(tracker, made).title == title
        assert made.body_digest != plain.body_digest

    def test_a_body_of_40_kilobytes_is_taken(self, tracker):
        size = min(40_000, tracker.capabilities.body_limit)
        made = create(tracker, body="x" * size)
        assert self.now(tracker, made).body_digest == made.body_digest

    def test_a_title_at_the_limit_is_taken(self, tracker):
        title = "é" * tracker.capabilities.title_limit
        assert create(tracker, title=title).title == title

    def test_many_subjects_are_found_in_one_call(self, tracker):
        subjects = [f"s{n}" for n in range(120)]
        outcomes = tracker.create([Draft(draft(s), f"create {s}") for s in subjects])
        wanted = {s: [applied(o).id] for s, o in zip(subjects, outcomes, strict=True)}
        found = self.found(tracker, *subjects, "unknown")
        assert {s: [t.id for t in tickets] for s, tickets in found.items()} == wanted
