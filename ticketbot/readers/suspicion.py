r"""One quick look at raw JSON bytes: could redaction change any string in there?

True is always right and costs only time; False must be right. So each line here answers for some
rules of `readers.credentials` and `readers.redact`, escapes included: quotes and tabs may stand as
`\"` and `\t`, and where printable ASCII is written as `\u0041` everything is suspicious. A property
test holds the three files together.

Each pattern starts with a literal that reports seldom have, because then it is searched for at
memory speed.
"""

from __future__ import annotations

import re
from string import ascii_lowercase, ascii_uppercase, digits

from ticketbot.readers.credentials import KEY_WORDS

_TABLE = bytes.maketrans(
    (ascii_uppercase + digits).encode(), (ascii_lowercase + "0" * len(digits)).encode()
)
"""Lower case, and every digit as 0: `4111 1111 1111 1111` has `0000 0000` in it."""

_GAP = rb"[\w-]{0,64}[\"'`\\\] \tt]{0,24}"
_ASSIGNED = _GAP + rb"[=:!]"
_HEADER = _GAP + rb"[=:,]"

_ESCAPED_ASCII = re.compile(rb"\\u00(?:2[0-57-9a-fA-F]|3[0-9abdfABDF]|[4-7])")
"""Not `<`, `>` and `&`, which Go escapes and no rule needs."""

_KEY = b"|".join(
    b"(?<=%b%bkey)" % (word.encode(), join)
    for word in (*KEY_WORDS, "function")
    for join in (b"", b"[_-]")
)


_AT_START = rb"(?:(?<![\w.-]0{13})|(?<=\\[nrtbf]0{13})|(?<=\\u[0a-f]{4}0{13}))"
"""Of a long number: not within a word or another number, but behind `\\n` and `\\u00e9` it is."""


def _after(literals: str, last: bytes) -> bytes:
    """`last` where one of these literals ends in it."""
    behind = (b"(?<=%b)" % re.escape(literal.encode()) for literal in literals.split())
    return re.escape(last) + b"(?:" + b"|".join(behind) + b")"


_SIGNS = tuple(
    re.compile(pattern, re.ASCII).search
    for pattern in (
        rb"@(?<![\s/@\"'<>?#]@)|@(?<=[\w.%+-]@)",
        rb"k(?:en(?<=token)|ey(?:(?<=[0?&;._-]key)|" + _KEY + rb"))" + _ASSIGNED,
        rb"kie(?<=cookie)" + _HEADER,
        rb"kia(?<=akia)[a-z0]{16}",
        rb"p(?:ass|wd)" + _ASSIGNED,
        rb"cre(?:t(?<=secret)|dential)" + _ASSIGNED,
        rb"auth(?!or[\"s\\ ])" + _HEADER,
        rb"session" + _ASSIGNED,
        _after("sig= signature= jwt=", b"="),
        _after(
            "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ sk_live_ sk_test_ rk_live_ rk_test_ whsec_ npm_"
            " hf_ dop_v0_ doo_v0_ dor_v0_ shpat_ shpca_ shppa_ shpss_",
            b"_",
        ),
        _after(
            "glpat- glptt- gldt- glrt- glcbt- glft- glsoat- xapp- gocspx- pypi- sk-"
            " xoxa- xoxb- xoxc- xoxe- xoxo- xoxp- xoxr- xoxs-",
            b"-",
        ),
        _after("sg. hvs. hvb. ya00. hooks.slack.", b"."),
        rb"%00",  # %40, the @ of a form
        rb"sessid=",
        rb"p(?:ass|wd)[^<>]{0,480}(?:>|\\u000e)",
        rb"name=[\\\"]{1,8}[^\"\\]{0,40}(?:p(?:ass|wd)|secret|token)",
        rb"asia[a-z0]{16}",
        rb"bearer[ \t\\]",
        rb"eyj[\w-]{8}",
        rb"aiza",
        rb"q~",
        rb"atatt0",
        rb"-----begin",
        rb"0{13}" + _AT_START + rb"0{0,6}(?![\w-])",
        rb"0000[ -](?:0000[ -]0000[ -]0|000000[ -]00000)",
    )
)


def suspicious(window: bytes) -> bool:
    """True wherever redaction could change any string of this piece of JSON; sometimes where it
    cannot."""
    if b"[redacted" in window:
        return True
    plain = window.translate(_TABLE)
    for search in _SIGNS:
        if search(plain):
            return True
    return _ESCAPED_ASCII.search(window) is not None
