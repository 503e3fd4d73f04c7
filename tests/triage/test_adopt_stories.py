"""A team has tickets from a script of its own, and begins with ticketbot: theirs become the flaws' own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.sync.laboratory import SETTINGS, finding, report
from tests.triage.bench import Bench, left, taken
from ticketbot.model.finding import Component
from ticketbot.planning.settings import Condition, Route, TrackerSettings

CVE = r"(?P<rule>CVE-\d+-\d+) in (?P<component>\S+)"


@pytest.fixture
def lab(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def vulnerable(cve: str, name: str = "lodash") -> Any:
    return finding(
        cve,
        title=f"Something bad in {name}",
        kind="dependency",
        locations=(),
        vulnerabilities=(cve,),
        component=Component(purl=f"pkg:npm/{name}@4.0.0", name=name, version="4.0.0"),
    )


TWO = (finding("B608", path="app/db.py"), finding("B105", path="app/key.py"))


def test_tickets_of_a_script_get_their_flaws_and_the_next_sync_makes_no_twin(lab: Bench) -> None:
    scan = report(vulnerable("CVE-2024-1"), vulnerable("CVE-2024-2"), vulnerable("CVE-2024-3"))
    lab.opened("[Trivy] CVE-2024-1 in lodash", labels=["appsec"])
    lab.opened("[Trivy] CVE-2024-2 in lodash@4.0.0")
    made, applied = lab.adopt(scan, match=CVE)
    assert taken(made) == {"LOC-1": "CVE-2024-1", "LOC-2": "CVE-2024-2"}
    assert made.pairs[0].evidence == "rule CVE-2024-1 and component lodash (its title)"
    assert [done.outcome for done in applied.results] == ["applied", "applied"]
    assert lab.sync(scan).actions == ["create"]  # the third, which nobody had a ticket for
    assert lab.sync(scan).actions == []
    first = lab.every()[0]
    assert (first.title, first.labels, first.priority) == (
        "[Trivy] CVE-2024-1 in lodash",
        ("appsec",),
        None,
    )
    assert lab.local.body("1") == "by hand"


def test_an_adopted_ticket_is_about_its_flaw_alone_also_where_tickets_are_for_groups(
    lab: Bench,
) -> None:
    lab.opened("CVE-2024-1 in lodash")
    lab.adopt(report(vulnerable("CVE-2024-1")), match=CVE)
    lab.sync(report(vulnerable("CVE-2024-1"), vulnerable("CVE-2024-2")))
    first, second = lab.tickets()
    assert first.marker is not None and second.marker is not None
    assert (first.marker.group, len(first.marker.flaws)) == (None, 1)
    assert second.marker.group == "component:pkg:npm/lodash"
    assert lab.local.find([first.marker.flaws[0].id]) == {first.marker.subject: [first]}


def test_an_adopted_ticket_lives_as_any_other_and_keeps_its_words(lab: Bench) -> None:
    lab.opened("B608 in app/db.py", "Ada wrote this.")
    lab.adopt(report(*TWO))
    lab.sync(report(*TWO))
    worse = finding("B608", path="app/db.py", severity="critical", message="other words")
    assert lab.sync(report(worse, TWO[1])).actions == ["update"]
    assert lab.sync(report(TWO[1])).actions == ["close"]
    assert lab.states() == ["fixed", "open"]
    back = msgspec.structs.replace(worse, pointer="/again")
    assert lab.sync(report(TWO[1], back)).actions == ["reopen"]
    ticket = lab.every()[0]
    assert (ticket.title, lab.local.body("1")) == ("B608 in app/db.py", "Ada wrote this.")
    assert ticket.state == "open"


def test_what_people_chose_on_it_stays_and_what_they_left_empty_is_filled(lab: Bench) -> None:
    lab.opened("B608 in app/db.py")
    lab.local.person_edits("1", "priority", "Lowest", "ada")
    lab.adopt(report(*TWO))
    lab.sync(report(finding("B608", path="app/db.py", severity="critical"), TWO[1]))
    ticket = lab.every()[0]
    assert ticket.priority == "Lowest" and ticket.due is not None


def test_what_may_be_about_several_flaws_is_left_alone(lab: Bench) -> None:
    scan = report(finding(line=10, text="a"), finding(line=20, text="b"))
    lab.opened("B608 in app/db.py")
    lab.opened("B608 in app/db.py:20")
    assert left(lab.propose(scan)) == dict.fromkeys(("LOC-1", "LOC-2"), "ambiguous")
    made = lab.propose(scan, match=r"(?P<rule>\w+) in (?P<path>[^\s:]+)(?::(?P<line>\d+))?")
    assert list(taken(made)) == ["LOC-2"]
    assert left(made) == {"LOC-1": "ambiguous"}
    assert "2 flaws have rule B608 and path app/db.py (its title)" in made.left[0].reason


def test_a_ticket_about_a_flaw_and_something_unknown_is_left_alone(lab: Bench) -> None:
    lab.opened("B608 in app/db.py and B999 in app/x.py")
    made = lab.propose(report(*TWO))
    assert left(made) == {"LOC-1": "ambiguous"}
    assert made.left[0].reason.endswith("none in the reports has rule B999 and path app/x.py")


def test_a_second_ticket_for_a_flaw_is_named_and_left(lab: Bench) -> None:
    for _ in range(3):
        lab.opened("B608 in app/db.py")
    lab.local.person_closes("1", None, "ada")
    made, _ = lab.adopt(report(*TWO), closed=True)
    assert taken(made) == {"LOC-2": "B608"}, "the open one with the lowest id"
    assert left(made) == {"LOC-1": "second", "LOC-3": "second"}
    assert made.left[0].reason == "LOC-2 is for the same flaw"


def test_who_has_a_marker_is_never_adopted_again(lab: Bench) -> None:
    lab.sync(report(TWO[0]))
    lab.opened("B608 in app/db.py")
    made = lab.propose(report(*TWO))
    assert (made.ours, taken(made), left(made)) == (1, {}, {"LOC-2": "taken"})
    assert made.left[0].reason == "its flaw has LOC-1 already"


def test_a_ticket_whose_marker_was_cut_out_is_still_ours(lab: Bench) -> None:
    lab.opened("B608 in app/db.py")
    lab.adopt(report(*TWO))
    with lab.local._file.writing() as connection:
        connection.execute("UPDATE tickets SET marker = NULL")
    made = lab.propose(report(*TWO))
    assert made.ours == 1 and not made.pairs and not made.left


def test_a_proposal_writes_nothing(lab: Bench) -> None:
    lab.opened("B608 in app/db.py")
    before = lab.every()
    assert taken(lab.propose(report(*TWO))) == {"LOC-1": "B608"}
    assert lab.every() == before
    assert not (lab.root / lab.ledger_name).exists()


def test_a_lost_ledger_after_adoption_plans_nothing(lab: Bench) -> None:
    lab.opened("B608 in app/db.py")
    lab.opened("B105 in app/key.py")
    lab.local.person_closes("2", "wont_fix", "ada")
    lab.adopt(report(*TWO), closed=True)
    lab.lose_ledger()
    assert lab.sync(report(*TWO)).actions == []
    lab.sync(report(finding("B608", path="app/db.py", message="other words"), TWO[1]))
    assert lab.local.body("1") == "by hand", "the marker remembers that the words are theirs"


def test_two_machines_that_adopt_come_to_the_same(lab: Bench) -> None:
    lab.opened("B608 in app/db.py")
    lab.adopt(report(*TWO))
    other = Bench(lab.root, "other.db", clock=lab.clock)
    made, _ = other.adopt(report(*TWO))
    assert made.ours == 1 and not made.pairs
    assert other.sync(report(*TWO)).actions == ["create"]
    assert lab.sync(report(*TWO)).actions == []


def elsewhere(when: Condition) -> Any:
    routes = (Route(name="there", when=when, to="other"), *SETTINGS.routes)
    return {
        "routes": routes,
        "trackers": {**SETTINGS.trackers, "other": TrackerSettings(type="local", remote=False)},
    }


@pytest.mark.parametrize(
    ("item", "settings", "reason"),
    [
        (finding("B1", severity="low"), {}, "its flaw gets no ticket: no route matches"),
        (finding("B1"), elsewhere(Condition(path=("app/**",))), "its flaw goes to other (there)"),
    ],
    ids=["no route", "another tracker"],
)
def test_why_a_flaw_takes_no_ticket_is_said(
    lab: Bench, item: Any, settings: Any, reason: str
) -> None:
    lab.settings = msgspec.structs.replace(SETTINGS, **settings)
    lab.opened("B1 in app/db.py")
    made = lab.propose(report(item, finding("B2", text="other")))
    assert [each.reason for each in made.left] == [reason]


def test_a_flaw_that_is_known_debt_or_suppressed_takes_no_ticket(lab: Bench) -> None:
    lab.opened("B608 in app/db.py")
    made, _ = lab.adopt(report(*TWO), match="(?P<rule>nothing)")
    assert left(made) == {"LOC-1": "silent"}
    hidden = msgspec.structs.replace(TWO[0], status="suppressed")
    assert "suppressed in the source" in lab.propose(report(hidden, TWO[1])).left[0].reason
    with lab.ledger() as ledger:
        ledger.set_baseline([flaw.id for flaw in made.plan.effects.flaws], True)
    assert "its flaw is known debt" in lab.propose(report(*TWO)).left[0].reason


def test_more_tickets_than_asked_for_are_told_of(lab: Bench) -> None:
    lab.opened("B608 in app/db.py")
    lab.opened("B105 in app/key.py")
    assert lab.propose(report(*TWO), limit=1).cut
    assert not lab.propose(report(*TWO), limit=3).cut
    assert list(taken(lab.propose(report(*TWO), query="key"))) == ["LOC-2"]
