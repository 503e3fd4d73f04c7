"""The shapes of what we send, by schemas of our own; of all that is sent and answered, by GitHub's own
description where it is at hand."""

from __future__ import annotations

import os
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

from tests.trackers.contract import applied, create, draft, marker
from tests.trackers.github.openapi import VARIABLE, Oracle, file
from ticketbot.simulate.exchange import Answered, Asked

NAMED = os.environ.get(VARIABLE)

STRING: dict[str, Any] = {"type": "string", "minLength": 1}
NAMES: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
ISSUE = {
    "title": {"type": "string", "minLength": 1, "maxLength": 250},
    "body": {"type": "string", "pattern": "<!-- ticketbot:v1 tb1\\.", "maxLength": 65_536},
    "labels": NAMES | {"contains": {"const": "ticketbot"}},
    "assignees": NAMES,
    "type": STRING,
}
STATE = {
    "state": {"enum": ["open", "closed"]},
    "state_reason": {"enum": ["completed", "not_planned", "duplicate", "reopened"]},
    "duplicate_issue_id": {"type": "integer", "minimum": 3_000_000_000},
}
SCHEMAS: dict[str, dict[str, Any]] = {
    "POST /issues": {"properties": ISSUE, "required": ["title", "body", "labels"]},
    "PATCH": {"properties": ISSUE | STATE, "minProperties": 1},
    "POST /comments": {
        "properties": {"body": {"type": "string", "pattern": "<!-- ticketbot:said [0-9a-f]{16}"}},
        "required": ["body"],
    },
    "POST /graphql": {
        "properties": {"query": STRING, "variables": {"type": "object", "minProperties": 2}},
        "required": ["query", "variables"],
    },
}


@pytest.fixture
def exchanges(hub, monkeypatch) -> list[tuple[Asked, Answered]]:
    """A life of three tickets, as requests and answers."""
    seen: list[tuple[Asked, Answered]] = []
    real = hub.server.answer

    def answer(asked):
        given = real(asked)
        seen.append((asked, given))
        return given

    monkeypatch.setattr(hub.server, "answer", answer)
    tracker = hub.tracker(issue_type="Bug", fields={"assignee": "ada"})
    _, mark = tracker.changed("")
    one, two, three = (create(tracker, f"s{n}", assignee="ada") for n in range(3))
    tracker.find(["s0"])
    applied(tracker.comment(one.id, "Hello", marker=marker("s0", asked=True), nonce="a"))
    applied(tracker.update(one.id, draft(title="New"), ["title", "labels"], nonce="b"))
    applied(tracker.close(one.id, "accepted", comment="Yes", marker=None, nonce="c"))
    applied(tracker.reopen(one.id, comment="No", marker=None, nonce="d"))
    applied(
        tracker.close(
            two.id, "duplicate", comment="Twin", marker=None, duplicate_of=one.id, nonce="e"
        )
    )
    applied(tracker.link(three.id, one.id, "regression", nonce="f"))
    hub.server.person_opens_a_pull_request("Fix")
    hub.server.person_deletes(three.id)
    tracker.read([one.id, three.id, "99"])
    hub.time.sleep(120)
    tracker.search("New")
    _, mark = tracker.changed(mark)
    tracker.changed(mark)
    tracker.examine()
    return seen


def kind(asked: Asked) -> str:
    last = "" if asked.method == "PATCH" else " /" + asked.path.rpartition("/")[2]
    return asked.method + last


def test_what_we_send_is_as_our_schemas_say(exchanges):
    sent = [(kind(asked), asked.json()) for asked, _ in exchanges if asked.body]
    assert {each for each, _ in sent} == set(SCHEMAS)
    for each, body in sent:
        closed = SCHEMAS[each] | {"type": "object", "additionalProperties": False}
        assert [e.message for e in Draft202012Validator(closed).iter_errors(body)] == []


def test_every_request_says_who_asks_and_for_which_version(exchanges):
    for asked, _ in exchanges:
        assert asked.headers["user-agent"] == "ticketbot"
        assert asked.headers["accept"] == "application/vnd.github+json"
        assert asked.headers["x-github-api-version"] == "2022-11-28"
        assert asked.headers["authorization"].startswith("Bearer ")


@pytest.mark.skipif(
    not file(NAMED).is_file(),
    reason=f"api.github.com.json of @octokit/openapi is not at hand ({VARIABLE} names it)",
)
def test_requests_and_answers_are_as_githubs_description_says(exchanges):
    oracle = Oracle(file(NAMED))
    complaints = []
    for asked, given in exchanges:
        if asked.path != "/graphql":
            complaints += oracle.complaints(asked, given)
    assert sorted(set(complaints)) == []
    assert len(oracle.seen) >= 9
