"""Who we are to Jira: basic, or a bearer; the token as it is now, also after it was rotated.

Puts credentials into requests alone, never into a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from ticketbot.errors import TrackerError
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.credentials import Credential, Fetched, Renewable, credential
from ticketbot.trackers.outcome import LostError, UnsentError
from ticketbot.trackers.transport import reply_of, sending
from ticketbot.trackers.wire import TIMEOUT


class Basic(AuthBase):
    """E-mail and API token on Cloud, user and password on Data Center."""

    def __init__(self, user: str, held: Credential) -> None:
        self._user, self._held = user, held

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return HTTPBasicAuth(self._user.encode(), self._held.value().encode())(request)


class Bearer(AuthBase):
    """A personal access token, or one of OAuth 2.0."""

    def __init__(self, held: Credential) -> None:
        self._held = held

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._held.value()}"
        return request


def authentication(name: str, auth: Mapping[str, Any], clock: Clock) -> tuple[AuthBase, Credential]:
    """From the configuration's `auth`. Raises ConfigError."""
    where = f"trackers.{name}.auth"
    if auth.get("client_id"):
        held: Credential = Renewable(lambda: _fetched(name, auth, clock), clock.seconds)
        return Bearer(held), held
    if auth.get("user"):
        held = credential(auth.get("password"), None, f"{where}.password")
        return Basic(auth["user"], held), held
    file = auth.get("token_file")
    held = credential(auth.get("token"), file, f"{where}.{'token_file' if file else 'token'}")
    return (Basic(auth["email"], held) if auth.get("email") else Bearer(held)), held


def _fetched(name: str, auth: Mapping[str, Any], clock: Clock) -> Fetched:
    """OAuth 2.0 client credentials (RFC 6749, 4.4)."""
    form = {
        "grant_type": "client_credentials",
        "client_id": auth["client_id"],
        "client_secret": auth["client_secret"],
    }
    hint = f"Check trackers.{name}.auth: client_id, client_secret and token_url."
    try:
        with sending(), requests.Session() as session:
            session.auth = lambda request: request  # else a .netrc would sign it
            url = auth.get("token_url") or "https://auth.atlassian.com/oauth/token"
            reply = reply_of(session.post(url, data=form, timeout=TIMEOUT, allow_redirects=False))
    except (UnsentError, LostError) as error:
        raise TrackerError(f"{name}: no token was given: {error}", hint=hint) from None
    found = reply.json_or_none()
    if reply.status != 200 or not isinstance(found, dict) or "access_token" not in found:
        raise TrackerError(
            f"{name}: no token was given: expected 200 with an access_token, found {reply.status}",
            hint=hint,
        )
    lasts = found.get("expires_in")
    ends = clock.seconds() + (float(lasts) if isinstance(lasts, int | float) else 3600.0)
    return Fetched(str(found["access_token"]), ends)
