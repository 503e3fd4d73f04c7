"""What may be written about a GitHub tracker, and what is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ticketbot.config.tracker_github import GitHubTracker

APP = {"app_id": 1, "installation_id": "2", "private_key_file": "app.pem"}


def entry(**more: Any) -> GitHubTracker:
    given = {"type": "github", "repository": "acme/api", "auth": {"token": "${GITHUB_TOKEN}"}}
    return GitHubTracker.model_validate(given | more)


def test_a_token_and_a_repository_are_enough():
    tracker = entry()
    assert (tracker.url, tracker.allow_public) == ("https://api.github.com", False)
    assert tracker.resolution_labels["wontfix"] == "wont_fix"


@pytest.mark.parametrize("url", ["https://github.acme.example/api/v3", "http://127.0.0.1:8080"])
def test_an_enterprise_server_and_a_simulated_one_have_their_own_address(url):
    assert entry(url=url).url == url


@pytest.mark.parametrize("auth", [{"token": "t"}, {"token_file": "/run/secrets/token"}, APP])
def test_there_are_three_ways_to_sign_in(auth):
    assert entry(auth=auth).auth.model_dump(exclude_none=True) == auth


@pytest.mark.parametrize(
    "auth", [{}, {"token": "t", "token_file": "f"}, {"app_id": 1}, APP | {"token": "t"}]
)
def test_none_of_them_or_two_are_refused(auth):
    with pytest.raises(ValidationError, match="expected either `token`, or `token_file`, or"):
        entry(auth=auth)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"repository": "api"}, "expected owner/name"),
        ({"url": "api.github.com"}, "expected an address"),
        ({"resolution_labels": {"nope": "ignored"}}, "Input should be 'fixed', 'wont_fix'"),
        ({"base_url": "https://x"}, "Extra inputs"),
    ],
)
def test_what_is_wrong_is_named(more, message):
    with pytest.raises(ValidationError, match=message):
        entry(**more)
