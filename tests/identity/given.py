"""Findings of every kind that identity tells apart, as small as they can be."""

from __future__ import annotations

from typing import Any

import msgspec

from ticketbot.identity.recipes import aliases
from ticketbot.model.finding import Component, Finding, Location, Request, Scan, Secret

SCAN = Scan(tool="Bandit", family="bandit", version="1.7")
LINE = Location(path="app/db.py", line=41, column=9, line_text="    q = f'{x}'  # nosec B608\n")
REQUEST = Request(method="get", url="https://h:1/users/17", parameter="id", parameter_in="query")
PACKAGE = Component(
    purl="pkg:npm/lodash@4.17.15", version="4.17.15", manifest="web/package-lock.json"
)


def finding(**fields: Any) -> Finding:
    given: dict[str, Any] = {
        "pointer": "/runs/0/results/0",
        "tool": "Bandit",
        "rule": "B608",
        "title": "SQL injection",
        "message": "Possible SQL injection at line 41.",
    }
    return Finding(**{**given, **fields})


def names(found: Finding, scan: Scan = SCAN) -> list[str]:
    return [alias.recipe for alias in aliases(found, scan)]


CODE = finding(locations=(msgspec.structs.replace(LINE, logical="app.db.find"),))
UNREAD = finding(locations=(Location(path="app/db.py", line=41, column=9),))
DEPENDENCY = finding(
    rule="CVE-2020-8203",
    kind="dependency",
    component=PACKAGE,
    vulnerabilities=("CVE-2020-8203", "GHSA-p6mc-m468-83gw"),
)
CONTAINER = finding(
    rule="CVE-2020-8203",
    kind="container",
    component=Component(
        purl="pkg:deb/debian/zlib1g@1?distro=12", image="r.io/shop:1.2@sha256:" + "0" * 64
    ),
    vulnerabilities=("CVE-2020-8203",),
    locations=(Location(path="usr/lib/libz.so"),),
)
OPERATION = finding(rule="not_a_server_error", kind="api", request=REQUEST, discriminator="500")
SYSTEMIC = finding(
    rule="10021", kind="web", request=REQUEST, systemic=True, discriminator="x-frame-options"
)
RESOURCE = finding(
    rule="CKV_AWS_18",
    kind="iac",
    resource="aws_s3_bucket.logs",
    locations=(Location(path="main.tf", line=3, line_text="resource {"),),
)
SECRET = finding(
    rule="aws-key",
    kind="secret",
    secret=Secret(
        type="aws",
        redacted="AKIA…(20)",
        digests=(("k2", "aa" * 16), ("k1", "bb" * 16)),
        values=(("k2", "cc" * 16), ("k1", "dd" * 16)),
    ),
    locations=(LINE,),
)
NOWHERE = finding()
CORRELATED = finding(fingerprints=(("correlationGuid", "{A7F2C1D0-0000-4000-8000-000000000001}"),))
