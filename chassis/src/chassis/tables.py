"""The tables of the bus in every service's database: outbox, inbox, held events, dead letters, results, leases, and
what the ledger needs beside them: what was not done again, and the counts of large requests.

The same on both databases. They carry the workspace id as a plain column and are exempt from the workspace guard.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from chassis.clock import Instant

TECHNICAL = {"technical": True}
metadata = MetaData()

_Serial = BigInteger().with_variant(Integer(), "sqlite")

outbox = Table(
    "outbox",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("event_id", String(40), nullable=False, unique=True),
    Column("workspace_id", String(40), nullable=False),
    Column("source", String(40), nullable=False),
    Column("type", String(120), nullable=False),
    Column("subject_type", String(60), nullable=False),
    Column("subject_id", String(80), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("version", Integer),
    Column("lane", String(8), nullable=False),
    Column("payload", Text, nullable=False),
    Column("status", String(8), nullable=False, server_default="unsent"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("last_error", Text),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("subject_type", "subject_id", "sequence", name="uq_outbox_subject_sequence"),
    info=TECHNICAL,
)
Index(
    "ix_outbox_unsent",
    outbox.c.seq,
    sqlite_where=text("status = 'unsent'"),
    postgresql_where=text("status = 'unsent'"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("consumer", String(60), primary_key=True),
    Column("event_id", String(40), primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    info=TECHNICAL,
)

# Since when a consumer listens to a type: what was told before that is not awaited.
hearing = Table(
    "hearing",
    metadata,
    Column("consumer", String(60), primary_key=True),
    Column("type", String(120), primary_key=True),
    Column("since", Instant, nullable=False),
    info=TECHNICAL,
)

held_event = Table(
    "held_event",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("consumer", String(60), nullable=False),
    Column("event_id", String(40), nullable=False),
    Column("workspace_id", String(40), nullable=False),
    Column("subject_id", String(80), nullable=False),
    Column("payload", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant, nullable=False, index=True),
    Column("last_error", Text),
    Column("type", String(120)),
    Column("request_id", String(80)),
    Column("since", Instant),
    UniqueConstraint("consumer", "event_id", name="uq_held_event"),
    info=TECHNICAL,
)
Index("ix_held_event_subject", held_event.c.workspace_id, held_event.c.subject_id)
Index("ix_held_event_request", held_event.c.workspace_id, held_event.c.request_id)

dead_letter = Table(
    "dead_letter",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("consumer", String(60), nullable=False),
    Column("event_id", String(40)),
    Column("workspace_id", String(40)),
    Column("type", String(120)),
    Column("payload", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("fingerprint", String(200), nullable=False, index=True),
    Column("trace", Text),
    Column("attempts", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("status", String(12), nullable=False, server_default="parked"),
    Column("subject_id", String(80)),
    Column("request_id", String(80)),
    # Who had it tried again, or gave it up for good and why.
    Column("settled_by", String(80)),
    Column("settled_at", Instant),
    Column("note", Text),
    info=TECHNICAL,
)
Index("ix_dead_letter_at", dead_letter.c.workspace_id, dead_letter.c.status, dead_letter.c.at)
Index("ix_dead_letter_subject", dead_letter.c.workspace_id, dead_letter.c.subject_id)
Index("ix_dead_letter_request", dead_letter.c.workspace_id, dead_letter.c.request_id)

# What came again and was not done again. `key` tells what: an event's id, an idempotency key, the row of an import.
suppressed = Table(
    "suppressed",
    metadata,
    Column("workspace_id", String(40), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("consumer", String(80), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("type", String(120), nullable=False),
    Column("subject_id", String(80)),
    Column("request_id", String(80)),
    Column("count", Integer, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False, index=True),
    info=TECHNICAL,
)
Index("ix_suppressed_subject", suppressed.c.workspace_id, suppressed.c.subject_id)
Index("ix_suppressed_request", suppressed.c.workspace_id, suppressed.c.request_id)

# How many events one large request told (`told`) and a consumer took (`taken`), by type: a row for thousands of events.
tally = Table(
    "tally",
    metadata,
    Column("workspace_id", String(40), primary_key=True),
    Column("request_id", String(80), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("party", String(60), primary_key=True),
    Column("type", String(120), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    info=TECHNICAL,
)

command_result = Table(
    "command_result",
    metadata,
    Column("workspace_id", String(40), primary_key=True),
    Column("caller", String(80), primary_key=True),
    Column("command_id", String(255), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("response", Text),
    Column("expires_at", Instant, nullable=False, index=True),
    info=TECHNICAL,
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("owner", String(120), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("expires_at", Instant, nullable=False),
    info=TECHNICAL,
)

reference = Table(
    "reference",
    metadata,
    Column("workspace_id", String(40), primary_key=True),
    Column("type", String(40), primary_key=True),
    Column("id", String(40), primary_key=True),
    Column("label", String(400), nullable=False),
    Column("owner_id", String(40)),
    Column("state", String(40)),
    Column("sequence", Integer, nullable=False),
    Column("merged_into", String(40)),
    Column("data", JSON, nullable=False),
)
Index("ix_reference_label", reference.c.workspace_id, reference.c.type, reference.c.label)

import_change = Table(
    "import_change",
    metadata,
    Column("workspace_id", String(40), primary_key=True),
    Column("job_id", String(40), primary_key=True),
    Column("entity", String(40), primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("record_id", String(40)),
    Column("action", String(12), nullable=False),
    Column("errors", JSON(none_as_null=True)),
    Column("before", JSON(none_as_null=True)),
    Column("version_after", Integer),
    # What the row did to its record, created or updated, however the row itself ended; what an undo did about it.
    Column("effect", String(12)),
    Column("undone", String(12)),
    Column("undo_errors", JSON(none_as_null=True)),
    Column("at", Instant, nullable=False),
)
Index("ix_import_change_record", import_change.c.workspace_id, import_change.c.record_id)
