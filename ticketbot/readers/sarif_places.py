"""SARIF locations → our Locations: path, line, what the report quotes, and the text of the line
itself.

`line_text` is the whole first line of the region where the report has it anywhere (context,
artifact contents, snippet): an ingredient of identity, so nothing that a producer made up gets
in. `before` and `after` are its neighbours in the same text. Knows nothing of rules.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ticketbot.model.finding import Location
from ticketbot.readers.redact import Redactor
from ticketbot.readers.sarif_paths import NOWHERE, Paths, Place
from ticketbot.readers.sarif_schema import (
    CodeFlow,
    LogicalLocation,
    PhysicalLocation,
    Region,
    Run,
    ThreadFlowLocation,
)
from ticketbot.readers.sarif_schema import Location as SarifLocation
from ticketbot.readers.sarif_texts import message_text, shown, unfold

NEWLINE = re.compile(r"\r\n|\n|\r")
"""Not `str.splitlines`, which also splits at form feeds and U+2028."""
POISON = frozenset({"requires login", "Missing Best Practice"})
"""What Semgrep without an account and mobsfscan write where a snippet belongs, for every result
alike."""
LAST = 2**31 - 1
"""A line or column beyond it is a mistake."""
SNIPPET = 2000
LINE = 4096
"""Characters of a line that count; minified files have one line of megabytes."""
QUOTED = 16 * LINE
NEIGHBOURS = 3
WINDOW = 12
"""Lines above and below that are looked at for them."""
KEPT_TEXTS = 64
MOST_STEPS = 30
Clean = Callable[[str], str]


class Lines(NamedTuple):
    """A text's lines, and the offset at which each begins."""

    texts: list[str]
    starts: list[int]


class Near(NamedTuple):
    """The flagged line and its neighbours that are not blank, the nearest first; not redacted yet."""

    line: str | None
    before: Sequence[str]
    after: Sequence[str]


NOWHERE_NEAR = Near(None, (), ())


