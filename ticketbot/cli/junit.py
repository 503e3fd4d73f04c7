"""A verdict as JUnit XML, for the test views of GitLab, Jenkins, Azure Pipelines and CircleCI.

Keeps to what the schemas of Jenkins and of Ant's JUnit task have in common. Tells no test's duration:
nothing was timed.
"""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from ticketbot.cli.finding_forms import where
from ticketbot.planning.gate import Item, Verdict
from ticketbot.planning.markdown import visible

SUITE = "ticketbot gate"


def junit(verdict: Verdict, now: str) -> bytes:
    """Each breaching finding is a failed test, each limit that holds a passed one, and each reason why
    nothing is proven an error. `now`: ISO 8601."""
    holding = [check for check in verdict.checks if not check.breached]
    failures, errors = len(verdict.breaching), len(verdict.unproven)
    root = Xml.Element("testsuites")
    suite = Xml.SubElement(
        root,
        "testsuite",
        id="0",
        package=SUITE,
        name=SUITE,
        timestamp=now[:19],
        hostname="localhost",
        tests=str(len(holding) + failures + errors),
        failures=str(failures),
        errors=str(errors),
        time="0",
    )
    Xml.SubElement(suite, "properties")
    for check in holding:
        name = f"{check.limit.name}: {check.found} found, {check.limit.max} allowed"
        _case(suite, SUITE, name)
    for item in verdict.breaching:
        _failed(suite, item)
    for reason in verdict.unproven:
        case = _case(suite, SUITE, "the scans are complete")
        error = Xml.SubElement(case, "error", message=_clean(reason), type="incomplete")
        error.text = _clean(reason)
    Xml.SubElement(suite, "system-out")
    Xml.SubElement(suite, "system-err")
    Xml.indent(root)
    made: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _failed(suite: Xml.Element, item: Item) -> None:
    finding, place = item.finding, where(item.finding)
    name = f"{finding.title} ({place})" if place else finding.title
    case = _case(suite, f"{finding.tool}.{finding.rule}", name)
    failure = Xml.SubElement(
        case,
        "failure",
        message=_clean(f"{finding.severity}: {finding.title}"),
        type=finding.severity,
    )
    lines = [place, finding.message, finding.remediation or "", finding.help_url or ""]
    failure.text = _clean("\n".join([*filter(None, lines), f"flaw {item.flaw}"]))


def _case(suite: Xml.Element, of: str, name: str) -> Xml.Element:
    return Xml.SubElement(suite, "testcase", classname=_clean(of), name=_clean(name), time="0")


def _clean(text: str) -> str:
    """Without what XML 1.0 cannot hold, and what would hide text."""
    return visible(text)
