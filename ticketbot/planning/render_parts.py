"""The parts of a ticket about one flaw, as Markdown of our own: facts, places, evidence, remedy.

Every text that came with a report passes `markdown` here; templates only arrange the parts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ticketbot.model.finding import Finding, Location
from ticketbot.model.flaw import Features
from ticketbot.planning.markdown import Markdown, block, clipped, code, inline, link, prose
from ticketbot.planning.render_digest import MOST_ENDPOINTS
from ticketbot.planning.render_links import commit_url, line_url
from ticketbot.planning.render_title import fixed_in, operation_words, package_words
from ticketbot.planning.render_tools import other_tools
from ticketbot.planning.render_view import Shown, TicketView
from ticketbot.planning.render_why import usual_remedy
from ticketbot.readers.vocabulary import safe_url

_MOST_PLACES = 5
_MOST_ENDPOINTS = 10
_MOST_PIECES = 6
_PIECE = 3000
_LABEL = 80
# What tools write in the place of a credential.
_FILTERED = "[Filtered]"
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
# One sentence and no more: "Upgrade lodash from 4.17.20 to 4.17.21."
_UPGRADE = re.compile(r"(?:Upgrade|Update)\b(?:[^.\n]|\.(?=\S))*\.?")
_LANGUAGE = {
    "py": "python", "js": "javascript", "ts": "typescript", "java": "java", "go": "go",
    "rb": "ruby",
    "php": "php", "c": "c", "cpp": "cpp", "cs": "csharp", "rs": "rust", "kt": "kotlin", "sh": "sh",
    "tf": "hcl", "yaml": "yaml", "yml": "yaml", "json": "json", "xml": "xml", "html": "html",
    "sql": "sql", "swift": "swift", "scala": "scala",
}  # fmt: skip


def facts(view: TicketView, speaker: Shown) -> list[Markdown]:
    """Severity, who reported it, what was scanned."""
    features, finding = speaker.features, speaker.finding
    severity: str = features.severity
    if finding is not None and finding.cvss is not None:
        severity += f", CVSS {finding.cvss:g}"
    if finding is not None and finding.confidence:
        severity += f", confidence {finding.confidence}"
    tool = " ".join(part for part in (features.tool, view.scan.version) if part)
    target = inline(view.target)
    if view.environments:
        target = Markdown(f"{target} ({inline(', '.join(view.environments))})")
    lines = [
        Markdown(f"**Severity:** {severity}"),
        Markdown(f"**Reported by:** {inline(tool)}, rule {code(features.rule)}"),
        *other_tools(view, speaker),
        Markdown(f"**Target:** {target}"),
    ]
    if finding is not None and finding.secret is not None:
        shown = f"{finding.secret.type or 'credential'} {finding.secret.redacted or ''}"
        lines.append(Markdown(f"**Secret:** {code(shown)}"))
        lines += _leaked_in(view, finding)
    return lines


def _leaked_in(view: TicketView, finding: Finding) -> list[Markdown]:
    """The commit that brought the secret in, where the report names one."""
    named = (value for key, value in finding.fingerprints if key.endswith("commitSha"))
    commit = next((value for value in named if _COMMIT.fullmatch(value)), None)
    if commit is None:
        return []
    short, page = commit[:12], commit_url(view.repository, commit)
    return [Markdown(f"**In commit:** {link(short, page) if page else code(short)}")]


def places(view: TicketView, speaker: Shown) -> list[Markdown]:
    """Operation, component, resource and lines, each on one line; lines link to the commit."""
    features, finding = speaker.features, speaker.finding
    lines: list[Markdown] = []
    if features.operation:
        lines.append(_operation(features, finding))
    if features.component:
        lines.append(component_line(features, finding))
    if features.resource:
        lines.append(Markdown(f"Resource {code(features.resource)}"))
    found: Sequence[Location] = finding.locations if finding else ()
    if not found and (features.path or features.logical):
        found = (Location(path=features.path, line=features.line, logical=features.logical),)
    lines += _endpoints(features)
    written = [line for line in (_place(view, place) for place in found[:_MOST_PLACES]) if line]
    if written and any(place.line for place in found[:_MOST_PLACES]):
        written[0] = Markdown(f"{written[0]} (when this ticket was last written)")
    lines += written
    if len(found) > _MOST_PLACES:
        lines.append(Markdown(f"and {len(found) - _MOST_PLACES} more places"))
    return lines


def _endpoints(features: Features) -> list[Markdown]:
    """Where a flaw of the whole target shows, without the order in which a crawl met them."""
    seen = features.endpoints
    lines = [Markdown(f"Seen at {code(each)}") for each in seen[:_MOST_ENDPOINTS]]
    if len(seen) > _MOST_ENDPOINTS:
        more = f"{len(seen) - _MOST_ENDPOINTS}{' or' if len(seen) == MOST_ENDPOINTS else ''} more"
        lines.append(Markdown(f"and at {more} endpoints"))
    return lines


def _operation(features: Features, finding: Finding | None) -> Markdown:
    text = f"Operation {code(operation_words(features))}"
    request = finding.request if finding else None
    if request is not None and request.parameter:
        text += f", parameter {code(request.parameter)}"
        text += f" ({inline(request.parameter_in)})" if request.parameter_in else ""
    if request is not None and request.status:
        text += f", answered with {request.status}"
    return Markdown(text)


def component_line(features: Features, finding: Finding | None) -> Markdown:
    """The package, and the manifest and the image that bring it in."""
    text = f"Component {code(package_words(features))}"
    component = finding.component if finding else None
    if component is not None and component.manifest:
        text += f" from {code(component.manifest)}"
    if component is not None and component.image:
        text += f" in the image {code(component.image)}"
    return Markdown(text)


def _place(view: TicketView, place: Location) -> Markdown:
    text = ""
    if place.path:
        text = linked_line(view, place.path, place.line)
    if place.logical:
        text += f" in {code(place.logical)}" if text else code(place.logical)
    return Markdown(text)


def linked_line(view: TicketView, path: str, line: int | None) -> Markdown:
    """`path:line`, linked to the scanned commit where the repository is known."""
    label = f"{path}:{line}" if line else path
    url = line_url(view.repository, view.scan.commit, path, line)
    return link(label, url) if url else code(label)


def evidence(view: TicketView, speaker: Shown) -> list[dict[str, str]]:
    """Pieces with `label` and `text`: the source, the data flow, what was sent and answered."""
    finding = speaker.finding
    if finding is None:
        return []
    pieces: list[dict[str, str]] = []
    place = finding.locations[0] if finding.locations else None
    if place is not None and place.snippet:
        language = _LANGUAGE.get((place.path or "").rpartition(".")[2].lower(), "")
        text = block(clipped(place.snippet, _PIECE), language)
        pieces.append({"label": "The code", "text": text})
    if finding.flow:
        ends = ("From", "To") if len(finding.flow) > 1 else ("At",)
        steps = zip(ends, (finding.flow[0], finding.flow[-1]), strict=False)
        text = Markdown("\n".join(f"- {end} {_step(view, step)}" for end, step in steps))
        pieces.append({"label": "The way of the data", "text": text})
    for piece in finding.evidence[:_MOST_PIECES]:
        text = block(clipped(piece.text, _PIECE), piece.language)
        pieces.append({"label": piece.label or "Evidence", "text": text})
    return pieces


def _step(view: TicketView, step: Location) -> str:
    said = f": {inline(clipped(step.message, _PIECE))}" if step.message else ""
    return f"{_place(view, step)}{said}"


def remedy(speaker: Shown, opened: Sequence[Features], length: int) -> Markdown | None:
    """What to do: the upgrade, what the report advises, else what usually helps."""
    features, finding = speaker.features, speaker.finding
    parts: list[str] = []
    version = _upgrade(features, opened, parts)
    advice = finding.remediation if finding is not None and finding.remediation else ""
    if advice and not (version and _repeats(advice, version, many=len(opened) > 1)):
        parts.append(prose(advice, length))
    if not parts and (usual := usual_remedy(features)):
        parts.append(usual)
    return Markdown("\n\n".join(parts)) if parts else None


def _upgrade(features: Features, opened: Sequence[Features], parts: list[str]) -> str:
    """Adds the sentence about the upgrade, if there is one. The version that it names, or ""."""
    fixable = [each for each in opened if each.fixed]
    if not features.component or not fixable:
        return ""
    version = fixed_in(fixable)
    text = f"Upgrade {code(package_words(features))} to {code(version)} or later"
    if left := len(opened) - len(fixable):
        text += f": it fixes {len(fixable)} of {len(opened)}; {left} without a fixed version yet"
    parts.append(text + ".")
    return version


def _repeats(advice: str, version: str, *, many: bool) -> bool:
    """Whether the report's advice says no more than to upgrade. For `many` it is about one only."""
    return many or (_UPGRADE.fullmatch(advice.strip()) is not None and version in advice)


