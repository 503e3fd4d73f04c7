"""A mapping: parsed data, checked into a document, with the metadata that lists and detection need.

The data and the places of its nodes in a file come from `config.mapping_files`; nothing is opened
here. A wrong mapping is refused with all its problems at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import get_args

import msgspec
from pydantic import ValidationError

from ticketbot.errors import MappingError, Problem
from ticketbot.model.finding import Kind
from ticketbot.readers.mapped_convert import is_absent
from ticketbot.readers.mapping_document import Detect, MappingDocument, mapping_schema
from ticketbot.readers.mapping_paths import Level, compile_path
from ticketbot.readers.mapping_problems import Locate, problems
from ticketbot.readers.mapping_words import Value
from ticketbot.readers.prefix import Prefix

__all__ = ["Locate", "Mapping", "checked", "mapping_schema"]


class Mapping(msgspec.Struct, frozen=True):
    """A mapping that can be used. `origin` says for people where it came from."""

    document: MappingDocument
    digest: bytes
    """16 bytes over the document: what a result means depends on it."""
    origin: str = ""

    @property
    def name(self) -> str:
        return self.document.name

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of findings it can make, as far as they are told by fixed words; in our
        order."""
        told: set[object] = set()
        for source in self.document.results:
            told |= set(_answers(source.kind)) if source.kind else set()
        return tuple(kind for kind in get_args(Kind) if kind in told)

    def matches(self, prefix: Prefix) -> bool:
        """Whether a report that begins so is of this tool."""
        values = prefix.value if prefix.shape in ("lines", "array") else [prefix.value]
        if not isinstance(values, list) or prefix.shape == "other":
            return False
        if prefix.shape == "lines" and self.document.format != "lines":
            return False
        wanted = values[:1] if self.document.format == "json" else values[:20]
        return any(_holds(form, value) for form in self.document.detect for value in wanted)

    def wrote(self, prefix: Prefix) -> bool:
        """Whether a report that begins so is of this tool, but in its XML."""
        return prefix.shape == "other" and any(
            f"<{root}" in prefix.text for root in self.document.xml
        )


def checked(data: object, locate: Locate, origin: str = "") -> Mapping:
    """The mapping of one file's parsed data. Raises MappingError with every problem, each with its
    place."""
    if not isinstance(data, dict):
        raise _refused(
            origin, [Problem(locate(""), "expected a mapping document: keys and values")]
        )
    try:
        document = MappingDocument.model_validate(data)
    except ValidationError as error:
        raise _refused(origin, problems(data, locate, error)) from error
    if wrong := problems(data, locate):
        raise _refused(origin, wrong)
    canonical = document.model_dump_json(by_alias=True, exclude_defaults=True).encode()
    return Mapping(document, hashlib.blake2b(canonical, digest_size=16).digest(), origin)


def _refused(origin: str, wrong: Sequence[Problem]) -> MappingError:
    count = f"{len(wrong)} problem" + ("s" if len(wrong) != 1 else "")
    return MappingError(
        f"the mapping {origin or 'given'} has {count}",
        hint="docs/mappings.md has the language on one page.",
        problems=wrong,
    )


def _answers(value: Value) -> Iterator[object]:
    yield from (value.table or {}).values()
    yield from (value.value, value.default)
    for each in value.first or ():
        yield from _answers(each)


def _holds(form: Detect, value: object) -> bool:
    level = Level(value, header=value)
    if any(compile_path(path)(level) is None for path in form.has):
        return False
    return form.where is None or not is_absent(compile_path(form.where)(level))
