"""The lasting part of a rule's id."""

from __future__ import annotations

import pytest

from ticketbot.identity.producers import producer_fingerprints
from ticketbot.identity.rules import stable_rule


@pytest.mark.parametrize(
    ("family", "rule", "stable"),
    [
        (
            "semgrep",
            "ci.rules.python.flask.security.audit.config-key",
            "python.flask.security.audit.config-key",
        ),
        ("semgrep", "tmp.rules.python.lang.sqli", "python.lang.sqli"),
        ("semgrep", "python.lang.sqli.sqli", "python.lang.sqli"),
        ("semgrep", "python.lang.sqli", "python.lang.sqli"),
        ("semgrep", "home.joe.own-rules.no-eval", "no-eval"),
        ("semgrep", "no-eval", "no-eval"),
        ("semgrep", "own.python", "python"),
        ("bandit", "tmp.rules.python.x", "tmp.rules.python.x"),
        ("eslint", "security/detect-object-injection", "security/detect-object-injection"),
    ],
)
def test_stable_rule(family: str, rule: str, stable: str) -> None:
    assert stable_rule(family, rule) == stable


@pytest.mark.parametrize(
    ("family", "key", "value", "kept"),
    [
        ("codeql", "primaryLocationLineHash", "39fa2ee980eb94b0:1", "39fa2ee980eb94b0"),
        ("semgrep", "matchBasedId/v1", "requires login", None),
        ("semgrep", "matchBasedId/v1", "f56b906ef2cd1d04_0", "f56b906ef2cd1d04"),
        ("grype", "primaryLocationLineHash", "39fa2ee980eb94b0:1", None),
        ("gitleaks", "commitSha", "39fa2ee980eb94b0", None),
        ("codeql", "primaryLocationLineHash", "", None),
        ("codeql", "primaryLocationLineHash", "0000000000000000:1", None),
        ("never-heard-of", "fingerprint", "39fa2ee980eb94b0", None),
    ],
)
def test_producer_fingerprints(family: str, key: str, value: str, kept: str | None) -> None:
    found = [v for _, v in producer_fingerprints(family, ((key, value),))]
    assert found == ([] if kept is None else [kept])
