"""The lasting part of a rule's id, where a tool writes into it what is not the rule's.

Only what was seen in real reports; ids of all other families stay as they are. No map of renamed
rules.
"""

from __future__ import annotations

_SEMGREP_ROOTS = frozenset(
    (
        "ai apex bash c clojure contrib cpp csharp dart dockerfile elixir fingerprints generic go hack"
        " html java javascript json julia kotlin lisp lua ocaml package_managers php problem-based-packs"
        " python r ruby rust scala scheme solidity swift terraform typescript yaml"
    ).split()
)
"""The top folders of Semgrep's registry of rules."""


def stable_rule(family: str, rule: str) -> str:
    """The part of a rule id that the next run will have too.

    Semgrep puts the path of the rules file before the id, with dots (`ci.rules.python.flask.x`
    where it ran on `ci/rules`), and registry ids may end twice in the same name (file and rule).
    """
    if family != "semgrep" or "." not in rule:
        return rule
    parts = rule.split(".")
    start = next((i for i, part in enumerate(parts[:-1]) if part in _SEMGREP_ROOTS), len(parts) - 1)
    kept = parts[start:]
    return ".".join(kept[:-1] if len(kept) > 1 and kept[-1] == kept[-2] else kept)
