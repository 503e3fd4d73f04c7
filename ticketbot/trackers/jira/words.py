"""A draft → the fields of an issue. Decides nothing but forms; asks only who a person is.

What Jira refuses by name is left out by the caller (`without`); what a ticket cannot do without is not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from ticketbot.model.ticket import Marker, TicketDraft
from ticketbot.trackers.jira.line import Line
from ticketbot.trackers.jira.marker import CLOSING, LONGEST, PROPERTY, anchor, our_words, remarked
from ticketbot.trackers.jira.people import People
from ticketbot.trackers.marking import plain
from ticketbot.trackers.markup import cut as markup_cut
from ticketbot.trackers.markup import forms as markup
from ticketbot.trackers.markup.section import FOOTER, as_written

STATIC = "ticketbot"
"""The label that all tickets of ours have."""
BODY, TITLE = markup.JIRA_BODY, markup.JIRA_TITLE
LEAST = 500
"""Characters that our section needs to say anything."""
ROOM = LONGEST + 100
"""Characters kept free for a marker in a description, however long it is: our words do not depend on it."""
MARKER = 32_000
"""Characters: a property's value has at most 32,768
(https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issue-properties/)."""
NEEDED = frozenset({"project", "issuetype", "summary", "description", "labels", "security"})
"""Never left out: without them a ticket is not what it was to be, is not found, or is seen by all."""
_NAMED = frozenset({"components", "fixVersions", "versions"})


class Words:
    """How this tracker's drafts are written. `property_refused`: markers go into descriptions alone."""

    def __init__(self, settings: Mapping[str, Any], people: People, line: Line) -> None:
        self.project = str(settings["project"])
        self._type = settings.get("issue_type") or "Bug"
        self._security = settings.get("security_level")
        self._people, self._line = people, line
        self._place = settings.get("marker")
        self.property_refused = False

    @property
    def described(self) -> bool:
        """Whether markers stand in descriptions too."""
        wanted = self._place == "description" if self._place else not self._line.cloud
        return wanted or self.property_refused

    def creation(self, draft: TicketDraft, left: dict[str, str]) -> dict[str, Any]:
        """The body of a create call. What is left out is named in `left`, with the reason."""
        draft = self.standing(draft, ("title", "body"))
        given = {name: named(name, value) for name, value in draft.fields.items()}
        project = given.pop("project", None) or self.project
        kind = given.pop("issuetype", None) or given.pop("issue_type", None) or self._type
        fields = given | self.written(draft, ("title", "priority", "due"))
        fields |= {
            "project": project if isinstance(project, dict) else {"key": project},
            "issuetype": kind if isinstance(kind, dict) else {"name": kind},
            "description": self.body(draft),
            "labels": sorted({*labels(draft.labels), *found_by(draft.subject, draft.marker)}),
        }
        if self._security:
            fields["security"] = {"name": self._security}
        fields |= self.person(draft.assignee, str(fields["project"].get("key", "")), left)
        fields = {name: value for name, value in fields.items() if value is not None}
        return {"fields": fields} | self.properties(draft.marker)

    def written(self, draft: TicketDraft, names: Sequence[str]) -> dict[str, Any]:
        """Of the title, the priority and the due date those that are named."""
        priority = {"name": draft.priority} if draft.priority else None
        values = {
            "title": ("summary", markup.title(draft.title, TITLE)),
            "priority": ("priority", priority),
            "due": ("duedate", draft.due),
        }
        return dict(values[name] for name in names if name in values)

    def body(self, draft: TicketDraft, theirs: str = "") -> str:
        """Our section, the footer, and what people wrote below it. Raises ValueError where that leaves no
        room."""
        tail = FOOTER + theirs
        room = BODY - (ROOM if self.described else 0)
        if markup_cut.size(tail) > room - LEAST:
            raise ValueError("no room")
        return remarked(markup.jira_wiki(draft.body, room, tail), self._anchor(draft.marker))

    def standing(self, draft: TicketDraft, names: Sequence[str], theirs: str = "") -> TicketDraft:
        """The draft with a marker that tells its words as they will stand in the ticket. Raises
        ValueError as `body` does."""
        title = markup.title(draft.title, TITLE) if "title" in names else None
        ours = our_words(self.body(draft, theirs)) if "body" in names else None
        marker = as_written(draft.marker, title=title, ours=ours)
        return msgspec.structs.replace(draft, marker=marker)

    def remarked(self, text: str, marker: Marker) -> dict[str, str]:
        """The description with the marker as it is to stand there; {} where it does so already."""
        new = remarked(text, self._anchor(marker))
        return {} if new == text else {"description": new}

    def _anchor(self, marker: Marker) -> str:
        return anchor(marker, self.project, alone=self.property_refused) if self.described else ""

    def properties(self, marker: Marker | None, *, closing: bool = False) -> dict[str, Any]:
        """The marker, and which project's ticket it is wherever it is moved to. `closing`: it is about to
        be closed as the marker says."""
        if marker is None or self.property_refused:
            return {}
        value: dict[str, Any] = {"home": self.project}
        if closing:
            value[CLOSING] = marker.closed
            marker = msgspec.structs.replace(marker, closed=None)
        value |= plain(marker, MARKER)
        return {"properties": [{"key": PROPERTY, "value": value}]}

    def person(self, who: str | None, project: str, left: dict[str, str]) -> dict[str, Any]:
        """The assignee, as this deployment names people."""
        if not who:
            return {}
        found = self._people.account(who, project)
        if found is None:
            left["assignee"] = f"nobody who may be assigned in {project} is known as {who!r}"
            return {}
        return {"assignee": found}


def named(name: str, value: Any) -> Any:
    """Components and versions are objects; plain names are taken for their names."""
    if name in _NAMED and isinstance(value, list | tuple):
        return [{"name": item} if isinstance(item, str) else item for item in value]
    if name in ("priority", "security", "parent") and isinstance(value, str):
        return {"key" if name == "parent" else "name": value}
    return value


def found_by(subject: str, marker: Marker) -> list[str]:
    """The labels that a ticket is found by."""
    targets = {flaw.target for flaw in marker.flaws}
    return [STATIC, of_subject(subject), *sorted(map(of_target, targets))]


def of_subject(subject: str) -> str:
    """`tb-` and the flaw's UUID, as it stands: what it came from can be read off it."""
    return f"tb-{subject}"


def of_target(target: str) -> str:
    """`ticketbot-target-shop`. A name that a label cannot hold is told apart by a digest."""
    slug = re.sub(r"[^a-z0-9._/-]+", "-", target.casefold())
    if slug != target:
        slug += "-" + hashlib.blake2b(target.encode(), digest_size=4).hexdigest()
    return f"{STATIC}-target-{slug[-200:]}"


def labels(texts: Iterable[str]) -> set[str]:
    """Jira's labels have no spaces, and at most 255 characters."""
    return {re.sub(r"\s+", "-", text.strip())[:255] for text in texts if text.strip()}


def without(
    fields: Mapping[str, Any], complaints: Mapping[str, str], left: dict[str, str]
) -> dict[str, Any] | None:
    """The same without what was complained about, named in `left`; None where that does not help."""
    named_too = {name: text for name, text in complaints.items() if name in fields}
    if not named_too or NEEDED & complaints.keys() or len(named_too) < len(complaints):
        return None
    left.update(named_too)
    return {name: value for name, value in fields.items() if name not in named_too}


def told(left: Mapping[str, str]) -> str:
    """The reason of an outcome: what was left out, and why."""
    return "; ".join(f"{name} was left out: {why}" for name, why in sorted(left.items()))
