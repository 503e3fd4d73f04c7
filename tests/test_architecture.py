"""The house's shape: pure stays pure, files and functions stay small, the command starts fast.

The import contracts of pyproject.toml say who may import whom; here is what they cannot see: calls
(`open`, `datetime.now`), parts of packages (`urllib.request` but not `urllib.parse`), sizes.
There is no list of exceptions, and there shall be none.
"""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = sorted((ROOT / "ticketbot").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
PURE_LAYERS = ("readers", "identity", "planning", "model", "errors.py")
PURE = [file for file in PACKAGE if file.relative_to(ROOT / "ticketbot").parts[0] in PURE_LAYERS]

IMPURE_MODULES = re.compile(
    r"(os|pathlib|shutil|tempfile|glob|fileinput|socket|ssl|select|selectors|asyncio|subprocess|threading"
    r"|multiprocessing|concurrent|signal|sqlite3|sqlalchemy|alembic|logging|time|random|secrets|getpass"
    r"|httpx|requests|urllib3|aiohttp|http\.client|http\.server|urllib\.request|jira|github|pysnow"
    r"|ticketbot\.(?!readers|identity|planning|model|errors).*)(\..*)?"
)
IMPURE_CALLS = re.compile(
    r"open|print|input|exec|eval|__import__|(io|gzip|codecs|lzma|bz2)\.open"
    r"|(datetime\.)?(datetime\.(now|utcnow|today)|date\.today)|uuid\.uuid[14]|importlib\.import_module"
)
LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FILE = 300, 40, 130

# `--help` and `findings` must not pay for what only the trackers, the ledger and the server need.
SLOW = (
    "sqlalchemy alembic jira github pysnow requests urllib3 httpx aiohttp fastapi starlette uvicorn"
)


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """What an import names; `from urllib import request` names `urllib.request` too."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def impurities(source: str) -> list[str]:
    """What in a module's text reaches outside of its arguments, each as `line: what`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level:
            found.append(f"{node.lineno}: a relative import")
        if isinstance(node, ast.Import | ast.ImportFrom):
            impure = [module for module in imported(node) if IMPURE_MODULES.fullmatch(module)]
            found += [f"{node.lineno}: import of {module}" for module in impure[:1]]
        if isinstance(node, ast.Call) and IMPURE_CALLS.fullmatch(ast.unparse(node.func)):
            found.append(f"{node.lineno}: call of {ast.unparse(node.func)}()")
    return found


@pytest.mark.parametrize("file", PURE, ids=name)
def test_left_of_the_plan_everything_is_a_function_of_values(file):
    assert impurities(file.read_text()) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import os.path", ["1: import of os.path"]),
        ("def f():\n    from pathlib import Path", ["2: import of pathlib"]),
        ("from urllib import request", ["1: import of urllib.request"]),
        ("import http.client", ["1: import of http.client"]),
        ("from ticketbot.ledger import ledger", ["1: import of ticketbot.ledger"]),
        ("from . import stream", ["1: a relative import"]),
        ("text = open(name).read()", ["1: call of open()"]),
        ("now = datetime.now(UTC)", ["1: call of datetime.now()"]),
        (
            "import datetime\nnow = datetime.datetime.utcnow()",
            ["2: call of datetime.datetime.utcnow()"],
        ),
        ("today = date.today()", ["1: call of date.today()"]),
        ("data = gzip.open(name)", ["1: call of gzip.open()"]),
        ("from urllib.parse import quote\nimport io, gzip, json, uuid", []),
        ("from ticketbot.model.finding import Finding", []),
        (
            "data = source.open()\nkey = uuid.uuid5(space, name)\nday = datetime.fromisoformat(s)",
            [],
        ),
    ],
)
def test_the_purity_check_tells_them_apart(source, found):
    assert impurities(source) == found


@pytest.mark.parametrize("file", PACKAGE + TESTS, ids=name)
def test_a_file_says_what_it_is_for_and_has_one_job(file):
    tree = ast.parse(file.read_text())
    assert ast.get_docstring(tree), f"{name(file)} does not open with what it is for"
    lines = len(file.read_text().splitlines())
    assert lines <= LONGEST_FILE, f"{name(file)} has {lines} lines: split it by job"


@pytest.mark.parametrize("file", PACKAGE, ids=name)
def test_a_function_fits_on_one_screen(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            where = f"{name(file)}:{node.lineno} {node.name}"
            assert lines <= LONGEST_FUNCTION, f"{where} has {lines} lines"


def test_most_files_are_short():
    lines = [len(file.read_text().splitlines()) for file in PACKAGE if file.name != "__init__.py"]
    assert statistics.median(lines) <= MEDIAN_FILE


@pytest.mark.parametrize("file", PACKAGE + TESTS, ids=name)
def test_a_check_is_switched_off_only_with_its_reason(file):
    for number, line in enumerate(file.read_text().splitlines(), 1):
        for comment in re.finditer(r"# type: ?ignore(\[[\w, -]+\])?(?P<reason>.*)", line):
            where = f"{name(file)}:{number}"
            assert re.search(r"\w{3}", comment["reason"]), f"{where} gives no reason beside it"


@pytest.mark.skipif(
    not (ROOT / "ticketbot/cli/main.py").exists(), reason="there is no command line yet"
)
@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["findings", str(ROOT / "examples/demo/reports/v1/bandit.sarif")]],
    ids=["help", "findings"],
)
def test_the_command_line_imports_only_what_it_uses(arguments, tmp_path):
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "ticketbot", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    modules = re.findall(r"^import time: +\d+ \| +\d+ \| +([\w.]+)$", run.stderr, re.MULTILINE)
    assert "ticketbot.cli.main" in modules
    assert {module.partition(".")[0] for module in modules}.isdisjoint(SLOW.split())
