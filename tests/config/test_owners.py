"""Owners' files: where they are found, what is wrong in them, what of them matches nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ticketbot.config.load import Loaded, load, validate
from ticketbot.errors import ConfigError
from ticketbot.model.flaw import Features, Scope
from ticketbot.planning.routes import route

BOTH = "version: 1\nowners: {codeowners: true, map: owners.yaml}\n"
FLAW = Features(rule="r", title="t", severity="high", kind="code", tool="x", path="pay/a.py")


def written(folder: Path, **files: str) -> None:
    for name, text in files.items():
        file = folder / name.replace("__", "/").replace("_yaml", ".yaml")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def assignee(loaded: Loaded) -> tuple[str | None, str]:
    routed = route(FLAW, Scope("shop", "x"), loaded.settings)
    return routed.assignee, routed.sources.get("assignee", "")


@pytest.mark.parametrize(
    "place", [".github__CODEOWNERS", "CODEOWNERS", "docs__CODEOWNERS", ".gitlab__CODEOWNERS"]
)
def test_codeowners_is_found_at_its_usual_places_of_the_checkout(
    tmp_path: Path, place: str
) -> None:
    written(
        tmp_path,
        ticketbot_yaml="version: 1\nowners: {codeowners: true}\n",
        **{f"checkout__{place}": "\n* @ann\n"},
    )
    loaded = load(None, tmp_path, tmp_path / "checkout")
    assert assignee(loaded) == ("ann", f"{place.replace('__', '/')}:2")
    assert loaded.warnings == ()


def test_the_map_lies_beside_the_configuration_and_names_its_lines(tmp_path: Path) -> None:
    map_text = (
        "version: 1\nowners:\n  - {when: {path: web/**}, assignee: w}\n"
        "  - when: {path: pay/**}\n    assignee: p\n"
    )
    written(tmp_path, ci__ticketbot_yaml=BOTH, ci__owners_yaml=map_text, CODEOWNERS="* @ann\n")
    loaded = load("ci/ticketbot.yaml", tmp_path)
    assert assignee(loaded) == ("p", "ci/owners.yaml:4")


def test_files_that_are_not_there_are_told_and_stop_nothing(tmp_path: Path) -> None:
    written(tmp_path, ticketbot_yaml=BOTH)
    loaded = validate(None, tmp_path)
    assert assignee(loaded) == (None, "")
    told = [str(warning) for warning in loaded.warnings]
    assert told[0].startswith("ticketbot.yaml:2:1: `owners.codeowners`: there is no CODEOWNERS in")
    assert told[1] == (
        "ticketbot.yaml:2:1: `owners.map`: there is no file owners.yaml; tickets are made without it"
    )


def test_a_link_out_of_the_checkout_is_not_followed(tmp_path: Path) -> None:
    written(tmp_path, ticketbot_yaml="version: 1\nowners: {codeowners: true}\n", secret="* @x\n")
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / "CODEOWNERS").symlink_to(tmp_path / "secret")
    loaded = load(None, tmp_path, tmp_path / "checkout")
    assert loaded.settings.owners.codeowners is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version: 1\n", "owners.yaml:1:1: `owners` is missing"),
        ("version: 1\nowners: []\n", "owners.yaml:2:1: `owners`: List should have at least 1 item"),
        (
            "version: 1\nowners:\n  - {asignee: x}\n",
            "owners.yaml:3:6: `owners[0].asignee` is unknown; did you mean `assignee`?",
        ),
        (
            "version: 1\nowners:\n  - {fields: {sec: {a: 1}}}\n",
            "owners.yaml:3:15: `owners[0].fields.sec`: there is no tracker 'sec'",
        ),
        (
            "version: 1\nowners:\n  - {assignee: '{{ pth }}'}\n",
            "owners.yaml:3:6: `owners[0].assignee`: `pth` is unknown in a template",
        ),
        ("version: 1\nowners: [\n", "owners.yaml:3:1: "),
    ],
)
def test_a_mistake_in_the_map_is_told_with_its_line(
    tmp_path: Path, text: str, expected: str
) -> None:
    written(tmp_path, ticketbot_yaml="version: 1\nowners: {map: owners.yaml}\n", owners_yaml=text)
    with pytest.raises(ConfigError) as caught:
        load(None, tmp_path)
    assert any(str(problem).startswith(expected) for problem in caught.value.problems), (
        caught.value.problems
    )


def test_validate_names_what_matches_nothing(tmp_path: Path) -> None:
    map_text = (
        "version: 1\nowners:\n  - {when: {path: gone/**}, group: a}\n"
        "  - {when: {owner: '@acme/gone'}, group: b}\n  - {when: {path: pay/**}, group: c}\n"
    )
    written(
        tmp_path, ticketbot_yaml=BOTH, owners_yaml=map_text, CODEOWNERS="/old/ @ann\n", pay__a=""
    )
    told = [str(warning) for warning in validate(None, tmp_path).warnings]
    assert told == [
        f"CODEOWNERS: no line is about any file in {tmp_path}",
        f"owners.yaml:3: this entry matches nothing: no file in {tmp_path} is called gone/**",
        "owners.yaml:4: this entry matches nothing: @acme/gone is not in CODEOWNERS",
    ]
    assert load(None, tmp_path).warnings == ()
