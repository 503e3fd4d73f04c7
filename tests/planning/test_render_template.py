"""Users' own templates: neutralised, limited, and refused in words where they fail."""

from __future__ import annotations

import pytest

from tests.planning.views import TEMPLATES, finding, shown, view
from ticketbot.errors import ConfigError
from ticketbot.planning.render import Templates, render


def test_a_users_template_cannot_forget_to_neutralise() -> None:
    mine = with_template("finding.md.j2", "{{ features.title }} {{ view.scan.tool | upper }}")
    _, body = render(view(shown(finding(title="<b> @octocat #1"))), mine)
    assert body == "\\<b> @\u200boctocat #\u200b1 BANDIT\n"


@pytest.mark.parametrize(
    "text",
    [
        "{{ nothing }}",
        "{{ features.__class__ }}",
        "{{ 'x' * 1000000000 }}",
        "{% for i in range(100000) %}x{% endfor %}",
        "{{ 1 / 0 }}",
        "{% include 'other' %}",
        "{% if %}",
    ],
)
def test_a_template_that_fails_is_the_users_mistake(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        render(view(shown(finding())), with_template("finding.md.j2", f"\n{text}"))
    assert caught.value.problems[0].where == "finding.md.j2:2"


def with_template(name: str, text: str) -> Templates:
    return Templates(tuple(sorted((dict(TEMPLATES.texts) | {name: text}).items())))
