"""A request whose answer never came: never guessed at, and never carried out twice by one call."""

from __future__ import annotations

import pytest

from tests.trackers.contract import applied, create, draft, marker
from tests.trackers.servicenow.conftest import COLUMN
from ticketbot.simulate.faults import READS, WRITES
from ticketbot.trackers.base import Draft
from ticketbot.trackers.marking import packed
from ticketbot.trackers.markup.section import FOOTER
from ticketbot.trackers.wire import settling


def expected(fault: str) -> str:
    if fault.startswith("429"):
        return "applied"  # it waits, and sends again what was refused
    return "rejected" if fault == "401" else "ambiguous"


def made(fault: str) -> int:
    """Records in the end, what is late included."""
    return int(not (fault == "401" or " before" in fault))


def is_write(asked) -> bool:
    return asked.method in ("POST", "PATCH")


def is_upload(asked) -> bool:
    return asked.method == "POST" and asked.path.endswith("/file")


def done(fault: str) -> bool:
    """By the time that nobody waits any more."""
    return fault.endswith("after") or "after " in fault or "late" in fault


@pytest.mark.parametrize("many", [1, 7], ids=["one", "a batch"])
@pytest.mark.parametrize("fault", WRITES)
def test_a_create_is_sent_once_whatever_happens_to_its_answer(bench, tracker, fault, many):
    bench.spoil(fault, is_write)
    drafts = [Draft(draft(f"s{n}"), f"n{n}") for n in range(many)]
    outcomes = tracker.create(drafts)
    assert {outcome.state for outcome in outcomes} == {expected(fault)}
    assert all(outcome.reason for outcome in outcomes if outcome.state != "applied")
    bench.passes(settling({}))
    found = tracker.find([each.draft.subject for each in drafts])
    assert len(bench.instance.tickets()) == len(found) == many * made(fault)
    assert all(len(tickets) == 1 for tickets in found.values())


@pytest.mark.parametrize("many", [1, 3], ids=["one", "a batch"])
@pytest.mark.parametrize("fault", WRITES)
def test_a_record_that_was_made_tells_everything_before_its_marker_is_attached(
    bench, attaching, fault, many
):
    bench.spoil(
        fault, lambda asked: is_upload(asked) or (many > 1 and len(bench.front.requests) > 1), 99
    )
    outcomes = attaching.create([Draft(draft(f"s{n}"), f"n{n}") for n in range(many)])
    assert {outcome.state for outcome in outcomes} == {"applied"}
    bench.front.choose = lambda _asked: ""
    for n, outcome in enumerate(outcomes):
        subject = f"s{n}"
        ticket = bench.tracker().find([subject])[subject][0]
        assert ticket.marker == marker(subject)
        assert done(fault) or "its marker could not be attached" in outcome.reason
        new = draft(subject, marker=marker(subject, draft="d2"))
        applied(attaching.update(ticket.id, new, ["body"], nonce=f"u{n}"))
        assert "tb1." not in bench.instance.row(ticket.id)["description"]
        assert attaching.find([subject])[subject][0].marker == new.marker


def lost_for_good(bench, tracker, given):
    """A record whose marker was never attached, and whose text a person replaced."""
    bench.spoil("500 before", is_upload, 9)
    made = applied(tracker.create([Draft(given, "n")])[0])
    bench.front.choose = lambda _asked: ""
    bench.instance.person_edits(made.id, "body", "Mine now.")
    return made


def test_a_record_without_any_marker_is_still_found_and_mended_by_the_next_update(bench, attaching):
    made = lost_for_good(bench, attaching, draft())
    told = attaching.find(["s1"])["s1"][0].marker
    assert told is not None
    assert (told.subject, told.draft, told.flaws[0].target) == ("s1", "", "shop")
    applied(attaching.update(made.id, draft(), [], nonce="n2"))
    assert attaching.find(["s1"])["s1"][0].marker == marker("s1")


def test_of_a_group_without_any_marker_no_member_is_invented(bench, attaching):
    group = marker("s1", group="component:pkg:npm/left-pad")
    lost_for_good(bench, attaching, draft(marker=group))
    told = attaching.find(["s1"])["s1"][0].marker
    assert (told.subject, told.flaws, told.group) == ("s1", (), "")


