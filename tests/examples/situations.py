"""What the six CI systems tell a pipeline, in each situation, and what ticketbot should read there.

One table; `{root}` is the checkout, `{sha}` the commit. Variables are those of the systems'
documentation (ticketbot/config/environment.py has the addresses).
"""

from __future__ import annotations

from typing import NamedTuple


class Situation(NamedTuple):
    """`kind`: default, release or change. `branch`: what git has checked out."""

    system: str
    name: str
    kind: str
    branch: str
    url: str
    variables: dict[str, str]
    target: str = "acme/shop-api"
    """As ticketbot should read it; "" where it does not matter."""


PAGE = "https://github.com/acme/shop-api"

GITHUB = {
    "GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "acme/shop-api", "GITHUB_RUN_ID": "71", "GITHUB_SHA": "{sha}",
    "GITHUB_WORKSPACE": "{root}", "GITHUB_REF_TYPE": "branch", "GITHUB_HEAD_REF": "",
}  # fmt: skip
GITHUB_PULL = {
    "GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/9/merge",
    "GITHUB_REF_NAME": "9/merge", "GITHUB_HEAD_REF": "fix", "GITHUB_BASE_REF": "main",
}  # fmt: skip
GITHUB_RUN = f"{PAGE}/actions/runs/71"

GITLAB = {
    "GITLAB_CI": "true", "CI": "true", "CI_PROJECT_PATH": "acme/shop-api",
    "CI_PROJECT_URL": "https://gitlab.com/acme/shop-api", "CI_DEFAULT_BRANCH": "main",
    "CI_COMMIT_SHA": "{sha}", "CI_PROJECT_DIR": "{root}",
    "CI_PIPELINE_URL": "https://gitlab.com/acme/shop-api/-/pipelines/71",
}  # fmt: skip
GITLAB_PULL = {
    "CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_IID": "9",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "fix", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "{base}",
    "CI_MERGE_REQUEST_PROJECT_PATH": "acme/shop-api",
}  # fmt: skip
GITLAB_RUN = GITLAB["CI_PIPELINE_URL"]
FORK_RUN = "https://gitlab.com/mallory/shop-api/-/pipelines/71"

JENKINS = {
    "JENKINS_URL": "https://ci.acme.example/", "GIT_URL": f"{PAGE}.git", "GIT_COMMIT": "{sha}",
    "WORKSPACE": "{root}", "WORKSPACE_TMP": "{root}@tmp",
    "BUILD_URL": "https://ci.acme.example/job/shop-api/71/",
}  # fmt: skip
JENKINS_PULL = {
    "CHANGE_ID": "9", "CHANGE_BRANCH": "fix", "CHANGE_TARGET": "main", "BRANCH_NAME": "PR-9",
    "GIT_BRANCH": "PR-9",
}  # fmt: skip
JENKINS_RUN = JENKINS["BUILD_URL"]

AZURE = {
    "TF_BUILD": "True", "BUILD_REPOSITORY_NAME": "acme/shop-api", "BUILD_REPOSITORY_URI": PAGE,
    "BUILD_SOURCEVERSION": "{sha}", "BUILD_SOURCESDIRECTORY": "{root}", "BUILD_BUILDID": "71",
    "SYSTEM_COLLECTIONURI": "https://dev.azure.com/acme/", "SYSTEM_TEAMPROJECT": "shop",
    "PIPELINE_WORKSPACE": "{root}@work",
}  # fmt: skip
AZURE_PULL = {
    "BUILD_REASON": "PullRequest", "BUILD_SOURCEBRANCH": "refs/pull/9/merge",
    "SYSTEM_PULLREQUEST_SOURCEBRANCH": "fix", "SYSTEM_PULLREQUEST_TARGETBRANCH": "main",
    "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER": "9", "SYSTEM_PULLREQUEST_SOURCECOMMITID": "{sha}",
}  # fmt: skip
AZURE_RUN = "https://dev.azure.com/acme/shop/_build/results?buildId=71"

BITBUCKET = {
    "BITBUCKET_BUILD_NUMBER": "71", "CI": "true", "BITBUCKET_REPO_FULL_NAME": "acme/shop-api",
    "BITBUCKET_COMMIT": "{sha}", "BITBUCKET_CLONE_DIR": "{root}",
}  # fmt: skip
BITBUCKET_PULL = {"BITBUCKET_PR_ID": "9", "BITBUCKET_PR_DESTINATION_BRANCH": "main"}
BITBUCKET_RUN = "https://bitbucket.org/acme/shop-api/pipelines/results/71"

