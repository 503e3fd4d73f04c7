"""docs/configuration.md is what the models say, and says everything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ticketbot.config.load import schema
from ticketbot.config.reference import main, page

FILE = Path(__file__).parents[2] / "docs" / "configuration.md"


def test_the_page_in_the_documentation_is_up_to_date() -> None:
    assert FILE.read_text("utf-8") == page(), "run python -m ticketbot.config.reference > " + str(
        FILE
    )


def test_every_key_of_the_schema_is_on_the_page() -> None:
    keys = {key for model in [schema(), *schema()["$defs"].values()] for key in model["properties"]}
    told = set(re.findall(r"^\| `(\w+)` \|", page(), re.MULTILINE))
    assert keys <= told
    assert "required" in page()


def test_every_row_has_four_cells_and_a_meaning() -> None:
    rows = [line for line in page().splitlines() if line.startswith("| `")]
    for row in rows:
        cells = re.split(r"(?<!\\)\|", row.strip("|"))
        assert len(cells) == 4, row
        assert cells[3].strip(), row


@pytest.mark.parametrize(
    ("row", "of"),
    [
        ("| `reopen_grace` | duration | `2d` |", "lifecycle"),
        ("| `version` | `1` | required |", "ticketbot.yaml"),
        ("| `due` | duration or business days |  |", "severities"),
        ("| `kind` | one or several: `code`, ", "when"),
        ("| `project` | text | required | The project's key", "jira"),
        ("| `hosts` | one or several: text |  | Hosts it answers on: production", "targets"),
    ],
)
def test_types_and_defaults_are_told_in_words(row: str, of: str) -> None:
    assert row in page(), of


def test_check_says_what_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "configuration.md"
    file.write_text("old")
    assert main(["--check", str(file)]) == 1
    assert f"python -m ticketbot.config.reference > {file}" in capsys.readouterr().err
    assert main([]) == 0
    file.write_text(capsys.readouterr().out, "utf-8")
    assert main(["--check", str(file)]) == 0
