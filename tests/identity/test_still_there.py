"""Whether the line of a flaw is still in the code, and what suppresses it there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.laboratory import Folder
from ticketbot.identity.digest import digest, same_line, suppression
from ticketbot.identity.still_there import Code, Remains
from ticketbot.identity.traits import around
from ticketbot.model.flaw import Features, Traits

FLAGGED = "db.execute(query)"
FILE = f"def find():\n    query = read()\n    {FLAGGED}\n    return 1\n"


def features(text: str = FLAGGED, *, at: str = "", **more: Any) -> Features:
    """Of a flaw on that line; `at`: the file it was last seen in, where that is known."""
    lines = at.splitlines()
    number = next((n for n, line in enumerate(lines) if text in line), 0)
    before, after = around(lines, number) if lines else ((), ())
    values: dict[str, Any] = {
        "rule": "B608",
        "title": "SQL",
        "severity": "high",
        "kind": "code",
        "tool": "bandit",
        "path": "app.py",
        "line": number + 1,
        "line_hash": digest("line/1", "bandit", "B608", "app.py", same_line(text)),
        "traits": Traits(text=same_line(text), before=before, after=after),
    }
    return Features(**(values | more))


@pytest.mark.parametrize(
    ("situation", "now", "remains"),
    [
        ("unchanged", FILE, [Remains(3)]),
        ("moved down and reindented", f"# new\n\n{FILE}".replace("    ", "\t"), [Remains(5)]),
        ("with carriage returns", FILE.replace("\n", "\r\n"), [Remains(3)]),
        (
            "suppressed on the line",
            FILE.replace(FLAGGED, f"{FLAGGED}  # nosec B608"),
            [Remains(3, "nosec")],
        ),
        (
            "suppressed above it",
            FILE.replace("    db", "    // eslint-disable-next-line x\n    db"),
            [Remains(4, "eslint-disable-next-line")],
        ),
        (
            "another line's suppression above it",
            FILE.replace("read()", "read()  # nosec"),
            [Remains(3)],
        ),
        ("twice", FILE + FILE, [Remains(3), Remains(7)]),
        ("changed", FILE.replace("(query)", "(query, [])"), []),
        ("gone", FILE.replace(f"    {FLAGGED}\n", ""), []),
        ("elsewhere, between other lines", f"x = 1\n{FLAGGED}\ny = 2\n", []),
        ("no such file", None, []),
    ],
)
def test_what_remains(situation: str, now: str | None, remains: list[Remains]) -> None:
    code = Code(Folder({"app.py": now} if now is not None else {}))
    assert code.remains(features(at=FILE), "bandit") == remains, situation
    assert code.exists("app.py") is (now is not None)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "secret"},
        {"kind": "dependency"},
        {"kind": "api"},
        {"line_hash": None},
        {"path": None},
        {"rule": "B105"},
        {"path": "other.py"},
    ],
)
def test_what_is_no_line_of_code_is_not_claimed(changes: dict[str, Any]) -> None:
    assert Code(Folder({"app.py": FILE})).remains(features(**changes), "bandit") == []


def test_without_known_surroundings_the_text_alone_tells() -> None:
    elsewhere = Code(Folder({"app.py": f"x = 1\n{FLAGGED}\n"}))
    assert elsewhere.remains(features(), "bandit") == [Remains(2)]


def test_a_long_line_is_known_by_its_hash_and_not_by_its_start() -> None:
    long = "call(" + ", ".join(f"argument{n}" for n in range(40)) + ")"
    known = features(long, traits=Traits(text=same_line(long)[:160]))
    assert Code(Folder({"app.py": long})).remains(known, "bandit") == [Remains(1)]
    assert Code(Folder({"app.py": long + ".x"})).remains(known, "bandit") == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("x = 1  # nosec", "nosec"),
        ("x = 1  # NOSEC B101 because @all", "nosec"),
        ("x();  // eslint-disable-line", "eslint-disable-line"),
        ("x = 1  # type: ignore[arg]", "type: ignore"),
        ("x = 1  # no second thoughts", ""),
        ("nosec = 1", ""),
    ],
)
def test_the_word_of_a_suppression(text: str, word: str) -> None:
    assert suppression(text) == word
