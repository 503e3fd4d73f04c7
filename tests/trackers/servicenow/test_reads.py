"""Reading: what the instance drops, hides, moves and pages, and what it is never asked."""

from __future__ import annotations

import pytest

from tests.trackers.contract import applied, create, draft, marker
from tests.trackers.servicenow.conftest import COLUMN
from tests.trackers.servicenow.test_counts import filled, noise
from ticketbot.errors import TrackerError
from ticketbot.trackers.base import Draft
from ticketbot.trackers.servicenow import query as servicenow_query


class TestDroppedTerms:
    """An instance gives every row for a term that it does not understand."""

    def test_a_look_up_that_gives_others_is_an_error_and_no_answer(self, bench):
        bench.instance.person_makes("Printer", "It is on fire.")
        tracker = bench.tracker(id_field="u_uuid")
        with pytest.raises(TrackerError, match="asked for some values of u_uuid, incident answers"):
            tracker.find(["s1"])

    def test_a_list_of_ours_that_holds_others_is_an_error(self, bench):
        bench.instance.person_makes("Printer", "It is on fire.")
        tracker = bench.tracker(mark_field="u_mark")
        with pytest.raises(TrackerError, match="the instance dropped a term of the query"):
            tracker.changed("")

    @pytest.mark.parametrize("subject", ["a^ORactive=true", "", "x,y", "javascript:gs.now()", "é"])
    def test_a_subject_that_could_end_a_term_is_never_sent(self, bench, tracker, subject):
        bench.instance.person_makes("Printer", "It is on fire.")
        assert bench.count(lambda: tracker.find([subject])) == 0


class TestIds:
    def test_a_deleted_record_is_missing(self, bench, tracker):
        one, two = create(tracker, "s1"), create(tracker, "s2")
        bench.instance.person_deletes(one.id)
        assert set(tracker.read([one.id, two.id])) == {two.id}

    def test_the_last_record_of_a_table_may_be_deleted_too(self, bench, tracker):
        one = create(tracker, "s1")
        bench.instance.person_deletes(one.id)
        assert tracker.read([one.id]) == {}

    def test_a_record_of_another_class_is_found_and_written_there(self, bench, tracker):
        one = create(tracker, "s1")
        bench.instance.person_reclassifies(one.id, "problem")
        now = tracker.read([one.id])[one.id]
        assert (now.id, now.marker, "problem.do" in now.url) == (one.id, marker("s1"), True)
        applied(tracker.comment(one.id, "Hello", nonce="n"))
        assert bench.instance.tickets()[0].comments == ("Hello",)

    @pytest.mark.parametrize("settings", [{"unreadable": frozenset({"incident"})}])
    def test_records_that_the_account_may_not_see_are_not_taken_for_deleted(self, bench, tracker):
        made = bench.instance.person_makes("Printer", "It is on fire.")
        with pytest.raises(TrackerError, match="may not see records of incident any more") as error:
            tracker.read([made])
        assert error.value.hint

    def test_many_that_are_gone_are_told_from_those_that_moved(self, bench, tracker):
        made = filled(bench, tracker, 130)
        for ticket in made[1:-1]:
            bench.instance.person_deletes(ticket.id)
        bench.instance.person_reclassifies(made[-1].id, "problem")
        bench.instance.person_closes(made[-1].id, "accepted")
        now = tracker.read([ticket.id for ticket in made])
        assert {id_: ticket.state for id_, ticket in now.items()} == {
            made[0].id: "open",
            made[-1].id: "closed",
        }

    def test_nonsense_is_never_sent(self, bench, tracker):
        ids = ["", "1^ORactive=true", "z" * 32, "A" * 32]
        assert bench.count(lambda: tracker.read(ids)) == 0


class TestPages:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch):
        monkeypatch.setattr(servicenow_query, "PAGE", 7)

    @pytest.mark.parametrize("configured", [COLUMN, {}], ids=["column", "attachment"])
    def test_every_ticket_is_given_once(self, bench, configured):
        tracker = bench.tracker(**configured)
        made = filled(bench, tracker, 40)
        noise(bench, 30)
        found = [ticket.id for ticket in tracker.changed("")[0]]
        assert sorted(found) == sorted(ticket.id for ticket in made)
        assert len(tracker.find([ticket.marker.subject for ticket in made])) == 40

    def test_what_is_made_while_pages_are_read_hides_nothing(self, bench, tracker):
        made = filled(bench, tracker, 40)
        answer, left = bench.instance.answer, [3]

        def meddling(asked):
            if left and asked.method == "GET":
                left.append(left.pop() - 1)
                noise(bench, 5)
                if not left[0]:
                    left.clear()
            return answer(asked)

        bench.instance.answer = meddling
        found = {ticket.id for ticket in tracker.changed("")[0]}
        assert found == {ticket.id for ticket in made}

    def test_a_persons_query_keeps_its_alternatives_on_every_page(self, bench, tracker):
        filled(bench, tracker, 20)
        noise(bench, 20)
        query = "short_descriptionSTARTSWITHFlaw^ORDERBYDESCnumber^NQshort_descriptionLIKEprinter"
        assert len(tracker.search(query)) == len({t.ticket.id for t in tracker.search(query)}) == 40
        assert len(tracker.search(query, limit=9)) == 9
        assert len(tracker.search("")) == 40


