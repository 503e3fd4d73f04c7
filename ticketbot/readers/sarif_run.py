"""One SARIF run: its header, read once, and how one of its results becomes a Finding.

What about a result depends on its run is looked up here. Never raises for what a report can
contain: what cannot be read is left out, and a result of which nothing can be read is Rejected.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from ticketbot.model.finding import Finding, Kind, Location, Rejected, Secret
from ticketbot.readers import sarif_verdict as verdict
from ticketbot.readers.redact import REDACT_VERSION, Redactor, suspicious
from ticketbot.readers.report import ReadOptions
from ticketbot.readers.sarif_lenient import lenient
from ticketbot.readers.sarif_listed import Listed
from ticketbot.readers.sarif_packages import (
    PACKAGE_KINDS,
    component_of,
    image_of,
    inside_image,
    kind_of,
)
from ticketbot.readers.sarif_paths import Paths
from ticketbot.readers.sarif_places import Clean, Places, address, quoted
from ticketbot.readers.sarif_rules import Rule, Rules
from ticketbot.readers.sarif_scan import scan_of
from ticketbot.readers.sarif_schema import Result, Run
from ticketbot.readers.sarif_texts import message_text, one_line, result_title, shown, unfold
from ticketbot.readers.sarif_web import Traffic
from ticketbot.readers.stream import Found
from ticketbot.readers.vocabulary import VOCABULARY_VERSION, default_kind

READER_VERSION = 4
"""Raise it with every change of what a result is read as."""
ATTACKERS = frozenset({"api", "web"})
MESSAGE = 8000
TOO_SHORT = 4
"""Characters; replacing a shorter secret everywhere in a message would only mangle words."""
REFERRED = (
    *("artifacts", "logicalLocations", "originalUriBaseIds", "taxonomies", "columnKind"),
    *("webRequests", "webResponses", "threadFlowLocations"),
)
QUOTED = ("artifacts", "logicalLocations", "threadFlowLocations")
"""Of these, what results show as it is; all else is redacted where it is read."""
VOLATILE = {
    "version",
    "semanticVersion",
    "dottedQuadFileVersion",
    "releaseDateUtc",
    "notifications",
}


def _as_it_is(text: str) -> str:
    return text


AS_IT_IS: tuple[Clean, Clean] = (_as_it_is, _as_it_is)


def _nothing(text: str) -> str:
    return ""


class RunReader:
    """One run's header, and `build` for its results."""

    def __init__(
        self,
        number: int,
        header: object,
        found: Found | None,
        options: ReadOptions,
        redactor: Redactor,
    ) -> None:
        run = lenient(header, Run) or Run()
        self.number = number
        self.redactor = redactor
        self.image = image_of(run)
        self.scan = scan_of(run, found, redactor, self.image.repository)
        if not isinstance(header, dict):
            why = "the run is not an object, so nothing of it could be read"
            self.scan = msgspec.structs.replace(self.scan, complete=False, reasons=(why,))
        self.kind = default_kind(self.scan.family)
        self.rules = Rules(run, redactor)
        repository = [p.mapped_to for p in run.version_control_provenance or () if p.mapped_to]
        started = [i.working_directory for i in run.invocations or () if i.working_directory]
        bases = run.original_uri_base_ids or {}
        self.paths = Paths(run.artifacts or [], bases, options.roots, repository, started)
        self.listed = Listed(run, header, self.rules, self.paths, redactor)
        self.places = Places(run, self.paths, redactor)
        self.suspicious = _quotes_secrets(header)
        self.traffic = Traffic(run, redactor)
        self.taxonomies = run.taxonomies or []
        self.open_kinds = frozenset(
            {None, "fail"} | ({"open", "review"} if options.review_kinds else set())
        )
        self.digest_key = _digest_key(header, self.paths, options)

    def build(self, result: Result, position: int, doubtful: bool) -> Finding | Rejected:
        """`doubtful`: whether redaction could change anything of the result itself."""
        pointer = f"/runs/{self.number}/results/{position}"
        if not (result.rule_id or result.rule or result.message or result.locations):
            return Rejected(pointer, "it has neither a rule, nor a message, nor a location")
        rule = self.rules.of(result)
        properties = result.properties or {}
        kind = kind_of(self.kind, rule, properties) if self.kind in PACKAGE_KINDS else self.kind
        text, hashed = self._cleaning(kind) if doubtful or self.suspicious else AS_IT_IS
        more: dict[str, Any] = {}
        if kind == "secret":
            more["secret"], text = self._secret(rule, result, text)
            hashed = _nothing
        said, links = unfold(message_text(result.message, rule.strings, rule.shared))
        message = shown(said, self._saying(kind, text), MESSAGE) or rule.description
        places = tuple([self.places.location(one, text, hashed) for one in result.locations or ()])
        if kind in ATTACKERS or result.web_request or result.web_response:
            places = self._reached(more, kind, result, message, places)
        if kind in PACKAGE_KINDS:
            places = inside_image(places, said, self.image)
            bag, image = {**rule.properties, **properties}, self.image.repository
            more["component"] = component_of(said, rule.advice, bag, places, image)
        if result.code_flows:
            more["flow"] = self.places.flow(result.code_flows, text, hashed)
        more.update(verdict.rare(result, rule, properties, links, text))
        cwe, owasp = verdict.classes(result, rule, properties, self.taxonomies)
        return Finding(
            pointer=pointer,
            tool=self.scan.tool,
            rule=rule.id,
            title=rule.title or one_line(result_title(rule.id, message)),
            message=message,
            severity=verdict.severity(result, rule, properties),
            kind=kind,
            status=verdict.status_of(result, self.open_kinds),
            cwe=cwe,
            owasp=owasp,
            locations=places,
            **{**rule.common, **more},
        )

    def _cleaning(self, kind: Kind) -> tuple[Clean, Clean]:
        """How what a reader sees is redacted, and what is hashed."""
        shown = self.redactor.people if kind in ATTACKERS else self.redactor.text
        return shown, self.redactor.hashed

    def _saying(self, kind: Kind, text: Clean) -> Clean:
        """What attacks an API quotes its traffic in messages."""
        return self.redactor.evidence if kind in ATTACKERS else text

    def _secret(self, rule: Rule, result: Result, text: Clean) -> tuple[Secret, Clean]:
        """The leaked value is what the report quotes; it is masked wherever else it stands in
        the result."""
        value = next((s for one in result.locations or () if (s := quoted(one))), None)
        if value is None:
            return Secret(type=rule.id), text
        secret = self.redactor.secret(rule.id, value)
        masked = secret.redacted or "…"
        bare = value.strip()

        def without(said: str) -> str:
            return text(said.replace(bare, masked) if len(bare) >= TOO_SHORT else said)

        return secret, without

    def _reached(
        self,
        more: dict[str, Any],
        kind: Kind,
        result: Result,
        message: str,
        locations: tuple[Location, ...],
    ) -> tuple[Location, ...]:
        """Puts the request into `more`; the locations that are none but its address are gone."""
        addresses = [address(self.paths, one) for one in result.locations or ()]
        urls = [url for url in addresses if url]
        attacks = kind in ATTACKERS
        more["request"], more["evidence"] = self.traffic.of(result, urls, message, attacks)
        if not attacks:
            return locations
        pairs = zip(locations, addresses, strict=True)
        return tuple(place for place, url in pairs if not url and (place.path or place.logical))


