"""What a configuration says about a target's APIs, as values: operations, hosts, structural parameters.

Reads no file (`config.api_files` does), and asks no host anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from ticketbot.model.finding import Request


class Description(msgspec.Struct, frozen=True):
    """An API file as values."""

    name: str
    """The file, as the configuration names it."""
    bases: tuple[str, ...]
    """Paths of its servers, as `/api/v1`; `` for a server at the root."""
    operations: tuple[tuple[str, str], ...]
    """(METHOD, path) with placeholders as `{}`; `` as method: any."""


class Registered(msgspec.Struct, frozen=True):
    """What the configuration says about a target's APIs."""

    descriptions: tuple[Description, ...] = ()
    structural: tuple[str, ...] = ()
    """Query parameters whose values belong to the operation."""
    hosts: tuple[str, ...] = ()
    """Globs, as `*.shop.example`, `localhost:8080`; without a port: any. Empty: nothing is known of them."""
    elsewhere: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Other targets with their hosts."""

    def strange(self, request: Request | None) -> str:
        """The host of a request that is none of the target's; empty where it is, or nothing is known."""
        if request is None or not request.url or not (self.hosts or self.elsewhere):
            return ""
        host = host_of(request.url)
        if not host or _is_one(host, self.hosts):
            return ""
        return host if self.hosts or self.owner(host) else ""

    def owner(self, host: str) -> str:
        """The other target that has the host; empty where none has."""
        return next((name for name, hosts in self.elsewhere if _is_one(host, hosts)), "")


NO_APIS = Registered()

_PORT = re.compile(r":\d+\Z")


def host_of(url: str) -> str:
    """`https://Shop.example:8080/x` → `shop.example:8080`; empty where there is none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def _is_one(host: str, globs: Sequence[str]) -> bool:
    """A glob without a port takes every port."""
    bare = _PORT.sub("", host)
    return any(_matches(glob, host) or _matches(glob, bare) for glob in globs)


def _matches(glob: str, host: str) -> bool:
    pattern = ".*".join(re.escape(piece) for piece in glob.lower().split("*"))
    return re.fullmatch(pattern, host) is not None
