"""The ledger's tables as they are today; `migrations` says how they came to be. A test compares
both.

Nothing here is special to one database but storage hints that the others ignore. Times are ISO 8601
text in UTC, because they are compared and shown, never calculated with in SQL.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _number(name: str, refers_to: str) -> Column[int]:
    return Column(name, Integer, ForeignKey(refers_to), nullable=False)


runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    _text("command"),
    _text("version"),
    _text("url", null=True),
    _text("started_at"),
    _text("ended_at", null=True),
    _text("outcome"),
    _text("summary"),  # JSON object of counts
)

scopes = Table(
    "scopes",
    metadata,
    Column("no", Integer, primary_key=True),
    _text("target"),
    _text("family"),
    _text("environment"),
    _text("part"),
    _text("branch"),
    Column("last_scan", Integer),  # scans.no; without a foreign key, which would be circular
    UniqueConstraint("target", "family", "environment", "part", "branch"),
)

scans = Table(
    "scans",
    metadata,
    Column("no", Integer, primary_key=True),
    _number("scope", "scopes.no"),
    _text("digest"),
    _text("tool"),  # "" where only the digest is known, from a marker
    _text("version", null=True),
    _text("started", null=True),
    _text("ended", null=True),
    _text("commit", null=True),
    _text("branch", null=True),
    Column("complete", Boolean, nullable=False),
    _text("reasons"),  # JSON array of text
    Column("results", Integer, nullable=False),
    _text("url", null=True),
    _text("run", null=True),
    UniqueConstraint("scope", "digest"),
)

flaws = Table(
    "flaws",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    _text("target"),
    _text("family"),
    _text("birth"),
    Column("n", Integer, nullable=False),
    _text("first_seen"),
    Column("features", LargeBinary, nullable=False),  # JSON of model.flaw.Features
    Column("baseline", Boolean, nullable=False),
    _text("settled"),
    Index(None, "target", "family"),
    Index(None, "target", "settled"),
)

aliases = Table(
    "aliases",
    metadata,
    Column("no", Integer, primary_key=True),  # the order of arrival: markers drop the oldest first
    _number("flaw", "flaws.no"),
    _text("alias"),
    _text("stage"),
    UniqueConstraint("alias", "flaw"),
    Index(None, "flaw"),
)

sightings = Table(
    "sightings",
    metadata,
    Column("scope", Integer, ForeignKey("scopes.no"), primary_key=True),
    Column("flaw", Integer, ForeignKey("flaws.no"), primary_key=True),
    _number("first_scan", "scans.no"),
    _number("last_scan", "scans.no"),
    Column("absences", Integer, nullable=False),
    Index(None, "flaw"),
    sqlite_with_rowid=False,
)

results = Table(
    "results",
    metadata,
    Column("scope", Integer, ForeignKey("scopes.no"), primary_key=True),
    Column("digest", LargeBinary, primary_key=True),  # 16 bytes
    Column("flaw", Integer, ForeignKey("flaws.no")),  # NULL: the result is no flaw
    Index(None, "flaw"),
    sqlite_with_rowid=False,
)

decisions = Table(
    "decisions",
    metadata,
    Column("no", Integer, primary_key=True),
    _number("flaw", "flaws.no"),
    _text("kind"),
    _text("made_at"),
    _text("source"),
    _text("by", null=True),
    _text("reason", null=True),
    _text("until", null=True),
    _text("duplicate_of", null=True),
    _text("commit", null=True),
    _text("lifted_at", null=True),
    Index(None, "flaw"),
    Index(
        "uq_decisions_standing",
        "flaw",
        unique=True,
        sqlite_where=text("lifted_at IS NULL"),
        postgresql_where=text("lifted_at IS NULL"),
    ),
)

rulings = Table(
    "rulings",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    _text("kind"),
    _number("flaw", "flaws.no"),
    Column("other", Integer, ForeignKey("flaws.no")),  # NULL in a split
    _text("aliases"),  # JSON array of text
    _text("made_at"),
    _text("source"),
    _text("by", null=True),
    _text("reason"),
    _text("undone_at", null=True),
    Index(None, "flaw"),
    Index(None, "other"),
)

relations = Table(
    "relations",
    metadata,
    Column("flaw", Integer, ForeignKey("flaws.no"), primary_key=True),
    Column("other", Integer, ForeignKey("flaws.no"), primary_key=True),
    _text("because"),
    _text("linked_at", null=True),  # when their tickets were tied
    Index(None, "other"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("no", Integer, primary_key=True),
    _text("tracker"),
    _text("id"),
    _text("key"),
    _text("url"),
    _text("subject"),
    _text("group_key", null=True),
    _text("state"),
    _text("closed", null=True),
    _text("closed_at", null=True),
    Column("kept_open", Boolean, nullable=False),
    Column("asked", Boolean, nullable=False),
    _text("revision"),
    _text("draft"),
    _text("due", null=True),
    _text("severity"),
    _text("written"),  # JSON object
    _text("created_at"),
    UniqueConstraint("tracker", "id"),
    Index(None, "tracker", "subject"),
    Index(None, "key"),
)

members = Table(
    "members",
    metadata,
    Column("ticket", Integer, ForeignKey("tickets.no"), primary_key=True),
    Column("flaw", Integer, ForeignKey("flaws.no"), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("struck", Boolean, nullable=False),
    Index(None, "flaw"),
)

marks = Table(
    "marks",
    metadata,
    Column("tracker", Text, primary_key=True),
    _text("mark"),
)

intents = Table(
    "intents",
    metadata,
    Column("id", Text, primary_key=True),
    _text("run"),
    _text("tracker"),
    _text("subject"),
    _text("action"),
    _text("nonce"),
    _text("high_water_mark"),
    _text("sent_at"),
    _text("state"),  # open, applied, rejected, unknown
    _text("ticket_id", null=True),
    _text("reason"),
    _text("note"),
    _text("flaws"),  # JSON array of UUIDs
    _text("finished_at", null=True),
    Index(None, "run"),
    Index(None, "subject"),
    Index(None, "tracker", "ticket_id"),
    # An unknown outcome bars the next attempt as an open intent does: it may have been carried out.
    Index(
        "uq_intents_pending",
        "tracker",
        "subject",
        "action",
        unique=True,
        sqlite_where=text("state IN ('open', 'unknown')"),
        postgresql_where=text("state IN ('open', 'unknown')"),
    ),
)
