"""Flaws and what the ledger remembers of them."""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

from ticketbot.model.finding import Kind, Severity

DecisionKind = Literal["accepted", "false_positive", "wont_fix", "duplicate", "fixed", "suppressed"]
"""What a person said. `fixed`: a person closed the ticket as done. `suppressed`: the code itself says so."""


class Scope(msgspec.Struct, frozen=True, gc=False, order=True):
    """Whose absence in a scan counts for what."""

    target: str
    family: str
    environment: str = ""
    part: str = ""
    branch: str = "default"
    """The branch class: `default`, `release/<name>`, or `change`."""

    def __str__(self) -> str:
        extra = [p for p in (self.environment, self.part) if p]
        if self.branch != "default":
            extra.append(self.branch)
        return f"{self.family} on {self.target}" + (f" ({', '.join(extra)})" if extra else "")


class Traits(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """What tells a finding from its look-alikes (`identity.traits`). Redacted; no identity."""

    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    message: str = ""
    """8 hexadecimal digits of what the tool said, numbers and quoted words left out."""
    scope: str | None = None
    """The function or block around it: the report's own name for it, else read from the checkout."""
    text: str = ""
    """The line as it is hashed, cut."""
    before: tuple[str, ...] = ()
    """8 hexadecimal digits for each of up to 3 lines that say something, the nearest first."""
    after: tuple[str, ...] = ()


NO_TRAITS = Traits()


class Doubt(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Why a flaw's last absence is no proof that it is gone. `moved`: it may be one of the findings that
    seem new. `unlisted`: its file is not among the scanned ones, and nobody can tell whether it is still
    there. `unchanged`: its line is in the code as it was. `silenced`: it is, with a suppression comment."""

    kind: Literal["moved", "unlisted", "unchanged", "silenced"]
    at: str = ""
    """`app/db.py:12`: where its line is, or where it may have moved to."""
    word: str = ""
    """Of the suppression comment, as `nosec`."""


class Features(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """What the matcher and a group ticket need of a flaw as last seen; never text that redaction removed."""

    rule: str
    title: str
    severity: Severity
    kind: Kind
    tool: str
    path: str | None = None
    line: int | None = None
    logical: str | None = None
    line_hash: str | None = None
    """The value of the finding's `line` alias."""
    cwe: tuple[int, ...] = ()
    owasp: tuple[str, ...] = ()
    vulnerabilities: tuple[str, ...] = ()
    component: str | None = None
    """The purl without its version, or the package's name."""
    version: str | None = None
    fixed: tuple[str, ...] = ()
    operation: str | None = None
    """`GET /users/{}`, with `?name` of the parameter where there is one."""
    operation_by: str = ""
    """What told the operation (`identity.ingredients.Operation.told_by`)."""
    endpoints: tuple[str, ...] = ()
    """Where a flaw of the whole target was seen so far; sorted, not all."""
    resource: str | None = None
    traits: Traits = NO_TRAITS
    doubt: Doubt | None = None
    """Only while it is absent."""
    content: str = ""
    """Digest of what a reader of the ticket would call content (`planning.render.content_digest`)."""


class Flaw(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The lasting problem. Its id is minted once and never recomputed."""

    id: str
    """uuid5(target, birth alias, n), lower case with dashes."""
    target: str
    family: str
    birth: str
    """The strongest alias at birth, as `sline/1:<hex>`."""
    n: int
    first_seen: str
    """ISO 8601, UTC: the SLA clock starts here."""
    features: Features
    baseline: bool = False
    """Known debt: gets no ticket by itself."""


class Sighting(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What one scope last saw of one flaw. `absences` counts distinct scans since it was last there."""

    scope: Scope
    first_scan: str
    """Digest of the first scan that saw it."""
    last_scan: str
    """Digest of the last scan that saw it, as of the last change of `absences`."""
    absences: int = 0


class Decision(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What a person said about a flaw."""

    kind: DecisionKind
    made_at: str
    source: Literal["ticket", "command", "code", "page"] = "ticket"
    by: str | None = None
    reason: str | None = None
    until: str | None = None
    """ISO 8601; after it the decision no longer binds. None: until taken back."""
    duplicate_of: str | None = None
    """A flaw's UUID or a ticket's key."""
    commit: str | None = None
    """The commit of the last applied scan when the decision was made."""


class Ruling(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """What a person, or correlation, said about identity. `merge`: `flaw` and `other` are one. `split`: a
    match was wrong, and `flaw` is none of `aliases`."""

    kind: Literal["merge", "split"]
    flaw: str
    """The survivor's UUID; of a split, that of the flaw that keeps its ticket."""
    other: str = ""
    """The flaw that counts as the survivor from now on; empty in a split."""
    aliases: tuple[str, ...] = ()
    """`recipe:value` of what the flaw takes no more."""
    made_at: str
    """ISO 8601, UTC."""
    source: Literal["command", "correlation"] = "command"
    by: str | None = None
    reason: str = ""
    undone_at: str | None = None
    """When it was taken back; None: it stands."""

    @property
    def id(self) -> str:
        """12 hexadecimal digits: the same for the same ruling in every ledger."""
        said = (self.kind, self.flaw, self.other, sorted(self.aliases), self.made_at)
        return hashlib.blake2b(msgspec.json.encode(said), digest_size=6).hexdigest()


class Related(msgspec.Struct, frozen=True, gc=False, order=True):
    """Another tool's flaw that is probably the same problem: it keeps its own ticket."""

    flaw: str
    """Its UUID."""
    tool: str
    rule: str
