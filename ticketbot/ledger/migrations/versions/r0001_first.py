"""The first released schema.

Revision ID: 0001
Revises: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    _runs()
    _scans()
    _flaws()
    _sightings()
    _decisions()
    _tickets()
    _members()
    _journal()


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )


def _scans() -> None:
    op.create_table(
        "scopes",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("last_scan", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_scopes")),
        sa.UniqueConstraint(
            "target",
            "family",
            "environment",
            "part",
            "branch",
            name=op.f("uq_scopes_target_family_environment_part_branch"),
        ),
    )
    op.create_table(
        "scans",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("started", sa.Text(), nullable=True),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.Column("commit", sa.Text(), nullable=True),
        sa.Column("branch", sa.Text(), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("results", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("run", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["scope"], ["scopes.no"], name=op.f("fk_scans_scope")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_scans")),
        sa.UniqueConstraint("scope", "digest", name=op.f("uq_scans_scope_digest")),
    )


def _flaws() -> None:
    op.create_table(
        "flaws",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("birth", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("first_seen", sa.Text(), nullable=False),
        sa.Column("features", sa.LargeBinary(), nullable=False),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.Column("settled", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_flaws")),
        sa.UniqueConstraint("id", name=op.f("uq_flaws_id")),
    )
    op.create_index(op.f("ix_flaws_target_family"), "flaws", ["target", "family"])
    op.create_index(op.f("ix_flaws_target_settled"), "flaws", ["target", "settled"])
    op.create_table(
        "aliases",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("flaw", sa.Integer(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["flaw"], ["flaws.no"], name=op.f("fk_aliases_flaw")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_aliases")),
        sa.UniqueConstraint("alias", "flaw", name=op.f("uq_aliases_alias_flaw")),
    )
    op.create_index(op.f("ix_aliases_flaw"), "aliases", ["flaw"])


def _sightings() -> None:
    op.create_table(
        "sightings",
        sa.Column("scope", sa.Integer(), nullable=False),
        sa.Column("flaw", sa.Integer(), nullable=False),
        sa.Column("first_scan", sa.Integer(), nullable=False),
        sa.Column("last_scan", sa.Integer(), nullable=False),
        sa.Column("absences", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["first_scan"], ["scans.no"], name=op.f("fk_sightings_first_scan")),
        sa.ForeignKeyConstraint(["flaw"], ["flaws.no"], name=op.f("fk_sightings_flaw")),
        sa.ForeignKeyConstraint(["last_scan"], ["scans.no"], name=op.f("fk_sightings_last_scan")),
        sa.ForeignKeyConstraint(["scope"], ["scopes.no"], name=op.f("fk_sightings_scope")),
        sa.PrimaryKeyConstraint("scope", "flaw", name=op.f("pk_sightings")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_sightings_flaw"), "sightings", ["flaw"])
    op.create_table(
        "results",
        sa.Column("scope", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("flaw", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["flaw"], ["flaws.no"], name=op.f("fk_results_flaw")),
        sa.ForeignKeyConstraint(["scope"], ["scopes.no"], name=op.f("fk_results_scope")),
        sa.PrimaryKeyConstraint("scope", "digest", name=op.f("pk_results")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_results_flaw"), "results", ["flaw"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("flaw", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("duplicate_of", sa.Text(), nullable=True),
        sa.Column("commit", sa.Text(), nullable=True),
        sa.Column("lifted_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["flaw"], ["flaws.no"], name=op.f("fk_decisions_flaw")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_flaw"), "decisions", ["flaw"])
    op.create_index(
        "uq_decisions_standing",
        "decisions",
        ["flaw"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "marks",
        sa.Column("tracker", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tracker", name=op.f("pk_marks")),
    )


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("tracker", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("closed", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.Text(), nullable=True),
        sa.Column("kept_open", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("due", sa.Text(), nullable=True),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_tickets")),
        sa.UniqueConstraint("tracker", "id", name=op.f("uq_tickets_tracker_id")),
    )
    op.create_index(op.f("ix_tickets_key"), "tickets", ["key"])
    op.create_index(op.f("ix_tickets_tracker_subject"), "tickets", ["tracker", "subject"])


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("flaw", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("struck", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["flaw"], ["flaws.no"], name=op.f("fk_members_flaw")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.no"], name=op.f("fk_members_ticket")),
        sa.PrimaryKeyConstraint("ticket", "flaw", name=op.f("pk_members")),
    )
    op.create_index(op.f("ix_members_flaw"), "members", ["flaw"])


def _journal() -> None:
    op.create_table(
        "intents",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("tracker", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("high_water_mark", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("flaws", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intents")),
    )
    op.create_index(op.f("ix_intents_run"), "intents", ["run"])
    op.create_index(op.f("ix_intents_subject"), "intents", ["subject"])
    op.create_index(op.f("ix_intents_tracker_ticket_id"), "intents", ["tracker", "ticket_id"])
    op.create_index(
        "uq_intents_pending",
        "intents",
        ["tracker", "subject", "action"],
        unique=True,
        sqlite_where=sa.text("state IN ('open', 'unknown')"),
        postgresql_where=sa.text("state IN ('open', 'unknown')"),
    )


def downgrade() -> None:
    """There is nothing before."""
