"""What GitHub's REST answers look like: every field that its description requires, every address below the
server that was asked. Pure."""

from __future__ import annotations

from typing import Any

from ticketbot.simulate.exchange import Time
from ticketbot.simulate.github.store import Comment, Issue

_USER_URLS = (
    "followers following gists starred subscriptions organizations repos events received_events"
).split()
_NOTHING = {"labels": "", "comments": "", "events": "", "timeline": ""}


class Shapes:
    """For one repository. `base` is the API's address, on Enterprise below `site`, where people look."""

    def __init__(self, site: str, base: str, repository: str, time: Time) -> None:
        self.site, self.base, self.repository, self._time = site, base, repository, time
        self._users: dict[str, dict[str, Any]] = {}

    def user(self, login: str) -> dict[str, Any]:
        """A simple user."""
        if login not in self._users:
            url = f"{self.base}/users/{login}"
            number = sum(map(ord, login))
            self._users[login] = {
                "login": login,
                "id": number,
                "node_id": f"U_{number}",
                "avatar_url": f"{self.site}/avatars/{number}",
                "gravatar_id": "",
                "url": url,
                "html_url": f"{self.site}/{login}",
                **{f"{name}_url": f"{url}/{name}" for name in _USER_URLS},
                "type": "Bot" if login.endswith("[bot]") else "User",
                "site_admin": False,
            }
        return self._users[login]

    def issue(self, issue: Issue, repository: str = "") -> dict[str, Any]:
        """An issue; a pull request as lists of issues show one."""
        where = repository or issue.elsewhere or self.repository
        home = f"{self.base}/repos/{where}"
        url = f"{home}/issues/{issue.number}"
        users = [self.user(login) for login in issue.assignees]
        value: dict[str, Any] = {
            "url": url,
            "repository_url": home,
            **{f"{name}_url": f"{url}/{name}" for name in _NOTHING},
            "html_url": f"{self.site}/{where}/issues/{issue.number}",
            "id": issue.id,
            "node_id": f"I_{issue.id}",
            "number": issue.number,
            "title": issue.title,
            "user": self.user(issue.user),
            "labels": [self.label(name, where) for name in issue.labels],
            "state": "open" if issue.open else "closed",
            "state_reason": issue.reason,
            "locked": False,
            "assignee": users[0] if users else None,
            "assignees": users,
            "milestone": None,
            "comments": len(issue.comments),
            **self._stamps(issue),
            "closed_by": self.user(issue.closed_by) if issue.closed_by else None,
            "author_association": "NONE",
            "active_lock_reason": None,
            "body": issue.body,
        }
        value["labels_url"] += "{/name}"
        if issue.type:
            value["type"] = self.issue_type(issue.type)
        if issue.pull:
            value["pull_request"] = self.pull(issue, where)
        return value

    def _stamps(self, issue: Issue) -> dict[str, str | None]:
        return {
            "created_at": self._time.iso(issue.made),
            "updated_at": self._time.iso(issue.updated),
            "closed_at": None if issue.closed is None else self._time.iso(issue.closed),
        }

    def pull(self, issue: Issue, repository: str) -> dict[str, Any]:
        """What tells a pull request from an issue."""
        html = f"{self.site}/{repository}/pull/{issue.number}"
        return {
            "url": f"{self.base}/repos/{repository}/pulls/{issue.number}",
            "html_url": html,
            "diff_url": f"{html}.diff",
            "patch_url": f"{html}.patch",
            "merged_at": None,
        }

    def label(self, name: str, repository: str) -> dict[str, Any]:
        """A label."""
        number = sum(map(ord, name))
        return {
            "id": number,
            "node_id": f"LA_{number}",
            "url": f"{self.base}/repos/{repository}/labels/{number}",
            "name": name,
            "color": "ededed",
            "default": False,
            "description": None,
        }

    def issue_type(self, name: str) -> dict[str, Any]:
        """An issue type of the organisation."""
        number = sum(map(ord, name))
        return {"id": number, "node_id": f"IT_{number}", "name": name, "description": None}

    def comment(self, issue: Issue, comment: Comment) -> dict[str, Any]:
        """A comment."""
        home = f"{self.base}/repos/{self.repository}/issues"
        stamp = self._time.iso(comment.made)
        return {
            "url": f"{home}/comments/{comment.id}",
            "html_url": f"{self.site}/{self.repository}/issues/{issue.number}#{comment.id}",
            "issue_url": f"{home}/{issue.number}",
            "id": comment.id,
            "node_id": f"IC_{comment.id}",
            "user": self.user(comment.user),
            "created_at": stamp,
            "updated_at": stamp,
            "author_association": "NONE",
            "body": comment.body,
        }


def refusal(message: str, status: int, *errors: dict[str, Any]) -> dict[str, Any]:
    """An error's body."""
    value: dict[str, Any] = {
        "message": message,
        "documentation_url": "https://docs.github.com/rest",
        "status": str(status),
    }
    return value | ({"errors": list(errors)} if errors else {})


def wrong(field: str, code: str, message: str = "", value: Any = None) -> dict[str, Any]:
    """One entry of `errors`."""
    entry: dict[str, Any] = {"resource": "Issue", "field": field, "code": code}
    if value is not None:
        entry["value"] = value
    return entry | ({"message": message} if message else {})
