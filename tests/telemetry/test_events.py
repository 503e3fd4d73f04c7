"""Every kind of event is what the published OCSF schema says; numbers and names mean what they say."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from tests.telemetry.conftest import problems
from ticketbot.model.flaw import Decision, DecisionKind, Features, Flaw
from ticketbot.model.ticket import MarkedFlaw, Marker, TicketDraft
from ticketbot.planning.changes import (
    AnyChange,
    Close,
    Comment,
    Create,
    Link,
    Reopen,
    Update,
)
from ticketbot.telemetry import activity
from ticketbot.telemetry.findings import Stage, change_told, decision_told, marked
from ticketbot.telemetry.shape import Envelope, Event
from ticketbot.telemetry.weakness import MOST, vulnerability

NOW = "2026-03-01T12:00:00Z"
NOW_MS = 1_772_366_400_000
ENVELOPE = {"product_version": "1.2.3", "run_id": "run-1", "now": lambda: NOW}
SEC = ("sec", "jira")


def features(**more: Any) -> Features:
    values: dict[str, Any] = {
        "rule": "B608", "title": "SQL injection", "severity": "high", "kind": "code", "tool": "Bandit",
    }  # fmt: skip
    return Features(**(values | more))


def flaw(number: int = 1, **more: Any) -> Flaw:
    uid = f"00000000-0000-0000-0000-{number:012}"
    return Flaw(
        id=uid, target="shop", family="bandit", birth="line/1:00", n=0, first_seen=NOW,
        features=features(**more),
    )  # fmt: skip


CODE = flaw(path="app/db.py", line=41, cwe=(89, 564), owasp=("API8:2023",))
PACKAGE = flaw(
    2, kind="dependency", component="pkg:maven/org.acme/json", version="1.0", fixed=("1.2", "2.0"),
    vulnerabilities=("CVE-2026-1", "GHSA-1"), cwe=(502,), path="pom.xml",
)  # fmt: skip
ADVISORY = flaw(3, kind="dependency", component="left-pad", vulnerabilities=("GHSA-2",))
OPERATION = flaw(4, kind="api", operation="GET /users/{}?id", resource="svc", severity="critical")
SAMPLES = {"code": CODE, "package": PACKAGE, "advisory": ADVISORY, "operation": OPERATION}


def change(kind: type[AnyChange], *flaws: Flaw, **more: Any) -> Any:
    values: dict[str, Any] = {
        "tracker": "sec", "subject": flaws[0].id if len(flaws) == 1 else "group-1",
        "flaws": tuple(f.id for f in flaws), "title": "SQL injection in db.py", "severity": "high",
        "route": "the rest", "reason": "new in this scan",
    }  # fmt: skip
    return kind(**(values | more))


CHANGES = {
    "create": change(Create, CODE),
    "update": change(Update, CODE, ticket="SEC-1", ticket_id="1"),
    "comment": change(Comment, CODE, ticket="SEC-1", comment="c"),
    "close": change(Close, CODE, ticket="SEC-1", resolution="fixed", comment="c"),
    "duplicate": change(Close, CODE, ticket="SEC-1", resolution="duplicate", comment="c"),
    "reopen": change(Reopen, CODE, ticket="SEC-1", comment="c"),
    "link": change(Link, CODE, ticket="SEC-1", other_id="2", relation="duplicates"),
    "group": change(Create, CODE, PACKAGE, held="too many"),
}

ACTIVITIES: dict[str, Event] = {
    "request": activity.request_told(SEC, activity.Request("create", answered=1, nonce="n-1")),
    "read": activity.request_told(SEC, activity.Request("find", asked=200)),
    "refused request": activity.request_told(
        SEC, activity.Request("close", ticket="7", rejected=1, reason="no transition", milliseconds=12)
    ),
    "unknown request": activity.request_told(SEC, activity.Request("update", ambiguous=1)),
    "credential": activity.credential_told(SEC, [("trackers.sec.auth.token", "${JIRA_TOKEN}")]),
    "guard": activity.refusal_told("guard", "21 closes", changes=21),
    "moved": activity.refusal_told("moved", "SEC-1: the ticket has been changed"),
    "report": activity.refusal_told("report", "r.json is no report"),
    "result": activity.result_rejected("bandit on shop", "/runs/0/results/3", "no rule"),
    "results": activity.results_rejected("bandit on shop", 12),
    "scan": activity.scan_weak("Bandit", "bandit on shop", ["it failed", "it is old"], complete=False),
    "resolved": activity.intent_resolved(SEC, "create", "applied", "found by its marker"),
    "run": activity.run_ended("sync", "done", "", create=2),
    "failed run": activity.run_ended("sync", "failed", "no answer"),
}  # fmt: skip


def sealed(body: Event) -> Event:
    return Envelope(**ENVELOPE).seal(body)  # type: ignore[arg-type]  # a dict of mixed values


@pytest.mark.parametrize("stage", get_args(Stage))
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_at_every_stage_is_valid(name, stage):
    event = sealed(
        change_told(CHANGES[name], stage, [CODE, PACKAGE], ticket="SEC-1", url="https://j/1")
    )
    assert problems(event) == []
    assert event["metadata"]["event_code"] == f"change.{stage}"


@pytest.mark.parametrize("name", SAMPLES)
def test_every_kind_of_flaw_is_valid(name):
    event = sealed(change_told(CHANGES["create"], "applied", [SAMPLES[name]]))
    assert problems(event) == []


@pytest.mark.parametrize("kind", [*get_args(DecisionKind), None])
def test_every_decision_is_valid(kind):
    decision = Decision(kind=kind, made_at=NOW, by="ada", reason="why", until=NOW) if kind else None
    assert (
        problems(sealed(decision_told(decision, [CODE, PACKAGE], tracker="sec", ticket="SEC-1")))
        == []
    )
    assert problems(sealed(decision_told(decision, []))) == []


@pytest.mark.parametrize("name", ACTIVITIES)
def test_every_activity_is_valid(name):
    assert problems(sealed(ACTIVITIES[name])) == []


def test_the_schema_would_notice_an_attribute_that_it_does_not_know():
    event = sealed(ACTIVITIES["run"])
    assert problems(event | {"colour": "red"})
    assert problems(event | {"time": "yesterday"})


def test_only_what_was_applied_counts_as_created_updated_or_closed():
    def seen(name: str, stage: Stage) -> tuple[int, int, str]:
        event = change_told(CHANGES[name], stage, [CODE])
        return event["activity_id"], event["type_uid"], event["activity_name"]

    assert seen("create", "applied") == (1, 200201, "Create")
    assert seen("update", "applied") == (2, 200202, "Update")
    assert seen("close", "applied") == (3, 200203, "Close")
    assert seen("create", "held") == (99, 200299, "create held")
    assert seen("close", "unknown") == (99, 200299, "close unknown")


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("create", (1, "New")),
        ("reopen", (1, "New")),
        ("close", (4, "Resolved")),
        ("duplicate", (99, "Duplicate")),
        ("comment", (None, None)),
    ],
)
def test_the_status_of_a_flaw_after_a_change(name, status):
    event = change_told(CHANGES[name], "applied", [CODE])
    assert (event.get("status_id"), event.get("status")) == status


def test_every_event_of_a_run_has_its_id_the_time_and_a_number():
    envelope = Envelope(**ENVELOPE)  # type: ignore[arg-type]  # a dict of mixed values
    first, second = (envelope.seal(ACTIVITIES["run"]) for _ in range(2))
    assert first["time"] == first["metadata"]["logged_time"] == NOW_MS
    assert first["metadata"]["correlation_uid"] == second["metadata"]["correlation_uid"] == "run-1"
    assert [e["metadata"]["uid"] for e in (first, second)] == ["run-1-1", "run-1-2"]
    assert first["metadata"]["product"]["version"] == "1.2.3"


def test_a_flaw_is_known_by_its_uuid_and_a_group_by_its_own():
    alone = change_told(CHANGES["create"], "applied", [CODE])
    group = change_told(CHANGES["group"], "held", [CODE, PACKAGE])
    assert alone["finding_info"]["uid"] == CODE.id
    assert group["finding_info"]["uid"] == "group-1"
    assert group["unmapped"]["flaw_uids"] == [CODE.id, PACKAGE.id]
    assert group["status_detail"] == "too many"
    assert [v["severity"] for v in group["vulnerabilities"]] == ["High", "High"]


def test_a_vulnerability_has_the_one_name_that_says_most():
    assert vulnerability(PACKAGE)["cve"]["uid"] == "CVE-2026-1"
    assert vulnerability(PACKAGE)["related_vulnerabilities"] == ["GHSA-1"]
    assert vulnerability(ADVISORY)["advisory"] == {"uid": "GHSA-2"}
    assert vulnerability(CODE)["cwe"]["uid"] == "CWE-89"
    assert vulnerability(OPERATION)["cwe"] == {"uid": "NVD-CWE-noinfo"}


def test_code_and_packages_are_where_a_siem_looks_for_them():
    (place,) = vulnerability(CODE)["affected_code"]
    assert place["file"]["path"] == "app/db.py"
    assert place["start_line"] == 41
    (package,) = vulnerability(PACKAGE)["affected_packages"]
    assert package["name"] == "org.acme/json"
    assert package["fixed_in_version"] == "1.2, 2.0"


def test_a_large_group_is_cut_short_and_says_so():
    many = [flaw(number) for number in range(MOST + 5)]
    event = sealed(change_told(change(Create, *many), "planned", many))
    assert problems(event) == []
    assert len(event["vulnerabilities"]) == MOST
    assert event["metadata"]["is_truncated"] is True
    assert event["unmapped"]["flaw_count"] == MOST + 5


def test_a_change_brings_its_flaws_along_in_its_marker():
    member = MarkedFlaw(
        id=CODE.id,
        target="shop",
        family="bandit",
        birth="b",
        first_seen=NOW,
        features=CODE.features,
    )
    marker = Marker(subject=CODE.id, flaws=(member,))
    draft = TicketDraft(
        subject=CODE.id, title="t", body="b", severity="high", marker=marker, digest="d"
    )
    assert marked(change(Create, CODE, draft=draft)) == (member,)
    assert marked(change(Close, CODE, resolution="fixed", comment="", marker=marker)) == (member,)
    assert marked(CHANGES["comment"]) == ()
