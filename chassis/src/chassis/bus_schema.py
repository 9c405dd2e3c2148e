"""The tables of the bus as each revision of a service's database makes them; `tables.py` is how they are used.

Frozen: a change is a further function, called by a further revision of every service.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis import codec
from chassis.clock import Instant, from_text


def create_1() -> None:
    """The first form: outbox, inbox, held events, dead letters, results, leases, copies, import changes."""
    op.create_table(
        "command_result",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("caller", sa.String(length=80), nullable=False),
        sa.Column("command_id", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("response", sa.Text(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "caller", "command_id"),
    )
    op.create_index("ix_command_result_expires_at", "command_result", ["expires_at"], unique=False)
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("consumer", sa.String(length=60), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=True),
        sa.Column("workspace_id", sa.String(length=40), nullable=True),
        sa.Column("type", sa.String(length=120), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=200), nullable=False),
        sa.Column("trace", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("status", sa.String(length=12), server_default="parked", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_dead_letter_fingerprint", "dead_letter", ["fingerprint"], unique=False)
    op.create_table(
        "held_event",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("consumer", sa.String(length=60), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("consumer", "event_id", name="uq_held_event"),
    )
    op.create_index("ix_held_event_next_at", "held_event", ["next_at"], unique=False)
    op.create_table(
        "import_change",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("job_id", sa.String(length=40), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=True),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("errors", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("version_after", sa.Integer(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "job_id", "entity", "row"),
    )
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.String(length=60), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "event_id"),
    )
    op.create_index("ix_inbox_at", "inbox", ["at"], unique=False)
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "outbox",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=120), nullable=False),
        sa.Column("subject_type", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("lane", sa.String(length=8), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=8), server_default="unsent", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("event_id"),
        sa.UniqueConstraint("subject_type", "subject_id", "sequence", name="uq_outbox_subject_sequence"),
    )
    op.create_index(
        "ix_outbox_unsent",
        "outbox",
        ["seq"],
        unique=False,
        sqlite_where=sa.text("status = 'unsent'"),
        postgresql_where=sa.text("status = 'unsent'"),
    )
    op.create_table(
        "reference",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=400), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("merged_into", sa.String(length=40), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "type", "id"),
    )
    op.create_index("ix_reference_label", "reference", ["workspace_id", "type", "label"], unique=False)


def create_3() -> None:
    """Import changes know what a row did to its record and what an undo did about it."""
    op.add_column("import_change", sa.Column("effect", sa.String(length=12), nullable=True))
    op.add_column("import_change", sa.Column("undone", sa.String(length=12), nullable=True))
    op.add_column("import_change", sa.Column("undo_errors", sa.JSON(none_as_null=True), nullable=True))
    op.execute("UPDATE import_change SET effect = action WHERE action IN ('created', 'updated')")


def create_2() -> None:
    """What the ledger reads: what was not done again, counts of large requests, whom held and parked events concern."""
    op.create_table(
        "suppressed",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("consumer", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=120), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=True),
        sa.Column("request_id", sa.String(length=80), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "kind", "consumer", "key"),
    )
    op.create_index("ix_suppressed_last_at", "suppressed", ["last_at"], unique=False)
    op.create_index("ix_suppressed_subject", "suppressed", ["workspace_id", "subject_id"], unique=False)
    op.create_index("ix_suppressed_request", "suppressed", ["workspace_id", "request_id"], unique=False)
    op.create_table(
        "tally",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("request_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("party", sa.String(length=60), nullable=False),
        sa.Column("type", sa.String(length=120), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "request_id", "kind", "party", "type"),
    )
    op.add_column("held_event", sa.Column("type", sa.String(length=120), nullable=True))
    op.add_column("held_event", sa.Column("request_id", sa.String(length=80), nullable=True))
    op.add_column("held_event", sa.Column("since", Instant(), nullable=True))
    op.add_column("dead_letter", sa.Column("subject_id", sa.String(length=80), nullable=True))
    op.add_column("dead_letter", sa.Column("request_id", sa.String(length=80), nullable=True))
    _say_whom_2()
    for table in ("held_event", "dead_letter"):
        op.create_index(f"ix_{table}_subject", table, ["workspace_id", "subject_id"], unique=False)
        op.create_index(f"ix_{table}_request", table, ["workspace_id", "request_id"], unique=False)
    op.create_index("ix_import_change_record", "import_change", ["workspace_id", "record_id"], unique=False)


def _say_whom_2() -> None:
    """Held and parked events are few, and say themselves whom they concern; what is no event concerns nobody."""
    held = sa.table(
        "held_event",
        *map(sa.column, ("seq", "payload", "type", "request_id")),
        sa.column("since", Instant()),
    )
    parked = sa.table("dead_letter", *map(sa.column, ("id", "payload", "subject_id", "request_id")))
    connection = op.get_bind()
    for row in connection.execute(sa.select(held.c.seq, held.c.payload)).all():
        event = codec.loads(row.payload)
        connection.execute(
            sa.update(held)
            .where(held.c.seq == row.seq)
            .values(
                type=event["type"],
                request_id=(event.get("requestid") or "")[:80],
                since=from_text(event["time"]),
            )
        )
    for row in connection.execute(sa.select(parked.c.id, parked.c.payload)).all():
        try:
            event = codec.loads(row.payload)
            values = {"subject_id": event["subject"], "request_id": (event.get("requestid") or "")[:80]}
        except (ValueError, KeyError, TypeError):
            continue
        connection.execute(sa.update(parked).where(parked.c.id == row.id).values(**values))


def search_1() -> None:
    """The words that records are found by, for the databases that have such records."""
    folded = sa.String(100).with_variant(postgresql.VARCHAR(100, collation="C"), "postgresql")
    for name, more in (("search_word", ["record_id"]), ("search_vocabulary", [])):
        op.create_table(
            name,
            sa.Column("workspace_id", sa.String(length=40), nullable=False),
            sa.Column("noun", sa.String(length=20), nullable=False),
            sa.Column("word", folded, nullable=False),
            *(sa.Column(one, sa.String(length=40), nullable=False) for one in more),
            sa.PrimaryKeyConstraint("workspace_id", "noun", "word", *more),
            sqlite_with_rowid=False,
        )


def create_grants_1() -> None:
    """What partners were granted, in the services whose records are shared with them."""
    op.create_table(
        "access_grant",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("principal_id", sa.String(length=40), nullable=False),
        sa.Column("record_type", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("access", sa.String(length=8), nullable=False),
        sa.Column("is_maker", sa.Boolean(), nullable=False),
        sa.Column("granted_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "principal_id", "record_type", "record_id"),
    )
    op.create_index(
        "ix_access_grant_record", "access_grant", ["workspace_id", "record_type", "record_id"], unique=False
    )


def hearing_1() -> None:
    """Since when each consumer listens to each type."""
    op.create_table(
        "hearing",
        sa.Column("consumer", sa.String(length=60), nullable=False),
        sa.Column("type", sa.String(length=120), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "type"),
    )


def dead_letters_1() -> None:
    """Who settled a dead letter, when and why."""
    op.add_column("dead_letter", sa.Column("settled_by", sa.String(length=80), nullable=True))
    op.add_column("dead_letter", sa.Column("settled_at", Instant(), nullable=True))
    op.add_column("dead_letter", sa.Column("note", sa.Text(), nullable=True))
    op.create_index("ix_dead_letter_at", "dead_letter", ["workspace_id", "status", "at"])
