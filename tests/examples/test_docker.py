"""The Dockerfile builds from what it copies, and nothing in the image runs as root.

Docker itself is not asked: no registry is within reach of the tests. hadolint reads the file in `make check`.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "examples/docker/Dockerfile").read_text()
IGNORED = (ROOT / "examples/docker/Dockerfile.dockerignore").read_text().splitlines()


def copied() -> set[str]:
    """What comes from the repository."""
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    return {source.rstrip("/") for line in lines for source in line.split()}


def test_what_the_build_needs_is_copied_and_nothing_keeps_it_out():
    made = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project, wheel = made["project"], made["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", project["readme"], *project["license-files"]}
    needed |= {*wheel["packages"], *wheel["force-include"]}
    assert copied() == needed
    assert {line[1:] for line in IGNORED if line.startswith("!")} == needed
    assert all((ROOT / name).exists() for name in needed)


def test_both_stages_have_the_same_pinned_base_and_the_last_has_no_rights():
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.11-slim-\w+@sha256:[0-9a-f]{64}", bases[0])
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["10001"]
