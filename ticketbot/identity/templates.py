"""The path of a URL → the path of its operation, as far as the path alone tells: `/users/17` →
`/users/{}`.

What looks like an id, a date, a token or an attack becomes `{}`; words stay, also `v1`. Ids that
are words (`/users/alice`) stay too: only an API description can tell them, and none is looked at
here.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

_HOLE = "{}"

_PLACEHOLDER = re.compile(
    r"\{[^{}/]{0,80}\}|<[A-Za-z_][^<>/]{0,80}>|:[A-Za-z_]\w{0,60}\Z|\[[A-Za-z_.]\w{0,60}\]"
)
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_CLOCK = r"\d\d[:.-]?\d\d(?:[:.-]?\d\d(?:\.\d{1,9})?)?(?:z|[+-]\d\d:?\d\d)?"
_TYPED = re.compile(
    "|".join(
        (
            r"[-+]?\d{1,40}",
            _UUID,
            rf"\{{{_UUID}\}}",
            r"(?=[a-f]{0,128}\d)[0-9a-f]{7,128}",  # hashes, ObjectIds
            rf"\d{{4}}-\d\d(?:-\d\d(?:[t_ ]{_CLOCK})?)?",
            r"[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}",
        )
    ),
    re.IGNORECASE | re.ASCII,
)
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_JWT = re.compile(r"eyJ[\w-]{4,}\.[\w-]{2,}\.[\w-]*", re.ASCII)
_PREFIXED = re.compile(r"[A-Za-z]{1,10}[_-](?=[A-Za-z]{0,64}\d)[A-Za-z0-9]{8,64}", re.ASCII)
_BASE64 = re.compile(
    r"(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=[^0-9]*[0-9])[\w+-]{16,512}={0,2}", re.ASCII
)
_ATTACK = re.compile(
    r"[<>\"'`;|(){}\\$*!^\s\x00-\x1f\ufffd]|\.\.|%[0-9A-Fa-f]{2}|[^\x00-\U0001ffff]"
)
_EXTENSION = re.compile(r"(.+)(\.[A-Za-z][A-Za-z0-9]{0,4})", re.ASCII)

_SEGMENT_LIMIT = 512
_SEGMENTS_LIMIT = 64


def path_template(path: str) -> str:
    """`/v1/users/17/avatar.png?x=1` → `/v1/users/{}/avatar.png`. One slash between parts, none
    at the end."""
    bare = path.partition("?")[0].partition("#")[0]
    parts = [part for part in bare.split("/") if part][:_SEGMENTS_LIMIT]
    return "/" + "/".join(_segment(part) for part in parts)


def operation_path(template: str) -> str:
    """A tool's own template with nameless placeholders: `/users/{id}`, `/users/:id`,
    `/users/<int:id>` → `/users/{}`."""
    parts = [part for part in template.partition("?")[0].split("/") if part]
    return "/" + "/".join(_PLACEHOLDER.sub(_HOLE, part) for part in parts)


def _segment(raw: str) -> str:
    if len(raw) > _SEGMENT_LIMIT:
        return _HOLE
    part = unquote(raw.partition(";")[0]) or raw
    if _PLACEHOLDER.fullmatch(part) or _is_value(part) or _ATTACK.search(part):
        return _HOLE
    extended = _EXTENSION.fullmatch(part)
    if extended and _is_value(extended[1]):
        return _HOLE + extended[2]
    return part


def _is_value(part: str) -> bool:
    return any(p.fullmatch(part) for p in (_TYPED, _ULID, _JWT, _PREFIXED, _BASE64))
