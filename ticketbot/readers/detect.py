"""Which reader or mapping a report wants, by its first 64 KiB, and the report opened with it.

Decides only where one owner is plain. Two mappings that fit, or none, are an error that says
what was found and asks for `--tool`: a guess would give every flaw of the report a wrong
identity.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from ticketbot.errors import ReportError
from ticketbot.readers import mapped, sarif
from ticketbot.readers.mapping import Mapping
from ticketbot.readers.prefix import Prefix, read_prefix
from ticketbot.readers.redact import Redactor
from ticketbot.readers.report import ReadOptions, Report, Source

SARIF = "sarif"
VERSION = re.compile(r"[123]\.\d")
SARIF_KEYS = frozenset({"$schema", "version", "runs", "inlineExternalProperties", "properties"})
RUN_KEYS = frozenset({"tool", "results", "invocations", "artifacts", "automationDetails"})
SHOWN_KEYS = 8
AGAIN = "Check that the scanner wrote its report into this file, and not only to the screen."
ELSE = "Set the scanner's output to SARIF or JSON."
OTHERS = (
    (re.compile(r"[{\[]"), "it begins like JSON but cannot be read", AGAIN),
    (
        re.compile(r"(?i)<!doctype html|<html"),
        "it is an HTML page",
        "Often it is the error page of a proxy or a login: open it in a browser.",
    ),
    (
        re.compile(r"(?:<[?!][^<]*)*<([A-Za-z][\w:.-]{0,40})"),
        "it is XML (`{0}`), which is not read",
        ELSE,
    ),
    (
        re.compile("PK\x03\x04"),
        "it is a ZIP archive",
        "Unpack it first; of compressed reports only gzip is read.",
    ),
    (re.compile("[^\n]*[\0\ufffd]"), "it is not text", ELSE),
    (re.compile(r"[^\n]*[,;][^\n]*[,;]"), "it looks like CSV, which is not read", ELSE),
    (re.compile(r"([^\n]{0,60})"), "it is text that begins `{0}`", AGAIN),
)
"""What a file begins with that is no report: pattern, what to call it, the next step."""


def open_any(
    source: Source,
    options: ReadOptions,
    redactor: Redactor,
    mappings: Sequence[Mapping],
    tool: str | None = None,
) -> Report:
    """The report, its first pass done. `tool` is `sarif` or a mapping's name and settles the
    matter."""
    tool = tool and tool.lower()
    if tool is None:
        prefix = read_prefix(source, options.limits)
        tool = _owner(prefix, source.name, mappings)
    if tool == SARIF:
        return sarif.read(source, options, redactor)
    for mapping in mappings:
        if mapping.name == tool:
            return mapped.read(source, options, redactor, mapping)
    names = [SARIF, *(mapping.name for mapping in mappings)]
    close = difflib.get_close_matches(tool.lower(), names, n=1, cutoff=0.5)
    raise ReportError(
        f"{source.name}: no reader is called `{tool}`"
        + (f"; did you mean `{close[0]}`?" if close else ""),
        hint="`ticketbot mappings list` names them all; SARIF of any tool is `sarif`.",
    )


def detect(head: bytes, name: str, mappings: Sequence[Mapping]) -> str:
    """`sarif`, or the name of the one mapping that fits a report's first bytes (gzip and byte
    order mark undone).

    `name` is the report's, for messages. Raises ReportError.
    """
    return _owner(Prefix.of(head), name, mappings)


def _owner(prefix: Prefix, name: str, mappings: Sequence[Mapping]) -> str:
    if _is_sarif(prefix):
        return SARIF
    fits = sorted({mapping.name for mapping in mappings if mapping.matches(prefix)})
    if len(fits) == 1:
        return fits[0]
    if fits:
        names = " and ".join(f"`{fit}`" for fit in fits)
        raise ReportError(
            f"{name}: {names} both read reports that begin like this one",
            hint=f"Say which tool wrote it: --tool {fits[0]} or --tool {fits[-1]}.",
        )
    found, hint = _found(prefix)
    if (owner := next((m for m in mappings if m.wrote(prefix)), None)) is not None:
        hint = f"Of {owner.document.tool} the JSON report is read: {owner.document.command}"
    raise ReportError(f"{name}: no reader knows this report: {found}", hint=hint)


def _is_sarif(prefix: Prefix) -> bool:
    """By `$schema`; by `version` and `runs`; by how a run looks where results come before the
    version."""
    document = prefix.value
    if not isinstance(document, dict):
        return False
    if "sarif" in str(document.get("$schema", "")).lower():
        return True
    runs = document.get("runs")
    versioned = VERSION.match(str(document.get("version", ""))) is not None
    if isinstance(runs, list) and runs and isinstance(runs[0], dict):
        return versioned or (bool(RUN_KEYS & runs[0].keys()) and document.keys() <= SARIF_KEYS)
    return "runs" in document and versioned and document.keys() <= SARIF_KEYS


def _found(prefix: Prefix) -> tuple[str, str]:
    """What it is instead, and the next step."""
    text = prefix.text.lstrip("\ufeff \t\r\n")
    if not text:
        return "it is empty", AGAIN
    if prefix.shape != "other":
        keys = sorted(map(str, prefix.keys))[:SHOWN_KEYS]
        what = {"object": "a JSON object", "array": "a JSON list", "lines": "JSON Lines"}[
            prefix.shape
        ]
        named = (
            f" with {', '.join(f'`{key[:40]}`' for key in keys)}" if keys else " without members"
        )
        hint = (
            "Name its tool with --tool, or write a mapping: docs/mappings.md says how, "
            "`ticketbot mappings show NAME` prints one to start from."
        )
        return what + named, f"{hint} Many scanners can also write SARIF."
    return next(
        (what.format(*match.groups()), hint)
        for pattern, what, hint in OTHERS
        if (match := pattern.match(text[:2000]))
    )
