"""Makes typed values of what producers write, keeping all that can be read: `"12"` is 12, an
object where a list belongs is nothing, and one wrong property costs that property only.

Refuses nothing but a value that is not an object at all (gives None).
"""

from __future__ import annotations

import functools
import math
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

T = TypeVar("T", bound=msgspec.Struct)
MOST = 2**63 - 1


def lenient(value: object, wanted: type[T]) -> T | None:
    """`value` (plain JSON values) as a Struct all of whose fields have defaults; None where it
    is no object."""
    if not isinstance(value, dict):
        return None
    try:
        return msgspec.convert(value, wanted)
    except msgspec.ValidationError:
        return wanted(**_fields(value, wanted))


@functools.cache
def _plan(wanted: type[msgspec.Struct]) -> tuple[tuple[str, str, inspect.Type], ...]:
    info = inspect.type_info(wanted)
    if not isinstance(info, inspect.StructType):
        raise TypeError(f"{wanted} is not a Struct")
    return tuple((field.name, field.encode_name, field.type) for field in info.fields)


def _fields(value: dict[str, Any], wanted: type[msgspec.Struct]) -> dict[str, Any]:
    made = {}
    for name, encoded, kind in _plan(wanted):
        if encoded in value:
            read = _read(value[encoded], kind)
            if read is not None:
                made[name] = read
    return made


def _read(value: Any, kind: inspect.Type) -> Any:
    """The value as that type; None where it cannot be."""
    if isinstance(kind, inspect.UnionType):
        kind = next(one for one in kind.types if not isinstance(one, inspect.NoneType))
    if isinstance(kind, inspect.StructType):
        return lenient(value, kind.cls)
    if isinstance(kind, inspect.ListType):
        return _list(value, kind.item_type)
    if isinstance(kind, inspect.DictType):
        return _dict(value, kind.value_type)
    return _scalar(value, kind)


def _list(value: Any, kind: inspect.Type) -> list[Any] | None:
    if not isinstance(value, list):
        return None
    if isinstance(kind, inspect.StructType):
        try:
            return msgspec.convert(value, list[kind.cls])  # type: ignore[name-defined] # at run time
        except msgspec.ValidationError:
            pass
        # an item that is no object keeps its place: others refer to items by their index
        return [lenient(item, kind.cls) or kind.cls() for item in value]
    return [read for item in value if (read := _read(item, kind)) is not None]


def _dict(value: Any, kind: inspect.Type) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        return None
    read = ((key, _read(item, kind)) for key, item in value.items())
    return {key: item for key, item in read if item is not None}


def _scalar(value: Any, kind: inspect.Type) -> Any:
    if isinstance(kind, inspect.AnyType):
        return value
    if isinstance(kind, inspect.StrType):
        plain = isinstance(value, (int, float)) and not isinstance(value, bool)
        return str(value) if plain else value if isinstance(value, str) else None
    if isinstance(kind, inspect.BoolType):
        return {"true": True, "false": False}.get(str(value).lower())
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if not math.isfinite(number) or abs(number) > MOST:
        return None
    return int(number) if isinstance(kind, inspect.IntType) else number
