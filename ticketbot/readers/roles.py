"""Who attacked whom, by role: the same operation may keep customers apart and let guests in.

Roles only: what may be a person, an id or a token is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_ROLE = re.compile(r"[a-z][a-z _-]{0,39}")
_NAMES = (("attackerRole", "victimRole"), ("attacker_role", "victim_role"))


def with_roles(discriminator: str | None, attacker: object, victim: object) -> str | None:
    """`customer->admin` after what a finding is told apart by; unchanged where no role is told."""
    pair = f"{_role(attacker)}->{_role(victim)}"
    told = [discriminator] if discriminator else []
    return " ".join([*told, pair]) if pair != "->" else discriminator


def told_roles(properties: Mapping[str, Any]) -> tuple[object, object]:
    """Attacker and victim of a property bag: `attackerRole` and `victimRole`, or both in `roles`."""
    roles = properties.get("roles")
    if isinstance(roles, dict):
        return roles.get("attacker"), roles.get("victim")
    for attacker, victim in _NAMES:
        if attacker in properties or victim in properties:
            return properties.get(attacker), properties.get(victim)
    return None, None


def _role(value: object) -> str:
    text = " ".join(value.lower().split()) if isinstance(value, str) else ""
    return text if _ROLE.fullmatch(text) else ""
