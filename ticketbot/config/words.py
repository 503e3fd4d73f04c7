"""The small notations of ticketbot.yaml as pydantic types: durations, one-or-many, comparisons.

Each says in the JSON Schema what it accepts, and in its complaint what was expected.
"""

from __future__ import annotations

import operator
import re
from typing import Annotated, Any, NamedTuple

from pydantic import (
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from ticketbot.model.finding import RANK, SEVERITIES, Severity

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_UNIT = r"s|m|h|d|w|seconds?|minutes?|hours?|days?|weeks?"
_DURATION = re.compile(rf"(\d{{1,5}})\s*(?:({_UNIT})|(business\s+days?))")
_COMPARE = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
_COMPARED = re.compile(r"(>=|<=|>|<)\s*(critical|high|medium|low|info)")


class Duration(NamedTuple):
    """How long. `business`: whole days of it, Monday to Friday only."""

    seconds: float
    business: bool = False


def parse_duration(text: object) -> Duration:
    """`30m`, `2h`, `7d`, `2w`, `5 business days`; ValueError says what was expected."""
    match = _DURATION.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(
            f'expected a duration as "30m", "2h", "7d" or "5 business days", found {text!r}'
        )
    number = int(match[1])
    if match[3]:
        return Duration(number * 86_400.0, business=True)
    return Duration(float(number * _UNITS[match[2][0]]))


def _duration(value: object) -> Duration:
    return value if isinstance(value, Duration) else parse_duration(value)


def _written(value: Duration) -> str:
    """A duration as it may stand in the file."""
    days = value.seconds / 86_400
    if value.business:
        return f"{days:g} business days"
    return f"{days:g}d" if days == int(days) else f"{value.seconds:g}s"


DurationText = Annotated[
    Duration,
    BeforeValidator(_duration),
    PlainSerializer(_written, return_type=str),
    WithJsonSchema(
        {"type": "string", "pattern": rf"^\s*\d{{1,5}}\s*({_UNIT}|business\s+days?)\s*$"}
    ),
]


def _plain_duration(value: object) -> Duration:
    found = _duration(value)
    if found.business:
        raise ValueError('business days are for `due:` only; give hours or days, as "48h" or "2d"')
    return found


PlainDuration = Annotated[
    Duration,
    BeforeValidator(_plain_duration),
    PlainSerializer(_written, return_type=str),
    WithJsonSchema({"type": "string", "pattern": rf"^\s*\d{{1,5}}\s*({_UNIT})\s*$"}),
]


class Shaped:
    """Marks a text that must have a form; what is expected is said in words, beside an example."""

    def __init__(self, pattern: str, expected: str) -> None:
        self.pattern, self.expected = pattern, expected

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "pattern": self.pattern}

    def _checked(self, value: str) -> str:
        if not re.match(self.pattern, value):
            raise ValueError(f"expected {self.expected}; found {value[:60]!r}")
        return value


class OneOrMany:
    """Marks a list that may be written as a single value."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_as_list, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        many = handler(schema)
        return {"anyOf": [many["items"], many]}


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


Texts = Annotated[list[str], OneOrMany()]


def _severities(value: Any) -> Any:
    """`>=medium` spelled out; a single severity as a list; all else is pydantic's to judge."""
    if not isinstance(value, str):
        return value
    match = _COMPARED.fullmatch(value.strip())
    if match is None:
        return [value]
    keep = _COMPARE[match[1]]
    return [severity for severity in SEVERITIES if keep(RANK[severity], RANK[match[2]])]


SeveritySet = Annotated[
    list[Severity],
    BeforeValidator(_severities),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": list(SEVERITIES)},
                {
                    "type": "string",
                    "pattern": r"^\s*(>=|<=|>|<)\s*(critical|high|medium|low|info)\s*$",
                },
                {"type": "array", "items": {"enum": list(SEVERITIES)}, "minItems": 1},
            ]
        }
    ),
]
