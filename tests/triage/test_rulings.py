"""Merges and splits that people rule, and what later scans make of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sync.laboratory import FakeReport, Laboratory, Ran, finding, report
from ticketbot.errors import UsageError
from ticketbot.ledger.ledger import Ledger
from ticketbot.model.finding import Location
from ticketbot.sync import Job
from ticketbot.triage.ruling import carry_out, propose
from ticketbot.triage.rulings import Wanted, merge, undo

ONE = finding("B608", 10, "db.execute(q)", severity="critical")
TWO = finding("B601", 30, "os.system(q)", path="app/run.py")
BOTH = report(ONE, TWO, finding("Low", severity="low"))


class Court(Laboratory):
    """People rule here."""

    def rule(self, wanted: Callable[[Ledger, str], Wanted]) -> Ran:
        with self.ledger() as ledger:
            tracker = self.tracker or self.local
            job = self.job([], ledger, tracker)
            hands = self.hands(job, ledger, tracker)
            return Ran(*carry_out(job, wanted(ledger, job.context.now), hands))

    def merges(self, survivor: str, *others: str) -> Ran:
        return self.rule(
            lambda ledger, now: merge(ledger, survivor, others, by="ada", reason="why", now=now)
        )

    def undoes(self, reference: str, *match: str) -> Ran:
        return self.rule(
            lambda ledger, now: undo(ledger, reference, match, by="ada", reason="", now=now)
        )

    def days(self, *reports: FakeReport, count: int = 3) -> list[list[str]]:
        done = []
        for _ in range(count):
            self.clock.passes(days=1)
            done.append(self.sync(*reports).actions)
        return done


@pytest.fixture
def court(tmp_path):
    return Court(tmp_path)


def test_a_merge_closes_the_other_ticket_as_duplicate_and_later_scans_leave_it(court):
    court.sync(BOTH)
    ran = court.merges("LOC-1", "LOC-2")
    assert sorted(ran.actions) == ["close", "update"]
    assert court.states() == ["open", "duplicate"]
    assert court.local.links("2") == [("duplicates", "1")]
    assert court.days(BOTH) == [[], [], []]


def test_a_merged_ticket_closes_when_both_are_gone(court):
    rest = finding("Low", severity="low")
    court.sync(BOTH)
    court.merges("LOC-1", "LOC-2")
    court.clock.passes(days=1)
    assert court.sync(report(TWO, rest)).actions == []
    assert court.states() == ["open", "duplicate"]
    court.clock.passes(days=1)
    assert court.sync(report(rest)).actions == ["close"]
    assert court.states() == ["fixed", "duplicate"]
    court.clock.passes(days=1)
    assert court.sync(report(ONE, TWO, rest, ended="2026-03-04")).actions == ["reopen"]
    assert court.states() == ["open", "duplicate"]


def test_a_persons_word_about_one_counts_for_both(court):
    court.sync(BOTH)
    court.merges("LOC-1", "LOC-2")
    court.local.person_closes("1", "wont_fix", "ana")
    assert court.days(BOTH) == [[], [], []]
    assert court.states() == ["wont_fix", "duplicate"]


def test_a_merge_survives_a_lost_ledger(court):
    court.sync(BOTH)
    court.merges("LOC-1", "LOC-2")
    court.lose_ledger()
    assert court.days(BOTH) == [[], [], []]
    assert court.states() == ["open", "duplicate"]


def test_a_merge_taken_back_opens_the_other_ticket_again(court):
    court.sync(BOTH)
    court.merges("LOC-1", "LOC-2")
    court.days(BOTH, count=1)
    assert sorted(court.undoes("LOC-2").actions) == ["reopen", "update"]
    assert court.states() == ["open", "open"]
    assert court.days(BOTH) == [[], [], []]
    court.lose_ledger()
    assert court.days(BOTH) == [[], [], []]
    assert court.states() == ["open", "open"]


def test_another_machine_with_an_old_ledger_takes_a_merge_and_its_undoing_over(court):
    court.sync(BOTH)
    old = court.elsewhere("old")
    old.sync(BOTH)
    court.merges("LOC-1", "LOC-2")
    assert old.days(BOTH) == [[], [], []]
    assert court.states() == ["open", "duplicate"]
    court.undoes("LOC-1")
    assert old.days(BOTH) == [[], [], []]
    assert court.states() == ["open", "open"]


def test_what_no_match_has_brought_cannot_be_split_off(court):
    court.sync(BOTH)
    with pytest.raises(UsageError, match="no match has brought"):
        court.undoes("LOC-1")
    with pytest.raises(UsageError, match="not known by line/1:00"):
        court.undoes("LOC-1", "line/1:00")


def _named(**scan: str) -> FakeReport:
    """The first flaw's function has a name from now on: that is one more alias, brought by a match."""
    place = Location(path="app/db.py", line=10, line_text="db.execute(q)", logical="app.db.find")
    named = finding("B608", locations=(place,), severity="critical")
    return report(named, TWO, finding("Low", severity="low"), **scan)


