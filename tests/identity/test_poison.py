"""Fingerprints that are none: what real tools write where identity belongs collapses nothing, hides nothing.

Each case is what a tool really does. Its results stay as many flaws as they are, a second run of the tool
finds every one of them, and so does a run whose code moved down by five lines.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest

from tests.identity.scanner import candidates, opened, remembered
from ticketbot.identity.match import Candidate, match, pairs

Result = dict[str, Any]


def result(number: int, down: int, **more: Any) -> Result:
    """One of several results, each on a line of its own text."""
    region = {
        "startLine": 10 * (number + 1) + down,
        "startColumn": 5,
        "snippet": {"text": f"    run(step_{'abcdefgh'[number]}, {number})"},
    }
    return {
        "ruleId": "a.rule",
        "message": {"text": "Something may be wrong here"},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": "app.py"}, "region": region}}
        ],
        **more,
    }


def without_text(one: Result) -> Result:
    one["locations"][0]["physicalLocation"]["region"].pop("snippet")
    return one


GUID = "8d3f5a0e-97a4-4a3f-9a53-0f7f5d2c6b1a"


class Poison(NamedTuple):
    """`results(run, down)`: what run 1, 2 … of the tool writes when the code is `down` lines lower."""

    name: str
    tool: str
    results: Callable[[int, int], Sequence[Result]]


def numbered(tool: str, name: str, more: Callable[[int, int], Result]) -> Poison:
    """Four results; `more(run, number)` is what the tool adds to each."""
    return Poison(name, tool, lambda run, d: [result(n, d, **more(run, n)) for n in range(4)])


def grype(_run: int, _down: int) -> list[Result]:
    """Four flaws of one package."""
    return [
        {
            "ruleId": f"CVE-2024-000{n}-openssl",
            "message": {"text": f"A high vulnerability in deb package: openssl, version 3.0.{n}"},
            "partialFingerprints": {
                "primaryLocationLineHash": "d41d8cd98f00b204e9800998ecf8427e:1"
            },
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "image/var/lib/dpkg/status"},
                        "region": {"startLine": 1},
                    }
                }
            ],
        }
        for n in range(4)
    ]


def keys_of_one_header(_run: int, down: int) -> list[Result]:
    """Three private keys: the rule matches their first lines, which are equal."""
    header = "-----BEGIN RSA PRIVATE KEY-----"
    found = [result(n, down, ruleId="private-key") for n in range(3)]
    for one in found:
        one["locations"][0]["physicalLocation"]["region"]["snippet"]["text"] = header
        one["message"]["text"] = "private-key has detected secret for file app.py."
    return found


def gitleaks(run: int, number: int) -> Result:
    """Who wrote it, and when: another commit with every rebase."""
    return {
        "ruleId": "generic-api-key",
        "partialFingerprints": {
            "commitSha": f"{run}{number}" * 20,
            "email": "ada@example.com",
            "author": "Ada",
            "date": f"2026-01-0{run}T00:00:00Z",
            "commitMessage": "wip",
        },
    }


POISONS = (
    numbered(
        "Semgrep OSS",
        "one literal for everything",
        lambda _run, _n: {"fingerprints": {"matchBasedId/v1": "requires login"}},
    ),
    numbered(
        "Semgrep OSS",
        "one value for everything, that looks like a hash",
        lambda _run, _n: {"fingerprints": {"matchBasedId/v1": "5f2e9c1ab0d4e87763a1_0"}},
    ),
    numbered(
        "CodeQL",
        "another value with each run",
        lambda run, n: {
            "partialFingerprints": {"primaryLocationLineHash": f"{run}ab{n}cd9e7f10:1"}
        },
    ),
    numbered(
        "CodeQL",
        "values that change places with each run",
        lambda run, n: {
            "partialFingerprints": {"primaryLocationLineHash": f"{(n + run) % 4}abcd9e7f105:1"}
        },
    ),
    numbered("Toyscan", "one GUID for all results", lambda _run, _n: {"guid": GUID}),
    numbered("Toyscan", "one correlationGuid for all", lambda _r, _n: {"correlationGuid": GUID}),
    numbered(
        "Toyscan",
        "another correlationGuid with each run",
        lambda run, n: {"correlationGuid": f"{run}d3f5a0e-97a4-4a3f-9a53-{n:012}"},
    ),
    numbered(
        "Toyscan",
        "two pairs of results with one correlationGuid each",
        lambda _run, n: {"correlationGuid": GUID[:-1] + str(n // 2)},
    ),
    numbered(
        "Toyscan",
        "an empty GUID",
        lambda _r, _n: {"correlationGuid": f"{0:08}-0000-0000-0000-{0:012}"},
    ),
    numbered("gitleaks", "author and commit as fingerprints", gitleaks),
    Poison("one value for all flaws of a package", "Grype", grype),
    Poison("private keys told by their headers", "gitleaks", keys_of_one_header),
)


def scan(poison: Poison, run: int, down: int = 0, *, text: bool = True) -> list[Candidate]:
    results = list(poison.results(run, down))
    kept = results if text else [without_text(one) for one in results if _has_text(one)]
    driver = {"tool": {"driver": {"name": poison.tool}}, "results": kept}
    return candidates(opened(json.dumps({"version": "2.1.0", "runs": [driver]}).encode()))


def _has_text(one: Result) -> bool:
    return "snippet" in one["locations"][0]["physicalLocation"]["region"]


every = pytest.mark.parametrize("poison", POISONS, ids=lambda poison: poison.name)


@every
def test_nothing_collapses(poison: Poison) -> None:
    found = scan(poison, 1)
    assert sorted(match(found, []).new) == [(each.index,) for each in found]


@every
@pytest.mark.parametrize("down", [0, 5])
@pytest.mark.parametrize("text", [True, False], ids=["quoted", "blind"])
def test_the_next_run_finds_each_again(poison: Poison, down: int, text: bool) -> None:
    old, new = scan(poison, 1, text=text), scan(poison, 2, down, text=text)
    matching = match(new, remembered(old))
    assert {pair.index: pair.flaw for pair in matching.pairs} == {
        each.index: f"f{each.index}" for each in new
    }
    assert not matching.new
    assert not matching.gone
    made = pairs(old, new)["pairs"]
    assert isinstance(made, list)
    assert [[old, new] for old, new, _ in made] == [[each.index, each.index] for each in new]


@every
def test_one_that_is_fixed_takes_no_other_with_it(poison: Poison) -> None:
    old, new = scan(poison, 1), scan(poison, 2)
    matching = match(new[1:], remembered(old))
    assert {pair.index: pair.flaw for pair in matching.pairs} == {
        each.index: f"f{each.index}" for each in new[1:]
    }
    assert matching.gone == ("f0",)
