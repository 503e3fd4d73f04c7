"""Every command block in the documentation runs as written, every ticketbot.yaml in it is valid.

The rule: a fenced `sh` or `console` block runs, the blocks of one page in order, in one copy of
this repository; `console` lines that start with `$ ` are commands, the others must appear in the
output, in this order (`…` stands for what is left out). A `yaml` block must pass `ticketbot config
validate`. A block right after the comment `<!-- file: NAME -->` is written to that file of the copy
first; only one that is called `…ticketbot.yaml` must be a configuration. A block right after the
comment `<!-- not run: REASON -->` is only parsed. Blocks may use `ticketbot` and the few COMMANDS;
what installs, recurses (`make`) or needs the network is not run.

    python tests/test_docs.py docs/getting-started.md     runs a page, and says how long each step took
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
COMMANDS = {"ticketbot", "cat", "cd", "cp", "echo", "export", "grep", "head", "ls", "mkdir", "test"}
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", ".*_cache", ".demo", ".ticketbot", "__pycache__", "dist", "build"
)

FENCE = re.compile(
    r"^(?P<indent>[ ]*)```(?P<language>sh|bash|shell|console|yaml|yml)[ ]*\n"
    r"(?P<text>.*?)^(?P=indent)```[ ]*$",
    re.MULTILINE | re.DOTALL,
)
FILE = re.compile(r"<!-- file: (?P<name>[\w./-]+) -->\s*\Z")
NOT_RUN = re.compile(r"<!-- not run: (?P<reason>[^\n]+) -->\s*\Z")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)(?P<path>[^)#\s]+)")

needs_command_line = pytest.mark.skipif(
    not (ROOT / "ticketbot/cli/main.py").exists(), reason="there is no command line yet"
)


class Block(NamedTuple):
    """A fenced block. `reason`: why it is not run; None where it is. `file`: what it is the text of."""

    line: int
    language: str
    text: str
    reason: str | None
    file: str | None = None


def blocks(page: str) -> list[Block]:
    found = []
    for match in FENCE.finditer(page):
        before = page[: match.start()]
        exempt = NOT_RUN.search(before)
        text = re.sub(f"^{match['indent']}", "", match["text"], flags=re.MULTILINE)
        reason = exempt["reason"] if exempt else None
        named = FILE.search(before)
        file = named["name"] if named else None
        found.append(Block(before.count("\n") + 1, match["language"], text, reason, file))
    return found


def commands_and_output(block: Block) -> tuple[str, list[str]]:
    """The script of a block, and the lines its output must have."""
    if block.language != "console":
        return block.text, []
    lines = block.text.splitlines()
    shown = [line.rstrip() for line in lines if not line.startswith(("$ ", "> "))]
    script = "\n".join(line[2:] for line in lines if line.startswith(("$ ", "> ")))
    return script, [line for line in shown if line and line != "…"]


def foreign_commands(script: str) -> list[str]:
    """First words of a script's lines that no block may run."""
    joined = re.sub(r"\\\n", " ", script)
    firsts = re.findall(r"(?:^|[|;]|&&)[ \t]*(?:[A-Z_]+=\S+ )*([\w./-]+)", joined, re.MULTILINE)
    return [word for word in firsts if word not in COMMANDS]


def first_missing(expected: list[str], output: str) -> str | None:
    """The first expected line that the output does not have after the ones before it."""
    lines = iter(line.rstrip() for line in output.splitlines())
    return next((line for line in expected if line not in lines), None)


def execute(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path, "HOME": str(folder), "COLUMNS": "80", **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )


def run_block(block: Block, copy: Path, where: str) -> None:
    script, expected = commands_and_output(block)
    foreign = foreign_commands(script)
    assert not foreign, f"{where}: {foreign} is not run here; say `<!-- not run: why -->` before it"
    done = execute(script, copy)
    assert done.returncode == 0, f"{where} exits {done.returncode}:\n{done.stdout}"
    missing = first_missing(expected, done.stdout)
    assert missing is None, f"{where}: {missing!r} is not in the output:\n{done.stdout}"


