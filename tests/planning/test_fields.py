"""Fields with templates in them: filled in with facts, harmless, and checked before they are used."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketbot.errors import ConfigError
from ticketbot.model.flaw import Features, Scope
from ticketbot.planning.fields import LONGEST_VALUE, NAMES, facts_of, filled, mistakes
from ticketbot.planning.routes import route
from ticketbot.planning.settings import Route, Settings, TrackerSettings

SCOPE = Scope(target="shop", family="semgrep", environment="prod", branch="release/1.2")
FLAW = Features(
    rule="python.sqli",
    title="SQL\x1b[31m injection\nhere\u202e",
    severity="high",
    kind="api",
    tool="Semgrep OSS",
    path="services/payments/db.py",
    line=41,
    cwe=(89, 564),
    owasp=("API8:2023",),
    operation="GET /users/{}?id",
)
FACTS = facts_of(FLAW, SCOPE, route="pay", owners=("@acme/pay", "@ann"), group="Payments")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("plain words", "plain words"),
        (7, 7),
        (None, None),
        ("{{ target }}/{{ environment }} on {{ branch }}", "shop/prod on release/1.2"),
        ("{{ path }}:{{ line }}", "services/payments/db.py:41"),
        ("{{ path.split('/')[1] }}", "payments"),
        ("{{ cwe }}", "CWE-89, CWE-564"),
        ("{{ cwe[0] }} {{ cwe[7] }}", "CWE-89"),
        ("{{ owasp | first }}", "API8:2023"),
        ("{{ owner }}; {{ group }}", "@acme/pay, @ann; Payments"),
        ("{{ component }}{{ version or 'no version' }}", "no version"),
        ("{% if severity == 'high' %}P1{% else %}P3{% endif %}", "P1"),
        ("{{ rule | upper }} by {{ tool }} ({{ route }})", "PYTHON.SQLI by Semgrep OSS (pay)"),
        ("{{ title }}", "SQL[31m injection here"),
        ({"value": "{{ kind }}", "id": 3}, {"value": "api", "id": 3}),
        (["{{ severity }}", "x"], ["high", "x"]),
        ("first\n{{ kind }}", "first\napi"),
        ("{{ resource.split('/')[1] }}", ""),
        ("{{ path.__class__.__mro__ }}{{ self.__init__.__globals__ }}", ""),
    ],
)
def test_a_template_is_filled_in(template: Any, expected: Any) -> None:
    assert filled(template, lambda: FACTS, "here") == expected


@given(st.text(max_size=600))
def test_text_from_a_report_stays_one_short_line_and_is_no_template(text: str) -> None:
    facts = FACTS | {"title": text}
    made = filled("<{{ title }}>", lambda: facts, "here")
    assert made.isprintable() or not any(ord(c) < 32 or c in "\x7f\u202e\u2028" for c in made)
    assert len(made) <= LONGEST_VALUE + 2
    assert filled("{{ title }}", lambda: FACTS | {"title": "{{ path }}"}, "x") == "{{ path }}"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ pth }}", "`pth` is unknown in a template; did you mean path?"),
        ("{{ zzz }}", f"known here: {', '.join(NAMES)}"),
        ("{{ path ", "this template cannot be read: unexpected end of template"),
        ("{{ path | shout }}", "No filter named 'shout'"),
        ("{% include 'x' %}", "this template fails"),
        ("{{ line / 0 }}", "this template fails: "),
        ("{{ 'x' * 1000000000 }}", "this template fails: * is not available here"),
    ],
)
def test_a_mistake_is_found_before_it_matters(template: str, expected: str) -> None:
    ((path, what),) = mistakes({"a": ["fine", template]}, ("fields",))
    assert path == ("fields", "a", 1)
    assert expected in what


def test_what_was_not_foreseen_names_the_key() -> None:
    with pytest.raises(ConfigError) as caught:
        filled("{{ 1 // (line - 41) }}", lambda: FACTS, "ticketbot.yaml:7 (routes[0].fields.x)")
    assert "ticketbot.yaml:7 (routes[0].fields.x)" in str(caught.value.problems[0])


def test_routes_fill_in_fields_and_labels_and_drop_empty_ones() -> None:
    tracker = TrackerSettings(
        type="jira",
        remote=True,
        fields={"customfield_1": "{{ operation }}", "assignee": "{{ group }}"},
        labels=("{{ cwe[0] }}", "{{ component }}"),
    )
    chosen = Route(name="all", to="sec", fields={"priority": "{{ severity | capitalize }}"})
    found = route(FLAW, SCOPE, Settings(routes=(chosen,), trackers={"sec": tracker}))
    assert found.fields == {"customfield_1": "GET /users/{}?id"}
    assert (found.priority, found.assignee, found.labels) == ("High", None, ("CWE-89",))
