"""Names that last: the UUID of a flaw and of a group ticket. Minted once, stored, never recomputed.

Two machines without a ledger mint the same UUID for the same finding: nothing of the machine goes
in.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from ticketbot.model.finding import Alias

_NAMESPACE = UUID("6f1d1c1e-0c63-5b6e-9a53-5d2f6c1b7a40")
"""Drawn once for ticketbot. Changing it would make every flaw a new one."""


def mint(target: str, birth: Alias, n: int) -> str:
    """A flaw's UUID: of its target, its strongest alias at birth, and how many flaws held that
    alias before."""
    return _name("flaw", target, str(birth), str(n))


def subject_of_group(tracker: str, target: str, group_by: str, value: str, n: int) -> str:
    """A group ticket's UUID; `n` counts the earlier tickets of this group (a decided one is not
    reopened)."""
    return _name("group", tracker, target, group_by, value, str(n))


def _name(*parts: str) -> str:
    """Length-prefixed, so that ("a", "bc") and ("ab", "c") differ. Lengths are of UTF-8 bytes."""
    sized = (f"{len(part.encode('utf-8', 'replace'))}:{part}" for part in parts)
    return str(uuid5(_NAMESPACE, "".join(sized).encode("utf-8", "replace").decode()))
