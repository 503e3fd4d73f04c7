"""The measure itself: what git calls untouched, and what counts as a hit and as wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.identity_releases import run
from tests.benchmarks.identity_score import Score, Truth, nth_of_its_kind, score
from tests.benchmarks.identity_truth import Change, Hunk, Spot, changes, matched

OLD = [f"line {n}" for n in range(1, 21)]


def committed(folder: Path, files: dict[str, list[str]]) -> str:
    for file in folder.glob("*.txt"):
        file.unlink()
    for name, lines in files.items():
        (folder / name).write_text("".join(f"{line}\n" for line in lines))
    run(["git", "add", "-A"], folder)
    run(["git", "commit", "-q", "-m", "x"], folder)
    return run(["git", "rev-parse", "HEAD"], folder).decode().strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    run(["git", "init", "-q", "."], tmp_path)
    return tmp_path


def test_git_tells_where_untouched_lines_are(repository: Path) -> None:
    a = committed(repository, {"a.txt": OLD, "b c.txt": OLD[5:], "gone.txt": ["only here"]})
    moved = ["first", *OLD[:9], "edited", *OLD[10:14], *OLD[16:]]
    b = committed(repository, {"a.txt": moved, "new name.txt": OLD[5:]})
    found = changes(repository, a, b)
    assert found["gone.txt"] is None
    assert found["b c.txt"] == Change("new name.txt", [])
    change = found["a.txt"]
    assert change is not None
    after = {line: change.after(line) for line in (1, 9, 10, 11, 14, 15, 16, 17, 20)}
    assert after == {1: 2, 9: 10, 10: None, 11: 12, 14: 15, 15: None, 16: None, 17: 16, 20: 19}


def spot(number: int, line: int, text: str = "", path: str = "a", rule: str = "R") -> Spot:
    return Spot(number, rule, path, line, 1, text)


def test_each_class_has_its_reason() -> None:
    changed: dict[str, Change | None] = {
        "a": Change("a", [Hunk(10, 20, 10, 25), Hunk(30, 31, 35, 36)]),
        "old": Change("renamed", []),
        "gone": None,
    }
    old = [
        spot(0, 5, "untouched"),
        spot(1, 25, "below the first change"),
        spot(2, 12, "moved inside"),
        spot(3, 30, "before"),
        spot(4, 7, "in a renamed file", "old"),
        spot(5, 1, "far away", "gone"),
        spot(6, 2, "fixed", "gone"),
    ]
    new = [
        spot(0, 1, "far away", "elsewhere"),
        spot(1, 30, "below the first change"),
        spot(2, 20, "moved inside"),
        spot(3, 35, "after"),
        spot(4, 7, "in a renamed file", "renamed"),
        spot(5, 5, "untouched"),
        spot(6, 9, "unlike all", "elsewhere"),
    ]
    assert matched(old, new, changed) == [
        (0, 5, "same"),
        (1, 1, "same"),
        (2, 2, "moved"),
        (3, 3, "edited"),
        (4, 4, "same"),
        (5, 0, "xmoved"),
    ]


def test_two_rewritten_in_one_change_stay_open() -> None:
    changed: dict[str, Change | None] = {"a": Change("a", [Hunk(1, 9, 1, 9)])}
    old = [spot(0, 2, "x"), spot(1, 3, "y")]
    assert matched(old, [spot(0, 2, "p"), spot(1, 3, "q")], changed) == []


def test_a_link_is_wrong_when_the_truth_gives_either_end_to_another() -> None:
    truth = Truth(sure={0: 0, 1: 1}, edited={2: 2}, fixed=frozenset({3}), fresh=frozenset({3}))
    assert score({0: 0, 1: 1, 2: 2, 3: 3}, truth) == Score(2, 2, 4, 0, 1, 1, 0, 0, 0, 1)
    assert score({0: 1}, truth).wrong == 1
    assert score({3: 1}, truth).wrong == 1
    assert score({2: 3}, truth)[6:] == (0, 0, 1, 0)


def test_equal_keys_pair_in_their_order() -> None:
    assert nth_of_its_kind(["x", "y", "x", None], ["x", None, "x", "z"]) == {0: 0, 2: 2}
