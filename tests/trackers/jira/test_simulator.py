"""The simulated JIRA is as strict as the real ones: rows of trackers.md, section F."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ticketbot.simulate.exchange import Asked, Time
from ticketbot.simulate.jira import service as jira
from ticketbot.simulate.jira.jql import Query

FIELDS: dict[str, Any] = {
    "project": {"key": "SEC"},
    "issuetype": {"name": "Bug"},
    "summary": "A flaw",
}
HEADERS = {"authorization": "Bearer x", "content-type": "application/json"}


class Site:
    """One simulated JIRA, and a short way to ask it."""

    def __init__(self, **settings: Any) -> None:
        self.at = 1_772_366_400.0
        self.jira = jira.make(Time(lambda: self.at), **settings)

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        raw = b"" if body is None else msgspec.json.encode(body)
        asked = Asked(
            method=method,
            path=f"/rest/api/2/{path}",
            query=query,
            headers=HEADERS,
            body=raw,
            base="http://127.0.0.1:1",
        )
        answer = self.jira.answer(asked)
        return answer.status, msgspec.json.decode(answer.body) if answer.body else None

    def make(self, **fields: Any) -> tuple[int, Any]:
        return self.ask("POST", "issue", {"fields": FIELDS | fields})


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"summary": "x" * 256}, {"summary": "Summary can't exceed 255 characters."}),
        (
            {"summary": "a\nb"},
            {"summary": "The summary is invalid because it contains newline characters."},
        ),
        (
            {"labels": ["Severity: high"]},
            {"labels": "The label 'Severity: high' contains spaces which is invalid."},
        ),
        (
            {"description": "🦀" * 16_384},
            {
                "description": "The entered text is too long."
                " It exceeds the allowed limit of 32,767 characters."
            },
        ),
        (
            {"customfield_9": 1},
            {
                "customfield_9": "Field 'customfield_9' cannot be set."
                " It is not on the appropriate screen, or unknown."
            },
        ),
        ({"priority": {"name": "Odd"}}, {"priority": "Priority name 'Odd' is not valid"}),
        ({"priority": "High"}, {"priority": "data was not an object"}),
        ({"assignee": {"name": "ada"}}, {"assignee": "data was not an object"}),
        ({"components": ["api"]}, {"components": "data was not an array"}),
        ({"duedate": "tomorrow"}, {"duedate": "Error parsing date string: tomorrow"}),
        ({"labels": None}, {"labels": "data was not an array"}),
    ],
)
def test_a_field_is_refused_in_jira_s_words(fields, says):
    site = Site()
    status, body = site.make(**fields)
    assert (status, body) == (400, {"errorMessages": [], "errors": says})
    assert site.jira.tickets() == []


@pytest.mark.parametrize(
    ("cloud", "method", "path", "body", "status"),
    [
        (True, "GET", "search", None, 410),
        (True, "POST", "search", {"jql": "project = SEC"}, 410),
        (True, "POST", "search/jql", {"jql": "ORDER BY created"}, 400),
        (True, "POST", "search/jql", {"jql": "project = SEC", "expand": None}, 400),
        (True, "POST", "search/jql", {"jql": "project = SEC", "startAt": 0}, 400),
        (
            True,
            "POST",
            "search/jql",
            {"jql": "project = SEC", "reconcileIssues": [*range(51)]},
            400,
        ),
        (True, "POST", "search/jql", {"jql": "project = NONE"}, 400),
        (True, "POST", "search/jql", {"jql": "project = SEC", "nextPageToken": "odd"}, 400),
        (True, "POST", "issue/bulkfetch", {"issueIdsOrKeys": ["1"] * 101}, 400),
        (True, "POST", "issue/bulk", {"issueUpdates": [{"fields": FIELDS}] * 51}, 400),
        (True, "POST", "issue", {"fields": FIELDS, "more": 1}, 400),
        (True, "POST", "issue", {"fields": FIELDS, "properties": [{"key": "a"}]}, 400),
        (True, "GET", "issue/10001", None, 404),
        (True, "GET", "nothing/of/the/kind", None, 404),
        (True, "DELETE", "issue", None, 405),
        (True, "POST", "issueLink", {"type": {"name": "Odd"}}, 400),
        (False, "POST", "search/jql", {"jql": "project = SEC"}, 404),
        (False, "POST", "issue/bulkfetch", {"issueIdsOrKeys": ["1"]}, 405),
        (False, "POST", "search", {"jql": "project = SEC", "properties": ["a"]}, 400),
    ],
)
def test_a_request_of_another_shape_is_refused(cloud, method, path, body, status):
    assert Site(cloud=cloud).ask(method, path, body)[0] == status


def test_no_credentials_are_no_answer():
    answer = Site().jira.answer(Asked(method="GET", path="/rest/api/2/myself"))
    assert answer.status == 401


def test_a_search_lags_and_a_look_by_key_does_not():
    site = Site(search_lag=5)
    site.make()
    query = {"jql": "project = SEC", "fields": ["key"]}
    assert site.ask("GET", "issue/SEC-1")[0] == 200
    assert site.ask("POST", "search/jql", query)[1]["issues"] == []
    site.at += 5
    assert [i["key"] for i in site.ask("POST", "search/jql", query)[1]["issues"]] == ["SEC-1"]


def test_ids_alone_are_the_default_and_pages_end_without_a_token():
    site = Site(search_lag=0, page=2)
    for _ in range(3):
        site.make()
    status, page = site.ask("POST", "search/jql", {"jql": "project = SEC"})
    assert (status, page["isLast"], len(page["issues"])) == (200, False, 2)
    assert "fields" not in page["issues"][0]
    again = {"jql": "project = SEC", "nextPageToken": page["nextPageToken"]}
    _, page = site.ask("POST", "search/jql", again)
    assert page["isLast"]
    assert "nextPageToken" not in page


def test_a_bulk_create_makes_what_it_can_and_numbers_the_rest():
    site = Site()
    updates = [{"fields": FIELDS}, {"fields": FIELDS | {"summary": ""}}, {"fields": FIELDS}]
    status, body = site.ask("POST", "issue/bulk", {"issueUpdates": updates})
    assert (status, [i["key"] for i in body["issues"]]) == (201, ["SEC-1", "SEC-2"])
    assert [(e["status"], e["failedElementNumber"]) for e in body["errors"]] == [(400, 1)]
    assert site.ask("POST", "issue/bulk", {"issueUpdates": updates[1:2]})[0] == 400


def test_a_moved_issue_answers_to_its_old_key_and_a_deleted_key_is_not_given_again():
    site = Site()
    site.make()
    site.jira.person_moves("10001", "OPS")
    assert site.ask("GET", "issue/SEC-1")[1]["key"] == "OPS-1"
    assert [i["key"] for i in site.ask("POST", "issue/bulkfetch", BOTH)[1]["issues"]] == ["OPS-1"]
    site.make()
    site.jira.person_deletes("10002")
    assert site.ask("GET", "issue/SEC-2")[0] == 404
    assert site.make()[1]["key"] == "SEC-3"


BOTH = {"issueIdsOrKeys": ["SEC-1", "10001", "SEC-77"]}


def test_a_transition_wants_its_screen_filled_in_and_nothing_else():
    site = Site()
    site.make()
    go = {"transition": {"id": "31"}}
    path = "issue/SEC-1/transitions"
    said = {"errorMessages": [], "errors": {"resolution": "Resolution is required."}}
    assert site.ask("POST", path, go) == (400, said)
    back = {"transition": {"id": "21"}, "fields": {"resolution": {"name": "Done"}}}
    assert site.ask("POST", path, back)[0] == 400
    assert site.ask("POST", path, go | {"fields": {"resolution": {"name": "Done"}}})[0] == 204
    assert site.ask("POST", path, go | {"fields": {"resolution": {"name": "Done"}}})[0] == 400


def test_a_rate_limit_is_named():
    answer = Site().jira.refusal(429, {"Retry-After": "2"})
    assert answer.headers["RateLimit-Reason"] == "jira-burst-based"
    assert b"rate-limited" in answer.body
    assert "RateLimit-Reason" not in Site(cloud=False).jira.refusal(429, {}).headers


@pytest.mark.parametrize("jql", ["labels = tb-1", 'updated >= "-1m" AND labels = tb-1'])
def test_a_search_looks_at_what_may_fit_alone(jql):
    site = Site(search_lag=0)
    for n in range(2_000):
        site.jira.person_makes(f"p{n}", "")
    site.at += 3600
    site.make(labels=["tb-1"])
    query = Query(site.jira.site, jql)
    assert [entry.key for entry in query.results()] == ["SEC-2001"]
    assert list(query._candidates()) == [12_001]
