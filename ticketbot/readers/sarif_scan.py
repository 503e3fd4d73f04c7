"""What a SARIF run says of itself: a Scan, with every sign that it is not complete.

A scan that is not complete must never close a ticket, so each sign is a sentence of its own.
External property files other than results (Flawfinder's always refer to the CWE taxonomy) are no
such sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ticketbot.model.finding import Scan
from ticketbot.readers.redact import Redactor
from ticketbot.readers.sarif_schema import Invocation, Notification, Run
from ticketbot.readers.sarif_texts import message_text, one_line
from ticketbot.readers.stream import Found
from ticketbot.readers.vocabulary import family

TRUNCATED = (5_000, 25_000)
"""GitHub keeps 5,000 results of a run and accepts 25,000: producers and converters cut there."""
SHOWN = 3
NAME = 100
CREDENTIALS = re.compile(r"(?<=://)[^/@\s]*@")


def tool_name(run: Run) -> str:
    """The analysis tool's own name; a converter's (`conversion`) does not count."""
    name = run.tool.driver.name if run.tool and run.tool.driver else None
    return one_line(name or "", NAME) or "unknown"


def scan_of(run: Run, found: Found | None, redactor: Redactor, image: str | None) -> Scan:
    """`found` is what stands where the results belong."""
    driver = run.tool.driver if run.tool else None
    invocations = run.invocations or []
    source = next(iter(run.version_control_provenance or ()), None)
    repository = source.repository_uri if source else None
    reasons = [*_missing(run, found), *_failed(invocations, redactor)]
    name = redactor.text(tool_name(run))

    def text(told: str | None) -> str | None:
        return redactor.people(told) if told else None

    return Scan(
        tool=name,
        family=family(name),
        version=text(driver.semantic_version or driver.version) if driver else None,
        part=text(_category(run) or image),
        started=text(next((i.start_time_utc for i in invocations if i.start_time_utc), None)),
        ended=text(next((i.end_time_utc for i in reversed(invocations) if i.end_time_utc), None)),
        commit=text(source.revision_id) if source else None,
        branch=text(source.branch) if source else None,
        repository=text(CREDENTIALS.sub("", repository)) if repository else None,
        complete=not reasons,
        reasons=tuple(dict.fromkeys(reasons)),
        results=found.items if found else 0,
    )


def _category(run: Run) -> str | None:
    """The part of `automationDetails.id` before the last slash, as GitHub reads it; without a
    slash none."""
    told = run.automation_details.id if run.automation_details else None
    return (told or "").rpartition("/")[0].strip() or None


def _missing(run: Run, found: Found | None) -> Iterator[str]:
    if found and found.kind == "null":
        yield "`results` is null: the tool did not finish"
    elif found and found.kind == "other":
        yield "`results` is not a list, so no result could be read"
    elif found and found.items in TRUNCATED:
        yield f"the report has exactly {found.items:,} results, a known limit: it may be cut off"
    if "results" in (run.external_property_file_references or {}):
        yield "further results are in external files that the report only refers to"


def _failed(invocations: list[Invocation], redactor: Redactor) -> Iterator[str]:
    for invocation in invocations:
        if invocation.execution_successful is False:
            code = invocation.exit_code
            yield "the tool says that it failed" + (f" (exit code {code})" if code else "")
        if invocation.exit_signal_name or invocation.exit_signal_number:
            signal = invocation.exit_signal_name or f"signal {invocation.exit_signal_number}"
            yield f"the tool was ended by {redactor.people(one_line(signal))}"
        if invocation.process_start_failure_message:
            said = redactor.people(one_line(invocation.process_start_failure_message))
            yield f"the tool could not be started: {said}"
        told = [
            *(invocation.tool_execution_notifications or ()),
            *(invocation.tool_configuration_notifications or ()),
        ]
        yield from _errors([note for note in told if note.level == "error"], redactor)


def _errors(notes: list[Notification], redactor: Redactor) -> Iterator[str]:
    for note in notes[:SHOWN]:
        said = redactor.people(one_line(message_text(note.message))) or "without a message"
        yield f"the tool reports an error: {said}"
    if len(notes) > SHOWN:
        yield f"the tool reports {len(notes) - SHOWN:,} more errors"
