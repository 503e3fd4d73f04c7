"""The words of a title, as a person would have written it: what it is, and where.

Never begins with the tool's name or a rule's id where the report has better words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from ticketbot.model.flaw import Features
from ticketbot.planning.render_view import Shown, TicketView

_LONG_PATH = 48
_LONG_TITLE = 110
LONG_WORDS = 90
_PREFIX = re.compile(r"^\s*(?:\[[^\]]{1,40}\]|<[^>]{1,40}>)\s*:?\s*")
_FUNCTION = re.compile(r"[a-z_][A-Za-z0-9_]*")
_SENTENCE_END = re.compile(r"(?<=[\w)`'\"])\.(?:\s|$)|\n")
_AT_OPERATION = re.compile(r"(.*\S)\s+(?:at|on|in|for)\s+([A-Z]{3,7} /\S*)")
_NUMBER = re.compile(r"(\d+)")


def subject_words(shown: Shown) -> str:
    """What the flaw is: the report's title, else its message's first sentence, else the rule."""
    features = shown.features
    title = _PREFIX.sub("", features.title).strip().rstrip(".")
    if features.operation and (named := _AT_OPERATION.fullmatch(title)):
        title = named[1]
    if " " not in title and shown.finding is not None and shown.finding.message:
        sentence = _SENTENCE_END.split(shown.finding.message.strip(), maxsplit=1)[0]
        if 0 < len(sentence) <= _LONG_TITLE:
            return sentence
    if not title or (title == features.rule and " " not in title):
        return re.split(r"[./]", features.rule)[-1].replace("-", " ").replace("_", " ").strip()
    return title


def place_words(features: Features) -> str:
    """Where it is, without the line: `app/db.py: find()`, a resource, or nothing."""
    if features.resource:
        return features.resource
    path = features.path or ""
    if len(path) > _LONG_PATH:
        path = "…/" + "/".join(path.rsplit("/", 2)[-2:])
    name = re.split(r"[.:#/]", features.logical)[-1] if features.logical else ""
    if name and _FUNCTION.fullmatch(name) and features.kind == "code":
        name += "()"
    return f"{path}: {name}" if path and name else path or name


def operation_words(features: Features) -> str:
    """`GET /orders/{order_id}`: with the placeholders' names where the title has them."""
    operation, _, query = (features.operation or "").partition("?")
    if structural := "&".join(each for each in query.split("&") if "=" in each):
        return f"{operation}?{structural}"
    named = _AT_OPERATION.fullmatch(features.title.rstrip("."))
    if named and operation and re.sub(r"\{[^}]*\}", "{}", named[2]) == operation:
        return named[2]
    return operation


def package_words(features: Features) -> str:
    """`lodash 4.17.15`; empty for what is no third-party component."""
    if not features.component:
        return ""
    name = features.component
    if name.startswith("pkg:"):
        name = unquote(name.split("/", 1)[-1])
    return f"{name} {features.version}" if features.version else name


def fixed_in(flaws: Sequence[Features]) -> str:
    """The lowest version that fixes all of them; empty where one has no fix."""
    needed = [_nearest(features) for features in flaws]
    return max(needed, key=version_key) if needed and all(needed) else ""


def _nearest(features: Features) -> str:
    """The lowest fixed version above the one in use, else the highest there is."""
    above = [v for v in features.fixed if version_key(v) > version_key(features.version or "")]
    return (
        min(above, key=version_key) if above else max(features.fixed, key=version_key, default="")
    )


def version_key(version: str) -> list[tuple[int, int, str]]:
    """Sorts versions of any ecosystem well enough to choose one to show: numbers by value."""
    release = version.lstrip("vV=^~ ").partition("+")[0]
    parts = (part for part in _NUMBER.split(release) if part.strip(".:_ "))
    key = [(1, int(part), "") if part.isdecimal() else (-1, 0, part) for part in parts]
    return [*key, (0, 0, "")]


def title_values(view: TicketView, speaker: Shown) -> dict[str, Any]:
    """What title templates are given. `count` counts open members."""
    features = speaker.features
    opened = [m.features for m in view.members if m.state == "open"] or [features]
    what, where = cut_title(subject_words(speaker), LONG_WORDS), place_words(features)
    named = {name for m in opened for name in (m.vulnerabilities[:1] or (m.rule,))}
    return {
        "what": what,
        "where": "" if _said(features, what) else where,
        "operation": operation_words(features),
        "package": package_words(features),
        "vulnerability": features.vulnerabilities[0] if features.vulnerabilities else "",
        "fixed": fixed_in(opened),
        "count": len(opened),
        "names": sorted(named),
        "group_by": view.group_by,
        "group": view.group or "",
        "features": features,
        "target": view.target,
    }


def _said(features: Features, what: str) -> bool:
    """Whether the words already name the place."""
    named = (features.resource, features.path, place_words(features))
    return any(name and name in what for name in named)


def cut_title(title: str, limit: int) -> str:
    """At most `limit` characters, cut between words."""
    if len(title) <= limit:
        return title
    kept = title[: limit - 1]
    at = kept.rfind(" ", limit // 2)
    return (kept[:at] if at > 0 else kept).rstrip(" ,:;") + "…"
