"""The simulated GitHub is strict: what the real one refuses, it refuses in the same words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ticketbot.simulate.exchange import Answered, Asked, Time
from ticketbot.simulate.github.service import make

BASE = "http://hub.simulated"
HOME = "/repos/acme/api"


class Client:
    def __init__(self, **settings: Any) -> None:
        self.now = 1_800_000_000.0
        self.server = make(Time(lambda: self.now), **settings)

    def ask(self, method: str, path: str, body: Any = None, token: str = "simulated", **query: str):
        raw = b"" if body is None else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {token}", "user-agent": "test"}
        asked = Asked(method=method, path=path, query=query, headers=headers, body=raw, base=BASE)
        return self.server.answer(asked)

    def graphql(self, query: str, **variables: Any) -> dict[str, Any]:
        return value(self.ask("POST", "/graphql", {"query": query, "variables": variables}))


def value(answer: Answered) -> Any:
    return json.loads(answer.body)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("GET", f"{HOME}/nothing", None, 404, "Not Found"),
        ("GET", "/repos/acme/other/issues", None, 404, "Not Found"),
        ("DELETE", f"{HOME}/issues/1", None, 404, "Not Found"),
        ("POST", f"{HOME}/issues", {"body": "x"}, 422, "missing_field"),
        ("POST", f"{HOME}/issues", {"title": " "}, 422, "missing_field"),
        ("POST", f"{HOME}/issues", {"title": "x", "body": None}, 422, "not a str"),
        ("POST", f"{HOME}/issues", {"title": "x", "labels": "y"}, 422, "not a list"),
        ("POST", f"{HOME}/issues", {"title": "x", "labels": [1]}, 422, "not a string"),
        ("POST", f"{HOME}/issues", {"title": "x", "priority": "y"}, 422, "not a permitted key"),
        ("POST", f"{HOME}/issues", {"title": "x", "state": "open"}, 422, "not a permitted key"),
        ("POST", f"{HOME}/issues", {"title": "x" * 257}, 422, "maximum is 256 characters"),
        ("POST", f"{HOME}/issues", {"title": "x", "body": "x" * 65_537}, 422, "is 65536 char"),
        ("POST", f"{HOME}/issues", {"title": "x", "labels": ["x" * 51]}, 422, "is 50 characters"),
        ("POST", f"{HOME}/issues", {"title": "x", "assignees": ["eve"]}, 422, "assignees"),
        ("PATCH", f"{HOME}/issues/1", {"state": "done"}, 422, "not a member"),
        ("PATCH", f"{HOME}/issues/1", {"state": "closed", "state_reason": "no"}, 422, "member"),
        ("PATCH", f"{HOME}/issues/9", {"title": "x"}, 404, "Not Found"),
        ("POST", f"{HOME}/issues/1/comments", {}, 422, "missing_field"),
        ("POST", f"{HOME}/issues/1/comments", {"body": "x" * 65_537}, 422, "is 65536 char"),
        ("GET", "/search/issues", None, 422, "Validation Failed"),
    ],
)
def test_a_malformed_request_is_refused(method, path, body, status, words):
    client = Client()
    client.server.person_makes("One", "Body")
    answer = client.ask(method, path, body)
    assert answer.status == status
    assert words in answer.body.decode()
    assert [seen.title for seen in client.server.tickets()] == ["One"]


def test_a_wrong_token_and_an_unknown_query_are_refused():
    client = Client()
    assert client.ask("GET", f"{HOME}/issues", token="wrong").status == 401
    assert client.ask("GET", f"{HOME}/issues", q="x").status == 422


def test_lists_are_open_ones_in_pages_of_30_with_pull_requests_among_them():
    client = Client()
    for number in range(40):
        client.server.person_makes(f"One {number}", "")
    client.server.person_opens_a_pull_request("Fix")
    client.server.person_closes("1", None)
    first = client.ask("GET", f"{HOME}/issues")
    assert len(value(first)) == 30
    assert 'page=2>; rel="next"' in first.headers["Link"]
    assert "pull_request" in value(first)[0]
    second = client.ask("GET", f"{HOME}/issues", page="2")
    assert (len(value(second)), "Link" in second.headers) == (10, False)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{ viewer { login ", "Expected a name, found the end"),
        ("{ viewer { name } }", "Field 'name' doesn't exist on type 'User'"),
        ("{ viewer }", "must have selections"),
        ("{ viewer { login { x } } }", "must not have selections"),
        ('{ repository(owner: "a") { id } }', "missing required arguments: name"),
        ("query($n: Int!) { viewer { login } }", "Variable $n"),
        ("{ viewer { login(first: 1) } }", "doesn't accept argument 'first'"),
        ("{ viewer { ...missing } }", "used, but not defined"),
    ],
)
def test_a_query_that_is_wrong_is_refused_with_a_200(query, words):
    answer = Client().graphql(query)
    assert "data" not in answer
    assert words in answer["errors"][0]["message"]


def test_a_missing_number_is_an_error_beside_the_others():
    client = Client()
    client.server.person_makes("One", "Body")
    answer = client.graphql(
        "query($o: String!, $n: String!) { repository(owner: $o, name: $n) {"
        " a: issueOrPullRequest(number: 1) { ... on Issue { title } }"
        " b: issueOrPullRequest(number: 2) { __typename } } }",
        o="acme",
        n="api",
    )
    assert answer["data"]["repository"] == {"a": {"title": "One"}, "b": None}
    (error,) = answer["errors"]
    assert (error["type"], error["path"]) == ("NOT_FOUND", ["repository", "b"])


def test_an_old_client_is_not_told_of_duplicates():
    client = Client()
    client.server.person_makes("One", "Body")
    client.server.person_closes("1", "duplicate")
    for asked, reason in (("", "NOT_PLANNED"), ("(enableDuplicate: true)", "DUPLICATE")):
        answer = client.graphql(
            'query { repository(owner: "acme", name: "api") { issueOrPullRequest(number: 1)'
            f" {{ ... on Issue {{ stateReason{asked} }} }} }} }}"
        )
        assert answer["data"]["repository"]["issueOrPullRequest"]["stateReason"] == reason


def test_a_list_lags_and_a_number_does_not():
    client = Client(list_lag=60, label_lag=120)
    client.ask("POST", f"{HOME}/issues", {"title": "One", "labels": ["a"]})
    seen = []
    for _ in range(3):
        plain = value(client.ask("GET", f"{HOME}/issues"))
        labelled = value(client.ask("GET", f"{HOME}/issues", labels="a"))
        seen.append((len(plain), len(labelled)))
        client.now += 60
    assert seen == [(0, 0), (1, 0), (1, 1)]
    assert client.ask("GET", f"{HOME}/issues/1").status == 200


def test_81_issues_in_a_minute_are_one_too_many():
    client = Client()
    statuses = [
        client.ask("POST", f"{HOME}/issues", {"title": f"One {n}"}).status for n in range(81)
    ]
    assert statuses == [201] * 80 + [403]


def test_a_transferred_issue_is_sent_on_and_a_deleted_one_is_gone():
    client = Client()
    client.server.person_makes("One", "Body")
    client.server.person_makes("Two", "Body")
    client.server.person_transfers("1", "acme/other", 5)
    client.server.person_deletes("2")
    moved = client.ask("GET", f"{HOME}/issues/1")
    assert (moved.status, moved.headers["Location"]) == (301, f"{BASE}/repositories/43/issues/1")
    there = value(client.ask("GET", "/repositories/43/issues/1"))
    assert (there["number"], there["repository_url"]) == (5, f"{BASE}/repos/acme/other")
    assert client.ask("GET", f"{HOME}/issues/2").status == 410
    assert client.server.person_makes("Three", "") == "3"
