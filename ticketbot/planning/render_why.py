"""Why a flaw matters and what usually helps: our own words for each class of OWASP API 2023.

Names of classes and weaknesses come from `readers.vocabulary`; nothing here looks at a report.
Source: https://owasp.org/API-Security/editions/2023/en/0x11-t10/
"""

from __future__ import annotations

from collections.abc import Iterable

from ticketbot.model.flaw import Features
from ticketbot.planning.markdown import Markdown, inline, link
from ticketbot.readers.vocabulary import (
    CWE_NAMES,
    advisory_url,
    cwe_url,
    owasp_api_of,
    owasp_name,
)

_EDITION = "https://owasp.org/API-Security/editions/2023/en/"

# Class → (page, what it means for us, what usually helps).
_CLASSES: dict[str, tuple[str, str, str]] = {
    "API1:2023": (
        "0xa1-broken-object-level-authorization/",
        "whoever changes the id in a request reads or alters what belongs to somebody else.",
        "Check on every access, best in the query itself, that the object is the caller's.",
    ),
    "API2:2023": (
        "0xa2-broken-authentication/",
        "whoever gets around the login acts as another user.",
        "Verify the credential on every operation, refuse expired ones, slow down guessing.",
    ),
    "API3:2023": (
        "0xa3-broken-object-property-level-authorization/",
        "single properties can be read or set that the caller should neither see nor change.",
        "Name the properties that go in and out; never bind or return whole objects.",
    ),
    "API4:2023": (
        "0xa4-unrestricted-resource-consumption/",
        "a few requests can use up memory, time or money for everybody.",
        "Limit the size, number and rate of what one caller may ask for.",
    ),
    "API5:2023": (
        "0xa5-broken-function-level-authorization/",
        "ordinary users can call functions that are meant for others, administrators above all.",
        "Deny by default and grant each operation to the roles that need it.",
    ),
    "API6:2023": (
        "0xa6-unrestricted-access-to-sensitive-business-flows/",
        "a script can drive a business flow faster and more often than the business can bear.",
        "Recognise automated use of this flow and slow it down.",
    ),
    "API7:2023": (
        "0xa7-server-side-request-forgery/",
        "the server can be made to fetch addresses that only it can reach.",
        "Fetch from an allow-list of hosts only, follow no redirects, return no raw responses.",
    ),
    "API8:2023": (
        "0xa8-security-misconfiguration/",
        "a setting that should have been tightened tells or allows more than it should.",
        "Harden the configuration where it is defined, so that every environment gets it.",
    ),
    "API9:2023": (
        "0xa9-improper-inventory-management/",
        "an operation that nobody looks after any more is open to the world.",
        "Retire the operation, or bring it back under the protection the current ones have.",
    ),
    "API10:2023": (
        "0xaa-unsafe-consumption-of-apis/",
        "data of another service is trusted as if it were our own.",
        "Validate what other services send as strictly as what users send.",
    ),
}  # fmt: skip

_MOST = 5


def classes(features: Features) -> tuple[str, ...]:
    """The flaw's OWASP classes; where an API's flaw names none, the one of its CWE."""
    if features.owasp or features.kind not in ("api", "web"):
        return features.owasp
    derived = owasp_api_of(features.cwe)
    return (derived,) if derived else ()


def reasons(flaws: Iterable[Features], *, vulnerable: bool = True) -> list[Markdown]:
    """One line for each vulnerability, weakness and class, with a link to its definition.

    `vulnerable` False: without vulnerabilities, which the table of a group links already.
    """
    vulnerabilities: dict[str, None] = {}
    weaknesses: dict[int, None] = {}
    named: dict[str, None] = {}
    for features in flaws:
        vulnerabilities.update(dict.fromkeys(features.vulnerabilities))
        weaknesses.update(dict.fromkeys(features.cwe))
        named.update(dict.fromkeys(classes(features)))
    lines = [
        link(name, advisory_url(name))
        for name in list(vulnerabilities)[: _MOST if vulnerable else 0]
    ]
    for number in list(weaknesses)[:_MOST]:
        name = CWE_NAMES.get(number)
        lines.append(link(f"CWE-{number}" + (f": {name}" if name else ""), cwe_url(number)))
    lines += [_class_line(identifier) for identifier in list(named)[:_MOST]]
    return lines


def _class_line(identifier: str) -> Markdown:
    name = owasp_name(identifier)
    label = f"OWASP {identifier}" + (f" {name}" if name else "")
    if identifier not in _CLASSES:
        return inline(label)
    page, meaning, _ = _CLASSES[identifier]
    return Markdown(f"{link(label, _EDITION + page)}: {meaning}")


def usual_remedy(features: Features) -> Markdown | None:
    """What usually helps against the flaw's class, for reports that say nothing themselves."""
    for identifier in classes(features):
        if identifier in _CLASSES:
            return Markdown(_CLASSES[identifier][2])
    return None