class TestChanged:
    def test_what_a_person_did_is_seen_once(self, bench, tracker):
        made = create(tracker)
        _, mark = tracker.changed("")
        bench.passes(600)
        bench.instance.person_closes(made.id, "wont_fix")
        tickets, mark = tracker.changed(mark)
        assert [(t.id, t.state, t.resolution, t.changed_by) for t in tickets] == [
            (made.id, "closed", "wont_fix", "ada")
        ]
        bench.passes(5)
        assert tracker.changed(mark)[0] == []

    def test_a_change_that_was_committed_late_is_given_by_the_next_look(self, bench, tracker):
        """Its stamp is older than the mark, by less than the overlap."""
        made = create(tracker)
        bench.passes(3600)
        _, mark = tracker.changed("")
        bench.at -= 200
        bench.instance.person_edits(made.id, "title", "Theirs")
        bench.at += 210
        assert [ticket.title for ticket in tracker.changed(mark)[0]] == ["Theirs"]

    def test_a_record_whose_marker_comes_later_is_given_again(self, bench, attaching):
        bench.spoil("500 before", lambda a: a.method == "POST" and a.path.endswith("/file"), 9)
        made = applied(attaching.create([Draft(draft(), "n")])[0])
        bench.instance.person_edits(made.id, "body", "Mine now.")
        other = bench.tracker()
        tickets, mark = other.changed("")
        assert tickets[0].marker != marker("s1")
        bench.front.choose = lambda _asked: ""
        applied(attaching.update(made.id, draft(), [], nonce="n2"))
        assert [ticket.marker for ticket in other.changed(mark)[0]] == [marker("s1")]

    @pytest.mark.parametrize("mark", ["0", "null", "{}", '{"at": "x"}', "2026-01-01"])
    def test_a_mark_of_another_making_reads_everything(self, tracker, mark):
        create(tracker)
        assert len(tracker.changed(mark)[0]) == 1

    def test_a_mark_of_a_clock_that_is_ahead_hides_nothing(self, bench, tracker):
        made = create(tracker)
        bench.passes(3600)
        _, mark = tracker.changed("")
        bench.at -= 2400
        bench.instance.person_edits(made.id, "title", "Theirs")
        assert [ticket.title for ticket in tracker.changed(mark)[0]] == ["Theirs"]

    def test_no_stamp_is_ever_sent_for_an_account_has_a_time_zone(self, bench, tracker):
        _, mark = tracker.changed("")
        bench.passes(90)
        asked: list[str] = []

        def note(request) -> str:
            asked.append(request.query["sysparm_query"])
            return ""

        bench.front.choose = note
        tracker.changed(mark)
        assert asked == [
            "sys_updated_onRELATIVEGE@minute@ago@7^correlation_displaySTARTSWITHticketbot:"
            "^ORDERBYsys_id"
        ]


def test_the_longest_address_stays_below_six_kilobytes(bench, tracker):
    """`shapes.problems` holds every address of every test against the limit; here are the longest."""
    subjects = [f"{n:08}-ffff-5fff-8fff-ffffffffffff" for n in range(100)]
    tracker.find(subjects)
    tracker.read([f"{n:032x}" for n in range(100)])
    assert len(bench.witness.items) == 2 + 3


@pytest.mark.parametrize("settings", [{"header_limit": 1000}])
def test_an_address_that_is_too_long_for_the_instance_is_said_in_its_words(bench, tracker):
    with pytest.raises(TrackerError, match="400 Request header is too large"):
        tracker.find([f"{n:08}-ffff-5fff-8fff-ffffffffffff" for n in range(90)])


@pytest.mark.parametrize("settings", [{"hibernating": True}])
def test_an_instance_that_sleeps_answers_a_page_and_nothing_is_made(bench, tracker):
    with pytest.raises(TrackerError, match="an HTML page"):
        tracker.find(["s1"])
    assert tracker.create([Draft(draft(), "n")])[0].state == "ambiguous"
    assert bench.instance.tickets() == []
