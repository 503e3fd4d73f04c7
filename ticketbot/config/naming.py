"""Names a run goes by: its target and its branch's class. Pure; what is not known is said so."""

from __future__ import annotations

from collections.abc import Sequence

from ticketbot.config.document import Config
from ticketbot.config.environment import Facts
from ticketbot.planning.globs import matches_path

NO_TARGET = "default"


def merged(first: Facts, second: Facts) -> Facts:
    """What `first` says, and `second` (git, say) where it says nothing."""
    told = {name: getattr(first, name) or getattr(second, name) for name in Facts.__struct_fields__}
    return Facts(**told)


def target_name(config: Config, given: str | None, slug: str | None) -> tuple[str, str | None]:
    """(target, warning): `--target`, else the only configured one, else the slug, else `default`.

    A name that a target had formerly is that target.
    """
    current = {old: name for name, entry in config.targets.items() for old in entry.formerly}
    if given:
        return current.get(given, given), None
    if len(config.targets) == 1:
        return next(iter(config.targets)), None
    if slug:
        return current.get(slug, slug), None
    return NO_TARGET, f"no target is known, so it is `{NO_TARGET}`; name it with --target"


def branch_class(
    branch: str | None,
    default_branch: str | None,
    patterns: Sequence[str],
    *,
    pull_request: bool = False,
) -> str:
    """`default`, `release/<name>`, or `change`. Without any branch (a plain folder): `default`.

    Where the default branch is not known, `main` and `master` are.
    """
    if pull_request:
        return "change"
    if not branch:
        return "default"
    if branch == default_branch or (not default_branch and branch in ("main", "master")):
        return "default"
    if matches_path(branch, patterns):
        for prefix in ("release/", "releases/", "release-"):
            branch = branch.removeprefix(prefix)
        return f"release/{branch}"
    return "change"
