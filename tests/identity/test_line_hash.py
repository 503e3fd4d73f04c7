"""GitHub's hash of a line: what it published, a slow reading of its description, and what stays unsaid."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketbot.identity.line_hash import line_hashes

NEWLINE = re.compile(r"\r\n|\n|\r")


def hashes(text: str) -> list[str]:
    lines = NEWLINE.split(text)
    found = line_hashes(lines, range(1, len(lines) + 1))
    assert list(found) == list(range(1, len(lines) + 1))
    return list(found.values())


def slowly(text: str) -> list[str]:
    """Unit by unit: blanks dropped, CR is a newline, LF behind CR is none; then one sum for each line."""
    units: list[int] = []
    after_cr = False
    raw = text.encode("utf-16-le", "surrogatepass")
    for unit in (int.from_bytes(raw[i : i + 2], "little") for i in range(0, len(raw), 2)):
        if unit in (32, 9) or (after_cr and unit == 10):
            after_cr = False
            continue
        after_cr = unit == 13
        units.append(10 if unit == 13 else unit)
    starts = [0] + [i + 1 for i, unit in enumerate(units) if unit == 10]
    units += [65535] + [0] * 100
    seen: dict[int, int] = {}
    found = []
    for start in starts:
        value = sum(units[start + k] * 37 ** (99 - k) for k in range(100)) % 2**64
        seen[value] = seen.get(value, 0) + 1
        found.append(f"{value:x}:{seen[value]}")
    return found


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        (
            " a\nb\n  \t\tc\n d",
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        ),
        (
            "Lorem ipsum dolor sit amet.\n" * 10,
            [
                *(f"a7f2ff13bc495cf2:{n}" for n in range(1, 7)),
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
    ],
)
def test_what_github_published(text: str, published: list[str]) -> None:
    """Values from `src/fingerprints.test.ts` of github/codeql-action."""
    assert hashes(text) == published == slowly(text)


@given(st.text(alphabet="ab \t\r\n\x0c\x0b\u2028\ufeff🎉\x85", max_size=300))
def test_every_text_is_hashed_as_described(text: str) -> None:
    assert hashes(text) == slowly(text)


def test_only_wanted_lines_are_hashed_and_missing_ones_left_out() -> None:
    lines = ["x = 1", "y = 2", "x = 1", ""]
    every = line_hashes(lines, [1, 2, 3, 4])
    assert line_hashes(lines, [3, 0, 9, -1]) == {3: every[3]}
    assert line_hashes([], [1]) == {}


@pytest.mark.parametrize(
    ("filler", "told"), [("y" * 20, [3, 4]), ("y" * 93, [3, 4]), ("y" * 94, [1, 3, 4])]
)
def test_a_window_with_something_redacted_says_nothing(filler: str, told: list[int]) -> None:
    lines = [filler + "x = 123", "key = [redacted]", "z", ""]
    assert list(line_hashes(lines, [1, 2, 3, 4])) == told
