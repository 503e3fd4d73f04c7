"""Texts: cut, attached, people's own kept, hostile ones harmless; and what the instance does not take."""

from __future__ import annotations

import pytest

from tests.trackers.contract import applied, create, draft, marker
from ticketbot.trackers.base import Draft
from ticketbot.trackers.markup.section import FOOTER


class TestTexts:
    def test_a_body_above_four_thousand_characters_is_cut_and_attached_in_full(
        self, bench, tracker
    ):
        body = "\n\n".join(f"Paragraph {n} has some words in it." for n in range(300))
        made = create(tracker, body=body)
        text = bench.instance.row(made.id)["description"]
        assert len(text) <= 4000
        assert "The full text is attached as ticketbot-full-text.txt." in text
        assert text.endswith(FOOTER)
        (file,) = bench.instance.files.of(made.id)
        assert b"Paragraph 299 has" in bench.instance.files.contents[file["sys_id"]]
        short = draft(body="Short.", marker=marker("s1", draft="d2"))
        applied(tracker.update(made.id, short, ["body"], nonce="n"))
        assert bench.instance.files.of(made.id) == []

    def test_what_people_write_below_the_footer_stays(self, bench, tracker):
        made = create(tracker, body="Old.")
        row = bench.instance.row(made.id)
        theirs = row["description"] + "\r\n\r\nCall Bob first."
        bench.instance.person_edits(made.id, "body", theirs)
        assert tracker.read([made.id])[made.id].body_digest == made.body_digest
        after = applied(tracker.update(made.id, draft(body="New."), ["body"], nonce="n"))
        text = bench.instance.row(made.id)["description"]
        assert text.startswith("New.")
        assert text.endswith("Call Bob first.")
        assert after.body_digest != made.body_digest

    def test_a_record_of_somebody_else_keeps_its_words_when_it_becomes_ours(self, bench, tracker):
        theirs = bench.instance.person_makes("SQL injection", "I found this by hand.")
        applied(tracker.update(theirs, draft(), [], nonce="n"))
        found = tracker.find(["s1"])["s1"][0]
        assert (found.id, found.title, found.marker) == (theirs, "SQL injection", marker("s1"))
        assert bench.instance.tickets()[0].body == "I found this by hand."
        applied(tracker.update(theirs, draft(body="Now managed."), ["body"], nonce="n2"))
        text = bench.instance.tickets()[0].body
        assert text.startswith("Now managed.")
        assert text.endswith("I found this by hand.")

    def test_a_record_of_another_integration_does_not_lose_what_finds_it(self, bench, tracker):
        theirs = bench.instance.person_makes("Disk full", "By monitoring.")
        bench.instance.person_edits(theirs, "correlation_id", "alert-17")
        outcome = tracker.update(theirs, draft(), [], nonce="n")
        assert outcome.state == "rejected"
        assert "says 'alert-17', by which another integration may find it" in outcome.reason
        assert bench.instance.row(theirs)["correlation_id"] == "alert-17"

    def test_a_comment_is_internal_unless_configured(self, bench, tracker):
        made = create(tracker)
        tracker.comment(made.id, "Internal", nonce="a")
        bench.tracker(comment_field="comments").comment(made.id, "For the customer", nonce="b")
        journals = [entry[2:] for entry in bench.instance.tables.heard[made.id]]
        assert journals == [("work_notes", "Internal"), ("comments", "For the customer")]

    @pytest.mark.parametrize("said", ["[code]<script>alert(1)</script>[/code]", "@[Ada] look"])
    def test_hostile_text_makes_no_markup_and_pings_nobody(self, bench, tracker, said):
        made = create(tracker, body=f"`{said}`")
        tracker.comment(made.id, said, nonce="n")
        (note,) = bench.instance.tickets()[0].comments
        for text in (bench.instance.row(made.id)["description"], note):
            assert not any(bad in text for bad in ("[code]", "<script", "@["))

    @pytest.mark.parametrize("settings", [{"title_length": 80, "columns": {}}])
    def test_a_title_that_the_instance_cuts_is_compared_as_it_stands_there(self, bench, attaching):
        outcome = attaching.create([Draft(draft(title="x" * 160), "n")])[0]
        assert applied(outcome).title == "x" * 80
        assert "short_description (the instance did not take it)" in outcome.reason

    def test_labels_without_a_column_are_left_out_and_said(self, attaching):
        outcome = attaching.create([Draft(draft(), "n")])[0]
        assert outcome.reason == "left out: labels (no `labels_field` is configured)"

    @pytest.mark.parametrize("settings", [{"unwritable": frozenset({"u_labels"})}])
    def test_a_column_that_an_acl_keeps_is_said(self, tracker):
        outcome = tracker.create([Draft(draft(), "n")])[0]
        assert outcome.state == "applied"
        assert "u_labels (the instance did not take it)" in outcome.reason

    @pytest.mark.parametrize("settings", [{"unwritable": frozenset({"correlation_id"})}])
    def test_without_a_uuid_in_the_record_no_second_one_is_made(self, bench, tracker):
        first = tracker.create([Draft(draft("s1"), "n1")])[0]
        assert (
            "was made without correlation_id"
            in tracker.create([Draft(draft("s2"), "n2")])[0].reason
        )
        assert (first.state, len(bench.instance.tickets())) == ("applied", 1)

    @pytest.mark.parametrize("settings", [{"unwritable": frozenset({"correlation_id"})}])
    def test_the_first_record_is_made_alone(self, bench):
        outcomes = bench.newcomer().create([Draft(draft(f"s{n}"), f"n{n}") for n in range(5)])
        assert [outcome.state for outcome in outcomes] == ["applied", *["rejected"] * 4]
        assert len(bench.instance.tickets()) == 1

    @pytest.mark.parametrize("settings", [{"mandatory": ("caller_id",)}])
    def test_a_mandatory_column_is_named_with_the_way_to_fill_it(self, bench, tracker):
        outcome = tracker.create([Draft(draft(), "n")])[0]
        assert outcome.state == "rejected"
        assert outcome.reason.endswith(
            "mandatory: Caller id. Give them a value under `fields:` of the tracker."
        )
        given = draft(fields={"caller_id": "ada"})
        assert applied(tracker.create([Draft(given, "n")])[0]).title == "Flaw s1"
        assert len(bench.instance.tickets()) == 1
