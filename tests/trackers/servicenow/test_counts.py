"""How many requests things take, on a virtual clock."""

from __future__ import annotations

import pytest

from tests.trackers.contract import applied, create, draft, marker
from tests.trackers.servicenow.conftest import COLUMN
from ticketbot.model.ticket import MarkedFlaw
from ticketbot.trackers.base import Draft
from ticketbot.trackers.servicenow.rows import mark_of


def of_target(subject: str, target: str):
    flaw = marker(subject).flaws[0]
    moved = MarkedFlaw(**{f: getattr(flaw, f) for f in flaw.__struct_fields__} | {"target": target})
    return draft(subject, marker=marker(subject, flaws=(moved,)))


def filled(bench, tracker, count: int, target: str = "shop"):
    """Made in batches, as sync makes them."""
    size = tracker.capabilities.bulk_create
    drafts = [Draft(of_target(f"{target}-{n}", target), f"{target} {n}") for n in range(count)]
    return [
        applied(outcome)
        for start in range(0, count, size)
        for outcome in tracker.create(drafts[start : start + size])
    ]


@pytest.mark.parametrize(
    ("configured", "creates", "cold", "one_percent"),
    [(COLUMN, 20, 1, 4), ({}, 60, 1 + 1 + 4, 10)],
    ids=["column", "attachment"],
)
def test_two_hundred_tickets(bench, configured, creates, cold, one_percent):
    tracker = bench.tracker(**configured)
    assert bench.count(lambda: filled(bench, tracker, 200)) == creates
    bench.passes(3600)
    tickets, mark = tracker.changed("")
    assert len(tickets) == 200
    bench.passes(3600)
    assert bench.count(lambda: tracker.changed(mark)) == 1
    assert tracker.changed(mark)[0] == []
    assert bench.count(lambda: bench.tracker(**configured).changed("", ["shop"])) == cold

    def change_two() -> None:
        for ticket in tickets[:2]:
            subject = ticket.marker.subject
            new = draft(subject, title="Worse", marker=marker(subject, draft="d2"))
            applied(tracker.update(ticket.id, new, ["title"], nonce=subject))

    assert bench.count(change_two) == one_percent


@pytest.mark.parametrize("configured", [COLUMN, {}], ids=["column", "attachment"])
def test_ten_of_ours_among_twenty_thousand_others(bench, configured):
    tracker = bench.tracker(**configured)
    ours = {ticket.id for ticket in filled(bench, tracker, 10, "api")}
    noise(bench, 20_000)
    found = []
    assert bench.count(lambda: found.extend(tracker.changed("", ["api"])[0])) <= 5
    assert {ticket.id for ticket in found} == ours


@pytest.mark.parametrize("configured", [COLUMN, {}], ids=["column", "attachment"])
def test_ten_of_this_target_among_many_of_ours_for_others(bench, configured):
    tracker = bench.tracker(**configured)
    filled(bench, tracker, 10, "api")
    filled(bench, tracker, 300, "api-gateway")
    found = []
    assert bench.count(lambda: found.extend(tracker.changed("", ["api"])[0])) <= 5
    assert {ticket.marker.flaws[0].target for ticket in found} == {"api"}


def test_a_thousand_subjects_are_looked_for_in_one_request(bench, tracker):
    made = create(tracker, "wanted")
    subjects = [f"{n:08}-0000-5000-8000-000000000000" for n in range(1000)]
    found = {}
    assert bench.count(lambda: found.update(tracker.find([*subjects, "wanted"]))) == 1
    assert {subject: [t.id for t in ts] for subject, ts in found.items()} == {"wanted": [made.id]}


def test_writing_what_is_there_already_writes_nothing(bench, tracker):
    made = create(tracker)
    fields = ["title", "body", "labels", "priority", "due"]
    before = bench.instance.row(made.id)["sys_mod_count"]
    assert applied(tracker.update(made.id, draft(), fields, nonce="n")) == made
    assert [m for m, _, _ in bench.witness.items if m == "PATCH"] == []
    assert bench.instance.row(made.id)["sys_mod_count"] == before


def noise(bench, count: int) -> None:
    for n in range(count):
        bench.instance.person_makes(f"Printer {n}", "It is on fire.")


def test_a_mark_fits_its_column_whatever_a_target_is_called(bench, tracker):
    target = "Größe; ^ORactive=true," * 20
    assert len(mark_of(of_target("s1", target).marker)) <= 100
    tracker.create([Draft(of_target("s1", target), "n")])
    filled(bench, tracker, 2, "shop")
    assert [t.marker.subject for t in tracker.changed("", [target])[0]] == ["s1"]
