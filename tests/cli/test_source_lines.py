"""The checkout beside a report: which lines it has, and what it never reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from ticketbot.cli import source_lines
from ticketbot.cli.source_lines import Checkout
from ticketbot.readers.redact import Redactor


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "secret.py").write_text("outside")
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "a.py").write_bytes(
        b"one\r\ntwo\x0c\xe2\x80\xa8 still\rpassword = 'hunter2hunter2'\n"
    )
    (folder / "picture").write_bytes(b"a\0b\n")
    (folder / "empty.py").write_bytes(b"")
    (folder / "away.py").symlink_to(tmp_path / "secret.py")
    return folder


def test_lines_end_where_scanners_end_them_and_secrets_are_out(root: Path) -> None:
    lines = ("one", "two\x0c\u2028 still", "password = '[redacted]'", "")
    sources = Checkout(root, Redactor())
    assert sources.lines("a.py") == lines
    assert [sources.line("a.py", n) for n in (0, 1, 3, 5)] == [None, lines[0], lines[2], None]


@pytest.mark.parametrize(
    "path",
    [
        "b.py",
        "../secret.py",
        "/etc/passwd",
        "away.py",
        "picture",
        "empty.py",
        "a\0b",
        "x" * 5000,
        "",
    ],
)
def test_what_is_no_text_under_the_root_has_no_lines(root: Path, path: str) -> None:
    sources = Checkout(root, Redactor())
    assert (sources.lines(path), sources.line(path, 1)) == ((), None)


def test_what_is_too_large_is_not_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_lines, "LARGEST", 3)
    assert Checkout(root, Redactor()).lines("a.py") == ()


def test_files_are_forgotten_when_they_are_too_many(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_lines, "KEPT", 10)
    sources = Checkout(root, Redactor())
    first = sources.lines("a.py")
    assert sources.lines("a.py") is first
    sources.lines("empty.py")
    assert sources.lines("a.py") == first
    assert sources.lines("a.py") is not first
