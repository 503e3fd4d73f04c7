"""The types of which a mapping document is made: paths, words of our vocabularies, values, and
their checks.

Every check runs while pydantic validates, so that all problems of a document come at once. Refuses
paths outside the language, values with no or two sources, tables nothing can reach, words we do
not have.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Annotated, Any, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic.annotated_handlers import GetCoreSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ticketbot.model.finding import Confidence, Kind, Severity, Status
from ticketbot.readers.mapping_paths import PathError, compile_path
from ticketbot.readers.mapping_steps import steps

Scalar = str | int | float | bool
Answer = Scalar | list[Scalar]
HOLE = re.compile(r"\{([^{}]*)\}")
"""A path in a template."""
LINE_ITSELF = "@"
"""In JSON Lines, `each: "@"`: the line is the result."""
SOURCES = ("path", "value", "first", "join", "template")


def complain(problems: list[tuple[str, str]]) -> None:
    """Raises what pydantic collects, unless there are no problems: (JSON pointer below the value,
    what is wrong)."""
    if problems:
        raise PydanticCustomError("problems", "wrong", {"problems": problems})


def _checked_path(text: str) -> str:
    compile_path(text)
    return text


def _checked_each(text: str) -> str:
    if text != LINE_ITSELF:
        steps(text)
    return text


def _checked_template(text: str) -> str:
    holes = HOLE.findall(text)
    if not holes:
        raise PathError(f"{text!r} has no {{path}}; a fixed text is written as `value:`")
    for hole in holes:
        compile_path(hole)
    return text


Path = Annotated[str, AfterValidator(_checked_path)]
Each = Annotated[str, AfterValidator(_checked_each)]
Template = Annotated[str, AfterValidator(_checked_template)]


class Part(BaseModel):
    """What every part of the document is: strict, closed, unchangeable."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class OneOrMany:
    """`links: url` and `links: [url, references]` are both lists."""

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(
            lambda given: given if isinstance(given, list) else [given], handler(source)
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        many = handler(schema)
        return {"anyOf": [many["items"], many]}


class OrPath(Part):
    """A part in whose place a plain string can stand: a path."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        full = handler.resolve_ref_schema(handler(schema))
        return {"anyOf": [{"type": "string", "description": "A path."}, full]}


class Value(OrPath):
    """Where a value comes from: one of path, value, first, join, template; then in, table, default
    in this order."""

    path: Path | None = None
    value: Answer | None = Field(None, description="This very value, whatever the report says.")
    first: list[Value] | None = Field(None, description="The first of these that is there.")
    join: list[Value] | None = Field(None, description="Those of these that are there, joined.")
    glue: str = Field(" ", alias="with", description="What `join` puts between its parts.")
    template: Template | None = Field(
        None, description="Text with {paths}; absent when one of them is absent."
    )
    within: Path | None = Field(
        None, alias="in", description="A list or object of the report to look the value up in."
    )
    key: Path | None = Field(None, description="In a list: which path of an element must be equal.")
    take: Path | None = Field(None, description="What to take of the element found in `in`.")
    table: dict[Scalar, Answer] | None = Field(
        None, description="The tool's word → ours; upper and lower case are one."
    )
    default: Answer | None = Field(None, description="When nothing was there, or in the table.")

    @model_validator(mode="before")
    @classmethod
    def _plain_path(cls, given: object) -> object:
        return {"path": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _checked(self) -> Self:
        complain([*self._sources(), *self._unreachable()])
        return self

    @property
    def certain(self) -> bool:
        """True where the value is there whatever the report says."""
        return self.default is not None or self.value is not None

    def _sources(self) -> list[tuple[str, str]]:
        given = [name for name in SOURCES if getattr(self, name) is not None]
        found = " and ".join(given) or "none"
        return (
            []
            if len(given) == 1
            else [("", f"expected one of {', '.join(SOURCES)}, found {found}")]
        )

    def _unreachable(self) -> list[tuple[str, str]]:
        wrong = []
        if self.value is not None:
            wrong += [
                (f"/{name}", f"`{name}` is never used: `value` is always there and always the same")
                for name, given in (
                    ("table", self.table),
                    ("default", self.default),
                    ("in", self.within),
                )
                if given is not None
            ]
        for index, each in enumerate((self.first or ())[:-1]):
            if each.certain:
                wrong.append(
                    (f"/first/{index + 1}", "is never reached: the one before it is always there")
                )
                break
        if self.within is None and (self.key or self.take):
            wrong.append(("", "`key` and `take` need `in`: what to look the value up in"))
        return wrong + doubles(self.table or {}, "/table")


def fold(word: object) -> str:
    """A word as tables compare it: `CRITICAL`, `Critical` and `critical` are one, `1` and `"1"` as
    well."""
    return str(word).strip().lower()


def doubles(table: Iterable[Scalar], at: str) -> list[tuple[str, str]]:
    """Words of a table that are reached by no value, because an earlier one is the same word."""
    wrong, seen = [], dict[str, Scalar]()
    for word in table:
        if (before := seen.setdefault(fold(word), word)) is not word:
            wrong.append((f"{at}/{word}", f"is never reached: {before!r} is the same word"))
    return wrong


def _vocabulary(literal: Any) -> tuple[BeforeValidator, AfterValidator]:
    """For fields with a closed vocabulary: a word of it stands for itself, and tables give nothing
    else."""
    words = get_args(literal)

    def plain(given: object) -> object:
        return {"value": given} if isinstance(given, str) and given in words else given

    def checked(value: Value) -> Value:
        complain([*_foreign(value, words, ""), *_misspelt(value, words)])
        return value

    return BeforeValidator(plain), AfterValidator(checked)


def _misspelt(value: Value, words: tuple[str, ...]) -> list[tuple[str, str]]:
    """A path of one name that is nearly one of our words, and whose values nothing translates."""
    if value.path is None or value.table is not None or value.within is not None:
        return []
    close = difflib.get_close_matches(value.path, words, n=1, cutoff=0.75)
    what = f"{value.path!r} is not one of {', '.join(words)}; did you mean {{0}}?"
    return [("", what.format(close[0]))] if close else []


def _foreign(value: Value, words: tuple[str, ...], at: str) -> list[tuple[str, str]]:
    answers: dict[str, object] = {f"{at}/value": value.value, f"{at}/default": value.default}
    answers |= {f"{at}/table/{word}": answer for word, answer in (value.table or {}).items()}
    wrong = [
        (place, f"{answer!r} is not one of {', '.join(words)}")
        for place, answer in answers.items()
        if answer is not None and answer not in words
    ]
    for index, each in enumerate(value.first or ()):
        wrong += _foreign(each, words, f"{at}/first/{index}")
    return wrong


Values = Annotated[list[Value], OneOrMany()]
Paths = Annotated[list[Path], OneOrMany()]
SeverityValue = Annotated[Value, *_vocabulary(Severity)]
ConfidenceValue = Annotated[Value, *_vocabulary(Confidence)]
KindValue = Annotated[Value, *_vocabulary(Kind)]
StatusValue = Annotated[Value, *_vocabulary(Status)]
