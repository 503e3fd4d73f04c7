"""What REPORT means: a path, a glob, a folder, standard input, a pipe."""

from __future__ import annotations

import io
import os
import sys
import threading
from pathlib import Path

import pytest

from tests.cli.conftest import result
from ticketbot.cli.reports import find
from ticketbot.errors import ReportError, UsageError


def names(*arguments: str) -> list[str]:
    return [found.source.name for found in find(arguments)]


@pytest.fixture
def files(workdir):
    for name in ("b.sarif", "a.sarif", "sub/c.sarif", ".hidden", ".git/x.sarif", "odd[1].sarif"):
        path = Path(name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    return workdir


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["b.sarif", "a.sarif"], ["b.sarif", "a.sarif"]),
        (["*.sarif"], ["a.sarif", "b.sarif", "odd[1].sarif"]),
        (["**/*.sarif"], ["a.sarif", "b.sarif", "odd[1].sarif", "sub/c.sarif"]),
        (["."], ["a.sarif", "b.sarif", "odd[1].sarif", "sub/c.sarif"]),
        (["a.sarif", "*.sarif", "./a.sarif"], ["a.sarif", "b.sarif", "odd[1].sarif"]),
        (["odd[1].sarif"], ["odd[1].sarif"]),
        (["su*"], ["sub/c.sarif"]),
    ],
    ids=[
        "paths",
        "glob",
        "deep glob",
        "folder",
        "twice",
        "a name that looks like a glob",
        "a glob of folders",
    ],
)
def test_an_argument_means_these_files(files, arguments, expected):
    assert names(*arguments) == expected


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("nothing-*.sarif", "no file matches nothing-*.sarif"),
        ("nothing.sarif", "there is no file or folder nothing.sarif"),
        ("empty", "there is no file in the folder empty"),
    ],
)
def test_an_argument_that_means_nothing_is_named(files, argument, said):
    Path("empty").mkdir()
    with pytest.raises(UsageError) as refused:
        find(["a.sarif", argument])
    assert refused.value.message == said
    assert refused.value.hint


def test_the_digest_is_of_the_bytes_as_stored(files):
    (found,) = find(["a.sarif"])
    assert len(found.digest) == 64
    assert found.digest != find(["b.sarif"])[0].digest


def test_standard_input_can_be_opened_twice(files, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"once only")))
    (found,) = find(["-"])
    for _ in range(2):
        with found.source.open() as stream:
            assert stream.read() == b"once only"
    with pytest.raises(UsageError, match="only once"):
        find(["-", "-"])


def test_a_pipe_can_be_opened_twice(files):
    os.mkfifo("pipe")
    writer = threading.Thread(target=Path("pipe").write_bytes, args=(b"flows by",))
    writer.start()
    (found,) = find(["pipe"])
    writer.join()
    for _ in range(2):
        with found.source.open() as stream:
            assert stream.read() == b"flows by"


def test_a_file_that_cannot_be_read_is_named(files):
    Path("gone.sarif").symlink_to("nowhere")
    with pytest.raises(ReportError, match=r"gone\.sarif: cannot be read"):
        find(["gone.sarif"])


def test_in_a_folder_what_is_no_report_is_named_and_ignored(cli, report):
    report("reports/r.sarif", result("R1", 3))
    Path("reports/notes.txt").write_text("remember the milk")
    said = cli("findings", "reports", "--format", "jsonl")
    assert said.code == 0
    assert len(said.out.splitlines()) == 1
    assert "ignored reports/notes.txt: no reader knows this report" in said.err


@pytest.mark.parametrize("arguments", [["notes.txt"], ["r.sarif", "notes.txt"], ["*.txt"]])
def test_a_file_that_was_named_must_be_a_report(cli, report, arguments):
    report("r.sarif", result("R1", 3))
    Path("notes.txt").write_text("remember the milk")
    said = cli("findings", *arguments)
    assert said.code == 2
    assert "notes.txt: no reader knows this report" in said.err


def test_a_folder_without_any_report_is_refused(cli):
    Path("reports").mkdir()
    Path("reports/notes.txt").write_text("remember the milk")
    said = cli("findings", "reports")
    assert said.code == 2
    assert "no report in reports" in said.err


@pytest.mark.parametrize("command", ["gate", "findings", "sync"])
def test_sarif_that_is_called_a_tools_json_is_refused_and_not_read_as_empty(cli, report, command):
    said = cli(command, report("r.sarif", result("R1", 3)), "--tool", "bandit", "--target", "shop")
    assert said.code == 2
    assert "this is SARIF, not bandit's JSON" in said.err and "--tool sarif" in said.err


def test_a_report_of_one_tool_is_not_read_as_anothers(cli, workdir):
    Path("b.json").write_text('{"errors": [], "generated_at": "", "metrics": {}, "results": []}')
    said = cli("findings", "b.json", "--tool", "trivy")
    assert said.code == 2 and "a report of bandit, not of trivy" in said.err


def test_what_is_nobodys_is_read_as_the_tool_that_was_named(cli, workdir):
    Path("b.json").write_text('{"results": []}')
    assert cli("findings", "b.json", "--tool", "bandit").code == 0
