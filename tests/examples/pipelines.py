"""The shell steps of the example pipelines, as each CI system would run them.

Reads the pipeline files themselves, so that what is tested is what people copy. Knows of each
system no more than the examples use; an expression it does not know fails loudly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple

import yaml

EXAMPLES = Path(__file__).parents[2] / "examples"
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")


class Step(NamedTuple):
    """One shell step: what runs it, and its own variables."""

    name: str
    script: str
    shell: tuple[str, ...] = BASH
    env: dict[str, str] = {}


def _document(path: str) -> Any:
    return yaml.safe_load((EXAMPLES / path).read_text())


def github(kind: str) -> list[Step]:
    folder = EXAMPLES / "github-actions"
    workflow = _document("github-actions/.github/workflows/security.yml")
    return list(_github_steps(workflow["jobs"]["ticketbot"]["steps"], folder, {}))


def _github_steps(steps: list[Any], folder: Path, inputs: dict[str, str]) -> Iterator[Step]:
    for step in steps:
        uses = step.get("uses", "")
        if uses.startswith("./"):
            action = yaml.safe_load((folder / uses / "action.yml").read_text())
            given = {name: each.get("default") for name, each in action["inputs"].items()}
            yield from _github_steps(action["runs"]["steps"], folder, given | step.get("with", {}))
        elif "run" in step:
            env = {k: _expanded(v, inputs) for k, v in step.get("env", {}).items()}
            yield Step(step["name"], _expanded(step["run"], {}), BASH, env)


def _expanded(text: str, inputs: dict[str, str]) -> str:
    """KeyError where an expression is anything but an input that is there."""
    return re.sub(r"\$\{\{ (?:inputs\.)?(.+?) \}\}", lambda match: inputs[match[1]], text)


def gitlab(kind: str) -> list[Step]:
    document = _document("gitlab-ci/.gitlab-ci.yml")
    name = "ticketbot merge request" if kind == "change" else "ticketbot"
    job = document[document[name]["extends"]] | document[name]
    return [Step(name, "\n".join(job["before_script"] + job["script"]))]


def jenkins(kind: str) -> list[Step]:
    text = (EXAMPLES / "jenkins/Jenkinsfile").read_text()
    assert 'HOME = "${env.WORKSPACE_TMP}"' in text
    found = re.findall(r"stage\('(\w+)'\).*?sh '''\n(.*?)'''", text, re.DOTALL)
    before = 'export HOME="$WORKSPACE_TMP"\n'
    return [Step(name, before + dedent(script), ("sh", "-xe", "-c")) for name, script in found]


def azure(kind: str) -> list[Step]:
    steps = []
    for job in _document("azure-pipelines/azure-pipelines.yml")["jobs"]:
        for step in job["steps"]:
            if "bash" in step:  # without -e, as Azure does
                steps.append(Step(step["displayName"], step["bash"], (*BASH[:3], "-c")))
            elif "publish" in step:
                folder = f'"$PIPELINE_WORKSPACE/{step["artifact"]}"'
                copy = f"mkdir -p {folder} && mv {step['publish']} {folder}"
                steps.append(Step(step["displayName"], copy))
    return steps


def bitbucket(kind: str) -> list[Step]:
    branches = {"default": "main", "release": "release/*"}
    pipelines = _document("bitbucket/bitbucket-pipelines.yml")["pipelines"]
    steps = (
        pipelines["pull-requests"]["**"]
        if kind == "change"
        else pipelines["branches"][branches[kind]]
    )
    return [Step(each["step"]["name"], "\n".join(each["step"]["script"])) for each in steps]


def circleci(kind: str) -> list[Step]:
    steps = _document("circleci/.circleci/config.yml")["jobs"]["ticketbot"]["steps"]
    runs = [step["run"] for step in steps if isinstance(step, dict) and "run" in step]
    return [Step(run["name"], run["command"]) for run in runs]


STEPS: dict[str, Callable[[str], list[Step]]] = {
    "github": github,
    "gitlab": gitlab,
    "jenkins": jenkins,
    "azure": azure,
    "bitbucket": bitbucket,
    "circleci": circleci,
}
"""System → the steps it runs for a `kind`: default, release or change."""


def write_scripts(folder: Path) -> None:
    """Every script to a file of its own, for a linter of shell scripts."""
    for system, steps_of in STEPS.items():
        for kind in ("default", "change"):
            for number, step in enumerate(steps_of(kind)):
                shell = "sh" if step.shell[0] == "sh" else "bash"
                given = "".join(f"export {name}=''\n" for name in step.env)
                text = f"#!/bin/{shell}\nset -e\n{given}{step.script}\n"
                (folder / f"{system}-{kind}-{number}.{shell}").write_text(text)
