"""What git knows of a checkout. Reads only; silent where there is no git or no repository."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Literal

from ticketbot.config.environment import Facts, page_of, slug_of

Ancestry = Literal["older", "newer", "same", "unknown"]
_PATIENCE = 10  # seconds for one question; a checkout on a slow disk still answers
_ALONE = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
"""A partial clone would fetch what is missing, and ask for a password."""
_MOST_FILES = 4000
"""That went or came; more are not compared with one another by their contents."""
_COMMIT = re.compile(r"[0-9A-Fa-f]{4,64}")


def git_facts(folder: Path) -> Facts:
    """Slug, branch, commit and default branch of the checkout around `folder`."""
    commit = _ask(folder, "rev-parse", "--verify", "--quiet", "HEAD")
    remote = _ask(folder, "remote", "get-url", "origin")
    default = _ask(folder, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    return Facts(
        repository=slug_of(remote),
        page=page_of(remote),
        branch=_ask(folder, "symbolic-ref", "--quiet", "--short", "HEAD"),
        default_branch=default.removeprefix("origin/") if default else None,
        commit=commit,
        workspace=_ask(folder, "rev-parse", "--show-toplevel"),
    )


def ancestry(a: str | None, b: str | None, folder: Path) -> Ancestry:
    """What commit `a` is to commit `b`. `unknown` where they diverge, or git cannot tell."""
    if not a or not b or not _COMMIT.fullmatch(a) or not _COMMIT.fullmatch(b):
        return "unknown"
    if a.lower() == b.lower():
        return "same"
    if _ask(folder, "merge-base", "--is-ancestor", a, b) is not None:
        return "older"
    if _ask(folder, "merge-base", "--is-ancestor", b, a) is not None:
        return "newer"
    return "unknown"


def renames(a: str | None, b: str | None, folder: Path) -> dict[str, str]:
    """Old path → new path of the files under `folder` that are renamed between two commits, relative to it.
    Empty where git cannot tell: no repository, no such commit (a shallow clone), too many files."""
    if not a or not b or not _COMMIT.fullmatch(a) or not _COMMIT.fullmatch(b):
        return {}
    # plumbing: nobody's configuration has a say in how renames are found
    how = ("-r", "-z", "-M", f"-l{_MOST_FILES}", "--diff-filter=R", "--name-status", "--relative")
    told = (_ask(folder, "diff-tree", *how, a, b, "--") or "").split("\0")
    # R097 NUL old NUL new NUL, and so on
    return dict(zip(told[1::3], told[2::3], strict=False))


def _ask(folder: Path, *question: str) -> str | None:
    """The answer's first line, empty where git only says yes; None for no, and for no git."""
    try:
        answer = subprocess.run(  # noqa: S603 - fixed words, and commits checked to be hexadecimal
            ["git", "-C", str(folder), *question],  # noqa: S607 - the user's own git
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
            env={**os.environ, **_ALONE},
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None