def _quotes_secrets(header: object) -> bool:
    """Whether redaction could change a text of the header that its results show as it is."""
    told = header if isinstance(header, dict) else {}
    tool = told.get("tool")
    shown = [[told.get(name) for name in QUOTED]]
    for one in _lasting(tool) if isinstance(tool, dict) else ():
        rules = one.get("rules")
        shown.append([one.get("globalMessageStrings")])
        shown += [
            [rule.get("messageStrings")]
            for rule in (rules if isinstance(rules, list) else ())
            if isinstance(rule, dict) and "messageStrings" in rule
        ]
    return suspicious(msgspec.json.encode(shown))


def _digest_key(header: object, paths: Paths, options: ReadOptions) -> bytes:
    """32 bytes over everything in this run's header that its results can refer to, and the
    versions of the code."""
    told = header if isinstance(header, dict) else {}
    tool = told.get("tool")
    invocations = told.get("invocations")
    properties = told.get("properties")
    bag = properties if isinstance(properties, dict) else {}
    parts = [
        [READER_VERSION, REDACT_VERSION, VOCABULARY_VERSION, options.salt, options.review_kinds],
        [[name, hashlib.blake2b(key).digest()] for name, key in options.secret_keys],
        [paths.roots, paths.bases],
        {name: told.get(name) for name in REFERRED},
        _lasting(tool) if isinstance(tool, dict) else None,
        [
            one["ruleConfigurationOverrides"]
            for one in (invocations if isinstance(invocations, list) else ())
            if isinstance(one, dict) and "ruleConfigurationOverrides" in one
        ],
        [bag.get(name) for name in ("imageName", "repoTags", "repoDigests")],
    ]
    return hashlib.blake2b(msgspec.json.encode(parts, order="sorted"), digest_size=32).digest()


def _lasting(tool: dict[str, Any]) -> list[Any]:
    """A tool's components without what changes with each of its releases."""
    extensions = tool.get("extensions")
    components = [tool.get("driver"), *(extensions if isinstance(extensions, list) else ())]
    return [
        {name: value for name, value in one.items() if name not in VOLATILE}
        for one in components
        if isinstance(one, dict)
    ]
