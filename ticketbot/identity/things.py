"""Recipes for what has a name of its own: packages with their vulnerabilities, secrets, resources, and
results that a baseliner has already tied together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ticketbot.identity.digest import digest, same_path
from ticketbot.identity.ingredients import Ingredients
from ticketbot.model.finding import Finding
from ticketbot.readers.vocabulary import image_repository, versionless, vulnerability_ids

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


def own_ids(finding: Finding) -> tuple[str, ...]:
    """The ids that name this flaw alone: a finding of several CVEs goes by its rule's id, else
    the first."""
    named = vulnerability_ids([finding.rule])
    ids = tuple(dict.fromkeys((*finding.vulnerabilities, *named)))
    if sum(i.startswith("CVE-") for i in ids) > 1:
        return (named or ids)[:1]
    return ids


def resource(given: Ingredients) -> Iterator[str]:
    """`res/1`: a rule at a line-free address, as `aws_s3_bucket.logs`."""
    yield digest("res/1", given.family, given.rule, given.path, given.finding.resource)
