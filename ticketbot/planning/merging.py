"""Fields of a ticket from all that has a say in them, and for each where its value comes from.

Trackers' defaults < severities < owners < the route: the later one replaces a field, labels add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from ticketbot.model.flaw import Features, Scope
from ticketbot.planning.fields import Facts, facts_of, filled
from ticketbot.planning.owners import Layer, Owned, layers, translated
from ticketbot.planning.settings import Route, Settings


class Merged(NamedTuple):
    """`sources`: field → where its value comes from, as `ticketbot.yaml:12 (severities.high.due)`."""

    fields: dict[str, Any]
    labels: tuple[str, ...]
    sources: dict[str, str]


class _Piece(NamedTuple):
    """One field that one part of the configuration gives; `labels` is a list."""

    name: str
    value: Any
    source: str


def merged(
    chosen: Route, index: int, found: Owned, features: Features, scope: Scope, settings: Settings
) -> Merged:
    """Everything that `routes[index]`, which is `chosen` and goes to a tracker, gives this flaw."""
    tracker = chosen.to or ""
    people, own = layers(found, features, scope, settings.owners)
    group = next((x.fields["group"] for x in reversed(people) if x.fields.get("group")), None)

    @cache
    def facts() -> Facts:
        """Made only where a template asks for them."""
        return facts_of(features, scope, route=chosen.name, owners=found.names, group=group)

    fields: dict[str, Any] = {}
    labels: dict[str, str] = {}
    sources: dict[str, str] = {}
    for name, value, source in (
        *_general(tracker, features, settings),
        *_owners(tracker, people, own.get(tracker, {}), settings),
        *_pieces(f"routes[{index}].fields", chosen.fields, settings),
        *_labels(f"routes[{index}].labels", chosen.labels, settings),
    ):
        made = filled(value, facts, source)
        if name == "labels":
            labels |= {label: source for label in made or () if label and label not in labels}
        else:
            fields[name], sources[name] = made, source
    if labels:
        sources["labels"] = ", ".join(dict.fromkeys(labels.values()))
    return Merged(fields, tuple(labels), sources)


def _general(tracker: str, features: Features, settings: Settings) -> Iterator[_Piece]:
    """What holds whatever the route."""
    defaults, policy = settings.trackers[tracker], settings.severities.get(features.severity)
    yield from _pieces(f"trackers.{tracker}.fields", defaults.fields, settings)
    yield from _labels(f"trackers.{tracker}.labels", defaults.labels, settings)
    if policy:
        at = f"severities.{features.severity}"
        yield from _pieces(f"{at}.fields.{tracker}", policy.fields.get(tracker, {}), settings)
        yield from _labels(f"{at}.labels", policy.labels, settings)


def _owners(
    tracker: str, people: list[Layer], own: Mapping[str, Any], settings: Settings
) -> Iterator[_Piece]:
    for layer in people:
        for name, value in translated(layer.fields, settings.trackers[tracker]).items():
            yield _Piece(name, value, layer.where)
    for name, value in own.items():
        yield _Piece(name, value, people[-1].where)


def _pieces(at: str, fields: Mapping[str, Any], settings: Settings) -> Iterator[_Piece]:
    for name, value in fields.items():
        yield _Piece(name, value, settings.place(f"{at}.{name}"))


def _labels(at: str, labels: tuple[str, ...], settings: Settings) -> Iterator[_Piece]:
    if labels:
        yield _Piece("labels", list(labels), settings.place(at))
