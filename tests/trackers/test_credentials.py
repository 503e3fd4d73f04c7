"""Credentials that are replaced while a run goes on: in files, by OAuth, by a GitHub App."""

from __future__ import annotations

from pathlib import Path

import pytest

from ticketbot.errors import ConfigError, TrackerError
from ticketbot.trackers.credentials import Fetched, Given, InFile, Renewable, credential


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "token"
    path.write_text("one\n")
    return path


def test_a_given_token_stays_what_it_is():
    given = credential("one", None, "sec: auth.token")
    assert isinstance(given, Given)
    assert (given.value(), given.renew(), given.value()) == ("one", False, "one")


def test_a_file_goes_before_a_value(file):
    assert credential("other", str(file), "sec: auth.token_file").value() == "one"


def test_a_file_is_read_again_when_its_token_is_refused(file):
    held = InFile(str(file), "sec: auth.token_file")
    file.write_text("two")
    assert held.value() == "one"
    assert (held.renew(), held.value()) == (True, "two")
    assert (held.renew(), held.value()) == (False, "two")


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_text(" \n")])
def test_a_file_that_is_just_being_replaced_keeps_its_token(file, spoil):
    held = InFile(str(file), "sec: auth.token_file")
    spoil(file)
    assert (held.renew(), held.value()) == (False, "one")
    file.write_text("two")
    assert (held.renew(), held.value()) == (True, "two")


@pytest.mark.parametrize(
    ("content", "what"), [(None, "No such file"), (b" \n", "is empty"), (b"\xff\xfe", "no text")]
)
def test_a_file_without_a_token_is_refused_at_the_start(tmp_path, content, what):
    path = tmp_path / "none"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=what) as caught:
        credential(None, str(path), "sec: auth.token_file")
    assert caught.value.message.startswith(f"sec: auth.token_file: {path}")
    assert caught.value.hint


@pytest.mark.parametrize("value", [None, ""])
def test_neither_a_value_nor_a_file_is_refused(value):
    with pytest.raises(ConfigError, match=r"sec: auth\.token: expected a token"):
        credential(value, None, "sec: auth.token")


class Giver:
    """Gives token after token, each for an hour; keeps count and the time."""

    def __init__(self, *values: str, lasts: float = 3600) -> None:
        self.at, self.values, self.lasts, self.given = 0.0, list(values), lasts, 0
        self.token = Renewable(self.fetch, lambda: self.at)

    def fetch(self) -> Fetched:
        self.given += 1
        if not self.values:
            raise TrackerError("auth.example gives no token")
        return Fetched(self.values.pop(0), self.at + self.lasts)


def test_a_token_is_fetched_when_it_is_needed_and_kept():
    giver = Giver("one", "two")
    assert giver.given == 0
    assert [giver.token.value() for _ in range(3)] == ["one"] * 3
    assert giver.given == 1


@pytest.mark.parametrize(
    ("at", "value"), [(3539, "one"), (3541, "two"), (3600, "two"), (10**6, "two")]
)
def test_a_token_is_replaced_a_minute_before_it_ends(at, value):
    giver = Giver("one", "two", "three")
    giver.token.value()
    giver.at = at
    assert [giver.token.value(), giver.token.value()] == [value] * 2


def test_a_token_that_is_refused_early_is_fetched_anew():
    giver = Giver("one", "two", "two")
    giver.token.value()
    assert (giver.token.renew(), giver.token.value()) == (True, "two")
    assert giver.token.renew() is False  # the same again: it will be refused again
    assert giver.given == 3


def test_who_gives_no_token_is_named():
    giver = Giver("one")
    giver.token.value()
    giver.at = 4000
    with pytest.raises(TrackerError, match=r"auth\.example"):
        giver.token.value()


@pytest.mark.parametrize(
    "make", [lambda file: Given("s3cr3t"), lambda file: InFile(str(file), "x")]
)
def test_no_token_is_shown_by_accident(file, make):
    file.write_text("s3cr3t")
    assert "s3cr3t" not in repr(make(file))


def test_nor_is_a_fetched_one():
    assert "s3cr3t" not in repr(Fetched("s3cr3t", 0.0))
