"""What people and correlation say about identity, and other tools' flaws that are related.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Two new tables; nothing that is there changes."""
    op.create_table(
        "rulings",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("flaw", sa.Integer(), nullable=False),
        sa.Column("other", sa.Integer(), nullable=True),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["flaw"], ["flaws.no"], name=op.f("fk_rulings_flaw")),
        sa.ForeignKeyConstraint(["other"], ["flaws.no"], name=op.f("fk_rulings_other")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_rulings")),
        sa.UniqueConstraint("id", name=op.f("uq_rulings_id")),
    )
    op.create_index(op.f("ix_rulings_flaw"), "rulings", ["flaw"])
    op.create_index(op.f("ix_rulings_other"), "rulings", ["other"])
    op.create_table(
        "relations",
        sa.Column("flaw", sa.Integer(), nullable=False),
        sa.Column("other", sa.Integer(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("linked_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["flaw"], ["flaws.no"], name=op.f("fk_relations_flaw")),
        sa.ForeignKeyConstraint(["other"], ["flaws.no"], name=op.f("fk_relations_other")),
        sa.PrimaryKeyConstraint("flaw", "other", name=op.f("pk_relations")),
    )
    op.create_index(op.f("ix_relations_other"), "relations", ["other"])


def downgrade() -> None:
    """Forgets them."""
    op.drop_table("relations")
    op.drop_table("rulings")
