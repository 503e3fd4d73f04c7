"""What a report has, as the type a finding wants: text, whole numbers, numbers, lists, times.

A value that cannot be read as the wanted type is None: absent, never an error and never a guess.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime

LARGEST = 2**31
"""Above this a line or column number is nonsense."""
DEEPEST = 20
MILLISECONDS = 10_000_000_000
"""As seconds since 1970 this would be the year 2286."""
PLACEHOLDER = re.compile(r"\{[^{}/]*\}|<[^<>/]*>|(?<=/):[A-Za-z_]\w*")
"""A path parameter as OpenAPI, Flask or Express write it."""
ROOT = re.compile(r"\A(?:file:/{2,3}(?=/|[A-Za-z]:))?")


def is_absent(value: object) -> bool:
    """Null, `false`, and empty texts, lists and objects. Zero is there."""
    return value is None or value is False or value in ("", [], {})


def as_text(value: object) -> str | None:
    """A text, a number, or `true` as text; `false` is absent, as where a condition did not hold.

    Bytes that a report wraps as `{"$base64": "…"}` (Schemathesis does, JSON has no bytes) are the
    text they encode.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else None
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict) and value.keys() == {"$base64"}:
        return _decoded(value["$base64"])
    return None


def as_texts(value: object, depth: int = 0) -> list[str]:
    """Every text in a value, lists within lists included, in order; empty ones left out."""
    if isinstance(value, list):
        if depth > DEEPEST:
            return []
        return [text for each in value for text in as_texts(each, depth + 1)]
    text = as_text(value)
    return [text] if text else []


def as_block(value: object) -> str | None:
    """As `as_text`; a list of texts as lines. For what people read: messages, code, evidence."""
    return "\n".join(as_texts(value)) or None if isinstance(value, list) else as_text(value)


def as_int(value: object) -> int | None:
    """A whole number from 0, also one written as text."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value) if len(value.strip()) <= len(str(LARGEST)) else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < LARGEST else None


def as_place(value: object) -> int | None:
    """A line or column, from 1."""
    return as_int(value) or None


def as_number(value: object) -> float | None:
    """A finite number, also one written as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def as_time(value: object) -> str | None:
    """ISO 8601 in UTC, of ISO 8601 text (without an offset it is UTC), or of a number of seconds or
    milliseconds since 1970."""
    number = as_number(value)
    if number is not None and number > MILLISECONDS:
        number /= 1000
    try:
        if number is not None:
            moment = datetime.fromtimestamp(number, tz=UTC)
        elif isinstance(value, str):
            moment = datetime.fromisoformat(_trimmed(value))
        else:
            return None
        moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def as_template(text: str) -> str:
    """`/users/{user_id}` → `/users/{}`: a parameter's name is no part of an operation."""
    return PLACEHOLDER.sub("{}", text)


def as_path(text: str, roots: tuple[str, ...]) -> str | None:
    """A path with `/`, relative to the first of the roots it is under; other absolute paths stay
    absolute."""
    path = ROOT.sub("", text.strip()).replace("\\", "/")
    for root in roots:
        base = root.replace("\\", "/").rstrip("/") + "/"
        if path.startswith(base):
            return path[len(base) :] or None
    while path.startswith("./"):
        path = path[2:].lstrip("/")
    return path or None


def as_headers(value: object) -> Iterator[tuple[str, str]]:
    """(name, value) of an object of header → value or values."""
    if isinstance(value, dict):
        for name, given in value.items():
            for text in as_texts(given):
                yield name, text


def _trimmed(text: str) -> str:
    """Nanoseconds (Go writes them) cut to the microseconds Python reads."""
    head, dot, tail = text.strip().partition(".")
    digits = len(tail) - len(tail.lstrip("0123456789"))
    return f"{head}{dot}{tail[: min(digits, 6)]}{tail[digits:]}" if dot else head


def _decoded(text: object) -> str | None:
    if not isinstance(text, str):
        return None
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return None
