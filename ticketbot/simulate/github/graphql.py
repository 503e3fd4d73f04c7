"""GitHub's GraphQL, for the types that issues need: unknown fields and arguments are refused, as there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from ticketbot.simulate.exchange import Answered, Time, answered
from ticketbot.simulate.github.query import Document, Field, Fragment, MalformedError, parse
from ticketbot.simulate.github.store import Issue, Store

Resolver = Callable[[Any, Mapping[str, Any]], tuple[str, Any]]
"""(object, arguments) → (type of the value, "" for a scalar; the value)."""


class Facts(msgspec.Struct, frozen=True):
    """What the schema tells beside issues."""

    login: str
    repository: str
    id: int
    visibility: str
    archived: bool
    issues: bool
    permission: str | None
    visible: bool


class _RefusedError(Exception):
    """The whole query is refused."""


class Schema:
    """Answers queries about one repository."""

    def __init__(self, store: Store, facts: Facts, base: str, time: Time, *, aliases: int) -> None:
        self._store, self._facts, self._base, self._time = store, facts, base, time
        self._aliases = aliases
        self._errors: list[dict[str, Any]] = []
        self._types: dict[str, dict[str, tuple[frozenset[str], Resolver]]] = self._described()

    def answer(self, body: Any) -> Answered:
        """Status 200 for whatever is wrong with a query, as GitHub does."""
        if not isinstance(body, dict) or not isinstance(body.get("query"), str):
            return answered(
                400, {"message": "A query attribute must be specified and must be a string."}
            )
        variables = body.get("variables") or {}
        try:
            document = parse(body["query"])
            self._check(document, variables)
            data = self._select("Query", None, document.selections, variables, [])
        except (MalformedError, _RefusedError) as error:
            return answered(200, {"errors": [{"message": str(error)}]})
        return answered(200, {"data": data} | ({"errors": self._errors} if self._errors else {}))

    def _check(self, document: Document, variables: Mapping[str, Any]) -> None:
        given = {f"${name}" for name in variables}
        for name in document.variables:
            if document.variables[name] and name not in given:
                raise _RefusedError(f"Variable {name} of type Int! was provided invalid value")
        if len(document.variables) > self._aliases + 2:
            raise _RefusedError("Resource limits for this query exceeded.")

    def _select(
        self,
        type_: str,
        value: Any,
        selections: tuple[Field | Fragment, ...],
        variables: Mapping[str, Any],
        path: list[str],
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for each in selections:
            if isinstance(each, Fragment):
                if each.type not in self._types:
                    raise _RefusedError(
                        f"No such type {each.type}, so it can't be a fragment condition"
                    )
                if each.type == type_:
                    found |= self._select(type_, value, each.selections, variables, path)
                continue
            found[each.alias] = self._field(type_, value, each, variables, [*path, each.alias])
        return found

    def _field(
        self, type_: str, value: Any, field: Field, variables: Mapping[str, Any], path: list[str]
    ) -> Any:
        if field.name == "__typename":
            return type_
        known = self._types[type_].get(field.name)
        if known is None:
            raise _RefusedError(f"Field '{field.name}' doesn't exist on type '{type_}'")
        names = {name.rstrip("!") for name in known[0]}
        missing = {name[:-1] for name in known[0] if name[-1] == "!"} - set(field.arguments)
        if missing:
            text = f"Field '{field.name}' is missing required arguments: {min(missing)}"
            raise _RefusedError(text)
        if unknown := set(field.arguments) - names:
            raise _RefusedError(f"Field '{field.name}' doesn't accept argument '{min(unknown)}'")
        arguments = {
            name: variables.get(item[1:]) if isinstance(item, str) and item[:1] == "$" else item
            for name, item in field.arguments.items()
        }
        inner, result = known[1](value, arguments)
        if isinstance(result, _Missing):
            self._errors.append(
                {"type": "NOT_FOUND", "path": path, "message": result.message, "locations": []}
            )
            return None
        if bool(inner) != bool(field.selections):
            raise _RefusedError(
                f"Field '{field.name}' must {'' if inner else 'not '}have selections"
            )
        if not inner or result is None:
            return result
        if isinstance(result, list):
            return [self._select(inner, x, field.selections, variables, path) for x in result]
        kind = inner if inner != "IssueOrPullRequest" else _kind(result)
        return self._select(kind, result, field.selections, variables, path)

    def _described(self) -> dict[str, dict[str, tuple[frozenset[str], Resolver]]]:
        return {
            "Query": {
                "viewer": _f(lambda _v, _a: ("User", self._facts.login)),
                "repository": _f(self._repository, "owner! name! followRenames"),
            },
            "User": {"login": _f(lambda login, _a: ("", login))},
            "Bot": {"login": _f(lambda login, _a: ("", login.removesuffix("[bot]")))},
            "Repository": {
                "databaseId": _f(lambda facts, _a: ("", facts.id)),
                "nameWithOwner": _f(lambda facts, _a: ("", facts.repository)),
                "visibility": _f(lambda facts, _a: ("", facts.visibility.upper())),
                "isArchived": _f(lambda facts, _a: ("", facts.archived)),
                "hasIssuesEnabled": _f(lambda facts, _a: ("", facts.issues)),
                "viewerPermission": _f(lambda facts, _a: ("", facts.permission)),
                "issueOrPullRequest": _f(self._numbered, "number!"),
            },
            "PullRequest": {"number": _f(lambda issue, _a: ("", issue.number))},
            "Issue": self._issue_fields(),
            "LabelConnection": {"nodes": _f(lambda names, _a: ("Label", list(names)))},
            "Label": {"name": _f(lambda name, _a: ("", name))},
            "UserConnection": {"nodes": _f(lambda logins, _a: ("User", list(logins)))},
            "IssueCommentConnection": {"totalCount": _f(lambda said, _a: ("", len(said)))},
            "IssueTimelineItemsConnection": {"nodes": _f(lambda i, _a: ("ClosedEvent", list(i)))},
            "ClosedEvent": {"actor": _f(lambda login, _a: (_actor(login), login))},
        }

    def _issue_fields(self) -> dict[str, tuple[frozenset[str], Resolver]]:
        def stamp(name: str) -> Resolver:
            return lambda issue, _a: ("", self._time.iso(getattr(issue, name)))

        def url(issue: Issue, _arguments: Mapping[str, Any]) -> tuple[str, Any]:
            return "", f"{self._base}/{self._facts.repository}/issues/{issue.number}"

        return {
            "number": _f(lambda issue, _a: ("", issue.number)),
            "title": _f(lambda issue, _a: ("", issue.title)),
            "body": _f(lambda issue, _a: ("", issue.body or "")),
            "state": _f(lambda issue, _a: ("", "OPEN" if issue.open else "CLOSED")),
            "stateReason": _f(_reason, "enableDuplicate"),
            "url": _f(url),
            "createdAt": _f(stamp("made")),
            "updatedAt": _f(stamp("updated")),
            "labels": _f(lambda issue, _a: ("LabelConnection", issue.labels), "first after"),
            "assignees": _f(lambda issue, _a: ("UserConnection", issue.assignees), "first after"),
            "comments": _f(lambda i, _a: ("IssueCommentConnection", i.comments), "first last"),
            "repository": _f(lambda _i, _a: ("Repository", self._facts)),
            "timelineItems": _f(_closings, "first last itemTypes"),
        }

    def _repository(self, _value: Any, arguments: Mapping[str, Any]) -> tuple[str, Any]:
        wanted = f"{arguments['owner']}/{arguments['name']}"
        if not self._facts.visible or wanted.lower() != self._facts.repository.lower():
            text = f"Could not resolve to a Repository with the name '{wanted}'."
            return "Repository", _Missing(text)
        return "Repository", self._facts

    def _numbered(self, _value: Any, arguments: Mapping[str, Any]) -> tuple[str, Any]:
        number = arguments["number"]
        if type(number) is not int:
            raise _RefusedError(
                "Argument 'number' on Field 'issueOrPullRequest' has an invalid value"
            )
        text = f"Could not resolve to an issue or pull request with the number of {number}."
        return "IssueOrPullRequest", self._store.live.get(number, _Missing(text))


class _Missing:
    def __init__(self, message: str) -> None:
        self.message = message


def _f(resolve: Resolver, arguments: str = "") -> tuple[frozenset[str], Resolver]:
    return frozenset(arguments.split()), resolve


def _kind(issue: Issue) -> str:
    return "PullRequest" if issue.pull else "Issue"


def _actor(login: str) -> str:
    return "Bot" if login.endswith("[bot]") else "User"


def _reason(issue: Issue, arguments: Mapping[str, Any]) -> tuple[str, Any]:
    """Clients that do not ask for it are not told of the newer reason."""
    if issue.reason == "duplicate" and not arguments.get("enableDuplicate"):
        return "", "NOT_PLANNED"
    return "", issue.reason.upper() if issue.reason else None


def _closings(issue: Issue, _arguments: Mapping[str, Any]) -> tuple[str, Any]:
    return "IssueTimelineItemsConnection", (issue.closed_by,) if issue.closed_by else ()
