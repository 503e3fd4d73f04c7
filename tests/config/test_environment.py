"""CI systems, one row of variables each; remotes; names of targets and branches."""

from __future__ import annotations

import pytest

from ticketbot.config.document import Config
from ticketbot.config.environment import Facts, facts_of, page_of, slug_of
from ticketbot.config.naming import branch_class, merged, target_name

SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, Facts()),
        ({"HOME": "/root", "BRANCH_NAME": "x"}, Facts()),
        (
            {
                "GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://github.com",
                "GITHUB_REPOSITORY": "acme/shop", "GITHUB_REF": "refs/heads/main",
                "GITHUB_REF_TYPE": "branch", "GITHUB_REF_NAME": "main", "GITHUB_SHA": SHA,
                "GITHUB_RUN_ID": "7", "GITHUB_WORKSPACE": "/w/shop", "GITHUB_HEAD_REF": "",
            },
            Facts(
                system="github", repository="acme/shop", page="https://github.com/acme/shop",
                branch="main", commit=SHA, workspace="/w/shop",
                run_url="https://github.com/acme/shop/actions/runs/7",
            ),
        ),
        (
            {
                "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/shop",
                "GITHUB_REF": "refs/pull/12/merge", "GITHUB_REF_NAME": "12/merge",
                "GITHUB_HEAD_REF": "fix", "GITHUB_SHA": SHA,
            },
            Facts(
                system="github", repository="acme/shop", page="https://github.com/acme/shop",
                branch="fix", commit=SHA, pull_request="12",
            ),
        ),
        (
            {"GITHUB_ACTIONS": "true", "GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1"},
            Facts(system="github"),
        ),
        (
            {
                "GITLAB_CI": "true", "CI_PROJECT_PATH": "acme/shop", "CI_COMMIT_SHA": SHA,
                "CI_PROJECT_URL": "https://gitlab.com/acme/shop", "CI_DEFAULT_BRANCH": "main",
                "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "fix", "CI_MERGE_REQUEST_IID": "3",
                "CI_PIPELINE_URL": "https://gitlab.com/acme/shop/-/pipelines/9",
                "CI_PROJECT_DIR": "/builds/acme/shop",
            },
            Facts(
                system="gitlab", repository="acme/shop", page="https://gitlab.com/acme/shop",
                branch="fix", default_branch="main", commit=SHA, pull_request="3",
                run_url="https://gitlab.com/acme/shop/-/pipelines/9", workspace="/builds/acme/shop",
            ),
        ),
        (
            {
                "TF_BUILD": "True", "BUILD_REPOSITORY_NAME": "shop", "BUILD_SOURCEVERSION": SHA,
                "BUILD_REPOSITORY_URI": "https://acme@dev.azure.com/acme/p/_git/shop",
                "BUILD_SOURCEBRANCH": "refs/heads/release/1.2", "BUILD_BUILDID": "5",
                "SYSTEM_COLLECTIONURI": "https://dev.azure.com/acme/", "SYSTEM_TEAMPROJECT": "p",
                "BUILD_SOURCESDIRECTORY": "/a/1/s",
            },
            Facts(
                system="azure", repository="shop", page="https://dev.azure.com/acme/p/_git/shop",
                branch="release/1.2", commit=SHA, workspace="/a/1/s",
                run_url="https://dev.azure.com/acme/p/_build/results?buildId=5",
            ),
        ),
        (
            {
                "TF_BUILD": "True", "BUILD_SOURCEBRANCH": "refs/pull/4/merge",
                "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/fix",
                "SYSTEM_PULLREQUEST_PULLREQUESTID": "4",
            },
            Facts(system="azure", branch="fix", pull_request="4"),
        ),
        (
            {
                "BITBUCKET_BUILD_NUMBER": "8", "BITBUCKET_REPO_FULL_NAME": "acme/shop",
                "BITBUCKET_BRANCH": "main", "BITBUCKET_COMMIT": SHA, "BITBUCKET_PR_ID": "2",
                "BITBUCKET_CLONE_DIR": "/opt/build",
            },
            Facts(
                system="bitbucket", repository="acme/shop", page="https://bitbucket.org/acme/shop",
                branch="main", commit=SHA, pull_request="2", workspace="/opt/build",
                run_url="https://bitbucket.org/acme/shop/pipelines/results/8",
            ),
        ),
        (
            {
                "CIRCLECI": "true",
                "CIRCLE_PROJECT_USERNAME": "acme", "CIRCLE_PROJECT_REPONAME": "shop",
                "CIRCLE_REPOSITORY_URL": "git@github.com:acme/shop.git", "CIRCLE_BRANCH": "fix",
                "CIRCLE_SHA1": SHA, "CIRCLE_PULL_REQUEST": "https://github.com/acme/shop/pull/6",
                "CIRCLE_BUILD_URL": "https://circleci.com/gh/acme/shop/1",
            },
            Facts(
                system="circleci", repository="acme/shop", page="https://github.com/acme/shop",
                branch="fix", commit=SHA, pull_request="6",
                run_url="https://circleci.com/gh/acme/shop/1",
            ),
        ),
        (
            {
                "JENKINS_URL": "https://ci/",
                "GIT_URL": "https://u:p@git.acme.example/acme/shop.git",
                "GIT_BRANCH": "origin/main", "GIT_COMMIT": SHA, "BUILD_URL": "https://ci/job/1/",
                "WORKSPACE": "/var/jenkins/shop",
            },
            Facts(
                system="jenkins", repository="acme/shop", page="https://git.acme.example/acme/shop",
                branch="main", commit=SHA, run_url="https://ci/job/1/",
                workspace="/var/jenkins/shop",
            ),
        ),
        (
            {"JENKINS_URL": "x", "CHANGE_ID": "9", "CHANGE_BRANCH": "fix", "BRANCH_NAME": "PR-9"},
            Facts(system="jenkins", branch="fix", pull_request="9"),
        ),
    ],
)  # fmt: skip
def test_what_ci_systems_say(environ: dict[str, str], expected: Facts) -> None:
    assert facts_of(environ) == expected


