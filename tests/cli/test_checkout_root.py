"""Stability under another checkout root: where the machine keeps its sources names no flaw."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOTS = [
    "/home/runner/work/shop/shop",
    "/builds/acme/shop",
    "/github/workspace",
    "/__w/shop/shop",
    "/home/circleci/project",
]


def written(workdir: Path, name: str, root: str) -> str:
    """A report with absolute addresses, as Ruff and ESLint write them."""
    results = [
        {
            "ruleId": rule,
            "level": "error",
            "message": {"text": f"{rule} was found"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": f"file://{root}/app/{rule}.py"},
                        "region": {"startLine": line, "snippet": {"text": f"call_{rule}()"}},
                    }
                }
            ],
        }
        for line, rule in enumerate(("A", "B", "C"), start=3)
    ]
    run = {"tool": {"driver": {"name": "lint"}}, "results": results}
    (workdir / name).write_text(json.dumps({"version": "2.1.0", "runs": [run]}))
    return name


@pytest.mark.parametrize("root", ROOTS)
def test_a_known_checkout_of_another_ci_system_is_the_same_place(cli, workdir, root) -> None:
    first = written(workdir, "one.sarif", "/github/workspace")
    assert "3 created" in cli("sync", first, "--target", "shop", "--branch", "main").out
    said = cli("sync", written(workdir, "two.sarif", root), "--target", "shop", "--branch", "main")
    assert said.code == 0 and "nothing to do" in said.out


def test_any_checkout_is_the_same_place_when_it_is_named(cli, workdir) -> None:
    for name in ("alice", "bob"):
        checkout = workdir / name / "shop"
        checkout.mkdir(parents=True)
        report = written(workdir, f"{name}.sarif", str(checkout))
        said = cli(
            "sync", report, "--target", "shop", "--branch", "main", "--source-root", str(checkout)
        )
        assert ("3 created" if name == "alice" else "nothing to do") in said.out
