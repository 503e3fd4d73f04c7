"""What `ticketbot doctor` learns of a JIRA: what is wrong says what to change; nothing is written."""

from __future__ import annotations

import pytest

from tests.trackers.contract import create
from tests.trackers.jira.given import scene
from ticketbot.simulate.exchange import answered


def looked(jira, **settings):
    jira.requests()
    checks = jira.tracker(**settings).examine()
    reads = {("POST", "search/jql"), ("POST", "search"), ("POST", "issue/bulkfetch")}
    assert {r for r in jira.requests() if r[0] != "GET"} <= reads
    assert all(check.advice for check in checks if check.state in ("wrong", "warning"))
    return {(check.what, check.state): f"{check.found} {check.advice}" for check in checks}


@pytest.mark.parametrize("cloud", [True, False], ids=["Cloud", "Data Center"])
def test_a_jira_that_is_set_up_well_has_nothing_wrong(cloud):
    with scene(cloud=cloud) as jira:
        create(jira.tracker())
        jira.now.passes(60)
        found = looked(jira)
        assert {state for _, state in found} == {"ok"}
        assert {
            *("credentials", "project SEC", "permissions", "issue type", "required fields"),
            *("labels", "transition to done", "transition back", "resolutions", "link types"),
            "rate limit",
        } == {what for what, _ in found}


@pytest.mark.parametrize(
    ("site", "settings", "what", "says"),
    [
        ({"tokens": ()}, {}, ("credentials", "wrong"), "does not accept the credentials"),
        ({}, {"url": "http://nowhere.simulated"}, ("credentials", "wrong"), "unknown host"),
        ({}, {"project": "NOPE"}, ("project NOPE", "wrong"), "key 'NOPE'"),
        ({}, {"projects": ["NOPE"]}, ("project NOPE", "wrong"), "key 'NOPE'"),
        ({"denied": ("EDIT_ISSUES",)}, {}, ("permissions", "wrong"), "lacks EDIT_ISSUES"),
        ({"denied": ("LINK_ISSUES",)}, {}, ("permissions", "warning"), "lacks LINK_ISSUES"),
        ({}, {"issue_type": "Epos"}, ("issue type", "wrong"), "it has Bug, Task"),
        (
            {"required": ("customfield_10010",)},
            {},
            ("required fields", "wrong"),
            "requires Team (customfield_10010)",
        ),
        (
            {"required": ("customfield_10010",)},
            {"fields": {"customfield_10010": "AppSec"}},
            ("required fields", "ok"),
            "gives all",
        ),
        ({}, {"fields": {"customfield_9": 1}}, ("fields", "warning"), "customfield_9"),
        ({"off_screen": ("labels",)}, {}, ("labels", "wrong"), "not on the create screen"),
        ({"off_screen": ("priority",)}, {}, ("priority", "warning"), "made without"),
        ({}, {"security_level": "Internal"}, ("security level", "ok"), "can be set"),
        ({}, {"security_level": "Secret"}, ("security level", "wrong"), "only Internal"),
        ({"resolutions": ("Done", "Obsolete")}, {}, ("resolutions", "warning"), "Obsolete"),
        ({"link_types": ("Relates",)}, {}, ("link types", "warning"), "Duplicate"),
        (
            {"required_to_close": ("customfield_10010",)},
            {},
            ("transition to done", "warning"),
            "requires Team",
        ),
    ],
)
def test_each_thing_that_is_wrong_says_what_to_change(site, settings, what, says):
    with scene() as jira:
        create(jira.tracker())
        jira.now.passes(60)
        jira.site.site.change(**site)
        found = looked(jira, **settings)
        assert what in found
        assert says in found[what]


def test_a_project_without_an_issue_cannot_tell_its_transitions():
    with scene() as jira:
        assert ("transition to done", "unknown") in looked(jira)


def test_an_address_that_is_no_jira_is_told():
    with scene() as jira:
        jira.answering(lambda asked: answered(200, {"hello": "world"}))
        assert ("url", "wrong") in looked(jira)


def test_a_rate_limit_that_is_nearly_used_up_is_told():
    with scene() as jira:

        def answer(asked):
            given = jira.site.answer(asked)
            headers = {**given.headers, "X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "9"}
            return type(given)(given.status, given.body, headers)

        jira.answering(answer)
        assert looked(jira)["rate limit", "warning"].startswith("9 of 100 requests are left")


@pytest.mark.parametrize("fault", ["502 before", "html before", "cut before"])
def test_what_cannot_be_looked_at_is_unknown_and_the_rest_is_looked_at(fault):
    with scene() as jira:
        jira.faulty(*[fault] * 9, path="/resolution")
        found = looked(jira)
        assert ("resolutions", "unknown") in found
        assert ("link types", "ok") in found
