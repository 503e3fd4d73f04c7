"""What a CI system says of a run, from the variables it is known to set: one row for each system.

A function of the mapping it is given; never reads the process's own environment, never calls git.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import msgspec

Environ = Mapping[str, str]


class Facts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of where a run happens. None: not told."""

    system: str | None = None
    """github, gitlab, jenkins, azure, bitbucket, circleci; None outside of CI."""
    repository: str | None = None
    """The slug, as `acme/shop`."""
    page: str | None = None
    """The repository's web page, as `https://github.com/acme/shop`."""
    branch: str | None = None
    default_branch: str | None = None
    commit: str | None = None
    pull_request: str | None = None
    """Its number; such a run is a change's, whatever its branch is called."""
    run_url: str | None = None
    workspace: str | None = None
    """Absolute directory of the checkout."""


def facts_of(environ: Environ) -> Facts:
    """Facts of the first system that the variables give away; empty ones outside of CI."""
    for variable, read in _SYSTEMS.items():
        if environ.get(variable):
            return read(environ)
    return Facts()


def _github(env: Environ) -> Facts:
    """https://docs.github.com/actions/reference/workflows-and-actions/variables"""
    server, slug = env.get("GITHUB_SERVER_URL", "https://github.com"), env.get("GITHUB_REPOSITORY")
    page = f"{server}/{slug}" if slug else None
    pull = re.match(r"refs/pull/(\d+)/", env.get("GITHUB_REF", ""))
    on_branch = env.get("GITHUB_REF_TYPE", "branch") == "branch"
    run = env.get("GITHUB_RUN_ID")
    return Facts(
        system="github",
        repository=slug,
        page=page,
        branch=_first(env, "GITHUB_HEAD_REF")
        or (_first(env, "GITHUB_REF_NAME") if on_branch else None),
        commit=_first(env, "GITHUB_SHA"),
        pull_request=pull[1] if pull else None,
        run_url=f"{page}/actions/runs/{run}" if page and run else None,
        workspace=_first(env, "GITHUB_WORKSPACE"),
    )


def _gitlab(env: Environ) -> Facts:
    """https://docs.gitlab.com/ci/variables/predefined_variables/"""
    return Facts(
        system="gitlab",
        # a fork's merge request runs in the fork's project, and is about the one it goes to
        repository=_first(env, "CI_MERGE_REQUEST_PROJECT_PATH", "CI_PROJECT_PATH"),
        page=_first(env, "CI_MERGE_REQUEST_PROJECT_URL", "CI_PROJECT_URL"),
        branch=_first(env, "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_BRANCH"),
        default_branch=_first(env, "CI_DEFAULT_BRANCH"),
        commit=_first(env, "CI_COMMIT_SHA"),
        pull_request=_first(env, "CI_MERGE_REQUEST_IID"),
        run_url=_first(env, "CI_PIPELINE_URL", "CI_JOB_URL"),
        workspace=_first(env, "CI_PROJECT_DIR"),
    )


def _azure(env: Environ) -> Facts:
    """https://learn.microsoft.com/azure/devops/pipelines/build/variables"""
    source = _first(env, "SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCH")
    collection, project = env.get("SYSTEM_COLLECTIONURI"), env.get("SYSTEM_TEAMPROJECT")
    build = env.get("BUILD_BUILDID")
    known = collection and project and build
    page = _first(env, "BUILD_REPOSITORY_URI")
    return Facts(
        system="azure",
        repository=_first(env, "BUILD_REPOSITORY_NAME"),
        page=_without_user(page) if page else None,
        branch=_branch_of(source),
        commit=_first(env, "SYSTEM_PULLREQUEST_SOURCECOMMITID", "BUILD_SOURCEVERSION"),
        pull_request=_first(
            env, "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER", "SYSTEM_PULLREQUEST_PULLREQUESTID"
        ),
        run_url=f"{collection}{project}/_build/results?buildId={build}" if known else None,
        workspace=_first(env, "BUILD_SOURCESDIRECTORY"),
    )


