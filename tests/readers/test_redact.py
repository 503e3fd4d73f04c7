"""Redaction: what must go, what must stay, and what is kept of a secret."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from tests.readers.redaction_samples import JWT, ORDINARY, PEM, SECRETS, TRAFFIC
from ticketbot.readers.redact import COLLAPSED, Redactor

PLAIN = Redactor()


@pytest.mark.parametrize("text", SECRETS)
def test_what_must_go(text: str) -> None:
    redacted = PLAIN.text(text)
    assert SECRETS[text] not in redacted
    assert "[redacted " in redacted


@pytest.mark.parametrize("text", ORDINARY)
def test_what_must_stay(text: str) -> None:
    assert PLAIN.text(text) is text


@pytest.mark.parametrize("text", TRAFFIC)
def test_what_must_go_from_traffic(text: str) -> None:
    assert TRAFFIC[text] not in PLAIN.evidence(text)


def test_a_port_is_no_password() -> None:
    text = "http://h:8080/users/a@b"
    assert PLAIN.evidence(text) == text


def test_a_cookie_keeps_its_name_and_attributes() -> None:
    assert (
        PLAIN.text("Set-Cookie: sid=abc123; Path=/; HttpOnly; SameSite=Lax")
        == "Set-Cookie: sid=[redacted cookie]; Path=/; HttpOnly; SameSite=Lax"
    )


def test_only_the_password_of_a_url_goes() -> None:
    assert PLAIN.text("amqp://joe:p4ss@mq/v") == "amqp://joe:[redacted password]@mq/v"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to joe.doe@example.com.", "write to [redacted e-mail]."),
        ("card 4111 1111 1111 1111!", "card [redacted card number]!"),
        ("card 4111111111111111", "card [redacted card number]"),
        ("3782-822463-10005", "[redacted card number]"),
        ("not a card 4111 1111 1111 1112", None),
        ("order 1234567890123456", None),
        ("X-Session-Id: abc123", "X-Session-Id: [redacted header]"),
        ("git@github.com:a/b.git", None),
        ("@babel/core@7.1.0", None),
    ],
)
def test_evidence_hides_people_as_well(text: str, expected: str | None) -> None:
    assert PLAIN.evidence(text) == (expected or text)
    assert PLAIN.text(text) == text


def test_a_hashed_line_does_not_tell_which_rule_found_the_secret() -> None:
    token, password = f'x = "{JWT}"', "Authorization: Basic dXNlcjpwYXNz"
    assert PLAIN.hashed(token) == f'x = "{COLLAPSED}"'
    assert PLAIN.hashed(password) == f"Authorization: {COLLAPSED}"
    assert PLAIN.hashed(PLAIN.text(token)) == PLAIN.hashed(token)


def test_two_secrets_in_the_same_line_hash_alike() -> None:
    assert PLAIN.hashed('password = "hunter2!"') == PLAIN.hashed('password = "another!"')


def test_a_secret_gets_a_keyed_digest_for_each_key() -> None:
    redactor = Redactor([("k2", b"new"), ("k1", b"old")])
    secret = redactor.secret("aws-key", "AKIAIOSFODNN7EXAMPLE")
    expected = hmac.new(b"old", b"aws-key\0AKIAIOSFODNN7EXAMPLE", hashlib.sha256).hexdigest()[:32]
    assert secret.redacted == "AKIA…(20)"
    assert [key for key, _ in secret.digests] == ["k2", "k1"]
    assert secret.digests[1] == ("k1", expected)
    assert PLAIN.secret("aws-key", "AKIAIOSFODNN7EXAMPLE").digests == ()


def test_a_digest_is_of_type_and_value() -> None:
    redactor = Redactor([("k", b"key")])
    made = {
        redactor.secret(kind, value).digests
        for kind, value in [("a", "bc-12345"), ("ab", "c-12345"), (None, "abc-12345")]
    }
    assert len(made) == 3


@pytest.mark.parametrize(
    ("value", "redacted"),
    [
        ("hunter2", "…(7)"),
        ("fifteen-letters", "…(15)"),
        ("sixteen--letters", "sixt…(16)"),
        ("\x1b[31mred-red-red-red", "…(20)"),
        ("****", "…"),
        ("xxxxxxxx", "…"),
        ("REDACTED", "…"),
        ("AKIA****************", "…"),
        ("[redacted jwt]", "…"),
        ("", "…"),
    ],
)
def test_at_most_four_characters_are_shown(value: str, redacted: str) -> None:
    secret = Redactor([("k", b"key")]).secret(None, value)
    assert secret.redacted == redacted
    assert bool(secret.digests) == (redacted != "…")


@pytest.mark.parametrize("tail", ["", "\n", "\n..."])
def test_the_first_line_of_a_pem_block_identifies_no_key(tail: str) -> None:
    redactor = Redactor([("k", b"key")])
    assert redactor.secret("pem", "-----BEGIN RSA PRIVATE KEY-----" + tail).digests == ()
    assert redactor.secret("pem", PEM).digests
