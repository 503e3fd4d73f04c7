"""What GitHub has to offer and ticketbot needs: looked at by reads alone, for `ticketbot doctor`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ticketbot.errors import TrackerError
from ticketbot.trackers.base import Check
from ticketbot.trackers.github.access import Access
from ticketbot.trackers.github.facts import Facts
from ticketbot.trackers.github.repository import Repository
from ticketbot.trackers.wire import Call

_LITTLE = 0.1
"""Of the hour's requests: less left is worth a word."""


def examine(repository: Repository, settings: Mapping[str, Any], access: Access) -> list[Check]:
    """Every check, one after the other; without an answer there is only the first."""
    try:
        facts = repository.look()
    except TrackerError as error:
        return [Check("credentials and repository", "wrong", error.message, error.hint)]
    checks = [
        Check("credentials", "ok", f"accepted as {facts.login}"),
        *_repository(repository.name, facts, allowed=bool(settings.get("allow_public"))),
        _permission(facts, access),
    ]
    for each in (_issue_type, _assignee, _headroom):
        try:
            checks += each(repository, settings)
        except TrackerError as error:
            checks.append(Check(each.__name__.strip("_"), "unknown", error.message, error.hint))
    return checks


def _repository(name: str, facts: Facts, *, allowed: bool) -> Iterator[Check]:
    what = f"repository {name}"
    if facts.public and not allowed:
        yield Check(
            what,
            "wrong",
            "expected a private one, found a public one: everybody could read the flaws",
            "Name a private repository, or set `allow_public: true`.",
        )
    if facts.archived:
        yield Check(what, "wrong", "it is archived: nothing can be written", "Unarchive it.")
    if not facts.issues:
        yield Check(what, "wrong", "its issues are switched off", "Switch them on in its settings.")
    if (allowed or not facts.public) and facts.issues and not facts.archived:
        yield Check(what, "ok", "it is there, with issues" + (", public" if facts.public else ""))


def _permission(facts: Facts, access: Access) -> Check:
    """Anybody who may read may make issues; labels, closing and assignees need more."""
    what = "permission to write issues"
    if access.permissions:
        has = access.permissions.get("issues", "none")
        state, found = "ok" if has == "write" else "wrong", f"expected issues: write, found {has}"
        advice = "" if has == "write" else "Give the App the permission Issues: Read and write."
        return Check(what, "ok" if state == "ok" else "wrong", found, advice)
    if facts.permission is None:
        return Check(what, "unknown", "GitHub does not say what this account may do here")
    if facts.may_label:
        return Check(what, "ok", f"the account's role is {facts.permission.lower()}")
    return Check(
        what,
        "wrong",
        "expected the role triage or more, found read: labels and assignees are dropped in silence",
        "Give the account the role Triage or Write in this repository.",
    )


def _issue_type(repository: Repository, settings: Mapping[str, Any]) -> Iterator[Check]:
    wanted = settings.get("issue_type")
    if not wanted:
        return
    path = f"/repos/{repository.name}/issue-types"
    reply = repository.ask(Call(method="GET", path=path, missing=(404,)))
    value = reply.json_or_none() if reply.status == 200 else []
    known = [str(each.get("name")) for each in value or () if isinstance(each, dict)]
    if wanted in known:
        yield Check(f"issue type {wanted}", "ok", "the repository has it")
        return
    yield Check(
        f"issue type {wanted}",
        "warning",
        f"expected {wanted}, found {', '.join(known) or 'no issue types'}: tickets are made without",
        "Name one of those, or leave `issue_type` out.",
    )


def _assignee(repository: Repository, settings: Mapping[str, Any]) -> Iterator[Check]:
    login = (settings.get("fields") or {}).get("assignee")
    if not isinstance(login, str) or "{" in login or not login:
        return
    path = f"/repos/{repository.name}/assignees/{login}"
    reply = repository.ask(Call(method="GET", path=path, missing=(404,)))
    if reply.status == 204:
        yield Check(f"assignee {login}", "ok", "issues can be assigned to them")
        return
    yield Check(
        f"assignee {login}",
        "warning",
        "expected somebody issues can be assigned to, found nobody: tickets are made without",
        "Give them access to the repository, or name somebody else.",
    )


def _headroom(repository: Repository, _settings: Mapping[str, Any]) -> Iterator[Check]:
    """404: an Enterprise server without limits."""
    reply = repository.ask(Call(method="GET", path="/rate_limit", missing=(404,)))
    value = reply.json_or_none() if reply.status == 200 else None
    if value is None:
        yield Check("rate limit", "ok", "the server has none")
        return
    for what in ("core", "graphql"):
        one = (value.get("resources") or {}).get(what) or {}
        left, limit = int(one.get("remaining", 0)), int(one.get("limit", 0))
        scarce = left < _LITTLE * limit
        yield Check(
            f"rate limit ({what})",
            "warning" if scarce else "ok",
            f"{left} of {limit} requests are left in this hour",
            "Wait, or give ticketbot an account of its own." if scarce else "",
        )