def _bitbucket(env: Environ) -> Facts:
    """https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/"""
    slug = _first(env, "BITBUCKET_REPO_FULL_NAME")
    page = f"https://bitbucket.org/{slug}" if slug else None
    number = env.get("BITBUCKET_BUILD_NUMBER")
    return Facts(
        system="bitbucket",
        repository=slug,
        page=page,
        branch=_first(env, "BITBUCKET_BRANCH"),
        commit=_first(env, "BITBUCKET_COMMIT"),
        pull_request=_first(env, "BITBUCKET_PR_ID"),
        run_url=f"{page}/pipelines/results/{number}" if page and number else None,
        workspace=_first(env, "BITBUCKET_CLONE_DIR"),
    )


def _circleci(env: Environ) -> Facts:
    """https://circleci.com/docs/reference/variables/"""
    owner, name = env.get("CIRCLE_PROJECT_USERNAME"), env.get("CIRCLE_PROJECT_REPONAME")
    pull = _first(env, "CIRCLE_PULL_REQUEST")
    remote = _first(env, "CIRCLE_REPOSITORY_URL")
    return Facts(
        system="circleci",
        repository=f"{owner}/{name}" if owner and name else slug_of(remote),
        page=page_of(remote),
        branch=_first(env, "CIRCLE_BRANCH"),
        commit=_first(env, "CIRCLE_SHA1"),
        pull_request=pull.rpartition("/")[2] if pull else _first(env, "CIRCLE_PR_NUMBER"),
        run_url=_first(env, "CIRCLE_BUILD_URL"),
        workspace=_first(env, "CIRCLE_WORKING_DIRECTORY"),
    )


def _jenkins(env: Environ) -> Facts:
    """https://www.jenkins.io/doc/book/pipeline/jenkinsfile/ and its Git plugin."""
    remote = _first(env, "GIT_URL", "GIT_URL_1")
    branch = _first(env, "CHANGE_BRANCH", "BRANCH_NAME", "GIT_LOCAL_BRANCH", "GIT_BRANCH")
    return Facts(
        system="jenkins",
        repository=slug_of(remote),
        page=page_of(remote),
        branch=branch.removeprefix("origin/") if branch else None,
        commit=_first(env, "GIT_COMMIT"),
        pull_request=_first(env, "CHANGE_ID"),
        run_url=_first(env, "BUILD_URL"),
        workspace=_first(env, "WORKSPACE"),
    )


# The variable that gives a system away. Jenkins is last: agents of others set its variables too.
_SYSTEMS: dict[str, Callable[[Environ], Facts]] = {
    "GITHUB_ACTIONS": _github,
    "GITLAB_CI": _gitlab,
    "TF_BUILD": _azure,
    "BITBUCKET_BUILD_NUMBER": _bitbucket,
    "CIRCLECI": _circleci,
    "JENKINS_URL": _jenkins,
}


def _first(env: Environ, *names: str) -> str | None:
    return next((env[name] for name in names if env.get(name)), None)


def _branch_of(ref: str | None) -> str | None:
    """A branch's name; None for tags and for merges that a system makes up."""
    if not ref or ref.startswith(("refs/tags/", "refs/pull/")):
        return None
    return ref.removeprefix("refs/heads/")


def _without_user(url: str) -> str:
    return re.sub(r"^(https?://)[^/@]*@", r"\1", url)


def slug_of(remote: str | None) -> str | None:
    """`acme/shop` from any form of a remote's address; None for a path on this machine."""
    page = page_of(remote)
    return urlsplit(page).path.strip("/") or None if page else None


def page_of(remote: str | None) -> str | None:
    """The web page of a remote: `git@github.com:acme/shop.git` → `https://github.com/acme/shop`."""
    if not remote:
        return None
    scp = re.fullmatch(r"(?:[^@/:]+@)?([\w.-]+\.\w+):(?!//)(.+)", remote)
    ssh = re.fullmatch(r"(?:ssh|git)://(?:[^@/]+@)?([\w.-]+)(?::\d+)?/(.+)", remote)
    found = scp or ssh
    if found:
        remote = f"https://{found[1]}/{found[2]}"
    if not re.match(r"https?://[^/]+/.", remote):
        return None
    return _without_user(remote).rstrip("/").removesuffix(".git")