def test_a_marker_in_a_report_or_of_another_record_is_text(bench, attaching):
    forged = packed(marker("s1", draft="forged"), 3000)
    words = f"{FOOTER}\n\nticketbot is still writing this record: {forged}"
    made = create(attaching, body=words)
    (file,) = bench.instance.files.of(made.id)
    bench.instance.files.drop(file["sys_id"])
    assert attaching.read([made.id])[made.id].marker.draft == ""
    other = packed(marker("s9"), 3000)
    bench.instance.person_edits(made.id, "body", words.replace(forged, other))
    assert attaching.read([made.id])[made.id].marker.draft == ""


def test_a_finished_record_shows_no_marker_to_people(bench, attaching):
    made = create(attaching, body="Look here.")
    text = bench.instance.row(made.id)["description"]
    assert text == f"Look here.\n\n{FOOTER}"


def a_change(tracker, made, name):
    match name:
        case "update":
            new = draft(title="Worse", marker=marker("s1", draft="d2"))
            return tracker.update(made.id, new, ["title"], comment="It got worse.", nonce="n")
        case "comment":
            return tracker.comment(made.id, "Hello", nonce="n")
        case "close":
            closed = marker("s1", closed="fixed")
            return tracker.close(made.id, "fixed", comment="Gone", marker=closed, nonce="n")
    return tracker.link(made.id, "0" * 32, "duplicates", nonce="n")


@pytest.mark.parametrize("change", ["update", "comment", "close", "link"])
@pytest.mark.parametrize("fault", WRITES)
def test_of_a_change_without_an_answer_the_record_itself_tells(bench, tracker, fault, change):
    made_one = create(tracker)
    bench.spoil(fault, lambda asked: asked.method == "PATCH")
    outcome = a_change(tracker, made_one, change)
    if done(fault) or fault.startswith("429"):
        assert outcome.state == "applied"
        assert outcome.ticket == tracker.read([made_one.id])[made_one.id]
    else:
        assert outcome.state == expected(fault)
    assert len(bench.instance.tickets()[0].comments) == (
        outcome.state == "applied" and change != "link"
    )


@pytest.mark.parametrize("configured", [COLUMN, {}], ids=["column", "attachment"])
@pytest.mark.parametrize("fault", READS)
def test_a_read_is_asked_again_until_it_is_answered(bench, fault, configured):
    tracker = bench.tracker(**configured)
    made_one = create(tracker)
    bench.spoil(fault, lambda asked: True)
    assert tracker.find(["s1"])["s1"][0].id == made_one.id


def test_a_close_that_was_cut_short_is_ours_all_the_same(bench, attaching):
    """The column of the mark goes with the state; the marker's attachment may be missing."""
    made_one = create(attaching)
    bench.spoil("500 before", is_upload, times=9)
    closed = marker("s1", closed="fixed")
    outcome = attaching.close(made_one.id, "fixed", comment="Gone", marker=closed, nonce="n")
    assert outcome.state == "ambiguous"
    assert "the record was changed, its attachments were not" in outcome.reason
    bench.front.choose = lambda _asked: ""
    now = attaching.read([made_one.id])[made_one.id]
    assert (now.state, now.resolution, now.marker.closed) == ("closed", "fixed", "fixed")


def test_of_two_attached_markers_the_newest_counts_and_the_next_update_leaves_one(bench, attaching):
    made_one = create(attaching)
    bench.spoil("500 before", lambda asked: asked.method == "DELETE", times=9)
    new = draft(marker=marker("s1", draft="d2"))
    applied(attaching.update(made_one.id, new, [], nonce="n1"))
    bench.front.choose = lambda _asked: ""
    assert len(bench.instance.files.of(made_one.id)) == 2
    assert attaching.read([made_one.id])[made_one.id].marker.draft == "d2"
    newest = draft(marker=marker("s1", draft="d3"))
    applied(attaching.update(made_one.id, newest, [], nonce="n2"))
    assert len(bench.instance.files.of(made_one.id)) == 1
    assert attaching.find(["s1"])["s1"][0].marker.draft == "d3"
