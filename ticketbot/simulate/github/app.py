"""A GitHub App at the simulated server: its JSON Web Token's shape and dates are looked at, its signature
is not; the tokens it gets end after an hour."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import msgspec

from ticketbot.simulate.exchange import Answered, Time, answered
from ticketbot.simulate.github.shapes import refusal


class App:
    """One App with one installation."""

    def __init__(self, time: Time, app_id: str, installation: str, life: float) -> None:
        self._time, self._app_id, self._life = time, app_id, life
        self.path = f"/app/installations/{installation}/access_tokens"
        self._serial = 0
        self.tokens: dict[str, float] = {}
        """Token → when it ends, in seconds since 1970."""

    def answer(self, token: str) -> Answered:
        """A new installation token."""
        if reason := self._wrong(token):
            return answered(401, refusal(reason, 401))
        ends = self._time.seconds() + self._life
        self._serial += 1
        new = f"ghs_{self._serial:036}"
        self.tokens[new] = ends
        value = {
            "token": new,
            "expires_at": self._time.iso(ends),
            "permissions": {"issues": "write", "metadata": "read"},
            "repository_selection": "selected",
        }
        return answered(201, value)

    def knows(self, token: str) -> bool:
        """Whether it is one of its tokens, and good still."""
        return self.tokens.get(token, 0.0) > self._time.seconds()

    def _wrong(self, token: str) -> str:
        parts = token.split(".")
        if len(parts) != 3:
            return "A JSON web token could not be decoded"
        head, claims = _part(parts[0]), _part(parts[1])
        now = self._time.seconds()
        if head.get("alg") != "RS256" or str(claims.get("iss")) != self._app_id:
            return "A JSON web token could not be decoded"
        begun, ends = claims.get("iat"), claims.get("exp")
        if not isinstance(ends, int) or not isinstance(begun, int):
            return "'Expiration time' claim ('exp') must be a numeric value"
        if begun > now:
            return "'Issued at' claim ('iat') must be an Integer representing a time in the past"
        if not now < ends <= now + 600:
            return "'Expiration time' claim ('exp') is too far in the future"
        return ""


def _part(text: str) -> dict[str, Any]:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (binascii.Error, msgspec.DecodeError, ValueError):
        return {}
