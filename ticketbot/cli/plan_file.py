"""plan.json: a plan as bytes and back. Refuses one whose content is not what its digest says."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ticketbot.errors import InputError, UsageError
from ticketbot.planning.plan import PLAN_VERSION, Plan, digest

_AGAIN = "Make it again with `ticketbot plan --out`."


def encoded(plan: Plan) -> bytes:
    """The whole plan, as `apply` needs it."""
    return msgspec.json.encode(plan)


def write(plan: Plan, path: Path) -> None:
    """Raises UsageError where the file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded(plan) + b"\n")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror or error}", hint="Give --out another file."
        ) from error


def read(path: Path) -> Plan:
    """Raises InputError: no plan, one of another version, an edited or damaged one."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror or error}", hint=_AGAIN
        ) from error
    try:
        version = msgspec.json.decode(content, type=_Version).version
        if version != PLAN_VERSION:
            raise InputError(
                f"{path} is a plan of version {version}, expected {PLAN_VERSION}", hint=_AGAIN
            )
        plan = msgspec.json.decode(content, type=Plan)
    except msgspec.MsgspecError as error:
        raise InputError(f"{path} is not a plan: {error}", hint=_AGAIN) from error
    if digest(plan) != plan.digest:
        raise InputError(
            f"{path} was edited or damaged: its content is not what its digest says", hint=_AGAIN
        )
    return plan


class _Version(msgspec.Struct):
    version: int
