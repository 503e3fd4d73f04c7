"""Where a run happens: what CI's variables say, and git where they are silent; the target and the branch.

The environment and git are asked here and nowhere else in the command line.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from ticketbot.cli.options import Reading
from ticketbot.config.document import Branches, Config
from ticketbot.config.environment import Facts, facts_of
from ticketbot.config.git import git_facts
from ticketbot.errors import UsageError

USUAL = ("main", "master", "trunk")
"""What a default branch is called where nobody says which it is."""
UNKNOWN_TARGET = "default"
_COMMIT = re.compile(r"[\w.:/-]{1,100}", re.ASCII)  # systems other than git number theirs otherwise

Say = Callable[[str], None]


def look_around() -> Facts:
    """CI's facts, each completed by git's."""
    said, seen = facts_of(os.environ), git_facts(Path.cwd())
    return Facts(
        **{name: getattr(said, name) or getattr(seen, name) for name in Facts.__struct_fields__}
    )


def target_of(options: Reading, config: Config, facts: Facts, warn: Say) -> str:
    """The target's name as it is called today. Raises UsageError for one that is not configured,
    where targets are."""
    asked = options.target or _only(config) or facts.repository
    if asked is None:
        warn(
            f"warning: the target is called {UNKNOWN_TARGET!r}, because nothing says what was scanned; "
            "name it with --target, and keep the name"
        )
        return UNKNOWN_TARGET
    for name, entry in config.targets.items():
        if asked in entry.formerly:
            return name
    if options.target and config.targets and asked not in config.targets:
        close = difflib.get_close_matches(asked, config.targets, n=1)
        raise UsageError(
            f"the target {asked} is not under `targets:` ({', '.join(config.targets)})"
            + (f"; did you mean {close[0]}?" if close else ""),
            hint="A target's name is part of every ticket's identity: add it there, or correct it.",
        )
    return asked


def _only(config: Config) -> str | None:
    return next(iter(config.targets)) if len(config.targets) == 1 else None


def accepted(digests: Sequence[str]) -> frozenset[str]:
    """Digests of held plans, as the guard prints them. Raises UsageError for anything else."""
    for digest in digests:
        if not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
            raise UsageError(
                f"--accept {digest}: expected sha256: and 64 hexadecimal digits",
                hint="Copy the digest from the line that says what was held back.",
            )
    return frozenset(digests)


def commit_of(options: Reading) -> str:
    """What `--commit` says; "" where it is not given. Raises UsageError."""
    if options.commit and not _COMMIT.fullmatch(options.commit):
        raise UsageError(
            f"--commit {options.commit!r} is no commit",
            hint="Write it as `git rev-parse HEAD` prints it.",
        )
    return options.commit


def branch_of(options: Reading, facts: Facts) -> str:
    """The branch's name; "" where nobody knows it."""
    return options.branch or facts.branch or ""


def branch_class(options: Reading, branches: Branches, facts: Facts, warn: Say) -> str:
    """`default`, `release/<name>` or `change`. What writes no tickets by configuration is a change."""
    branch = branch_of(options, facts)
    found = _class(branch, branches, facts, named=bool(options.branch))
    if not branch and facts.commit and not facts.pull_request:
        warn(
            "warning: the branch is not known and taken for the default one; name it with --branch"
        )
    return found if found.partition("/")[0] in branches.write else "change"


def _class(branch: str, branches: Branches, facts: Facts, *, named: bool) -> str:
    if facts.pull_request and not named:
        return "change"
    default = branches.default or facts.default_branch
    if not branch or branch == default or (default is None and branch in USUAL):
        return "default"
    if any(fnmatchcase(branch, pattern) for pattern in branches.release):
        return f"release/{branch.removeprefix('release/')}"
    return "change"
