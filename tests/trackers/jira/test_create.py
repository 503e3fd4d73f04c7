"""Creating in JIRA: whatever happens to the answer, one call makes one ticket or none, and says which."""

from __future__ import annotations

import pytest

from tests.trackers.contract import applied, create, draft, marker
from tests.trackers.jira.given import scene
from ticketbot.simulate import faults
from ticketbot.trackers.base import Draft

# fault → (outcome, tickets made by the time the call is over); the rest is refused, and sent again
LOST = {
    "reset before": 0,
    "close before": 0,
    "hang before": 0,
    "500 before": 0,
    "502 before": 0,
    "503 before 2": 0,
    "reset after": 1,
    "close after": 1,
    "hang after": 1,
    "500 after": 1,
    "502 after": 1,
    "503 after": 1,
    "504 after": 1,
    "503 after 2": 1,
    "cut after": 1,
    "html after": 1,
    "hang late 10": 0,
    "hang late 25": 0,
}


@pytest.fixture(params=[True, False], ids=["Cloud", "Data Center"])
def jira(request):
    with scene(cloud=request.param) as made:
        yield made


@pytest.mark.parametrize("fault", faults.WRITES)
@pytest.mark.parametrize("count", [1, 3], ids=["alone", "in bulk"])
def test_an_answer_that_goes_wrong_makes_no_twin(jira, fault, count):
    jira.faulty(fault, path="/bulk" if count > 1 else "/issue", method="POST")
    wanted = [Draft(draft(f"s{n}"), f"n{n}") for n in range(count)]
    outcomes = jira.tracker().create(wanted)
    made = len(jira.site.tickets())
    if fault in LOST:
        assert {outcome.state for outcome in outcomes} == {"ambiguous"}
        assert made == LOST[fault] * count
    elif fault == "401":
        assert {outcome.state for outcome in outcomes} == {"rejected"}
        assert made == 0
    else:
        assert {outcome.state for outcome in outcomes} == {"applied"}
        assert made == count


@pytest.mark.parametrize(
    "fault", [fault for fault, made in LOST.items() if made or "late" in fault]
)
@pytest.mark.parametrize("cloud", [True, False], ids=["Cloud", "Data Center"])
def test_a_ticket_made_in_silence_is_found_by_its_key_before_the_index_has_it(cloud, fault):
    with scene(cloud=cloud, search_lag=1e9) as jira:
        create(jira.tracker(), "old")
        jira.faulty(fault, path="/issue", method="POST")
        assert jira.tracker().create([Draft(draft("s1"), "n")])[0].state == "ambiguous"
        jira.now.passes(60)
        jira.front.settle()
        found = jira.tracker().find(["s1", "s2"])
        assert [ticket.title for ticket in found.pop("s1")] == ["Flaw s1"]
        assert found == {}


def test_a_create_says_everything_in_one_request(jira):
    jira.requests()
    applied(
        jira.tracker(security_level="Internal").create(
            [Draft(draft("s1", priority="High", fields={"components": ["api"]}), "n")]
        )[0]
    )
    assert next(r for r in jira.requests() if r[0] == "POST") == ("POST", "issue")
    (issue,) = jira.site.site.issues.values()
    assert issue.properties["ticketbot"]["subject"] == "s1"
    assert {"ticketbot", "tb-s1", "ticketbot-target-shop", "bandit"} <= set(issue.fields["labels"])
    assert issue.fields["security"] == {"name": "Internal"}
    assert issue.fields["components"] == [{"name": "api"}]


def test_a_thousand_tickets_take_forty_requests_on_cloud():
    with scene() as jira:
        tracker = jira.tracker()
        drafts = [Draft(draft(f"s{n}"), f"n{n}") for n in range(1000)]
        outcomes = tracker.create(drafts)
        assert {outcome.state for outcome in outcomes} == {"applied"}
        assert len(jira.requests()) == 40


def test_a_part_of_a_bulk_that_is_refused_keeps_nobody_else_waiting(jira):
    wanted = [draft("s1"), draft("s2", fields={"project": "NONE"}), draft("s3")]
    outcomes = jira.tracker().create([Draft(each, each.subject) for each in wanted])
    assert [outcome.state for outcome in outcomes] == ["applied", "rejected", "applied"]
    assert "valid project is required" in outcomes[1].reason
    assert [applied(outcomes[n]).title for n in (0, 2)] == ["Flaw s1", "Flaw s3"]


