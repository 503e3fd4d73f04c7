"""What users get wrong about trackers, or what stands in the way, and a part of what they are told.

Values for `test_tracker_errors.py`; does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ticketbot.simulate.exchange import Answered, Asked
from ticketbot.simulate.faults import PAGE

KINDS = ("jira", "github", "servicenow")


class Page:
    """A proxy, or whatever else stands where the tracker is thought to be."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self._answer = Answered(status, body, headers)

    def answer(self, asked: Asked) -> Answered:
        return self._answer


HTML = {"Content-Type": "text/html"}
LOGIN = HTML | {"Location": "https://sso.acme.example/login?next=%2F"}


def fields(**values: Any) -> dict[str, Any]:
    return {"fields": values}


@dataclass
class Wrong:
    """One mistake. `server`, `written`: settings by kind; `says`: what is said, once."""

    name: str
    says: str
    kinds: tuple[str, ...] = KINDS
    server: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    written: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    page: Page | None = None
    url: Callable[[str], str] = lambda url: url
    next: str = ""
    """Of the next step."""
    unseen: tuple[str, ...] = ()
    """Where no read can tell it beforehand."""
    made: bool = False
    """The ticket is made all the same, without what was wrong."""


CASES = [
    Wrong(
        "bad credentials",
        "does not accept the credentials",
        server={
            "jira": {"tokens": ("Basic other",)},
            "github": {"token": "other"},
            "servicenow": {"tokens": ()},
        },
        next="Check the tracker's auth",
    ),
    Wrong(
        "wrong place",
        "'NOPE'|acme/nope|Invalid table",
        written={
            "jira": {"project": "NOPE"},
            "github": {"repository": "acme/nope"},
            "servicenow": {"table": "u_nope"},
        },
        next="Check ",
    ),
    Wrong(
        "may read and not create",
        "You do not have permission to create issues",
        kinds=("jira",),
        server={"jira": {"denied": ("CREATE_ISSUES",)}},
        next="`ticketbot doctor`",
    ),
    Wrong(
        "may not read",
        "User Not Authorized",
        kinds=("servicenow",),
        server={"servicenow": {"forbidden": frozenset({"incident"})}},
        next="which permission is missing",
    ),
    Wrong(
        "required field",
        "Team is required|mandatory: Caller id",
        kinds=("jira", "servicenow"),
        server={
            "jira": {"required": ("customfield_10010",)},
            "servicenow": {"mandatory": ("caller_id",)},
        },
        unseen=("servicenow",),
        next="fields",
    ),
    Wrong(
        "priority off the screen",
        "priority was left out",
        kinds=("jira",),
        server={"jira": {"off_screen": ("priority",)}},
        written={"jira": fields(priority="High")},
        made=True,
    ),
    Wrong(
        "unknown assignee",
        "assigne[edto_s]+ (was )?left out|left out: assigned_to",
        written={kind: fields(assignee="nobody") for kind in KINDS},
        made=True,
    ),
    Wrong(
        "unknown component",
        "components was left out",
        kinds=("jira",),
        written={"jira": fields(components=["nope"])},
        made=True,
    ),
    Wrong("nobody listens", "no connection", url=lambda _: "http://127.0.0.1:9", next="url"),
    Wrong("unknown host", "no connection", url=lambda _: "http://no.localhost:9", next="url"),
    Wrong(
        "TLS to a plain port",
        "no secure connection",
        url=lambda url: url.replace("http:", "https:"),
        next="certificates",
    ),
    Wrong("a page with 200", "HTML page", page=Page(200, HTML, PAGE), next="Something else"),
    Wrong("a page with 502", "HTML page", page=Page(502, HTML, PAGE), next="Run again"),
    Wrong("a login page", "sends on to", page=Page(302, LOGIN, PAGE), next="Something else"),
    Wrong(
        "archived",
        "is archived",
        kinds=("github",),
        server={"github": {"archived": True}},
        next="Unarchive it",
    ),
    Wrong(
        "issues switched off",
        "issues switched off",
        kinds=("github",),
        server={"github": {"issues": False}},
        next="Switch them on",
    ),
    Wrong(
        "public",
        "is public",
        kinds=("github",),
        server={"github": {"visibility": "public"}},
        next="`allow_public: true`",
    ),
    Wrong(
        "hibernating",
        "HTML page",
        kinds=("servicenow",),
        server={"servicenow": {"hibernating": True}},
        next="Something else",
    ),
]
