"""The simulated instance by itself: as strict, and as silent, as the documentation and its users say."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest

from tests.trackers.servicenow.conftest import START
from ticketbot.simulate.exchange import Asked, Time
from ticketbot.simulate.servicenow.service import make

AUTH = {"authorization": "Basic " + base64.b64encode(b"bot:secret").decode()}
INCIDENT = "/api/now/table/incident"


@pytest.fixture
def instance():
    made = make(Time(lambda: START))
    for n in range(5):
        made.person_makes(f"Printer {n}", "It is on fire.")
    return made


def ask(instance, method: str, path: str, value: Any = None, **query: str):
    body = b"" if value is None else msgspec.json.encode(value)
    asked = Asked(method=method, path=path, query=query, headers=AUTH, body=body, base="http://x")
    answer = instance.answer(asked)
    return answer.status, msgspec.json.decode(answer.body) if answer.body else None


def found(instance, query: str, **more: str) -> int:
    status, value = ask(instance, "GET", INCIDENT, sysparm_query=query, **more)
    assert status == 200
    return len(value["result"])


@pytest.mark.parametrize(
    ("method", "path", "value", "status", "words"),
    [
        ("GET", "/api/now/nothing", None, 400, "Requested URI does not represent any resource"),
        ("GET", "/api/now/table/nothing", None, 400, "Invalid table nothing"),
        ("GET", f"{INCIDENT}/{'0' * 32}", None, 404, "No Record found"),
        ("PATCH", f"{INCIDENT}/{'0' * 32}", {"state": "2"}, 404, "No Record found"),
        ("POST", INCIDENT, [1], 400, "Exception while reading request"),
        ("POST", INCIDENT, {"state": {"value": "1"}}, 400, "Exception while reading request"),
        ("DELETE", INCIDENT, None, 405, "Method not supported"),
        ("POST", "/api/now/v1/batch", {}, 400, "Exception while reading request"),
        ("POST", "/api/now/import/u_none", {}, 400, "Invalid staging table u_none"),
        ("POST", "/api/now/attachment/file", {}, 400, "Missing required parameter"),
    ],
)
def test_what_it_refuses_it_refuses_in_an_instances_words(
    instance, method, path, value, status, words
):
    found_status, answer = ask(instance, method, path, value)
    assert (found_status, answer["status"]) == (status, "failure")
    assert words in answer["error"]["message"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 5),
        ("short_description=printer 3", 1),
        ("short_descriptionINPrinter 1,Printer 2", 2),
        ("short_description=Printer 1^ORshort_description=Printer 2", 2),
        ("short_description=Printer 1^state=6", 0),
        ("short_description=Printer 1^NQshort_description=Printer 2", 2),
        ("u_unknown=x", 5),
        ("u_unknown=x^short_description=Printer 1", 1),
        ("state=6^ORu_unknown=x", 0),
        ("nonsense", 5),
        ("correlation_idISEMPTY", 5),
        ("sys_updated_onRELATIVEGE@minute@ago@5", 5),
        ("sys_id>ffffffffffffffffffffffffffffffff", 0),
    ],
)
def test_terms_that_it_does_not_understand_are_dropped(instance, query, count):
    assert found(instance, query) == count


def test_pages_count_all_that_match(instance):
    asked = Asked(method="GET", path=INCIDENT, query={"sysparm_limit": "2"}, headers=AUTH)
    answer = instance.answer(asked)
    assert answer.headers["X-Total-Count"] == "5"
    assert len(msgspec.json.decode(answer.body)["result"]) == 2


def test_unknown_columns_are_dropped_and_texts_cut(instance):
    given = {"short_description": "x" * 200, "description": "y" * 5000, "u_unknown": "z"}
    status, value = ask(instance, "POST", INCIDENT, given | {"sys_id": "1" * 32})
    made = value["result"]
    assert (status, len(made["short_description"]), len(made["description"])) == (201, 160, 4000)
    assert "u_unknown" not in made
    assert made["sys_id"] != "1" * 32


def test_a_write_that_changes_nothing_counts_nothing_and_a_note_is_a_change(instance):
    (record,) = (seen.id for seen in instance.tickets() if seen.title == "Printer 1")
    path = f"{INCIDENT}/{record}"
    for value, count in (
        ({"short_description": "Printer 1"}, "0"),
        ({"work_notes": "Hello"}, "1"),
        ({"work_notes": "Hello"}, "2"),
        ({"short_description": "Fax"}, "3"),
    ):
        _, answer = ask(instance, "PATCH", path, value)
        assert answer["result"]["sys_mod_count"] == count
    _, shown = ask(instance, "GET", path, sysparm_display_value="true")
    assert shown["result"]["work_notes"].count("(Work notes)\nHello") == 2


def test_references_are_links_unless_excluded(instance):
    (record,) = (seen.id for seen in instance.tickets() if seen.title == "Printer 1")
    instance.person_edits(record, "assignee", "ada")
    path = f"{INCIDENT}/{record}"
    _, linked = ask(instance, "GET", path, sysparm_fields="assigned_to")
    _, plain = ask(
        instance,
        "GET",
        path,
        sysparm_fields="assigned_to,assigned_to.user_name",
        sysparm_exclude_reference_link="true",
    )
    value = linked["result"]["assigned_to"]["value"]
    assert linked["result"]["assigned_to"]["link"] == f"http://x/api/now/table/sys_user/{value}"
    assert plain["result"] == {"assigned_to": value, "assigned_to.user_name": "ada"}


@pytest.mark.parametrize(
    "header", [{}, {"authorization": "Basic !!"}, {"authorization": "Bearer nothing"}]
)
def test_nobody_gets_in_without_credentials(instance, header):
    answer = instance.answer(Asked(method="GET", path=INCIDENT, headers=header))
    assert (answer.status, b"User Not Authenticated" in answer.body) == (401, True)
