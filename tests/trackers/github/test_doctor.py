"""`ticketbot doctor` on GitHub: reads alone, and each finding says what to change."""

from __future__ import annotations

import pytest

from ticketbot.trackers.base import Check


def examined(hub, **settings) -> dict[str, Check]:
    checks = hub.tracker(**settings).examine()
    assert all(check.advice for check in checks if check.state in ("wrong", "warning"))
    assert {line.split()[0] for line in hub.asked() if "/graphql" not in line} <= {"GET"}
    return {check.what: check for check in checks}


def test_all_is_well(hub):
    checks = examined(hub, issue_type="Bug", fields={"assignee": "ada"})
    assert {check.state for check in checks.values()} == {"ok"}
    assert set(checks) == {
        *("credentials", "repository acme/api", "permission to write issues", "issue type Bug"),
        *("assignee ada", "rate limit (core)", "rate limit (graphql)"),
    }


@pytest.mark.parametrize(
    ("server", "settings", "what", "state", "found"),
    [
        ({"token": "x"}, {}, "credentials and repository", "wrong", "does not accept the cred"),
        ({"role": "none"}, {}, "credentials and repository", "wrong", "no repository acme/api"),
        ({"visibility": "public"}, {}, "repository acme/api", "wrong", "found a public one"),
        ({"archived": True}, {}, "repository acme/api", "wrong", "archived"),
        ({"issues": False}, {}, "repository acme/api", "wrong", "switched off"),
        ({"role": "read"}, {}, "permission to write issues", "wrong", "found read"),
        ({}, {"issue_type": "Flaw"}, "issue type Flaw", "warning", "found Bug, Task"),
        ({}, {"fields": {"assignee": "eve"}}, "assignee eve", "warning", "found nobody"),
        ({"hourly": 1}, {}, "rate limit (core)", "warning", "0 of 1 requests are left"),
    ],
)
def test_what_is_wrong_is_said(make_hub, server, settings, what, state, found):
    check = examined(make_hub(**server), **settings)[what]
    assert check.state == state
    assert found in check.found


def test_an_unreachable_server_is_a_finding_and_no_error(hub):
    (check,) = hub.tracker(url="http://nowhere.simulated").examine()
    assert (check.state, bool(check.advice)) == ("wrong", True)
