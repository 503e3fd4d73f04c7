"""Redaction: laws for any text, suspicion of raw JSON, and hostile text.

`suspicious` may only be wrong in one direction; it is held here against what redaction really does.
"""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.readers.redaction_samples import ORDINARY, SECRETS, TRAFFIC
from ticketbot.readers.redact import Redactor, suspicious

PLAIN = Redactor()

FRAGMENTS = st.sampled_from(
    [
        *SECRETS,
        *ORDINARY,
        *TRAFFIC,
        "joe@example.com",
        "4111 1111 1111 1111",
        "4111111111111111",
        "X-Session-Id: abc123",
        "[redacted token]",
        '"',
        "'",
        "\\n",
        "\\",
        "\n",
        "\t",
        " = ",
        "?",
        "?function",
        "key=",
        "&",
        ": ",
        "=",
        "password",
        "token",
        "key",
        "\u212a",  # the Kelvin sign: its lower case is an ASCII k
        "\u0130",  # its lower case is two characters
        "é",
        "\U0001f511",
        "\udc80",
        "[",
        "]",
    ]
)
TEXTS = st.lists(FRAGMENTS | st.text(max_size=6), max_size=8).map("".join)


@settings(max_examples=400)
@given(TEXTS)
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    for redact in (PLAIN.text, PLAIN.evidence, PLAIN.hashed):
        once = redact(text)
        assert redact(once) == once


@settings(max_examples=400)
@given(TEXTS, st.booleans())
@example("\x1f4111111111111111", True)
@example("\n4111 1111 1111 1111", True)
@example("\u00e94111111111111111", True)
@example("\u00e94111111111111111", False)
@example("\U0001f5113782-822463-10005", True)
@example("?function_key=abcdef", True)
def test_raw_json_is_suspicious_wherever_a_string_in_it_changes(text: str, ascii: bool) -> None:
    window = json.dumps(text, ensure_ascii=ascii).encode("utf-8", "surrogatepass")
    if PLAIN.evidence(text) != text:
        assert suspicious(window)


@pytest.mark.parametrize("text", [*SECRETS, "joe@example.com", "3782-822463-10005"])
@pytest.mark.parametrize("escape", ["/", '"', "'", "=", "-", "_", "e", "<&>"])
def test_escaped_ascii_hides_nothing_from_suspicion(text: str, escape: str) -> None:
    raw = json.dumps(text)[1:-1]
    for character in escape:
        if character != '"':
            raw = raw.replace(character, f"\\u{ord(character):04x}")
    raw = raw.replace('\\"', "\\u0022") if '"' in escape else raw
    assert json.loads(f'"{raw}"') == text
    assert suspicious(f'"{raw}"'.encode())


def test_an_ordinary_result_is_not_suspicious() -> None:
    result = {
        "ruleId": "B101",
        "message": {"text": "Use of assert detected."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "src/author/authors.py"},
                    "region": {"startLine": 12, "snippet": {"text": "    assert x == 1\n"}},
                }
            }
        ],
        "partialFingerprints": {"hash/v1": "39fa2ee980eb94b0a1b2c3d4e5f60718:1"},
        "properties": {"tags": ["CWE-703", "external/cwe/cwe-703"], "precision": "high"},
    }
    assert not suspicious(json.dumps(result, indent=2).encode())


HOSTILE = [
    "password", "token=", "secret: ", "api_key", "PASSWORD_", "key: \\\"", "://a:", "@", "a@b.", "?a&",
    "&token=", "authorization: ", "authorization: digest a=", "cookie: a=", "bearer ", "eyJaaaaaaaa.",
    "eyJaaaaaaaa-", "-----BEGIN PRIVATE KEY-----", "4", "4111 ", "sk-", "xoxb-", "Q~", "session", "auth: ",
    "[redacted ", "é@", "\u0130key=", "cookie: a=\"", "password>", "pwd\": \"", "name=\"pwd\"\n", "a%40b.",
    "-----BEGIN PRIVATE KEY-----\nDEK-Info: a\n", "://a:b/",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_takes_seconds_not_hours(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    before = time.process_time()
    PLAIN.evidence(text)
    assert time.process_time() - before < 10  # below 1 s; what is quadratic takes hours


@pytest.mark.parametrize(
    "text", ["eyJ" + "a" * 10**6, "a" * 10**6 + "@", "-----BEGIN PRIVATE KEY-----" + "A" * 10**6]
)
def test_one_endless_word_is_no_trap(text: str) -> None:
    before = time.process_time()
    PLAIN.evidence(text)
    assert time.process_time() - before < 10
