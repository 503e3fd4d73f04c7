"""What a change of the code, or of the scanner, does to flaws: the truth is exact, and so is the claim.

Each mutation of each language in three settings: the report quotes the lines; it quotes nothing, and there
is no checkout; it quotes nothing, and each scan ran in its checkout. No new flaw where none is due, the
exact number where some are.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.identity.mutations import MUTATIONS, SETTINGS, Mutation
from tests.identity.scanner import (
    LANGUAGES,
    Scanner,
    Tree,
    candidates,
    opened,
    remembered,
    tree,
    written,
)
from ticketbot.cli.source_lines import Checkout
from ticketbot.identity.ingredients import NOTHING, Grounds
from ticketbot.identity.match import Candidate, match, pairs
from ticketbot.readers.redact import Redactor


class Side(NamedTuple):
    """A scan: its findings, and the origin of each."""

    found: list[Candidate]
    origins: list[str]


def scanned(files: Tree, scanner: Scanner, setting: str) -> Side:
    data, origins = scanner._replace(snippets=setting == "quoted").report(files)
    report = opened(data, scanner.root)
    if setting != "checkout":
        return Side(candidates(report, NOTHING), origins)
    with tempfile.TemporaryDirectory() as folder:
        sources = Checkout(written(files, Path(folder)), Redactor())
        return Side(candidates(report, Grounds(sources=sources)), origins)


def compare(language: str, mutation: Mutation, setting: str) -> tuple[Side, Side]:
    before = tree(language)
    old = scanned(before, mutation.before(Scanner()), setting)
    new = scanned(mutation.change(before), mutation.after(Scanner()), setting)
    return old, new


def truth(old: Side, new: Side) -> dict[int, int]:
    """Index of the new finding → index of the old one."""
    where = {origin: index for index, origin in enumerate(old.origins)}
    return {i: where[origin] for i, origin in enumerate(new.origins) if origin in where}


CASES = [
    pytest.param(language, mutation, setting, id=f"{language}-{setting}-{mutation.name}")
    for setting in SETTINGS[:3]
    for mutation in MUTATIONS
    for language in LANGUAGES
    if setting != "blind" or mutation.seen_blind
]


@pytest.mark.parametrize(("language", "mutation", "setting"), CASES)
def test_flaws_survive(language: str, mutation: Mutation, setting: str) -> None:
    old, new = compare(language, mutation, setting)
    want = truth(old, new)
    matching = match(new.found, remembered(old.found))
    numbers = (len(matching.new), len(matching.gone))
    assert numbers == (len(new.found) - len(want), len(old.found) - len(want))
    if mutation.is_exact(setting):
        assert {pair.index: pair.flaw for pair in matching.pairs} == {
            i: f"f{j}" for i, j in want.items()
        }


@pytest.mark.parametrize(("language", "mutation", "setting"), CASES)
def test_diff_says_the_same(language: str, mutation: Mutation, setting: str) -> None:
    old, new = compare(language, mutation, setting)
    want = truth(old, new)
    said = pairs(old.found, new.found)
    made = said["pairs"]
    assert isinstance(made, list)
    assert len(made) == len(want)
    if mutation.is_exact(setting):
        assert {new: old for old, new, _ in made} == want


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["nothing", "a line is inserted at the top", "another root"])
@pytest.mark.parametrize(
    ("first", "second"),
    [("blind", "checkout"), ("checkout", "blind"), ("blind", "quoted"), ("quoted", "checkout")],
)
def test_scans_that_are_given_more_or_less_than_the_last_find_the_same_flaws(
    first: str, second: str, name: str, language: str
) -> None:
    mutation = next(each for each in MUTATIONS if each.name == name)
    files = tree(language)
    old = scanned(files, mutation.before(Scanner()), first)
    new = scanned(mutation.change(files), mutation.after(Scanner()), second)
    matching = match(new.found, remembered(old.found))
    assert {pair.index: pair.flaw for pair in matching.pairs} == {
        i: f"f{j}" for i, j in truth(old, new).items()
    }


HARMLESS = [
    mutation
    for mutation in MUTATIONS
    if mutation.name
    in {
        "a line is inserted at the top",
        "a line is inserted before each flagged one",
        "functions are nested",
        "tabs in place of spaces",
        "CRLF at the ends of lines",
        "suppression comments are added",
        "spaces are put around brackets",
        "results are scored anew",
        "messages are reworded",
        "another root",
        "results are shuffled",
    }
]


@given(
    language=st.sampled_from(LANGUAGES),
    chosen=st.lists(st.sampled_from(HARMLESS), min_size=1, max_size=4, unique=True),
    setting=st.sampled_from(("quoted", "checkout")),
)
def test_harmless_changes_together_make_no_flaw_new(
    language: str, chosen: list[Mutation], setting: str
) -> None:
    files, scanner = tree(language), Scanner()
    old = scanned(files, scanner, setting)
    for mutation in chosen:
        files, scanner = mutation.change(files), mutation.after(scanner)
    new = scanned(files, scanner, setting)
    matching = match(new.found, remembered(old.found))
    assert {p.index: p.flaw for p in matching.pairs} == {
        i: f"f{j}" for i, j in truth(old, new).items()
    }
    assert not matching.new
    assert not matching.gone


@given(data=st.data(), language=st.sampled_from(LANGUAGES), setting=st.sampled_from(SETTINGS[:3]))
def test_lines_that_go_make_no_flaw_new(data: st.DataObject, language: str, setting: str) -> None:
    files = tree(language)
    old = scanned(files, Scanner(), setting)
    kept = {path: [x for x in lines if data.draw(st.booleans())] for path, lines in files.items()}
    new = scanned(kept, Scanner(), setting)
    matching = match(new.found, remembered(old.found))
    assert not matching.new
    assert len(matching.gone) == len(old.found) - len(new.found)
