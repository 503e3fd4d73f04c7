"""The local tracker passes the contract, is exact about nonces, and serves several at once."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.trackers.contract import TrackerContract, applied, create, draft
from tests.trackers.faulty import Faulty, Killed
from ticketbot.errors import TrackerError
from ticketbot.trackers import make
from ticketbot.trackers.base import Draft
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.local.file import LocalFile
from ticketbot.trackers.local.tracker import LocalTracker


def now() -> str:
    return "2026-01-01T00:00:00Z"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new" / "tracker.db"


@pytest.fixture
def tracker(path):
    tracker = LocalTracker("local", path, now=now)
    yield tracker
    tracker.close_connection()


class TestContract(TrackerContract):
    @pytest.fixture
    def said(self, tracker):
        return lambda ticket_id: [note.text for note in tracker.comments(ticket_id)]


def test_keys_count_up_and_carry_the_project(path):
    tracker = make(
        "desk",
        {"type": "local", "path": path, "project": "SEC"},
        Clock(lambda: 0.0, lambda _seconds: None),
    )
    assert [create(tracker, s).key for s in ("s1", "s2")] == ["SEC-1", "SEC-2"]
    tracker.close_connection()


def test_reading_makes_no_file(tracker, path):
    assert tracker.changed("") == ([], "0")
    assert tracker.find(["s1"]) == tracker.read(["1"]) == {}
    assert tracker.all() == tracker.comments("1") == []
    assert not path.parent.exists()


def test_a_create_repeated_with_its_nonce_gives_the_same_ticket(tracker):
    first, again = create(tracker), create(tracker)
    assert first == again
    assert len(tracker.all()) == 1


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"title": " "}, "a ticket needs a title"),
        ({"title": "x" * 256}, "the title has 256 characters, the limit is 255"),
        ({"body": "x" * 1_000_001}, "the body has 1000001 characters, the limit is 1000000"),
    ],
)
def test_what_it_cannot_take_is_rejected_and_the_rest_of_the_batch_made(tracker, more, reason):
    outcomes = tracker.create([Draft(draft(**more), "n1"), Draft(draft("s2"), "n2")])
    assert [(o.state, o.reason) for o in outcomes] == [("rejected", reason), ("applied", "")]
    assert tracker.update("1", draft(**more), ["title"], nonce="n3").reason == reason


def test_a_request_repeated_with_its_nonce_does_not_undo_a_person(tracker):
    made = create(tracker)
    applied(tracker.update(made.id, draft(title="Ours"), ["title"], nonce="n"))
    tracker.person_edits(made.id, "title", "Theirs", "ada")
    assert applied(tracker.update(made.id, draft(title="Ours"), ["title"], nonce="n")).title == (
        "Theirs"
    )


def test_people_close_reopen_edit_and_are_named(tracker):
    made = create(tracker)
    tracker.person_closes(made.id, "wont_fix", "ada")
    closed = tracker.read([made.id])[made.id]
    assert (closed.state, closed.resolution, closed.changed_by) == ("closed", "wont_fix", "ada")
    tracker.person_reopens(made.id, "bob")
    tracker.person_edits(made.id, "priority", "Low", "bob")
    tracker.person_edits(made.id, "labels", ["mine"], "bob")
    after = tracker.read([made.id])[made.id]
    assert (after.state, after.resolution, after.changed_by) == ("open", None, "bob")
    assert (after.priority, after.labels) == ("Low", ("mine",))
    assert [(note.who, note.what) for note in tracker.history(made.id)] == [
        ("ticketbot", "create"),
        ("ada", "state"),
        ("bob", "state"),
        ("bob", "priority"),
        ("bob", "labels"),
    ]
    with pytest.raises(ValueError, match="no field colour"):
        tracker.person_edits(made.id, "colour", "red", "bob")
    with pytest.raises(TrackerError, match="no ticket with id 9"):
        tracker.person_closes("9", None, "ada")


def test_writing_what_is_there_already_changes_nothing(tracker):
    made = create(tracker)
    fields = ["title", "body", "labels", "priority"]
    assert applied(tracker.update(made.id, draft(), fields, nonce="n")) == made


def test_links_are_kept_once(tracker):
    one, two = create(tracker, "s1"), create(tracker, "s2")
    for nonce in ("n1", "n2"):
        applied(tracker.link(two.id, one.id, "regression", nonce=nonce))
    assert tracker.links(two.id) == [("regression", one.id)]
    assert tracker.link(two.id, "99", "duplicates", nonce="n3").state == "rejected"


def test_several_at_once_lose_nothing_and_see_every_change_once(path):
    def work(who: int) -> None:
        mine = LocalTracker("local", path, now=now)
        for n in range(20):
            applied(mine.create([Draft(draft(f"s{n}"), f"{who} {n}")])[0])
        mine.close_connection()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    tracker = LocalTracker("local", path, now=now)
    assert {len(tickets) for tickets in tracker.find([f"s{n}" for n in range(20)]).values()} == {4}
    tickets, mark = tracker.changed("")
    assert (len(tickets), mark) == (80, "80")
    tracker.close_connection()


def test_several_that_make_and_leave_a_file_at_once_wait_for_each_other(tmp_path):
    def work(path, barrier: Barrier) -> None:
        barrier.wait()
        for _ in range(3):
            mine = LocalFile(path)
            with mine.writing() as connection:
                connection.execute("SELECT * FROM tickets")
            mine.close()

    for n in range(20):
        barrier = Barrier(6)
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(work, [tmp_path / f"{n}.db"] * 6, [barrier] * 6))


def test_a_file_that_is_no_tracker_is_explained(tmp_path):
    path = tmp_path / "tracker.db"
    path.write_bytes(b"this is not a database, and longer than any header of one would be" * 20)
    with pytest.raises(TrackerError, match="not a database"):
        LocalTracker("local", path, now=now).changed("")


def test_a_file_of_a_newer_ticketbot_is_refused(tracker, path):
    create(tracker)
    tracker.close_connection()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(TrackerError, match="format 99, expected 2"):
        tracker.all()


@pytest.mark.parametrize(
    ("fault", "made"),
    [("lost before", 0), ("lost after", 1), ("killed before", 0), ("killed after", 1)],
)
def test_a_fault_comes_before_or_after_the_request_was_carried_out(tracker, fault, made):
    faulty = Faulty(tracker, lambda action, n: fault if action == "create" else None)
    if fault.startswith("killed"):
        with pytest.raises(Killed):
            faulty.create([Draft(draft(), "n")])
    else:
        assert faulty.create([Draft(draft(), "n")])[0].state == "ambiguous"
    assert len(tracker.all()) == made


def test_two_trackers_in_one_file_do_not_see_each_others_tickets(path):
    mine, other = (LocalTracker(name, path, name.upper(), now=now) for name in ("a", "b"))
    first, second = create(mine, "s1"), applied(other.create([Draft(draft("s1"), "n0")])[0])
    assert (first.key, second.key) == ("A-1", "B-2")
    assert mine.find(["s1"]) == {"s1": [first]}
    assert mine.changed("")[0] == mine.all() == [first]
    assert set(mine.read([first.id, second.id])) == {first.id}
    assert mine.comment(second.id, "x", nonce="n").state == "rejected"
    for each in (mine, other):
        each.close_connection()


def test_a_key_stays_when_the_project_changes(path):
    for project in ("LOC", "A"):
        tracker = LocalTracker("a", path, project, now=now)
        create(tracker, project)
        keys = [each.key for each in tracker.all()]
        tracker.close_connection()
    assert keys == ["LOC-1", "A-2"]


def test_a_file_of_the_first_format_is_carried_over(tracker, path):
    create(tracker, "s1")
    tracker.close_connection()
    with sqlite3.connect(path) as old:
        for column in ("tracker", "project"):
            old.execute(f"ALTER TABLE tickets DROP COLUMN {column}")
        old.execute("PRAGMA user_version = 1")
    old.close()
    assert [each.key for each in tracker.find(["s1"])["s1"]] == ["LOC-1"]
