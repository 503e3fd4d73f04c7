"""What differs between the stand-ins: the settings that each takes, and the ticketbot.yaml to try it with.

The credentials below open nothing but the stand-in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ticketbot.errors import UsageError

if TYPE_CHECKING:
    from ticketbot.cli.simulate import Behaviour

_TRACKERS: dict[str, tuple[str, str]] = {
    "jira": (
        "sec",
        """\
    type: jira
    url: {url}
    deployment: {deployment}
    project: SEC
    issue_type: Bug
    auth: {auth}  # any credentials do
""",
    ),
    "github": (
        "api",
        """\
    type: github
    url: {url}
    repository: acme/api
    auth: {{token: simulated}}
""",
    ),
    "servicenow": (
        "itsm",
        """\
    type: servicenow
    url: {url}
    table: incident
    auth: {{user: bot, password: secret}}
""",
    ),
}
"""Kind → the tracker's name, and its entry."""

_FILE = """\
# A stand-in for {kind}: its tickets are gone when `ticketbot simulate` ends.
version: 1
trackers:
  {name}:
{entry}routes:
  - name: medium and above
    when: {{severity: ">=medium"}}
    to: {name}
"""

_AUTH = {
    "cloud": "{email: bot@acme.example, token: simulated}",
    "server": "{token: simulated}",
}


def configuration(kind: str, url: str, behaviour: Behaviour) -> str:
    """A whole ticketbot.yaml for the stand-in at `url`."""
    name, entry = _TRACKERS[kind]
    deployment = behaviour.deployment or "cloud"
    written = entry.format(url=url, deployment=deployment, auth=_AUTH[deployment])
    return _FILE.format(kind=kind, name=name, entry=written).rstrip("\n")


def settings(kind: str, behaviour: Behaviour) -> dict[str, Any]:
    """For the stand-in's `make`. Raises UsageError for what this kind does not have."""
    made: dict[str, Any] = {}
    if behaviour.deployment is not None:
        if kind != "jira":
            raise _without(kind, "--deployment", "only Jira is Cloud or Data Center")
        made["cloud"] = behaviour.deployment == "cloud"
    if behaviour.search_lag is not None:
        if kind == "servicenow":
            raise _without(kind, "--search-lag", "its searches ask the database itself")
        made["search_lag"] = behaviour.search_lag
    return made


def _without(kind: str, option: str, why: str) -> UsageError:
    return UsageError(f"{option} means nothing for {kind}: {why}", hint=f"Leave {option} out.")
