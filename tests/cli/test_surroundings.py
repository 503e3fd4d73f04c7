"""The target and the class of the branch, from options, configuration and what CI or git say."""

from __future__ import annotations

import pytest

from ticketbot.cli.options import Reading
from ticketbot.cli.surroundings import branch_class, commit_of, look_around, target_of
from ticketbot.config.document import Branches, Config
from ticketbot.config.environment import Facts
from ticketbot.errors import UsageError


def config(**targets: dict) -> Config:
    return Config.model_validate({"version": 1, "targets": targets})


@pytest.mark.parametrize(
    ("asked", "targets", "repository", "expected", "warned"),
    [
        ("web", {}, "acme/shop", "web", ""),
        (None, {"shop": {}}, "acme/other", "shop", ""),
        (None, {"shop": {}, "web": {}}, "acme/shop", "acme/shop", ""),
        (None, {"shop": {"formerly": ["acme/shop"]}, "web": {}}, "acme/shop", "shop", ""),
        ("old", {"shop": {"formerly": ["old"]}}, None, "shop", ""),
        (None, {}, "acme/shop", "acme/shop", ""),
        (None, {}, None, "default", "name it with --target"),
    ],
    ids=[
        "option", "the only one configured", "several: the repository's slug", "the slug is a former name",
        "a former name", "the slug", "nothing is known",
    ],
)  # fmt: skip
def test_target(asked, targets, repository, expected, warned):
    said: list[str] = []
    facts = Facts(repository=repository)
    assert target_of(Reading(target=asked), config(**targets), facts, said.append) == expected
    assert warned in " ".join(said)
    assert bool(said) == bool(warned)


@pytest.mark.parametrize(
    ("option", "facts", "configured", "expected"),
    [
        ("main", {}, {}, "default"),
        ("master", {}, {}, "default"),
        ("", {}, {}, "default"),
        ("develop", {}, {"default": "develop"}, "default"),
        ("main", {}, {"default": "develop"}, "change"),
        ("", {"branch": "main", "default_branch": "main"}, {}, "default"),
        ("", {"branch": "main", "default_branch": "trunk"}, {}, "change"),
        ("", {"branch": "main", "pull_request": "7"}, {}, "change"),
        ("", {"pull_request": "7"}, {}, "change"),
        ("release/1.2", {}, {}, "release/1.2"),
        ("releases/1.2", {}, {}, "release/releases/1.2"),
        ("v1", {}, {"release": ["v*"]}, "release/v1"),
        ("release/1.2", {}, {"write": ["default"]}, "change"),
        ("feature/x", {}, {}, "change"),
    ],
)
def test_branch_class(option, facts, configured, expected):
    branches = Branches.model_validate(configured)
    assert (
        branch_class(Reading(branch=option), branches, Facts(**facts), lambda _: None) == expected
    )


def test_a_checkout_without_a_branch_is_told():
    said: list[str] = []
    assert branch_class(Reading(), Branches(), Facts(commit="4be1c02"), said.append) == "default"
    assert "name it with --branch" in said[0]


def test_ci_speaks_first_and_git_where_it_is_silent(workdir, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/shop")
    monkeypatch.setenv("GITHUB_REF_NAME", "main")
    found = look_around()
    assert (found.system, found.repository, found.branch) == ("github", "acme/shop", "main")
    assert found.commit is None


def test_a_target_that_is_not_configured_is_refused_where_targets_are():
    with pytest.raises(UsageError, match=r"\(shop-api, web\); did you mean shop-api\?"):
        target_of(Reading(target="shopapi"), config(**{"shop-api": {}, "web": {}}), Facts(), print)


@pytest.mark.parametrize("commit", ["two words", "a" * 101, "4be1c02\n", "é", " "])
def test_what_is_no_commit_is_refused(commit):
    with pytest.raises(UsageError, match="is no commit"):
        commit_of(Reading(commit=commit))


def test_a_commit_may_be_short_or_left_out():
    assert [commit_of(Reading(commit=each)) for each in ("", "4be1c02", "A" * 64)] == [
        "",
        "4be1c02",
        "A" * 64,
    ]
