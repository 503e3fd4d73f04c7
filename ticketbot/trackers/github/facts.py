"""The first contact: what the repository is, what the account may do there, and whether it is one that
tickets may be written to at all. One that everybody can read is refused unless that is allowed.
"""

from __future__ import annotations

import msgspec

from ticketbot.errors import TrackerError
from ticketbot.trackers.github.graphql import GraphQL

_QUERY = """query($owner: String!, $name: String!) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    databaseId nameWithOwner visibility isArchived hasIssuesEnabled viewerPermission
  }
}"""


class Facts(msgspec.Struct, frozen=True):
    """What the repository and the account are."""

    id: int
    login: str
    """The account's own name."""
    public: bool
    archived: bool
    issues: bool
    permission: str | None
    """READ, TRIAGE, WRITE, MAINTAIN, ADMIN; None where GitHub does not say, as for an App."""

    @property
    def may_label(self) -> bool:
        """Below TRIAGE, GitHub drops labels and assignees in silence; an App has no such role."""
        return self.permission != "READ" or self.login.endswith("[bot]")


def look(graphql: GraphQL, tracker: str, name: str) -> Facts:
    """In one request. A repository that was renamed is not followed. Raises TrackerError."""
    data = graphql.ask(_QUERY, {})
    each = data["repository"]
    try:
        there, login = each["nameWithOwner"], data["viewer"]["login"]
        facts = Facts(
            id=each["databaseId"],
            login=login,
            public=each["visibility"] == "PUBLIC",
            archived=each["isArchived"],
            issues=each["hasIssuesEnabled"],
            permission=each["viewerPermission"],
        )
    except (KeyError, TypeError) as error:
        raise TrackerError(
            f"{tracker}: expected what the repository {name} is, found something else ({error})",
            hint="Check the tracker's url; an Enterprise server's ends in /api/v3.",
        ) from None
    if there.lower() != name.lower():
        raise TrackerError(
            f"{tracker}: the repository {name} is {there} now",
            hint=f"Write `repository: {there}` in the configuration.",
        )
    return facts


def refuse(tracker: str, name: str, facts: Facts, *, allow_public: bool) -> None:
    """Raises TrackerError for a repository that must not, or cannot, be written to."""
    what = hint = ""
    if facts.public and not allow_public:
        what = "is public: everybody could read the flaws before they are fixed"
        hint = "Name a private repository, or set `allow_public: true`."
    elif facts.archived:
        what, hint = "is archived: nothing can be written", "Unarchive it, or name another one."
    elif not facts.issues:
        what, hint = "has its issues switched off", "Switch them on in the repository's settings."
    if what:
        raise TrackerError(f"{tracker}: {name} {what}", hint=hint)