class Places:
    """The locations of one run's results."""

    def __init__(self, run: Run, paths: Paths, redactor: Redactor) -> None:
        self.paths = paths
        self._always = redactor.text
        """For what was decoded or put together: no raw bytes speak for it."""
        self._logical = run.logical_locations or []
        self._steps = run.thread_flow_locations or []
        self._utf16 = run.column_kind == "utf16CodeUnits"
        self._lines: dict[int, Lines] = {}

    def location(self, told: SarifLocation, text: Clean, hashed: Clean) -> Location:
        """One location. `text` and `hashed` redact what a reader sees and what is hashed."""
        physical, message = told.physical_location, ""
        if told.message:
            message = shown(unfold(message_text(told.message))[0], text, SNIPPET)
        logical = self._named(told.logical_locations) if told.logical_locations else None
        logical = self._always(text(logical)) if logical else None
        if physical is None:
            return Location(logical=logical, message=message or None)
        place = NOWHERE
        if physical.artifact_location:
            place = self.paths.place(physical.artifact_location)
        region = physical.region or Region()
        line = self._line(region, place)
        snippet = _quoted(region)
        near = self._near(physical, place, line, snippet)
        line_text, end = near.line, region.end_line if line else None
        end = end if line and end and line <= end <= LAST else None
        column, end_column = region.start_column, region.end_column or None
        if self._utf16 and line_text and not line_text.isascii():
            column = _code_points(line_text, column)
            if end is None or end == line:
                end_column = _code_points(line_text, end_column)
        return Location(
            path=self._always(place.path or text((place.url or "").partition("?")[0])) or None,
            line=line,
            end_line=end,
            column=column if line and column and 0 < column <= LAST else None,
            end_column=end_column if line and end_column and 0 < end_column <= LAST else None,
            logical=logical,
            snippet=shown(snippet, text, SNIPPET) if snippet else None,
            line_text=(hashed(line_text[:LINE]) or None) if line_text else None,
            before=_hashed(near.before, hashed),
            after=_hashed(near.after, hashed),
            message=message or None,
        )

    def flow(self, flows: Sequence[CodeFlow], text: Clean, hashed: Clean) -> tuple[Location, ...]:
        """First and last step of the first flow that has steps."""
        for flow in flows:
            for thread in flow.thread_flows or ():
                steps = thread.locations or []
                ends = steps if len(steps) <= 1 else [steps[0], steps[-1]]
                found = [self.location(at, text, hashed) for s in ends if (at := self._step(s))]
                if found:
                    return tuple(found)
        return ()

    def _step(self, step: ThreadFlowLocation) -> SarifLocation | None:
        if step.location is None and step.index is not None and 0 <= step.index < len(self._steps):
            step = self._steps[step.index]
        return step.location

    def _named(self, told: Sequence[LogicalLocation]) -> str | None:
        """The first fully qualified name, else the names up to the outermost parent."""
        for one in told:
            known = one.index is not None and 0 <= one.index < len(self._logical)
            inner = self._logical[one.index or 0] if known else one
            name = one.fully_qualified_name or inner.fully_qualified_name
            if name := name or ".".join(self._parents(inner)) or one.name:
                return name
        return None

    def _parents(self, inner: LogicalLocation) -> list[str]:
        names: list[str] = []
        at: LogicalLocation | None = inner
        while at and len(names) < MOST_STEPS:
            names.append(at.name or "")
            index = at.parent_index
            at = (
                self._logical[index]
                if index is not None and 0 <= index < len(self._logical)
                else None
            )
        return [name for name in reversed(names) if name]

    def _line(self, region: Region, place: Place) -> int | None:
        if region.start_line is not None:
            return region.start_line if 0 < region.start_line <= LAST else None
        if region.char_offset is None and region.byte_offset is None:
            return None
        contents = self.paths.text(place)
        if contents is None:
            return None
        offset = region.char_offset
        if offset is None or offset < 0:
            offset = max(region.byte_offset or 0, 0)
            if not contents.isascii():
                before = contents.encode("utf-8", "replace")[:offset]
                offset = len(before.decode("utf-8", "ignore"))
        return (
            bisect.bisect_right(self._cut(place).starts, offset)
            if offset <= len(contents)
            else None
        )

    def _near(
        self, physical: PhysicalLocation, place: Place, line: int | None, snippet: str | None
    ) -> Near:
        """The flagged line and its neighbours, from the text that has most of them."""
        quoted = NEWLINE.split(snippet[:QUOTED]) if snippet else []
        bare = quoted[0].strip() if quoted else ""
        context = physical.context_region
        around = _quoted(context) if context else None
        if line and context and context.start_line and around:
            lines = NEWLINE.split(around)
            behind = line - context.start_line
            if 0 <= behind < len(lines) and bare in lines[behind]:
                return _window(lines, behind)
        if line and place.artifact is not None and self.paths.text(place):
            lines = self._cut(place).texts
            if line <= len(lines):
                return _window(lines, line - 1)
        first = next((number for number, text in enumerate(quoted) if text.strip()), None)
        return _window(quoted, first) if first is not None else NOWHERE_NEAR

    def _cut(self, place: Place) -> Lines:
        """An artifact's contents, cut into lines. Kept for a few artifacts: results come by
        file."""
        number = place.artifact or 0
        if number not in self._lines:
            if len(self._lines) >= KEPT_TEXTS:
                self._lines.clear()
            contents = self.paths.text(place) or ""
            starts = [0, *(newline.end() for newline in NEWLINE.finditer(contents))]
            self._lines[number] = Lines(NEWLINE.split(contents), starts)
        return self._lines[number]


def _quoted(region: Region) -> str | None:
    text = region.snippet.text if region.snippet else None
    return None if not text or text.strip() in POISON else text


def _window(lines: Sequence[str], at: int) -> Near:
    above, below = lines[max(0, at - WINDOW) : at][::-1], lines[at + 1 : at + 1 + WINDOW]
    before, after = ([text for text in part if text.strip()] for part in (above, below))
    return Near(lines[at], before[:NEIGHBOURS], after[:NEIGHBOURS])


def _hashed(lines: Sequence[str], hashed: Clean) -> tuple[str, ...]:
    return tuple([text for line in lines if (text := hashed(line[:LINE]))])


def _code_points(line: str, column: int | None) -> int | None:
    """A column counted in UTF-16 code units, counted in characters."""
    if column is None:
        return None
    units = 1
    for number, character in enumerate(line, 1):
        if units >= column:
            return number
        units += 1 if ord(character) < 0x10000 else 2
    return column


def address(paths: Paths, told: SarifLocation) -> str | None:
    """The web address a location names in place of a file."""
    artifact = told.physical_location and told.physical_location.artifact_location
    return paths.place(artifact).url if artifact else None


def quoted(told: SarifLocation) -> str | None:
    """What the report quotes at a location."""
    region = told.physical_location and told.physical_location.region
    return _quoted(region) if region else None
