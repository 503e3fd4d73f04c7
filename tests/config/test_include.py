"""Included files: merged first, and what they lock stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from ticketbot.config.load import Loaded, load
from ticketbot.errors import ConfigError

CENTRAL = """\
version: 1
locked: [guard.max_close, severities.critical]
guard: {max_close: 5, max_create: 10}
severities: {critical: {due: 1d}, high: {due: 9d}}
"""


def loaded(folder: Path, text: str, central: str = CENTRAL) -> Loaded:
    (folder / "security").mkdir(exist_ok=True)
    (folder / "security" / "central.yaml").write_text(central, "utf-8")
    (folder / "ticketbot.yaml").write_text(
        f"version: 1\ninclude: [security/central.yaml]\n{text}", "utf-8"
    )
    return load(None, folder)


def test_what_is_included_comes_first_and_is_merged_key_by_key(tmp_path: Path) -> None:
    config = loaded(tmp_path, "guard: {max_create: 99}\nseverities: {low: {due: 2w}}").config
    assert (config.guard.max_close, config.guard.max_create) == (5, 99)
    assert list(config.severities) == ["critical", "high", "low"]


@pytest.mark.parametrize(
    "text", ["guard: {max_close: 6}", "guard: {max_create: 1, max_close: 0}", "guard: 7"]
)
def test_a_locked_key_cannot_be_set_otherwise(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    found = str(caught.value.problems[0])
    assert found.startswith("ticketbot.yaml:3:")
    assert "`guard.max_close` is locked by" in found
    assert "central.yaml:3:9" in found


def test_a_part_of_a_locked_key_cannot_be_set(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, "severities: {critical: {labels: [x]}}")
    assert "`severities.critical` is locked" in caught.value.problems[0].what


def test_saying_the_same_as_what_is_locked_is_fine(tmp_path: Path) -> None:
    assert loaded(tmp_path, "guard: {max_close: 5}").config.guard.max_close == 5


def test_a_mistake_in_an_included_file_names_that_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, "", "version: 1\nguard: {max_closes: 5}")
    assert "security/central.yaml:2:9: `guard.max_closes` is unknown" in str(
        caught.value.problems[0]
    )


def test_locks_reach_through_a_chain_of_files(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("locked: [gate]\ngate: {high: 0}", "utf-8")
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, "gate: {high: 9}", "version: 1\ninclude: ../base.yaml")
    assert "`gate` is locked by" in caught.value.problems[0].what
