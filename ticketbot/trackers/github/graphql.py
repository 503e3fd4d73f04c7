"""GitHub's GraphQL, for reads alone: many issues by number in one request.

A number that is no issue is an error beside good data, and no failure; any other error is one. Sends no
mutation: with a lost answer, nobody could say which of them were carried out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ticketbot.errors import TrackerError
from ticketbot.trackers.github.rows import FIELDS
from ticketbot.trackers.github.session import GRAPHQL, errors
from ticketbot.trackers.wire import Call, Wire


@lru_cache(maxsize=32)
def issues_query(count: int) -> str:
    """Aliases i0, i1, … for the numbers in the variables n0, n1, …"""
    variables = "".join(f", $n{i}: Int!" for i in range(count))
    aliases = "\n".join(
        f"    i{i}: issueOrPullRequest(number: $n{i}) {{ __typename ...fields }}"
        for i in range(count)
    )
    return (
        f"query($owner: String!, $name: String!{variables}) {{\n"
        f"  repository(owner: $owner, name: $name) {{\n{aliases}\n  }}\n}}\n{FIELDS}"
    )


class TooMuchError(TrackerError):
    """The query asks for more than the server answers at once: ask for less."""


class GraphQL:
    """Queries about one repository."""

    def __init__(self, tracker: str, repository: str, wire: Wire) -> None:
        self._tracker, self._repository, self._wire = tracker, repository, wire

    def ask(self, query: str, variables: dict[str, int]) -> dict[str, Any]:
        """`data`, the repository in it. Raises TrackerError, also where the repository is not there."""
        owner, _, name = self._repository.partition("/")
        body = {"query": query, "variables": {"owner": owner, "name": name, **variables}}
        reply = self._wire.ask(Call(method="POST", path=GRAPHQL, json=body))
        value = reply.json_or_none()
        data = value.get("data") if isinstance(value, dict) else None
        wrong = [each for each in errors(value) if not _no_such_number(each)]
        if not wrong and isinstance(data, dict) and isinstance(data.get("repository"), dict):
            return data
        if any(each.get("type") == "NOT_FOUND" for each in wrong):
            raise TrackerError(
                f"{self._tracker}: there is no repository {self._repository} that this account may see",
                hint="Check `repository`, and that the token may read it.",
            )
        if any("resource limits" in str(each.get("message")).lower() for each in wrong):
            raise TooMuchError(f"{self._tracker}: GraphQL gives no more at once")
        said = "; ".join(str(each.get("message")) for each in wrong)[:300]
        raise TrackerError(
            f"{self._tracker}: GraphQL about {self._repository}: {said or 'an answer without data'}",
            hint="Check the tracker's url and that the token may read the repository.",
        )


def _no_such_number(error: dict[str, Any]) -> bool:
    path = error.get("path")
    return error.get("type") == "NOT_FOUND" and isinstance(path, list) and len(path) > 1
