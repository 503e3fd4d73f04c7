"""Who asks GitHub: a token, a token in a file, or an App that fetches its tokens.

A key or token is in no message. Time is the injected clock's, so PyGithub's own authentication of Apps,
which reads the machine's and renews without a lock, is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import jwt
from github.Auth import Auth

from ticketbot.errors import ConfigError, TrackerError
from ticketbot.trackers.clock import Clock
from ticketbot.trackers.credentials import Credential, Fetched, Renewable, credential
from ticketbot.trackers.github.session import LIMITS, Session, weigh
from ticketbot.trackers.pace import unhurried
from ticketbot.trackers.wire import Call, Wire

Signed = Callable[[dict[str, Any]], str]


class App(Auth):
    """A JSON Web Token of the App itself, good for ten minutes at most
    (https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app)."""

    def __init__(self, app_id: str, sign: Signed, clock: Clock) -> None:
        self._app_id, self._sign, self._clock = app_id, sign, clock

    @property
    def token_type(self) -> str:
        return "Bearer"

    @property
    def token(self) -> str:
        now = int(self._clock.seconds())
        return self._sign({"iat": now - 60, "exp": now + 480, "iss": self._app_id})


class Access:
    """The credential, and what an App's token may do (empty for other tokens)."""

    def __init__(self, name: str, settings: Mapping[str, Any], clock: Clock) -> None:
        """Raises ConfigError for a file that cannot be used."""
        auth = settings["auth"]
        self.permissions: dict[str, str] = {}
        self._session: Session | None = None
        if not auth.get("app_id"):
            what = f"trackers.{name}.auth"
            self.credential: Credential = credential(
                auth.get("token"), auth.get("token_file"), what
            )
            return
        sign = _signing(auth["private_key_file"], f"trackers.{name}.auth.private_key_file")
        session = Session(settings["url"], App(str(auth["app_id"]), sign, clock))
        pace = unhurried(clock, {"write": LIMITS})
        wire = Wire(name, settings["url"], session.send, clock, weigh=weigh, pace=pace)
        path = f"/app/installations/{auth['installation_id']}/access_tokens"
        self._session = session
        self.credential = Renewable(lambda: self._fetch(name, wire, path), clock.seconds)

    def _fetch(self, name: str, wire: Wire, path: str) -> Fetched:
        told = wire.tell(Call(method="POST", path=path, cost="write"), repeatable=True)
        value = told.reply.json_or_none() if told.reply and told.state == "applied" else None
        if not isinstance(value, dict) or not value.get("token"):
            raise TrackerError(
                f"{name}: GitHub gives the App no token: {told.reason or 'an answer without one'}",
                hint="Check app_id, installation_id and private_key_file, and that the App is"
                " installed where the repository is.",
            )
        self.permissions = dict(value.get("permissions") or {})
        return Fetched(value["token"], _seconds(value.get("expires_at")))

    def close(self) -> None:
        """Give back the connections."""
        if self._session is not None:
            self._session.close()


def _signing(path: str, what: str) -> Signed:
    hint = "Name the PEM file that GitHub gave for the App."
    try:
        key = Path(path).read_text("utf-8")
        jwt.encode({}, key, algorithm="RS256")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise ConfigError(f"{what}: {path} cannot be read: {why}", hint=hint) from None
    except (ValueError, TypeError, jwt.PyJWTError):
        raise ConfigError(f"{what}: {path} holds no private key of RSA", hint=hint) from None
    return lambda claims: jwt.encode(claims, key, algorithm="RS256")


def _seconds(stamp: Any) -> float:
    try:
        return datetime.fromisoformat(str(stamp)).timestamp()
    except ValueError:
        return 0.0  # asked again next time: late is worse than often
