"""The third-party package, the image and the resource behind a result, as far as a scanner's
SARIF says so.

SARIF has no place for packages: Trivy, Grype, OSV-Scanner and Snyk each write them into messages
of a fixed form, into properties or into logical locations. Only these forms are read; prose is
not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ticketbot.model.finding import Component, Kind, Location
from ticketbot.readers.sarif_rules import Rule
from ticketbot.readers.sarif_schema import Run
from ticketbot.readers.sarif_words import strings
from ticketbot.readers.vocabulary import image_repository, package_of

PACKAGE_KINDS = frozenset({"dependency", "container"})
LABELLED = re.compile(
    r"^(Package|Installed Version|Version|Fixed Version|Fix Version): *(.*)$", re.M
)
"""Trivy's message, and the help of Trivy's and Grype's rules."""
GRYPE = re.compile(
    r"in (?P<type>\S+) package: (?P<name>.{1,200}?), version (?P<version>\S{1,100}) was found"
    r"(?: in image (?P<image>\S{1,300}))? at:? "
)
QUOTED = re.compile(r"Package '(?P<name>[^'\s]{1,200})@(?P<version>[^'\s@]{1,100})' is vulnerable")
"""OSV-Scanner"""
AT = re.compile(r"(?P<name>@?[^@\s]{1,200})@(?P<version>[^@\s/]{1,100})\Z")
"""Snyk's fully qualified names, `lodash@4.17.15`."""
ARCHIVE = re.compile(r"\.(?:tar|tgz)\b")
KIND_OF_TAG: dict[str, Kind] = {"secret": "secret", "misconfiguration": "iac"}
KIND_OF_NAME: dict[str, Kind] = {
    "OsPackageVulnerability": "container",
    "LanguageSpecificPackageVulnerability": "dependency",
    "Misconfiguration": "iac",
    "Secret": "secret",
}
"""What Trivy calls its rules."""


def kind_of(default: Kind, rule: Rule, properties: Mapping[str, Any]) -> Kind:
    """The kind of one result of a tool of packages, some of which find other things as well."""
    tags = (*rule.tags, *strings(properties.get("tags")))
    told = (KIND_OF_TAG[tag] for tag in tags if tag in KIND_OF_TAG)
    return KIND_OF_NAME.get(rule.name, next(told, default))


class Image(msgspec.Struct, frozen=True):
    """What was scanned: `repository` is its name for good, `names` are what paths can begin with
    instead."""

    repository: str | None = None
    names: tuple[str, ...] = ()


def image_of(run: Run) -> Image:
    """The scanned image, as Trivy writes it into the run's properties; an archive's own name is
    no repository."""
    properties = run.properties or {}
    scanned = strings(properties.get("imageName"))
    tags = [*strings(properties.get("repoTags")), *strings(properties.get("repoDigests"))]
    named = [name for name in (*scanned, *tags) if name.strip() and not ARCHIVE.search(name)]
    if not named:
        return Image(names=tuple(scanned))
    return Image(image_repository(named[0]), (*scanned, *_names(named[0])))


def inside_image(
    locations: tuple[Location, ...], message: str, image: Image
) -> tuple[Location, ...]:
    """Locations without the image's name, which Trivy writes in place of a path and Grype before
    one; they can contain its tag, which would make new flaws of old ones with every build."""
    told = GRYPE.search(message)
    names = image.names
    if told and told["image"]:
        names = (told["image"], *_names(told["image"]))
    if not names:
        return locations
    kept = []
    for location in locations:
        path = location.path or ""
        name = next((n for n in names if path == n or path.startswith((f"{n}/", f"{n}:"))), None)
        if name is None:
            kept.append(location)
        elif inner := path[len(name) :].partition("/")[2]:
            kept.append(msgspec.structs.replace(location, path=inner))
    return tuple(kept)


def _names(image: str) -> list[str]:
    """How scanners shorten an image's name: without tag, without registry, with Docker's
    `library/`."""
    repository = image_repository(image)
    host, slash, rest = repository.partition("/")
    names = [repository, repository.rpartition("/")[2], f"library/{repository}"]
    return [*names, rest] if slash and ("." in host or ":" in host) else names


def component_of(
    message: str,
    rule_help: str,
    properties: Mapping[str, Any],
    locations: Sequence[Location],
    image: str | None,
) -> Component | None:
    """The package of a dependency or container finding; None where the report names none."""
    labels = dict(LABELLED.findall(rule_help)) | dict(LABELLED.findall(message))
    name = labels.get("Package") or None
    version = labels.get("Installed Version") or labels.get("Version") or None
    if grype := GRYPE.search(message):
        name, version = grype["name"], grype["version"]
        image = image_repository(grype["image"]) if grype["image"] else image
    if quoted := QUOTED.search(message):
        name, version = quoted["name"], quoted["version"]
    for location in locations:
        if not name and location.logical and (at := AT.match(location.logical)):
            name, version = at["name"], at["version"]
    fixed = labels.get("Fixed Version") or labels.get("Fix Version") or ""
    if not name and not image:
        return None
    manifest = next((location.path for location in locations if location.path), None)
    return Component(
        purl=_purl(properties, name),
        name=name,
        version=version,
        fixed=tuple(part.strip() for part in fixed.split(",") if part.strip()),
        manifest=manifest,
        image=image,
    )


def _purl(properties: Mapping[str, Any], name: str | None) -> str | None:
    """Grype lists the purls of every package a rule was found in: the one with this name."""
    for purl in [*strings(properties.get("purl")), *strings(properties.get("purls"))]:
        package = package_of(purl)
        if package and (name is None or name.rpartition("/")[2] == package[1].rpartition("/")[2]):
            return purl
    return None
