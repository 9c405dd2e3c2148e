"""Uploads and saved mappings; imports by a mapping, their reasons, and undos."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.clock import Instant


def _record() -> list[sa.Column[object]]:
    """The columns of every record."""
    return [
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.Column("custom", sa.JSON(), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("suggestion", sa.JSON(), nullable=False),
        sa.Column("uploaded_by", sa.String(length=40), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
    )
    op.create_table(
        "import_mapping",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=1000), nullable=True),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("is_builtin", sa.Boolean(), nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
    )
    op.create_index("uq_import_mapping_name", "import_mapping", ["workspace_id", "name"], unique=True)
    for column in (
        sa.Column("mapping", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("mapping_id", sa.String(length=40), nullable=True),
        sa.Column("mapping_name", sa.String(length=120), nullable=True),
        sa.Column("upload_id", sa.String(length=40), nullable=True),
        sa.Column("automation", sa.String(length=10), nullable=False, server_default="run"),
        sa.Column("undoes_id", sa.String(length=40), nullable=True),
        sa.Column("undo_id", sa.String(length=40), nullable=True),
        sa.Column("removed", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("restored", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("kept", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("reasons", sa.JSON(), nullable=False, server_default="[]"),
    ):
        op.add_column("job", column)
    op.execute("UPDATE job SET mapping_name = profile")
    with op.batch_alter_table("job") as table:
        table.drop_column("profile")
