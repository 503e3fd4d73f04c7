"""Who may ask a simulated instance, and how often."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import parse_qsl

from ticketbot.simulate.exchange import Answered, Asked, Time, answered
from ticketbot.simulate.servicenow.settings import Settings, failure

_HOUR = 3600


class Access:
    """Credentials, tokens and the rate limit rule."""

    def __init__(self, time: Time, settings: Settings) -> None:
        self._time, self._settings = time, settings
        self._issued: dict[str, tuple[str, float]] = {}
        self._counted: tuple[int, int] = (0, 0)
        self.revoked: set[str] = set()
        """Tokens and users that are not accepted any more."""

    def token(self, asked: Asked) -> Answered:
        """The client credentials grant."""
        form = dict(parse_qsl(asked.body.decode("utf-8", "replace")))
        if asked.method != "POST" or form.get("grant_type") != "client_credentials":
            return answered(400, {"error": "invalid_request", "error_description": "Missing grant"})
        client = form.get("client_id", "")
        if self._settings.clients.get(client) != form.get("client_secret"):
            return answered(401, {"error": "server_error", "error_description": "access_denied"})
        token = f"token-{len(self._issued) + 1}"
        self._issued[token] = client, self._time.seconds() + self._settings.token_life
        value = {"access_token": token, "scope": "useraccount", "token_type": "Bearer"}
        return answered(200, value | {"expires_in": self._settings.token_life})

    def user(self, asked: Asked) -> str:
        """Who asks; "" for nobody that is known."""
        kind, _, value = asked.headers.get("authorization", "").partition(" ")
        if kind == "Bearer" and value not in self.revoked:
            client, ends = self._issued.get(value, ("", 0.0))
            known = value in self._settings.tokens or self._time.seconds() < ends
            return (client or "bot") if known else ""
        if kind != "Basic":
            return ""
        try:
            name, _, password = base64.b64decode(value).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return ""
        known = self._settings.users.get(name) == password and name not in self.revoked
        return name if known else ""

    def refused(self, asked: Asked) -> Answered | None:
        """401, 429, or None."""
        if not self.user(asked):
            return failure(401, "User Not Authenticated", "Required to provide Auth information")
        limit = self._settings.per_hour
        if limit is None:
            return None
        hour = int(self._time.seconds() // _HOUR)
        count = self._counted[1] + 1 if self._counted[0] == hour else 1
        self._counted = hour, count
        if count <= limit:
            return None
        answer = failure(429, "Rate limit exceeded", f"Requests per hour are limited to {limit}")
        ends = (hour + 1) * _HOUR
        headers = {
            "Retry-After": str(int(ends - self._time.seconds()) + 1),
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Reset": str(ends),
            "X-RateLimit-Rule": "b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6",
        }
        return Answered(429, answer.body, {**answer.headers, **headers})
