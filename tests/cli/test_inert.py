"""No title from a report is an order to the CI system whose log it is printed into."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import result
from ticketbot.cli.console import inert


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::add-mask::x", ":\u200b:add-mask::x"),
        ("title\n  ::error file=a::b", "title\n  :\u200b:error file=a::b"),
        ("a ##vso[task.setvariable]b", "a #\u200b#vso[task.setvariable]b"),
        ("##[group]x", "#\u200b#[group]x"),
        ("std::string in ## a heading", "std::string in ## a heading"),
    ],
)
def test_orders_to_ci_systems_are_broken_apart(text, shown):
    assert inert(text) == shown


@pytest.mark.parametrize("form", ["table", "csv", "jsonl", "sarif"])
def test_no_form_of_findings_carries_an_order(cli, report, form):
    evil = result("R1", 3)
    evil["message"]["text"] = "##vso[task.setvariable variable=PATH]/tmp"
    said = cli("findings", report("r.sarif", evil), "--format", form)
    assert "##vso[" not in said.out and "vso[" in said.out


def test_json_still_means_the_same(cli, report):
    evil = result("R1", 3)
    evil["message"]["text"] = "##[set-output name=x]y"
    said = cli("findings", report("r.sarif", evil), "--format", "jsonl")
    assert "##[" not in said.out
    assert json.loads(said.out)["message"] == "##[set-output name=x]y"