@pytest.mark.parametrize(
    ("remote", "page", "slug"),
    [
        ("https://github.com/acme/shop.git", "https://github.com/acme/shop", "acme/shop"),
        ("https://user:token@github.com/acme/shop", "https://github.com/acme/shop", "acme/shop"),
        ("git@github.com:acme/shop.git", "https://github.com/acme/shop", "acme/shop"),
        ("ssh://git@git.example:7999/acme/shop.git", "https://git.example/acme/shop", "acme/shop"),
        ("git@gitlab.com:a/b/c.git", "https://gitlab.com/a/b/c", "a/b/c"),
        ("/srv/git/shop.git", None, None),
        ("../shop", None, None),
        ("C:\\git\\shop", None, None),
        ("", None, None),
        (None, None, None),
    ],
)  # fmt: skip
def test_remotes(remote: str | None, page: str | None, slug: str | None) -> None:
    assert (page_of(remote), slug_of(remote)) == (page, slug)


@pytest.mark.parametrize(
    ("branch", "default", "pull_request", "expected"),
    [
        ("main", "main", False, "default"),
        ("main", None, False, "default"),
        ("master", None, False, "default"),
        ("main", "trunk", False, "change"),
        ("trunk", "trunk", False, "default"),
        ("release/1.2", "main", False, "release/1.2"),
        ("release-1.2", "main", False, "release/1.2"),
        ("feature/x", "main", False, "change"),
        ("main", "main", True, "change"),
        (None, None, False, "default"),
        ("", None, True, "change"),
    ],
)
def test_branch_classes(
    branch: str | None, default: str | None, pull_request: bool, expected: str
) -> None:
    patterns = ["release/*", "release-*"]
    assert branch_class(branch, default, patterns, pull_request=pull_request) == expected


ONE = {"shop-api": {"formerly": ["shop"]}}
TWO = {**ONE, "web": {}}


@pytest.mark.parametrize(
    ("targets", "given", "slug", "expected"),
    [
        ({}, "x", "acme/shop", "x"),
        ({}, None, "acme/shop", "acme/shop"),
        (ONE, None, "acme/shop", "shop-api"),
        (ONE, "shop", None, "shop-api"),
        (TWO, None, "shop", "shop-api"),
        (TWO, None, "other", "other"),
    ],
)
def test_targets(
    targets: dict[str, object], given: str | None, slug: str | None, expected: str
) -> None:
    config = Config.model_validate({"version": 1, "targets": targets})
    assert target_name(config, given, slug) == (expected, None)


def test_an_unknown_target_is_a_warning() -> None:
    name, warning = target_name(Config.model_validate({"version": 1}), None, None)
    assert name == "default"
    assert warning and "--target" in warning


def test_ci_goes_before_git() -> None:
    both = merged(Facts(branch="a"), Facts(branch="b", commit=SHA))
    assert (both.branch, both.commit) == ("a", SHA)
