"""What a secret looks like in HTTP traffic only, where nothing is code: any value of a field
called password, in JSON, forms, XML and multipart bodies.

Too greedy for lines of code, so that no line hash depends on it. Replaces nothing itself
(`readers.redact`); with a new rule `readers.suspicion` has to look for it too.
"""

from __future__ import annotations

import re

from ticketbot.readers.credentials import FLAGS, Rule, looks_redacted

_NAME = r"(?<!\[redacted )(?i:passw(?:or)?d|passphrase|pwd|secret|token)"
_NEEDLES = ("passw", "passphrase", "pwd", "secret", "token")
_VALUE = r"[^\s&#\"'<>`\\;]"
_PORT = re.compile(r"\d{1,5}(?:/|\Z)")


def _literal(value: str) -> bool:
    return not looks_redacted(value)


def _opaque(value: str) -> bool:
    return _literal(value) and any(c.isdigit() for c in value)


def _password(value: str) -> bool:
    return _literal(value) and not _PORT.match(value)


def _rule(label: str, needles: tuple[str, ...], pattern: str) -> Rule:
    return Rule(label, needles, re.compile(pattern, FLAGS), _literal)


TRAFFIC: tuple[Rule, ...] = (
    _rule(
        "cookie",
        ("cookie",),
        r"(?i:cookie)2?[\"']?[ \t]{0,4}:[ \t]{0,4}[^\s=;\"]{1,128}=\\{0,3}\"(?P<v>[^\"\\\r\n]{1,4096})",
    ),
    _rule(
        "secret",
        _NEEDLES,
        rf"{_NAME}[\w-]{{0,20}}\"[ \t]{{0,4}}:[ \t]{{0,4}}\"(?P<v>(?:[^\"\\\r\n]|\\.){{1,512}}+)\"",
    ),
    _rule(
        "secret",
        ("passw", "pwd"),
        rf"{_NAME}\\{{0,3}}\"[ \t]{{0,4}}:[ \t]{{0,4}}(?P<v>-?\d[\d.]{{0,30}})",
    ),
    _rule("secret", ("passw", "pwd"), rf"{_NAME}=(?P<v>{_VALUE}{{1,4096}})"),
    _rule(
        "secret",
        ("passw", "pwd"),
        rf"{_NAME}(?:[ \t][^<>\r\n]{{0,200}})?>(?P<v>[^<>\r\n]{{1,512}})</",
    ),
    _rule(
        "secret",
        ("name=",),
        r"(?i:name)=\"[^\"\\\r\n]{0,40}(?i:passw|pwd|secret|token)[^\"\\\r\n]{0,40}\""
        r"(?:\r?\n[^\r\n]{1,200}){0,3}(?:\r?\n){2}(?P<v>[^\r\n]{1,4096})",
    ),
    _rule(
        "parameter",
        ("phpsessid=", "jsessionid="),
        rf"(?i:phpsessid|jsessionid)=(?P<v>{_VALUE}{{4,4096}})",
    ),
    Rule(
        "password",
        ("://",),
        re.compile(
            r"://[^\s/:@\"'<>?#\[]{0,128}:(?P<v>[^\s\"'<>\[?#]{0,255}[^\s/@\"'<>?#\[\]])@(?=[\w.-])",
            FLAGS,
        ),
        _password,
    ),
    Rule("token", ("://",), re.compile(r"://(?P<v>[\w-]{12,256})@(?=[\w.-])", FLAGS), _opaque),
)
