"""What is sent to a JIRA, and what the simulated one answers, held against schemas: a story that uses all."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # no stubs installed
import pytest

from tests.trackers.contract import applied, create, draft, marker
from tests.trackers.jira import shapes
from tests.trackers.jira.given import scene
from ticketbot.simulate.exchange import Answered, Asked
from ticketbot.trackers.base import Draft


@cache
def story(cloud: bool) -> list[tuple[Asked, Answered]]:
    """Everything that the adapter can ask, with refusals in it."""
    seen: list[tuple[Asked, Answered]] = []
    with scene(cloud=cloud, users=USERS) as jira:

        def answer(asked: Asked) -> Answered:
            seen.append((asked, jira.site.answer(asked)))
            return seen[-1][1]

        jira.answering(answer)
        tracker = jira.tracker(security_level="Internal", deployment=None)
        tracker.examine()
        one = create(tracker, assignee="ada@example.com", priority="High", due="2026-05-01")
        fields = {"components": ["api"], "customfield_10010": "AppSec"}
        bulk = [draft("s2", fields=fields), draft("s3", priority="Odd"), draft("s4")]
        two, three, _ = tracker.create([Draft(each, each.subject) for each in bulk])
        tracker.create([Draft(draft("s5", fields={"project": "NOPE"}), "n")])
        jira.now.passes(600)
        _, mark = tracker.changed("")
        tracker.changed(mark)
        tracker.find(["s1", "s9"])
        tracker.read([one.id, "99"])
        names = ["title", "body", "due", "assignee", "labels", "priority"]
        applied(
            tracker.update(one.id, draft(title="Worse"), names, remove_labels=["bandit"], nonce="a")
        )
        applied(tracker.comment(one.id, "Hello", marker=marker("s1", asked=True), nonce="b"))
        jira.faulty("reset after", path="/comment", method="POST")
        applied(tracker.comment(one.id, "Again", nonce="c"))
        twin, closed = applied(two).id, marker("s1", closed="duplicate")
        applied(
            tracker.close(
                one.id, "duplicate", comment="Gone", marker=closed, duplicate_of=twin, nonce="d"
            )
        )
        applied(tracker.reopen(one.id, comment="Back", marker=marker("s1"), nonce="e"))
        applied(tracker.link(one.id, applied(three).id, "regression", nonce="f"))
        tracker.search("")
        tracker.examine()
    return seen


USERS = (("5b10ac8d82e05b22cc7d4ef5", "ada", "ada@example.com"),)


@pytest.fixture(scope="module", params=[True, False], ids=["Cloud", "Data Center"])
def exchanges(request):
    return story(request.param)


def test_nothing_is_sent_that_is_not_meant_to_be(exchanges):
    bodies = [(f"{a.method} {shapes.place(a.path)}", a.json()) for a, _ in exchanges if a.body]
    cloud = any(path == "POST search/jql" for path, _ in bodies)
    elsewhere = {"POST search"} if cloud else {"POST search/jql", "POST issue/bulkfetch"}
    assert {path for path, _ in bodies} == set(shapes.SENT) - elsewhere
    checker = jsonschema.FormatChecker()
    for path, body in bodies:
        jsonschema.validate(body, shapes.SENT[path], format_checker=checker)


official = pytest.mark.skipif(
    not shapes.OFFICIAL.exists(), reason="Atlassian's description is not at hand: ../shared/openapi"
)


@official
def test_every_request_is_one_that_atlassian_describes():
    for asked, _ in story(cloud=True):
        described = shapes.operation(asked.method, asked.path)
        assert described is not None, asked.path
        known = {parameter.get("name") for parameter in described.get("parameters", ())}
        assert set(asked.query) <= known, (asked.path, asked.query)
        if asked.body:
            schema = described["requestBody"]["content"]["application/json"]["schema"]
            assert shapes.complaints(schema, asked.json()) == [], asked.path


@official
def test_every_answer_of_the_simulated_jira_has_atlassian_s_shape():
    for asked, answer in story(cloud=True):
        responses = shapes.operation(asked.method, asked.path)["responses"]
        assert str(answer.status) in {*responses, "404", "405"}, (asked.path, answer.status)
        content = responses.get(str(answer.status), {}).get("content", {}).get("application/json")
        if content and "schema" in content and answer.body:
            body = Asked(method="", path="", body=answer.body).json()
            assert shapes.complaints(content["schema"], body) == [], asked.path


@official
def test_the_description_refuses_what_the_client_package_sends():
    schema = shapes.operation("POST", "/rest/api/2/search/jql")["requestBody"]["content"]
    body: Any = {"jql": "project = SEC", "expand": None, "reconcileIssues": []}
    assert shapes.complaints(schema["application/json"]["schema"], body) == [
        "$.expand: None is not of type 'string'"
    ]