def check_yaml(block: Block, copy: Path, where: str) -> None:
    name = block.file or f"docs-{block.line}.yaml"
    (copy / name).parent.mkdir(parents=True, exist_ok=True)
    (copy / name).write_text(block.text)
    if block.file and not block.file.endswith("ticketbot.yaml"):
        return
    secrets = dict.fromkeys(re.findall(r"\$\{(\w+)\}", block.text), "made-up")
    done = execute(f"ticketbot config validate --config {name}", copy, **secrets)
    assert done.returncode == 0, f"{where} is no valid ticketbot.yaml:\n{done.stdout}"


def run_page(page: Path, copy: Path, told: Callable[[str, float], None]) -> None:
    """All blocks of a page, in order, in a copy of the repository; `told`: a block's place and seconds."""
    to_run = [block for block in blocks(page.read_text()) if block.reason is None]
    if not to_run:
        return
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    for block in to_run:
        where = f"{page.relative_to(ROOT)}:{block.line}"
        check = check_yaml if block.language in ("yaml", "yml") else run_block
        began = time.perf_counter()
        check(block, copy, where)
        told(where, time.perf_counter() - began)


@needs_command_line
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_of_a_page_works_as_written(page, tmp_path):
    run_page(page, tmp_path / "copy", lambda _where, _seconds: None)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_yaml_block_is_yaml_and_every_link_leads_somewhere(page):
    text = page.read_text()
    for block in blocks(text):
        if block.language in ("yaml", "yml"):
            yaml.safe_load(block.text)
    dead = [m["path"] for m in LINK.finditer(text) if not (page.parent / m["path"]).exists()]
    assert dead == []


def test_the_first_two_commands_of_the_readme_are_demo_and_test():
    script = "".join(block.text for block in blocks((ROOT / "README.md").read_text()))
    commands = [line for line in script.splitlines() if line.startswith("make ")]
    assert [line.split("#")[0].strip() for line in commands[:2]] == ["make demo", "make test"]


def test_blocks_are_found_with_their_reasons():
    page = "A\n<!-- not run: needs a server -->\n\n```sh\na\n```\n\n"
    page += "- b\n  ```console\n  $ c\n  d\n  ```\n"
    assert blocks(page) == [
        Block(4, "sh", "a\n", "needs a server"),
        Block(9, "console", "$ c\nd\n", None),
    ]


def test_a_block_can_be_a_file_that_later_blocks_use():
    page = "<!-- file: ci/owners.yaml -->\n```yaml\na: 1\n```\n"
    assert blocks(page) == [Block(2, "yaml", "a: 1\n", None, "ci/owners.yaml")]


def test_a_console_block_has_commands_and_output():
    block = Block(1, "console", "$ ticketbot a \\\n>   b\none\n…\ntwo\n", None)
    assert commands_and_output(block) == ("ticketbot a \\\n  b", ["one", "two"])
    assert first_missing(["one", "two"], "zero\none\nmore\ntwo  \n") is None
    assert first_missing(["two", "one"], "one\ntwo\n") == "one"


@pytest.mark.parametrize(
    ("script", "foreign"),
    [
        ("ticketbot sync a.sarif \\\n  b.sarif\n# a remark\n", []),
        ("TOKEN=x ticketbot plan a | head -3 && echo done", []),
        ("make test", ["make"]),
        ("ticketbot findings a; curl x", ["curl"]),
        ("pip install ticketbot", ["pip"]),
    ],
)
def test_only_known_commands_run(script, foreign):
    assert foreign_commands(script) == foreign


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            run_page(
                Path(name).resolve(),
                Path(folder, "copy"),
                lambda where, seconds: print(f"{seconds:6.1f} s  {where}"),
            )
