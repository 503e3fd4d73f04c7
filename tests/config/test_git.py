"""What git says of a checkout, and how commits follow one another."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ticketbot.config.environment import Facts
from ticketbot.config.git import ancestry, git_facts, renames


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", "-C", str(folder), *identity, *words], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "work")
    git(tmp_path, "remote", "add", "origin", "git@github.com:acme/shop.git")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "one")
    return tmp_path


def test_facts_of_a_checkout(checkout: Path) -> None:
    assert git_facts(checkout) == Facts(
        repository="acme/shop",
        page="https://github.com/acme/shop",
        branch="work",
        commit=git(checkout, "rev-parse", "HEAD"),
        workspace=str(checkout.resolve()),
    )


def test_without_a_repository_or_git_it_is_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert git_facts(tmp_path / "nowhere") == Facts()
    monkeypatch.setenv("PATH", "")
    assert git_facts(tmp_path) == Facts()


def test_how_commits_follow_one_another(checkout: Path) -> None:
    one = git(checkout, "rev-parse", "HEAD")
    git(checkout, "commit", "-q", "--allow-empty", "-m", "two")
    two = git(checkout, "rev-parse", "HEAD")
    git(checkout, "checkout", "-q", "-b", "side", one)
    git(checkout, "commit", "-q", "--allow-empty", "-m", "side")
    side = git(checkout, "rev-parse", "HEAD")
    assert ancestry(one, two, checkout) == "older"
    assert ancestry(two, one, checkout) == "newer"
    assert ancestry(one, one.upper(), checkout) == "same"
    assert ancestry(two, side, checkout) == "unknown"


@pytest.mark.parametrize("other", [None, "", "--help", "f" * 40])
def test_what_git_does_not_know_is_unknown(checkout: Path, other: str | None) -> None:
    assert ancestry(other, git(checkout, "rev-parse", "HEAD"), checkout) == "unknown"


@pytest.fixture
def moved(checkout: Path) -> tuple[str, str]:
    """Two commits; in between files are renamed, under the folder `web` and beside it."""
    for name in ("web/a b.py", "web/gone.py", "core.py", "web/same.py"):
        file = checkout / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("".join(f"{name} line {n}\n" for n in range(20)))
    git(checkout, "add", ".")
    git(checkout, "commit", "-q", "-m", "two")
    old = git(checkout, "rev-parse", "HEAD")
    (checkout / "web/ä").mkdir()
    git(checkout, "mv", "web/a b.py", "web/ä/b\t.py")
    git(checkout, "mv", "core.py", "kernel.py")
    git(checkout, "rm", "-q", "web/gone.py")
    with (checkout / "web/ä/b\t.py").open("a") as file_:
        file_.write("and more\n")
    git(checkout, "commit", "-q", "-a", "-m", "three")
    return old, git(checkout, "rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("folder", "told"),
    [
        (".", {"web/a b.py": "web/ä/b\t.py", "core.py": "kernel.py"}),
        ("web", {"a b.py": "ä/b\t.py"}),
    ],
)
def test_renames_are_told_relative_to_the_folder(
    checkout: Path, moved: tuple[str, str], folder: str, told: dict[str, str]
) -> None:
    git(checkout, "config", "diff.renames", "false")
    assert renames(*moved, checkout / folder) == told
    assert renames(moved[1], moved[1], checkout) == {}


@pytest.mark.parametrize("other", [None, "", "--help", "f" * 40])
def test_renames_from_an_unknown_commit_are_none(
    checkout: Path, moved: tuple[str, str], other: str | None
) -> None:
    assert renames(other, moved[1], checkout) == renames(moved[0], other, checkout) == {}
    assert renames(*moved, checkout / "nowhere") == {}