CIRCLECI = {
    "CIRCLECI": "true", "CI": "true", "CIRCLE_PROJECT_USERNAME": "acme",
    "CIRCLE_PROJECT_REPONAME": "shop-api", "CIRCLE_SHA1": "{sha}",
    "CIRCLE_REPOSITORY_URL": "git@github.com:acme/shop-api.git",
    "CIRCLE_WORKING_DIRECTORY": "~/project",
    "CIRCLE_BUILD_URL": "https://circleci.com/gh/acme/shop-api/71",
}  # fmt: skip
CIRCLECI_PULL = {"CIRCLE_PULL_REQUEST": f"{PAGE}/pull/9"}
CIRCLECI_RUN = CIRCLECI["CIRCLE_BUILD_URL"]


def _pushes(
    system: str, url: str, common: dict[str, str], branch_variables: dict[str, str]
) -> list[Situation]:
    """A push to the default branch, and one to a release branch."""
    return [
        Situation(system, kind, kind, branch, url, common | {
            name: text.replace("{branch}", branch) for name, text in branch_variables.items()
        })
        for kind, branch in (("default", "main"), ("release", "release/1.2"))
    ]  # fmt: skip


SITUATIONS = [
    *_pushes("github", GITHUB_RUN, GITHUB, {
        "GITHUB_REF": "refs/heads/{branch}", "GITHUB_REF_NAME": "{branch}",
        "GITHUB_EVENT_NAME": "push",
    }),
    Situation("github", "pull request", "change", "fix", GITHUB_RUN, GITHUB | GITHUB_PULL),
    Situation("github", "fork", "change", "fix", GITHUB_RUN, GITHUB | GITHUB_PULL),
    *_pushes("gitlab", GITLAB_RUN, GITLAB, {"CI_COMMIT_BRANCH": "{branch}"}),
    Situation("gitlab", "pull request", "change", "fix", GITLAB_RUN, GITLAB | GITLAB_PULL),
    # The pipeline runs in the fork's project, which has no ledger, and its gate compares two reports.
    Situation("gitlab", "fork", "change", "fix", FORK_RUN, GITLAB | GITLAB_PULL | {
        "CI_PROJECT_PATH": "mallory/shop-api",
        "CI_PROJECT_URL": "https://gitlab.com/mallory/shop-api",
        "CI_PIPELINE_URL": FORK_RUN,
        "CI_MERGE_REQUEST_PROJECT_PATH": "acme/shop-api",
        "CI_MERGE_REQUEST_PROJECT_URL": "https://gitlab.com/acme/shop-api",
    }),
    *_pushes("jenkins", JENKINS_RUN, JENKINS, {
        "BRANCH_NAME": "{branch}", "GIT_BRANCH": "{branch}",
    }),
    Situation("jenkins", "pull request", "change", "fix", JENKINS_RUN, JENKINS | JENKINS_PULL),
    Situation("jenkins", "fork", "change", "fix", JENKINS_RUN,
              JENKINS | JENKINS_PULL | {"CHANGE_FORK": "mallory"}),
    *_pushes("azure", AZURE_RUN, AZURE, {"BUILD_SOURCEBRANCH": "refs/heads/{branch}"}),
    Situation("azure", "pull request", "change", "fix", AZURE_RUN, AZURE | AZURE_PULL),
    Situation("azure", "fork", "change", "fix", AZURE_RUN,
              AZURE | AZURE_PULL | {"SYSTEM_PULLREQUEST_ISFORK": "True"}),
    # A fork's pull request starts nothing in the repository it goes to.
    *_pushes("bitbucket", BITBUCKET_RUN, BITBUCKET, {"BITBUCKET_BRANCH": "{branch}"}),
    Situation("bitbucket", "pull request", "change", "fix", BITBUCKET_RUN,
              BITBUCKET | BITBUCKET_PULL | {"BITBUCKET_BRANCH": "fix"}),
    *_pushes("circleci", CIRCLECI_RUN, CIRCLECI, {"CIRCLE_BRANCH": "{branch}"}),
    Situation("circleci", "pull request", "change", "fix", CIRCLECI_RUN,
              CIRCLECI | CIRCLECI_PULL | {"CIRCLE_BRANCH": "fix"}),
    Situation("circleci", "fork", "change", "fix", CIRCLECI_RUN, CIRCLECI | CIRCLECI_PULL | {
        "CIRCLE_BRANCH": "pull/9", "CIRCLE_PR_NUMBER": "9", "CIRCLE_PR_USERNAME": "mallory",
    }),
]  # fmt: skip
