"""Recipes for what has a name of its own: packages with their vulnerabilities, secrets, resources, and
results that a baseliner has already tied together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ticketbot.identity.digest import digest, same_path
from ticketbot.identity.ingredients import Ingredients
from ticketbot.model.finding import Finding
from ticketbot.readers.vocabulary import (
    image_repository,
    package_of,
    versionless,
    vulnerability_ids,
)

_OF_SYSTEM = frozenset({"deb", "rpm", "apk", "alpm"})
"""Types of packages whose namespace is the distribution, which some tools leave out."""

_MANIFESTS = """
package.json npm-shrinkwrap.json package-lock.json yarn.lock pnpm-lock.yaml bun.lock
go.mod go.sum
Cargo.toml Cargo.lock
pyproject.toml poetry.lock uv.lock pdm.lock
Pipfile Pipfile.lock
Gemfile Gemfile.lock
composer.json composer.lock
mix.exs mix.lock
pubspec.yaml pubspec.lock
"""
_MANIFEST_OF = {
    name: line.split()[0] for line in _MANIFESTS.strip().splitlines() for name in line.split()
}
"""Lock file → the manifest that it locks, in the same folder."""

_NO_GUID = re.compile(r"[0-]*\Z")


def correlation(given: Ingredients) -> Iterator[str]:
    """`corr/1`: SARIF's correlationGuid."""
    for key, value in given.finding.fingerprints:
        if key == "correlationGuid" and not _NO_GUID.match(value):
            yield digest("corr/1", given.family, value.strip("{} ").lower())


def secret(given: Ingredients) -> Iterator[str]:
    """`secret/1`: the keyed digests of a leaked value, one for each configured key."""
    if given.finding.secret is not None:
        for key_id, value in given.finding.secret.digests:
            yield digest("secret/1", given.family, key_id, value)


def same_secret(given: Ingredients) -> Iterator[str]:
    """`secret/2`: the keyed digests of the value alone, whichever tool found it, wherever."""
    if given.finding.secret is not None:
        for key_id, value in given.finding.secret.values:
            yield digest("secret/2", key_id, value)


def dependency(given: Ingredients) -> Iterator[str]:
    """`dep/1`: a vulnerability in a package of a manifest or an image, whatever the version."""
    finding, component = given.finding, given.finding.component
    package, where = "", given.path
    if component is not None:
        package = (component.purl and versionless(component.purl)) or component.name or ""
        where = same_path(component.manifest) or given.path
        if finding.kind == "container":
            where = image_repository(component.image or given.path)
    for identifier in own_ids(finding) or (given.rule,):
        yield digest("dep/1", given.family, package, identifier, where)


def same_package(given: Ingredients) -> Iterator[str]:
    """`pkg/1`: a vulnerability with an id of its own in a package of a manifest or an image, whichever
    tool found it."""
    package, where = _package(given), _where(given)
    if package and where:
        for identifier in _certain_ids(given.finding):
            yield digest("pkg/1", package, identifier, where)


def same_vulnerability(given: Ingredients) -> Iterator[str]:
    """`vuln/1`: a vulnerability in a package, wherever. It tells something only where there is no other
    place for it: of a tool that names none."""
    if package := _package(given):
        for identifier in _certain_ids(given.finding):
            yield digest("vuln/1", package, identifier)


def _package(given: Ingredients) -> str:
    """Its name as all tools write it: without version and type, which the manifest tells as well."""
    component = given.finding.component
    if component is None:
        return ""
    told = package_of(component.purl) if component.purl else None
    kind, name = told or ("", component.name or "")
    if kind in _OF_SYSTEM:
        name = name.rpartition("/")[2]
    return name.replace(":", "/").replace("_", "-").casefold()


def _where(given: Ingredients) -> str:
    """The image's repository, or the manifest; a lock file is its manifest."""
    finding, component = given.finding, given.finding.component
    if finding.kind == "container":
        image = image_repository((component and component.image) or given.path)
        return "image:" + image.removeprefix("docker.io/").removeprefix("library/") if image else ""
    path = same_path(component.manifest if component else "") or given.path
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{_MANIFEST_OF.get(name, name)}"


def own_ids(finding: Finding) -> tuple[str, ...]:
    """The ids that name this flaw alone: a finding of several CVEs goes by its rule's id, else
    the first."""
    named = vulnerability_ids([finding.rule])
    ids = tuple(dict.fromkeys((*finding.vulnerabilities, *named)))
    if sum(i.startswith("CVE-") for i in ids) > 1:
        return (named or ids)[:1]
    return ids


def _certain_ids(finding: Finding) -> tuple[str, ...]:
    """The same, without a guess: of several CVEs only the one that the rule names."""
    ids = own_ids(finding)
    several = sum(i.startswith("CVE-") for i in finding.vulnerabilities) > 1
    return tuple(i for i in ids if i in vulnerability_ids([finding.rule])) if several else ids


def resource(given: Ingredients) -> Iterator[str]:
    """`res/1`: a rule at a line-free address, as `aws_s3_bucket.logs`."""
    yield digest("res/1", given.family, given.rule, given.path, given.finding.resource)
