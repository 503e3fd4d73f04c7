"""Events about what ticketbot itself does, as OCSF API Activity: requests to trackers, use of credentials,
refusals, results and scans that count for less, and the end of a run.

Pure. A credential is named by its reference; its value is no argument of anything here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ticketbot.telemetry.shape import API, OTHER, Event, event, present

Service = tuple[str, str]
"""(name, type) of what was asked: a tracker as the configuration calls it, as ("sec", "jira")."""

OURSELVES: Service = ("ticketbot", "ticketbot")
_CREATE, _READ, _UPDATE = 1, 2, 3
_ACTIVITIES = {"create": _CREATE, "changed": _READ, "find": _READ, "read": _READ}
_SUCCESS, _FAILURE, _UNKNOWN = (1, "Success"), (2, "Failure"), (0, "Unknown")


@dataclass
class Request:
    """One call of a tracker, growing while it is made."""

    operation: str
    asked: int = 1
    """Tickets or subjects the call names."""
    answered: int = 0
    """Tickets that came back, or requests that were applied."""
    rejected: int = 0
    ambiguous: int = 0
    reason: str = ""
    """What the tracker said, or why it could not be asked."""
    failed: bool = False
    ticket: str = ""
    """The immutable id of the one ticket it is about."""
    nonce: str = ""
    milliseconds: int = 0


def request_told(service: Service, request: Request) -> Event:
    """A request to a tracker, and what came of it."""
    status = _SUCCESS
    if request.failed or request.rejected:
        status = _FAILURE
    elif request.ambiguous:
        status = _UNKNOWN
    detail = f": {request.reason}" if request.reason else ""
    return _activity(
        _ACTIVITIES.get(request.operation, _UPDATE),
        "tracker.request",
        f"{request.operation} in {service[0]}: {status[1].lower()}{detail}",
        service=service,
        operation=request.operation,
        status=status,
        severity="low" if status is not _SUCCESS else "info",
        status_detail=request.reason,
        duration=request.milliseconds,
        request=request.nonce,
        resources=[{"uid": request.ticket, "type": "ticket"}] if request.ticket else None,
        unmapped={
            "asked": request.asked,
            "answered": request.answered,
            "rejected": request.rejected,
            "ambiguous": request.ambiguous,
        },
    )


def credential_told(service: Service, references: Sequence[tuple[str, str]]) -> Event:
    """That a tracker was given credentials: (key in the configuration, reference) of each."""
    names = ", ".join(dict.fromkeys(reference for _, reference in references))
    return _activity(
        _READ,
        "credential.used",
        f"{service[0]} was given the credentials {names}",
        service=service,
        operation="credential.read",
        status=_SUCCESS,
        resources=[
            {"name": reference, "type": "credential reference", "labels": [key]}
            for key, reference in references
        ],
    )


def refusal_told(what: Literal["guard", "moved", "report"], reason: str, **unmapped: Any) -> Event:
    """Work that ticketbot refused to do, and why."""
    return _activity(
        OTHER,
        f"refused.{what}",
        f"refused ({what}): {reason}",
        name="Refuse",
        operation=f"refuse.{what}",
        status=_FAILURE,
        severity="medium",
        status_detail=reason,
        unmapped=unmapped,
    )


def result_rejected(scope: str, pointer: str, reason: str) -> Event:
    """One result of a report that could not be read, while the others went on."""
    return _activity(
        _READ,
        "result.rejected",
        f"not read: {pointer} of {scope}: {reason}",
        operation="result.read",
        status=_FAILURE,
        severity="low",
        status_detail=reason,
        resources=[{"name": pointer, "type": "result", "group": {"name": scope}}],
    )


def results_rejected(scope: str, count: int) -> Event:
    """More rejected results than are told one by one."""
    return _activity(
        _READ,
        "result.rejected",
        f"not read: {count} more results of {scope}",
        operation="result.read",
        status=_FAILURE,
        severity="low",
        resources=[{"name": scope, "type": "scope"}],
        count=count,
    )


def scan_weak(tool: str, scope: str, reasons: Sequence[str], **unmapped: Any) -> Event:
    """A scan that is incomplete, older than the last one, partial or empty: it closes nothing."""
    return _activity(
        _READ,
        "scan.weak",
        f"{scope}: {'; '.join(reasons)}",
        operation="scan.read",
        status=(OTHER, "Weak"),
        severity="low",
        status_detail="; ".join(reasons),
        resources=[{"name": scope, "type": "scope"}],
        unmapped={"tool": tool, "reasons": list(reasons), **unmapped},
    )


def intent_resolved(
    tracker: Service, action: str, outcome: str, note: str, **unmapped: Any
) -> Event:
    """What became of a request of an earlier run whose answer never came."""
    return _activity(
        _READ,
        "intent.resolved",
        f"{action} in {tracker[0]} of an earlier run: {outcome}: {note}",
        service=tracker,
        operation=f"resolve.{action}",
        status=_SUCCESS if outcome == "applied" else _FAILURE,
        status_detail=note,
        unmapped=unmapped,
    )


def run_ended(command: str, outcome: str, reason: str, **unmapped: Any) -> Event:
    """How a run ended: `outcome` is done, held, incomplete, stopped, moved, refused, interrupted, failed."""
    good = outcome in ("done", "held", "stopped")
    return _activity(
        OTHER,
        "run.ended",
        f"{command} {outcome}" + (f": {reason}" if reason else ""),
        name="Run",
        operation=command,
        status=_SUCCESS if good else _FAILURE,
        severity="info" if good else "medium",
        status_code=outcome,
        status_detail=reason,
        unmapped=unmapped,
    )


def _activity(
    activity: int,
    code: str,
    message: str,
    *,
    operation: str,
    status: tuple[int, str],
    service: Service = OURSELVES,
    request: str = "",
    **attributes: Any,
) -> Event:
    attributes["unmapped"] = present(attributes.get("unmapped") or {})
    failed = status == _FAILURE
    response = {"error_message": attributes.get("status_detail")} if failed else {}
    return event(
        API,
        activity,
        code,
        message,
        status_id=status[0],
        status=status[1],
        actor={"app_name": "ticketbot"},
        src_endpoint={"svc_name": "ticketbot"},
        dst_endpoint={"svc_name": service[0]},
        api=present(
            {
                "operation": operation,
                "service": {"name": service[0], "labels": [service[1]]},
                "request": {"uid": request} if request else None,
                "response": present(response),
            }
        ),
        **attributes,
    )