def help_link(finding: Finding | None) -> Markdown | None:
    """The rule's own page, as the tool gives it."""
    url = safe_url(finding.help_url) if finding and finding.help_url else None
    if url is None:
        return None
    label = url.partition("://")[2]
    return link(label if len(label) <= _LABEL else label[: _LABEL - 1] + "…", url)


def reproduction(finding: Finding | None) -> Markdown | None:
    """The command that shows it."""
    if finding is None or not finding.reproduce:
        return None
    command = block(clipped(finding.reproduce, _PIECE), "sh")
    if _FILTERED not in finding.reproduce:
        return command
    return Markdown(f"Put a valid token where it says `{_FILTERED}`:\n\n{command}")


def footer(view: TicketView) -> Markdown:
    """Who wrote this, from which scan."""
    scan = view.scan
    text = f"Written by ticketbot from a scan by {inline(scan.tool)}"
    if scan.commit:
        page = commit_url(view.repository, scan.commit)
        short = scan.commit[:12]
        text += f" of {link(short, page) if page else code(short)}"
    if scan.branch:
        text += f" on {code(scan.branch)}"
    if run := safe_url(scan.url) if scan.url else None:
        text += f" ({link('its run', run)})"
    return Markdown(f"{text}; first seen {inline(view.first_seen[:10])}.")
