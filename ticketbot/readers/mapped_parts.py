"""The parts of a finding that have parts: locations, request, component, evidence, the curl line.

Each is None or empty where nothing of it is there. All text is redacted before it is put together.
"""

from __future__ import annotations

import re
import shlex
from itertools import islice
from urllib.parse import quote

from ticketbot.model.finding import Component, Evidence, Location, Request
from ticketbot.readers import vocabulary
from ticketbot.readers.mapped_convert import (
    as_block,
    as_headers,
    as_int,
    as_path,
    as_place,
    as_template,
    as_text,
    as_texts,
)
from ticketbot.readers.mapped_plan import Plan
from ticketbot.readers.mapping_paths import Level
from ticketbot.readers.redact import Redactor

USER = re.compile(r"\A(https?://)[^/?#]*@", re.I)
"""The user before an address: no part of what was attacked."""
LONGEST = 10_000
"""Characters of one piece of evidence; the rest is cut off, after redaction."""
MOST_LINKS = 20
SHORTEST_SECRET = 4
MASK = "[redacted secret]"
REPLACED = frozenset({"content-length", "host", "accept-encoding"})
"""Headers that curl writes itself."""
URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"
"""Beside letters, digits and `-._`, what an address has as it is (RFC 3986, section 2)."""
SEPARATORS = {"maven": ":"}
"""What stands between a package's group and its name, where that is not `/`."""


