"""The rule of a result: found wherever SARIF lets producers put it, and digested once for all
its results.

Finds by id and index in the driver and its extensions, by hierarchical ids (`CA1000/1` is a case
of `CA1000`), and makes do without any metadata. All text of a Rule has passed redaction. Decides
nothing that depends on the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ticketbot.model.finding import Severity
from ticketbot.readers.redact import Redactor
from ticketbot.readers.sarif_schema import (
    Component,
    Configuration,
    Descriptor,
    Reference,
    Result,
    Run,
    Text,
    ToolComponent,
)
from ticketbot.readers.sarif_texts import EMPTY, LONG, one_line, rule_titles, shown
from ticketbot.readers.sarif_words import (
    confidence_of,
    cvss_of,
    helpful,
    rule_cwes,
    scored,
    strings,
    worded,
)
from ticketbot.readers.vocabulary import owasp, safe_url, vulnerability_ids

UNKNOWN = "unknown"
CACHED = 50_000
MOST_TAGS = 50
LABEL = 500
"""Characters of a rule's id or a tag; a longer one is a mistake or an attack."""


class Rule(msgspec.Struct, frozen=True, gc=False):
    """What a rule says for all its results."""

    id: str
    title: str | None = None
    """None: the result's message has to make one."""
    scored: Severity | None = None
    """Severity from `security-severity`."""
    worded: Severity | None = None
    """Severity from a word."""
    level: str | None = None
    cwe: tuple[int, ...] = ()
    owasp: tuple[str, ...] = ()
    common: Mapping[str, Any] = msgspec.field(default_factory=dict)
    """Fields of a Finding that every result of this rule has."""
    advice: str = ""
    """The help text, where scanners of packages put what was found."""
    description: str = ""
    tags: tuple[str, ...] = ()
    name: str = ""
    strings: Mapping[str, Text] = EMPTY
    shared: Mapping[str, Text] = EMPTY
    properties: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Declared(msgspec.Struct, frozen=True, gc=False):
    """One rule that a run lists."""

    index: int
    """In its component."""
    names: tuple[str, ...]
    """Its id (else its guid), and the ids it had before."""
    enabled: bool


