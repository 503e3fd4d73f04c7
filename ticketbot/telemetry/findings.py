"""Events about flaws, as OCSF Vulnerability Findings: what is done to their tickets, what was decided.

Pure. Only what was applied counts as created, updated or closed: whoever counts Create events counts
tickets. All else has the activity Other, under its own name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from ticketbot.model.flaw import Decision, Ruling
from ticketbot.planning.changes import AnyChange, Close, Create, Reopen
from ticketbot.telemetry.shape import FINDING, OTHER, Event, event, present
from ticketbot.telemetry.weakness import (
    MOST,
    AnyFlaw,
    finding_info,
    resources,
    rest_of,
    vulnerability,
)

Stage = Literal["planned", "held", "applied", "rejected", "unknown", "skipped"]

_CREATE, _UPDATE, _CLOSE = 1, 2, 3
_NEW, _SUPPRESSED, _RESOLVED = (1, "New"), (3, "Suppressed"), (4, "Resolved")
_STATUS_OF_DECISION = {
    "accepted": _SUPPRESSED,
    "false_positive": _SUPPRESSED,
    "wont_fix": _SUPPRESSED,
    "suppressed": _SUPPRESSED,
    "fixed": _RESOLVED,
}
_VERDICTS = {"false_positive": (1, "False Positive"), "duplicate": (10, "Duplicate")}


def marked(change: AnyChange) -> tuple[AnyFlaw, ...]:
    """The flaws a change carries with it; () where it carries none."""
    marker = change.draft.marker if change.draft else getattr(change, "marker", None)
    return marker.flaws if marker else ()


def change_told(
    change: AnyChange,
    stage: Stage,
    flaws: Sequence[AnyFlaw],
    *,
    ticket: str | None = None,
    url: str | None = None,
    note: str = "",
) -> Event:
    """One change at one stage of its life. `note`: what the tracker said."""
    action = type(change).__name__.lower()
    key = ticket or change.ticket
    why = {"held": change.held}.get(stage) or note or change.reason
    activity = {"create": _CREATE, "close": _CLOSE}.get(action, _UPDATE)
    status = _after(change) if stage == "applied" else (OTHER, stage.capitalize())
    return _about(
        flaws,
        uid=change.flaws[0] if len(change.flaws) == 1 else change.subject,
        title=change.title,
        activity=activity if stage == "applied" else OTHER,
        name=f"{action} {stage}",
        code=f"change.{stage}",
        message=f"{action} {stage}: {f'{key} ' if key else ''}{change.title}: {why}",
        severity=change.severity,
        status_id=status[0] if status else None,
        status=status[1] if status else None,
        status_detail=why,
        tickets=[present({"uid": key, "src_url": url, "title": change.title})] if key else None,
        unmapped={
            "action": action,
            "stage": stage,
            "tracker": change.tracker,
            "route": change.route,
            "reason": change.reason,
            "flaw_uids": list(change.flaws[:MOST]),
            "flaw_count": len(change.flaws),
        },
    )


def _after(change: AnyChange) -> tuple[int, str] | None:
    """What a flaw's status is once the change is applied; None where it stays."""
    if isinstance(change, Create | Reopen):
        return _NEW
    if isinstance(change, Close):
        return _STATUS_OF_DECISION.get(change.resolution, (OTHER, change.resolution.capitalize()))
    return None


def decision_told(
    decision: Decision | None, flaws: Sequence[AnyFlaw], *, tracker: str = "", ticket: str = ""
) -> Event:
    """What a person, or a suppression in the source, said of flaws. None: it was taken back."""
    kind = decision.kind if decision else ""
    what = kind.replace("_", " ") or "decision taken back"
    status = _STATUS_OF_DECISION.get(kind, (OTHER, what.capitalize())) if decision else _NEW
    verdict = _VERDICTS.get(kind, (None, None))
    title = flaws[0].features.title if flaws else "a flaw"
    others = f" and {len(flaws) - 1} more" if len(flaws) > 1 else ""
    said = decision.reason if decision else None
    return _about(
        flaws,
        uid=flaws[0].id if flaws else "unknown",
        title=title,
        activity=_UPDATE,
        code="decision.noticed" if decision else "decision.lifted",
        message=f"{what}: {title}{others}, as {ticket or 'the source'} says",
        status_id=status[0],
        status=status[1],
        status_detail=said,
        comment=said,
        verdict_id=verdict[0],
        verdict=verdict[1],
        tickets=[{"uid": ticket}] if ticket else None,
        unmapped={
            "decision": present(msgspec.structs.asdict(decision)) if decision else None,
            "tracker": tracker,
            "flaw_uids": [flaw.id for flaw in flaws[:MOST]],
            "flaw_count": len(flaws),
        },
    )


def ruling_told(ruling: Ruling, flaws: Sequence[AnyFlaw]) -> Event:
    """What was said about identity: by a person, or by correlation."""
    what = {"merge": "two flaws are one", "split": "a match was wrong"}[ruling.kind]
    undone = ruling.undone_at is not None
    who = ruling.by or ruling.source
    return _about(
        flaws,
        uid=ruling.flaw,
        title=flaws[0].features.title if flaws else "a flaw",
        activity=_UPDATE,
        code="ruling.undone" if undone else "ruling.made",
        message=f"{what}{', taken back' if undone else ''}, says {who}: {ruling.flaw}",
        status_id=OTHER,
        status=f"{ruling.kind.capitalize()}{' undone' if undone else ''}",
        status_detail=ruling.reason,
        comment=ruling.reason,
        unmapped={"ruling": present(msgspec.structs.asdict(ruling)), "id": ruling.id},
    )


def _about(
    flaws: Sequence[AnyFlaw],
    *,
    uid: str,
    title: str,
    unmapped: dict[str, Any],
    **attributes: Any,
) -> Event:
    shown = flaws[:MOST]
    made = event(
        FINDING,
        **attributes,
        finding_info=finding_info(uid, title, shown),
        resources=resources(shown),
        unmapped=present({**unmapped, "flaws": [rest_of(flaw) for flaw in shown]}),
    )
    made["metadata"]["profiles"] = ["incident"]  # brings `tickets` and `verdict`
    made["vulnerabilities"] = [vulnerability(flaw) for flaw in shown]  # required, also when empty
    if len(flaws) > MOST:
        made["metadata"]["is_truncated"] = True
    return made
