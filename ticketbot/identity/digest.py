"""How ingredients of identity are made comparable, and hashed. Every function here is part of every
recipe: a change of what it gives for any input needs new versions of the recipes that use it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from ticketbot.readers.credentials import PLACEHOLDER
from ticketbot.readers.redact import COLLAPSED

_MESSAGE_LIMIT = 2000

_SUPPRESSIONS = (
    "nosec|noqa|nosemgrep|nosonar|nolint|nolintnextline|noinspection|type:[ ]?ignore|pyright:["
    " ]?ignore"
    "|mypy:[ ]?ignore|pylint:[ ]?disable|flake8:[ ]?noqa|ruff:[ ]?noqa"
    "|eslint-disable(?:-next)?-line"
    "|biome-ignore|oxlint-disable(?:-next)?-line|@ts-(?:ignore|expect-error)|tslint:disable"
    "|rubocop:disable"
    "|shellcheck[ ]disable|hadolint[ ]ignore|checkov:skip|bridgecrew:skip|tfsec:ignore|trivy:ignore"
    "|kics-scan[ ]ignore|zizmor:[ ]?ignore|gitleaks:allow|pragma:[ ]?allowlist"
    "|trufflehog:ignore|ggignore"
    "|secretlint-disable|devskim:[ ]?ignore|flawfinder:[ ]?ignore|cppcheck-suppress"
    "|coverity\\[|codeql\\["
    "|lgtm\\b|bearer:disable|brakeman:ignore|deepcode[ ]ignore|snyk[ ]ignore|njsscan-ignore"
    "|mobsf-ignore"
    "|rats:[ ]?ignore|its4:[ ]?ignore|skipcq|swiftlint:disable|ktlint-disable|phpcs:ignore"
    "|psalm-suppress|@phpstan-ignore|rubocop:todo|pyre-(?:ignore|fixme)|file[ ]deepcode[ ]ignore"
)
_SUPPRESSION = re.compile(
    r"[ \t]{0,64}(?:\{(?=/\*[^}\n]{0,400}\*/\}[ \t]{0,8}$))?"  # JSX has comments in braces
    rf"(?:(?://|/\*|<!--)[ \t]{{0,8}}#|#|//|/\*|--|<!--|;)[ \t]{{0,8}}(?:{_SUPPRESSIONS}).*$"
    r"|[ \t]{1,64}'[ \t]{0,8}nosonar\b[^'\n]*$",  # Visual Basic
    re.IGNORECASE | re.MULTILINE,
)
_WORD = re.compile(_SUPPRESSIONS, re.IGNORECASE)
_VOLATILE = re.compile(
    r"'[^'\n]{0,400}'|\"[^\"\n]{0,400}\"|`[^`\n]{0,400}`"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|\b0x[0-9a-f]{1,64}\b|\b(?=[a-f]{0,64}[0-9])[0-9a-f]{7,128}\b"
    r"|\d{1,64}(?:[.,:]\d{1,64}){0,16}",
    re.IGNORECASE | re.ASCII,
)


def digest(recipe: str, *parts: str | None) -> str:
    """128 bits of blake2b over the recipe's name and its ingredients, each with its length
    before it."""
    hashed = hashlib.blake2b(digest_size=16)
    for part in (recipe, *parts):
        data = nfc(part or "").encode("utf-8", "surrogatepass")
        hashed.update(len(data).to_bytes(4, "big"))
        hashed.update(data)
    return hashed.hexdigest()


def nfc(text: str) -> str:
    """Unicode normalisation form C: `é` is one letter, however it was typed."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def same_path(path: str | None) -> str:
    """A path with `/` between its parts, without `./` before it."""
    return (path or "").replace("\\", "/").removeprefix("./")


def same_line(text: str) -> str:
    """A line of code without white space of any kind, suppression comments and what redaction
    wrote.

    Adding `# nosec` or reindenting makes no new flaw; another case or other quotes do.
    """
    if "[redacted " in text:
        text = PLACEHOLDER.sub(COLLAPSED, text)
    bare = _SUPPRESSION.sub("", text)
    return "".join((bare.strip() or text).replace("\ufeff", "").split())


def suppression(text: str) -> str:
    """The word of the suppression comment that `same_line` leaves out, as `nosec`; empty without one."""
    found = _SUPPRESSION.search(text)
    word = _WORD.search(found[0]) if found else None
    return word[0].lower() if word else ""


def same_message(text: str) -> str:
    """A message with numbers, hexadecimal, UUIDs and whatever is quoted as `<n>`, in single
    spaces."""
    if "[redacted " in text:
        text = PLACEHOLDER.sub(COLLAPSED, text)
    return " ".join(_VOLATILE.sub("<n>", text[:_MESSAGE_LIMIT]).split())
