"""Who we are to a ServiceNow instance: user and password, a token, or OAuth client credentials.

The token is fetched by a session of our own: pysnow's OAuthClient knows the password grant alone.
Says no secret in any error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from ticketbot.errors import TrackerError
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.credentials import Credential, Fetched, Renewable, credential
from ticketbot.trackers.outcome import LostError, UnsentError
from ticketbot.trackers.transport import reply_of, sending
from ticketbot.trackers.wire import TIMEOUT

_LIFE = 1800
"""Seconds that a token lives, as delivered."""


class Authorisation(AuthBase):
    """Signs each request with what the credential is now."""

    def __init__(
        self, sign: Callable[[requests.PreparedRequest], None], held: Credential | None = None
    ) -> None:
        self._sign, self._held = sign, held

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        self._sign(request)
        return request

    def renew(self) -> bool:
        """After a 401: whether there is another credential now."""
        try:
            return self._held is not None and self._held.renew()
        except (TrackerError, UnsentError):
            return False


def authorisation(name: str, url: str, settings: Mapping[str, Any], clock: Clock) -> Authorisation:
    """From the configuration's `auth`. Raises ConfigError."""
    if settings.get("user"):
        password = settings.get("password") or ""
        basic = HTTPBasicAuth(settings["user"].encode(), password.encode())
        return Authorisation(lambda request: _ignore(basic(request)))
    held: Credential
    if settings.get("client_id"):
        held = Renewable(lambda: _fetched(name, url, settings, clock), clock.seconds)
    else:
        held = credential(
            settings.get("token"), settings.get("token_file"), f"trackers.{name}.auth"
        )

    def bearer(request: requests.PreparedRequest) -> None:
        request.headers["Authorization"] = f"Bearer {held.value()}"

    return Authorisation(bearer, held)


def _ignore(_request: requests.PreparedRequest) -> None:
    """HTTPBasicAuth signs in place."""


def _fetched(name: str, url: str, settings: Mapping[str, Any], clock: Clock) -> Fetched:
    """A token by the client credentials grant (RFC 6749 4.4; https://www.servicenow.com/docs, Client
    credentials grant workflow). Raises TrackerError where the client is refused, UnsentError where
    the token cannot be had now."""
    form = {
        "grant_type": "client_credentials",
        "client_id": settings["client_id"],
        "client_secret": settings.get("client_secret") or "",
    }
    try:
        with sending(), requests.Session() as session:
            session.auth = lambda request: request  # else a .netrc would sign it
            address = f"{url}/oauth_token.do"
            reply = reply_of(
                session.post(address, data=form, timeout=TIMEOUT, allow_redirects=False)
            )
    except LostError as error:
        raise UnsentError(f"no token: {error}") from None
    value = reply.json_or_none()
    token = value.get("access_token") if isinstance(value, dict) else None
    if reply.status == 200 and isinstance(value, dict) and isinstance(token, str) and token:
        life = value.get("expires_in", _LIFE)
        return Fetched(token, clock.seconds() + float(life if isinstance(life, int) else _LIFE))
    if reply.status in (400, 401, 403):
        raise TrackerError(
            f"{name}: the instance gives no token for this client ({reply.status})",
            hint="Check auth.client_id and auth.client_secret, and that the instance allows the grant:"
            " glide.oauth.inbound.client.credential.grant_type.enabled.",
        )
    raise UnsentError(f"no token: {reply.status} from oauth_token.do")
