"""What a bug leaves behind: a file to paste into an issue, with no secret in it.

Holds the traceback without values, versions, the arguments redacted, and the names of environment
variables; never their values, never a part of a report beyond what the error itself says, redacted.
"""

from __future__ import annotations

import os
import platform
import re
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from ticketbot import __version__
from ticketbot.cli.clock import now, run_id
from ticketbot.readers.redact import Redactor

_SECRET_NAME = re.compile(r"TOKEN|SECRET|PASSW|PAT\b|KEY|CREDENTIAL|AUTH|DSN|URL", re.IGNORECASE)
_SHORTEST = 6
"""Shorter values are words that stand everywhere."""
_OURS = re.compile(
    r"TICKETBOT|CI$|CI_|GITHUB|GITLAB|RUNNER|JENKINS|BITBUCKET|CIRCLE|BUILD_|TF_|PYTHON|LANG|LC_"
)


def write(error: BaseException, arguments: Sequence[str]) -> str:
    """Write the file; the sentence for the user."""
    # A path in another encoding than the system's (LC_ALL=C) has halves of surrogate pairs in it.
    text = describe(error, arguments, os.environ).encode("utf-8", "backslashreplace").decode()
    name = f"ticketbot-diagnostic-{run_id()}.txt"
    for folder in (Path.cwd(), Path(tempfile.gettempdir())):
        path = folder / name
        try:
            path.write_text(text, encoding="utf-8")
        except OSError:
            continue
        return (
            f"error: a bug in ticketbot ({type(error).__name__}), and not your mistake\n"
            f"  → {path} says where; it holds no secret. Please attach it to an issue.\n"
            "  → If tickets were being written: the journal is consistent, run again to resume."
        )
    return "error: a bug in ticketbot; its diagnostic file could not be written anywhere"


def describe(error: BaseException, arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """The file's text."""
    names = sorted(name for name in environ if _OURS.match(name))
    lines = [
        f"ticketbot {__version__}, Python {sys.version.split()[0]}, {platform.platform()}",
        f"at {now()}",
        f"arguments: {' '.join(arguments)}",
        f"environment variables that are set: {' '.join(names)}",
        "",
        "".join(traceback.format_exception(error)),
    ]
    return Redactor().evidence(_without_values("\n".join(lines), environ))


def _without_values(text: str, environ: Mapping[str, str]) -> str:
    """`text` without the value of any variable that may hold a credential."""
    secret = {
        value: name
        for name, value in environ.items()
        if _SECRET_NAME.search(name) and len(value) >= _SHORTEST
    }
    for value in sorted(secret, key=len, reverse=True):
        text = text.replace(value, f"[value of {secret[value]}]")
    return text
