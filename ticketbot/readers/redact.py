"""Takes secrets and personal data out of text before anything else sees it, and keeps keyed digests
of secrets.

What a secret looks like is the table of `readers.credentials`; this file only replaces. It refuses
to show more than four characters of a secret, and to make a digest that could be guessed back
without the key. Any change of what is redacted changes line hashes: raise REDACT_VERSION (it is
part of every result digest).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Sequence

from ticketbot.model.finding import Secret
from ticketbot.readers.credentials import FLAGS, PLACEHOLDER, RULES, Rule, looks_redacted
from ticketbot.readers.suspicion import suspicious as suspicious
from ticketbot.readers.traffic import TRAFFIC

REDACT_VERSION = 2

COLLAPSED = "[redacted]"
"""What every placeholder is in text that is hashed: which rule found a secret is no part of
identity."""

_PASSES = 8
_SHOWN = 4
_SHOWN_FROM = 16

_EMAIL = re.compile(
    r"(?<![\w.%+-])(?!git@)[\w.%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])",
    FLAGS,
)
_ENCODED_EMAIL = re.compile(
    r"(?<![\w.%+-])[\w.%+-]{1,64}%40(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])", FLAGS
)
_CARD = re.compile(
    r"(?<![\w.-])(?:[2-6]\d{12,18}|[2-6]\d{3}(?P<s>[ -])\d{4}(?P=s)\d{4}(?P=s)\d{1,7}"
    r"|3\d{3}(?P<t>[ -])\d{6}(?P=t)\d{5})(?![\w-])",
    FLAGS,
)
_DIGITS = re.compile(r"\d{9}|\d{4}[ -]\d{4}", FLAGS)
_SESSION = Rule(
    "header",
    ("session", "token", "api-key", "auth"),
    re.compile(
        r"(?i:session|token|api-key|auth)[\w-]{0,40}(?:\\{0,3}[\"'])?[ \t]?:[ \t]{0,4}"
        r"\[?(?:\\{0,3}[\"'])?(?P<v>[^\s\"'\\,;()\[\]{}]{6,4096})",
        FLAGS,
    ),
    lambda value: not looks_redacted(value),
)
_PEM_HEADER = re.compile(r"\s*-----BEGIN [A-Z0-9 ]{0,40}-----[\s.]*\Z", re.ASCII)


class Redactor:
    """Replaces every secret in text by a placeholder as `[redacted jwt]`. Holds the keys of
    secret identity."""

    def __init__(self, keys: Sequence[tuple[str, bytes]] = ()) -> None:
        """`keys` are (id, key) pairs, the current one first; several while rotating."""
        self._keys = tuple(keys)

    def text(self, s: str) -> str:
        """`s` without credentials; the same object where there are none."""
        return _settled(_without_credentials, s)

    def people(self, s: str) -> str:
        """`text`, and no e-mail addresses and payment card numbers."""
        return _settled(_without_people, s)

    def evidence(self, s: str) -> str:
        """`people`, and no session headers: for HTTP traffic."""
        return _settled(_without_traffic, s)

    def hashed(self, s: str) -> str:
        """`text` with every placeholder as one symbol: the only form in which a line may be
        hashed."""
        return _settled(_collapsed, s)

    def secret(self, type: str | None, value: str) -> Secret:
        """The masked form of a leaked value, and HMAC-SHA256(key, type ‖ 0x00 ‖ value) for each
        key.

        No digest where the value is none: already redacted by the scanner, or the first line of a
        PEM block without its body, which all keys of the world share.
        """
        bare = value.strip()
        if looks_redacted(bare):
            return Secret(type=type, redacted="…")
        shown = bare[:_SHOWN] if len(bare) >= _SHOWN_FROM and bare[:_SHOWN].isprintable() else ""
        masked = f"{shown}…({len(bare)})"
        if _PEM_HEADER.match(bare):
            return Secret(type=type, redacted=masked)
        return Secret(
            type=type,
            redacted=masked,
            digests=self._keyed(type or "", bare),
            values=self._keyed("", bare),
        )

    def _keyed(self, type: str, value: str) -> tuple[tuple[str, str], ...]:
        message = type.encode() + b"\0" + value.encode("utf-8", "surrogatepass")
        return tuple(
            (i, hmac.new(key, message, hashlib.sha256).hexdigest()[:32]) for i, key in self._keys
        )


def _settled(step: Callable[[str], str], s: str) -> str:
    """Until nothing changes any more: what stands beside a placeholder may be a token only now."""
    for _ in range(_PASSES):
        changed = step(s)
        if changed == s:
            return s
        s = changed
    return s


def _without_credentials(s: str) -> str:
    lowered = _lower(s)
    there = [needle for needle in _AT_NEEDLE if needle in lowered]
    if not there:
        return s
    for number in sorted({number for needle in there for number in _AT_NEEDLE[needle]}):
        changed = _apply(RULES[number], s, lowered)
        if changed is not s:
            s, lowered = changed, _lower(changed)
    return s


def _without_people(s: str) -> str:
    s = _without_credentials(s)
    if "@" in s:
        s = _EMAIL.sub("[redacted e-mail]", s)
    if "%40" in s:
        s = _ENCODED_EMAIL.sub("[redacted e-mail]", s)
    if _DIGITS.search(s):
        s = _CARD.sub(_replace_card, s)
    return s


def _without_traffic(s: str) -> str:
    s = _without_credentials(s)
    for rule in (_SESSION, *TRAFFIC):
        s = _apply(rule, s, _lower(s))
    return _without_people(s)


def _collapsed(s: str) -> str:
    s = _without_credentials(s)
    return PLACEHOLDER.sub(COLLAPSED, s) if "[redacted " in s else s


def _lower(s: str) -> str:
    """ASCII letters in lower case, every other character at its place."""
    lowered = s.lower()
    return lowered if len(lowered) == len(s) else s.translate(_ASCII_LOWER)


def _apply(rule: Rule, s: str, lowered: str) -> str:
    """`s` with what the rule finds replaced; the same object where it finds nothing."""
    starts = [at for needle in rule.needles if needle in lowered for at in _all(needle, lowered)]
    if not starts:
        return s
    pieces, done, refused = list[str](), 0, 0
    for at in sorted(starts):
        begin = _begin(rule, lowered, at)
        if begin < max(done, refused) or (match := rule.pattern.match(s, begin)) is None:
            continue
        start, end = match.span("v") if "v" in rule.pattern.groupindex else match.span()
        if rule.wanted is not None and not rule.wanted(s[start:end]):
            refused = end
            continue
        new = rule.change(s[start:end]) if rule.change else f"[redacted {rule.label}]"
        pieces += [s[done:start], new]
        done = end
    return "".join([*pieces, s[done:]]) if pieces else s


def _all(needle: str, lowered: str) -> Iterator[int]:
    at = lowered.find(needle)
    while at >= 0:
        yield at
        at = lowered.find(needle, at + 1)


def _begin(rule: Rule, lowered: str, at: int) -> int:
    """Where to try the rule for its needle at `at`; -1: nowhere."""
    if isinstance(rule.behind, int):
        return at - rule.behind
    low = max(0, at - _BEHIND)
    found = max(lowered.rfind(mark, low, at) for mark in rule.behind)
    return 0 if found < 0 == low and rule.behind == "\n" else found


def _replace_card(match: re.Match[str]) -> str:
    digits = [int(c) for c in match.group() if c.isdigit()]
    doubled = (sum(divmod(2 * d, 10)) for d in digits[-2::-2])
    return match.group() if (sum(digits[::-2]) + sum(doubled)) % 10 else "[redacted card number]"


_BEHIND = 64
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_AT_NEEDLE: dict[str, list[int]] = {}
for _number, _rule in enumerate(RULES):
    for _needle in _rule.needles:
        _AT_NEEDLE.setdefault(_needle, []).append(_number)