def test_what_a_wrong_match_brought_is_split_off_for_good(court):
    court.sync(BOTH)
    court.days(_named(), count=1)
    assert court.undoes("LOC-1").actions == ["update"]
    later = _named(ended="2026-03-05")
    assert court.days(later, count=1) == [["create", "close"]]
    assert court.days(later) == [[], [], []]
    assert court.states() == ["fixed", "open", "open"]
    court.lose_ledger()
    assert court.days(later) == [[], [], []]
    assert court.states() == ["fixed", "open", "open"]


def test_a_split_is_in_the_ticket_before_the_next_scan(court):
    court.sync(BOTH)
    court.days(_named(), count=1)
    court.undoes("LOC-1")
    court.lose_ledger()
    assert court.days(_named(ended="2026-03-05"), count=1) == [["create", "close"]]


def test_showing_what_would_happen_writes_nothing(court):
    court.sync(BOTH)
    with Ledger.snapshot(f"sqlite:///{court.root / court.ledger_name}") as ledger:
        job: Job = court.job([], ledger, court.local)
        wanted = merge(ledger, "LOC-1", ["LOC-2"], by=None, reason="", now=job.context.now)
        assert propose(job, wanted).summary["close"] == 1
    assert court.days(BOTH, count=1) == [[]]
    assert court.states() == ["open", "open"]


@pytest.mark.parametrize(
    ("survivor", "other", "said"),
    [
        ("LOC-1", "LOC-1", "the same flaw already"),
        ("LOC-1", "LOC-9", "no ticket, no flaw"),
        ("LOC-9", "LOC-1", "no ticket, no flaw"),
    ],
)
def test_what_cannot_be_merged_is_refused(court, survivor, other, said):
    court.sync(BOTH)
    with pytest.raises(UsageError, match=said):
        court.merges(survivor, other)


@pytest.mark.parametrize(("survivor", "other"), [("LOC-1", "LOC-2"), ("LOC-2", "LOC-1")])
def test_what_is_merged_already_is_not_merged_again_either_way_round(court, survivor, other):
    court.sync(BOTH)
    court.merges("LOC-1", "LOC-2")
    with pytest.raises(UsageError, match="the same flaw already"):
        court.merges(survivor, other)


def test_a_decision_about_one_is_not_the_others_own_when_the_ledger_was_lost(court):
    court.sync(BOTH)
    court.local.person_closes("2", "wont_fix", "ana")
    court.days(BOTH, count=1)
    court.merges("LOC-1", "LOC-2")
    court.days(BOTH, count=1)
    assert court.states() == ["wont_fix", "wont_fix"]
    court.lose_ledger()
    assert court.days(BOTH) == [[], [], []]
    court.undoes("LOC-1")
    court.days(BOTH, count=1)
    assert court.states() == ["open", "wont_fix"]