@pytest.mark.parametrize(
    ("more", "site", "left"),
    [
        ({"priority": "Extreme"}, {}, "priority"),
        ({"priority": "High"}, {"off_screen": ("priority",)}, "priority"),
        ({"due": "2026-05-01"}, {"off_screen": ("duedate",)}, "duedate"),
        ({"fields": {"components": ["nowhere"]}}, {}, "components"),
        ({"fields": {"customfield_99": "x"}}, {}, "customfield_99"),
        ({"assignee": "nobody@example.com"}, {}, "assignee"),
        ({"assignee": "example.com"}, {}, "assignee"),
    ],
)
@pytest.mark.parametrize("count", [1, 2], ids=["alone", "in bulk"])
def test_what_jira_does_not_take_is_left_out_and_named(more, site, left, count):
    with scene(**site) as jira:
        wanted = [draft("s1", **more), *[draft(f"s{n}") for n in range(2, count + 1)]]
        outcomes = jira.tracker().create([Draft(each, each.subject) for each in wanted])
        assert applied(outcomes[0]).title == "Flaw s1"
        assert outcomes[0].reason.startswith(f"{left} was left out: ")
        assert {(o.state, o.reason) for o in outcomes[1:]} <= {("applied", "")}
        assert len(jira.site.tickets()) == count


@pytest.mark.parametrize(
    ("site", "settings", "says"),
    [
        (
            {"required": ("customfield_10010",)},
            {},
            "Set `fields.customfield_10010` of this tracker",
        ),
        ({}, {"project": "NOPE"}, "Check `project` and `issue_type`"),
        ({}, {"issue_type": "Epos"}, "Check `project` and `issue_type`"),
        ({"denied": ("CREATE_ISSUES",)}, {}, "You do not have permission to create issues"),
        ({}, {"security_level": "Secret"}, "Check `security_level`"),
        ({"off_screen": ("labels",)}, {}, "Tickets are found by their labels"),
    ],
)
def test_what_a_ticket_cannot_do_without_is_refused_with_the_next_step(site, settings, says):
    with scene(**site) as jira:
        (outcome,) = jira.tracker(**settings).create([Draft(draft("s1"), "n")])
        assert outcome.state == "rejected"
        assert says in outcome.reason
        assert jira.site.tickets() == []


@pytest.mark.parametrize(
    ("cloud", "who", "account"),
    [
        (True, "ada@example.com", {"accountId": "5b10ac8d82e05b22cc7d4ef5"}),
        (True, "5b10ac8d82e05b22cc7d4ef6", {"accountId": "5b10ac8d82e05b22cc7d4ef6"}),
        (False, "ada@example.com", {"name": "ada"}),
        (False, "bob", {"name": "bob"}),
    ],
)
def test_an_assignee_is_named_as_the_deployment_names_people(cloud, who, account):
    with scene(cloud=cloud) as jira:
        tracker = jira.tracker()
        made = create(tracker, "s1", assignee=who)
        (issue,) = jira.site.site.issues.values()
        assert issue.fields["assignee"] == account
        jira.requests()
        create(tracker, "s2", assignee=who)
        assert not [path for _, path in jira.requests() if path.startswith("user")]
        assert made.assignee == (who if "@" in who else "bob@example.com")


def test_a_jira_that_refuses_properties_gets_the_marker_in_the_description():
    with scene(cloud=False, properties=False) as jira:
        tracker = jira.tracker()
        made = create(tracker)
        assert made.marker == marker("s1")
        assert "{anchor:tb1." in jira.site.tickets()[0].body
        jira.requests()
        create(tracker, "s2")
        assert jira.requests()[0] == ("POST", "issue")
        assert len(jira.site.tickets()) == 2


def test_text_is_cut_to_what_jira_takes_and_the_footer_stays(jira):
    made = create(jira.tracker(), body="*x* 🦀 " * 9_000, title="t" * 400)
    (seen,) = jira.site.tickets()
    assert made.title == seen.title
    assert "write below this line." in seen.body
    assert len(seen.body.encode("utf-16-le")) // 2 <= 32_767


def test_a_ticket_that_its_maker_may_not_see_was_made_all_the_same(jira):
    jira.site.site.change(hidden_level=True)
    tracker = jira.tracker(security_level="Internal")
    (outcome,) = tracker.create([Draft(draft("s1"), "n")])
    made = applied(outcome)
    assert (made.title, made.state, made.marker) == ("Flaw s1", "open", marker("s1"))
    assert "the account that made it may not see it" in outcome.reason
    jira.site.site.change(hidden_level=False)
    assert tracker.read([made.id])[made.id].body_digest == made.body_digest


@pytest.mark.parametrize("fault", ["502 before", "html before", "hang before"])
def test_a_look_at_a_new_ticket_that_fails_does_not_unmake_it(jira, fault):
    jira.faulty(*[fault] * 9, path="10001", method="GET")
    (outcome,) = jira.tracker().create([Draft(draft("s1"), "n")])
    assert applied(outcome).key == "SEC-1"
    assert outcome.reason.startswith("a look at the new ticket was left out: ")