class Parts:
    """Reads one result's fields by name."""

    def __init__(
        self, plan: Plan, level: Level, redactor: Redactor, roots: tuple[str, ...]
    ) -> None:
        self._plan = plan
        self._level = level
        self._redactor = redactor
        self._roots = roots
        self.clean = redactor.text
        """What texts of the finding pass; of what attacks an API, `Redactor.people`."""
        self.secret = as_text(self.raw("secret.value")) or ""
        """The leaked value itself, if the report has it; nothing that leaves this class has it."""

    def raw(self, name: str, level: Level | None = None) -> object:
        """What the report has, before any redaction."""
        field = self._plan.fields.get(name)
        return field.read(level or self._level) if field else None

    def text(self, name: str, level: Level | None = None) -> str | None:
        """A text without secrets; None for an empty one."""
        text = as_text(self.raw(name, level))
        return self.clean(self._masked(text)) if text and text.strip() else None

    def block(self, name: str) -> str | None:
        """A text of several lines, without secrets; a list of texts is lines."""
        text = as_block(self.raw(name))
        return self.clean(self._masked(text)) if text and text.strip() else None

    def texts(self, name: str) -> list[str]:
        """Every text of a list, without secrets, once."""
        given = [self._masked(each) for each in as_texts(self.raw(name))]
        together = "\n".join(given)
        if self.clean(together) is not together:  # of many links none has a secret, mostly
            given = [self.clean(each) for each in given]
        return list(dict.fromkeys(given))

    def links(self) -> tuple[str, ...]:
        """Web addresses, once; the first ones of many."""
        safe = (vocabulary.safe_url(text) for text in self.texts("links"))
        return tuple(islice((url for url in safe if url), MOST_LINKS))

    def locations(self) -> tuple[Location, ...]:
        places = (
            self._location("location", level)
            for level in self._plan.levels("location", self._level)
        )
        return tuple(dict.fromkeys(place for place in places if place is not None))

    def flow(self) -> tuple[Location, ...]:
        """First and last step, where there are two."""
        steps = [self._location("flow", level) for level in self._plan.levels("flow", self._level)]
        there = [step for step in steps if step is not None]
        return (there[0], there[-1]) if len(there) > 1 else ()

    def request(self) -> Request | None:
        method, url = self.text("request.method"), self.text("request.url")
        url = USER.sub(r"\1", url) if url else None
        template = as_text(self.raw("request.template"))
        request = Request(
            method=method.upper() if method else None,
            url=vocabulary.safe_url(url) or vocabulary.safe_url(_encoded(url)) if url else None,
            template=self._template(template) if template and template.strip() else None,
            parameter=self.text("request.parameter"),
            parameter_in=self.text("request.parameter_in"),
            status=as_int(self.raw("request.status")),
        )
        return request if request != Request() else None

    def _template(self, text: str) -> str:
        """Numbers of objects go before those of cards are looked for: identity has `{}` there."""
        return self.clean(as_template(self._redactor.text(self._masked(text))))

    def component(self) -> Component | None:
        fixed = (part.strip() for text in self.texts("component.fixed") for part in text.split(","))
        manifest, image = self.text("component.manifest"), self.text("component.image")
        component = Component(
            purl=self._purl(),
            name=self.text("component.name"),
            version=self.text("component.version"),
            fixed=tuple(dict.fromkeys(part for part in fixed if part)),
            manifest=as_path(manifest, self._roots) if manifest else None,
            image=vocabulary.image_repository(image) if image else None,
        )
        return component if component.purl or component.name else None

    def fingerprints(self) -> tuple[tuple[str, str], ...]:
        names = [name for name in self._plan.fields if name.startswith("fingerprints.")]
        pairs = ((name.partition(".")[2], self.text(name)) for name in names)
        return tuple((name, text) for name, text in pairs if text)

    def evidence(self) -> tuple[Evidence, ...]:
        found = []
        for index, given in enumerate(self._plan.source.evidence):
            name = f"evidence.{index}"
            text = (
                self._message(f"{name}.http") if given.http else as_block(self.raw(f"{name}.text"))
            )
            if text and text.strip():
                safe = self._evidence(text)
                found.append(Evidence(given.label, _cut(safe), given.language))
        return tuple(found)

    def reproduce(self) -> str | None:
        """The report's own command, else a curl line of its request."""
        given = as_text(self.raw("reproduce"))
        if given and given.strip():
            return self._evidence(given)
        safe = self._evidence
        url = as_text(self.raw("curl.url"))
        if not url:
            return None
        words = ["curl", "-X", shlex.quote(safe(as_text(self.raw("curl.method")) or "GET"))]
        for name, value in as_headers(self.raw("curl.headers")):
            if name.lower() not in REPLACED:
                words += ["-H", shlex.quote(safe(f"{name}: {value}"))]
        if body := as_text(self.raw("curl.body")):
            words += ["--data-raw", shlex.quote(_cut(safe(body)))]
        return " ".join([*words, shlex.quote(safe(url))])

    def _location(self, name: str, level: Level) -> Location | None:
        path, snippet = (
            self.text(f"{name}.path", level),
            as_block(self.raw(f"{name}.snippet", level)),
        )
        line = as_place(self.raw(f"{name}.line", level))
        end = as_place(self.raw(f"{name}.end_line", level))
        location = Location(
            path=as_path(path, self._roots) if path else None,
            line=line,
            end_line=end if line and end and end >= line else None,
            column=as_place(self.raw(f"{name}.column", level)),
            logical=self.text(f"{name}.logical", level),
            snippet=self._redactor.text(self._masked(snippet)) if snippet else None,
            line_text=_first_line(self._redactor.hashed(self._masked(snippet)))
            if snippet
            else None,
            message=self.text(f"{name}.message", level),
        )
        return location if location.path or location.logical else None

    def _evidence(self, text: str) -> str:
        return self._redactor.evidence(self._masked(text))

    def _masked(self, text: str) -> str:
        """Without the secret the finding is about: no pattern knows a plain password."""
        return text.replace(self.secret, MASK) if len(self.secret) >= SHORTEST_SECRET else text

    def _purl(self) -> str | None:
        """The report's own, else made of type, name and version; of a system package the source
        package's."""
        given, source = self.text("component.purl"), self.text("component.source")
        package = vocabulary.package_of(given) if given else None
        if given and package and not source:
            return given
        kind, name, version = (
            self.text(f"component.{part}") for part in ("type", "name", "version")
        )
        if package and source:
            kind = "/".join([package[0], *package[1].split("/")[:-1]])
        if not kind or not (source or name):
            return given if package else None
        type_, _, namespace = kind.partition("/")
        group, _, bare = (source or name or "").rpartition(SEPARATORS.get(type_, "/"))
        return vocabulary.make_purl(type_, bare, version, namespace or group or None)

    def _message(self, name: str) -> str | None:
        start = as_text(self.raw(f"{name}.start"))
        if not start:
            return None
        lines = [
            start,
            *(f"{key}: {value}" for key, value in as_headers(self.raw(f"{name}.headers"))),
        ]
        body = as_block(self.raw(f"{name}.body"))
        return "\n".join([*lines, "", body] if body else lines)


def _first_line(snippet: str) -> str | None:
    """The first line with text: what a checkout and other formats have of the same place."""
    return next((line for line in snippet.split("\n") if line.strip()), None)


def _encoded(url: str) -> str:
    """With what no address may have (an attack's `<`, quotes, spaces) percent-encoded, and nothing else."""
    return quote(url, safe=URL_CHARACTERS)


def _cut(text: str) -> str:
    rest = len(text) - LONGEST
    return text if rest <= 0 else f"{text[:LONGEST]}\n… ({rest:,} more characters)"