class Rules:
    """The rules of one run."""

    def __init__(self, run: Run, redactor: Redactor) -> None:
        tool = run.tool
        driver = (tool and tool.driver) or ToolComponent()
        self._components = [driver, *((tool and tool.extensions) or ())]
        self._taxonomies = run.taxonomies or []
        self._redactor = redactor
        self._by_id = [_index(component.rules or ()) for component in self._components]
        told = list(self._told(run))
        self._overrides = {found: to.level for found, to in told if to.level}
        self._switched = {found: to.enabled for found, to in told if to.enabled is not None}
        self._made: dict[object, Rule] = {}

    def of(self, result: Result) -> Rule:
        """The rule of a result; one of its id alone where the run has no metadata. Never raises."""
        if result.rule is not None:
            return self._resolved(result.rule, result.rule_id, result.rule_index)
        key = (result.rule_id, result.rule_index)
        rule = self._made.get(key)
        return rule or self._keep(key, self._resolved(Reference(), *key))

    def _resolved(self, told: Reference, id: str | None, index: int | None) -> Rule:
        """By a reference, else by `ruleId` and `ruleIndex`, which must agree with it (3.27.7)."""
        name = (told.id or id or "")[:LABEL] or None
        index = told.index if told.index is not None else index
        component = self._component(told.tool_component) if told.tool_component else 0
        found = self._find(component, name, index, told.guid)
        key = (found, name, None)
        return self._made.get(key) or self._keep(key, self._make(name, found))

    def _keep(self, key: object, rule: Rule) -> Rule:
        if len(self._made) > CACHED:
            self._made.clear()
        self._made[key] = rule
        return rule

    def _component(self, wanted: Component) -> int:
        """0 is the driver; a reference's index counts the extensions (3.54.4)."""
        if wanted.index is not None and 0 <= wanted.index < len(self._components) - 1:
            return wanted.index + 1
        for number, component in enumerate(self._components):
            if (wanted.guid and component.guid == wanted.guid) or (
                wanted.name and component.name == wanted.name
            ):
                return number
        return 0

    def _find(
        self, component: int, told: str | None, index: int | None, guid: str | None
    ) -> tuple[int, int] | None:
        rules = self._components[component].rules or []
        if index is not None and 0 <= index < len(rules):
            own = rules[index].id
            if told is None or own is None or own == told or told.startswith(f"{own}/"):
                return component, index
        order = [component, *(n for n in range(len(self._components)) if n != component)]
        name = told or guid
        while name:
            for number in order:
                if (position := self._by_id[number].get(name)) is not None:
                    return number, position
            name = name.rpartition("/")[0]
        return None

    def declared(self) -> list[Declared]:
        """Every rule that the run lists, whether it has results or not."""
        found: list[Declared] = []
        for number, component in enumerate(self._components):
            for index, rule in enumerate(component.rules or ()):
                names = [rule.id or rule.guid, *(rule.deprecated_ids or ())]
                usual = rule.default_configuration
                enabled = self._switched.get((number, index), usual.enabled if usual else None)
                named = tuple(name[:LABEL] for name in names if name)
                found.append(Declared(index, named, enabled is not False))
        return found

    def _told(self, run: Run) -> Iterator[tuple[tuple[int, int], Configuration]]:
        """What invocations override (3.20.5)."""
        for invocation in run.invocations or ():
            for override in invocation.rule_configuration_overrides or ():
                where, set_to = override.descriptor, override.configuration
                if where and set_to:
                    component = self._component(where.tool_component) if where.tool_component else 0
                    found = self._find(component, where.id, where.index, where.guid)
                    if found:
                        yield found, set_to

    def _make(self, told: str | None, found: tuple[int, int] | None) -> Rule:
        if found is None:
            name = self._redactor.text(told or UNKNOWN)
            ids = vulnerability_ids([name])
            common = {"vulnerabilities": ids} if ids else {}
            return Rule(id=name, common=common, shared=self._shared(0))
        component = self._components[found[0]]
        rule = (component.rules or [])[found[1]]
        level = rule.default_configuration.level if rule.default_configuration else None
        name = (told or rule.id or rule.guid or UNKNOWN)[:LABEL]
        made = self._describe(rule, self._redactor.text(name))
        return msgspec.structs.replace(
            made, level=self._overrides.get(found, level), shared=self._shared(found[0])
        )

    def _shared(self, component: int) -> Mapping[str, Text]:
        return self._components[component].global_message_strings or EMPTY

    def _describe(self, rule: Descriptor, name: str) -> Rule:
        clean = self._redactor.text
        properties = rule.properties or {}
        short, full = _text(rule.short_description), _text(rule.full_description)
        help_text = (rule.help and (rule.help.markdown or rule.help.text)) or ""
        plain_help = (rule.help and rule.help.text) or ""
        others = (strings(properties.get("name"))[:1] or [""])[0], full, plain_help
        said = (clean(text[:LONG]) for text in (short, rule.name or "", *others))
        short_said, name_said, *others_said = said
        title = next(rule_titles(name, short_said, others_said, name_said), None)
        tags = [tag[:LABEL] for tag in strings(properties.get("tags"))[:MOST_TAGS]]
        return Rule(
            id=name,
            title=one_line(clean(title)) if title else None,
            scored=scored(properties),
            worded=worded(properties),
            cwe=rule_cwes(rule, tags, self._taxonomies),
            owasp=owasp([*tags, *strings(properties.get("owasp"))]),
            common=self._common(
                rule, name, tags, helpful(shown(help_text, clean, LONG), (short, full))
            ),
            advice=shown(plain_help or help_text, clean, LONG),
            description=shown(full or short, clean, LONG),
            tags=tuple(clean(tag) for tag in tags),
            name=rule.name or "",
            strings=rule.message_strings or EMPTY,
            properties=properties,
        )

    def _common(
        self, rule: Descriptor, name: str, tags: Sequence[str], advice: str | None
    ) -> dict[str, Any]:
        properties = rule.properties or {}
        score, vector = cvss_of(properties)
        plain_help = ((rule.help and rule.help.text) or "").strip()
        link = safe_url(rule.help_uri) or safe_url(plain_help)
        fields = {
            "confidence": confidence_of(properties),
            "vulnerabilities": vulnerability_ids([name, *(rule.deprecated_ids or ()), *tags]),
            "cvss": score,
            "cvss_vector": vector and self._redactor.text(vector[:LABEL]),
            "remediation": advice,
            "help_url": link and self._redactor.text(link),
            "tags": tuple(map(self._redactor.text, tags)),
        }
        return {field: value for field, value in fields.items() if value not in (None, ())}


def _index(rules: Sequence[Descriptor]) -> dict[str, int]:
    """Rule ids and guids → position; of duplicates the first."""
    positions: dict[str, int] = {}
    for position, rule in enumerate(rules):
        for name in (rule.id, rule.guid):
            if name:
                positions.setdefault(name, position)
    return positions


def _text(text: Text | None) -> str:
    return (text and (text.text or text.markdown)) or ""
