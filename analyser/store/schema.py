"""Tables of the service's store. No column holds note text but ``notes.text``, which stays empty unless turned on.

Changing a table takes a migration in ``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from analyser.store.columns import Moment

METADATA: Final = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# BIGINT counts up by itself on PostgreSQL; SQLite does that for INTEGER only.
_COUNTING: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

CLIENTS: Final = sa.Table(
    "clients", METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("authority", sa.String(100), nullable=False, index=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("teams", sa.JSON(none_as_null=True)),              # NULL: every team of the authority
    sa.Column("subject", sa.String(300), unique=True),           # of the identity provider's tokens, where it has one
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("disabled_at", Moment),
)  # fmt: skip
KEYS: Final = sa.Table(
    "keys", METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("client_id", sa.ForeignKey("clients.id"), nullable=False, index=True),
    sa.Column("hmac", sa.LargeBinary(32), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
    sa.Column("last_used_at", Moment),
)  # fmt: skip
ACCOUNTS: Final = sa.Table(
    "accounts", METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("authority", sa.String(100), nullable=False, index=True),
    sa.Column("name", sa.String(200), nullable=False),           # how somebody signs in locally: a role name or address
    sa.Column("role", sa.String(40), nullable=False),
    sa.Column("teams", sa.JSON(none_as_null=True)),
    sa.Column("password", sa.String(300)),                       # argon2; local accounts only
    sa.Column("issuer", sa.String(300)),                         # OpenID Connect
    sa.Column("subject", sa.String(300)),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("locked_until", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("disabled_at", Moment),
    sa.UniqueConstraint("authority", "name"),
    sa.UniqueConstraint("issuer", "subject"),
)  # fmt: skip
SIGN_IN_LINKS: Final = sa.Table(
    "sign_in_links", METADATA,
    sa.Column("hmac", sa.LargeBinary(32), primary_key=True),
    sa.Column("account_id", sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
)  # fmt: skip
SESSIONS: Final = sa.Table(
    "sessions", METADATA,
    sa.Column("hmac", sa.LargeBinary(32), primary_key=True),
    sa.Column("account_id", sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False, index=True),
)  # fmt: skip
AUDIT: Final = sa.Table(
    "audit", METADATA,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(40), nullable=False),              # as hashed: ISO 8601 with microseconds, UTC
    sa.Column("authority", sa.String(100), nullable=False, index=True),
    sa.Column("actor_kind", sa.String(20), nullable=False),      # client, person, operator, program
    sa.Column("actor", sa.String(100), nullable=False),
    sa.Column("action", sa.String(60), nullable=False),
    sa.Column("object_kind", sa.String(40), nullable=False),
    sa.Column("object_id", sa.String(500), nullable=False),
    sa.Column("why", sa.String(40), nullable=False),             # a code, never free text
    sa.Column("before", sa.String(64), nullable=False),          # hash of the entry before
    sa.Column("hash", sa.String(64), nullable=False),
)  # fmt: skip
IDEMPOTENCY: Final = sa.Table(
    "idempotency", METADATA,
    sa.Column("caller", sa.String(60), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("request", sa.String(64), nullable=False),         # HMAC of method, path and body
    sa.Column("status", sa.Integer),                             # NULL while the first request is under way
    sa.Column("headers", sa.JSON),
    sa.Column("body", sa.LargeBinary),                           # the answer; it holds no note text
    sa.Column("created_at", Moment, nullable=False, index=True),
)  # fmt: skip
JOBS: Final = sa.Table(
    "jobs", METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("authority", sa.String(100), nullable=False, index=True),
    sa.Column("owner", sa.String(60), nullable=False),           # client or account that made it
    sa.Column("tier", sa.String(40), nullable=False),
    sa.Column("state", sa.String(20), nullable=False, index=True),  # queued, running, done, failed, cancelled
    sa.Column("notes", sa.Integer, nullable=False),
    sa.Column("notes_done", sa.Integer, nullable=False, server_default="0"),
    sa.Column("notes_not_read", sa.Integer, nullable=False, server_default="0"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("worker", sa.String(100)),
    sa.Column("lease_until", Moment),
    sa.Column("code", sa.String(20)),                            # why it failed
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("started_at", Moment),
    sa.Column("ended_at", Moment),
    sa.Column("expires_at", Moment, nullable=False),             # its spool is deleted then at the latest
)  # fmt: skip
SPOOL: Final = sa.Table(
    "spool", METADATA,
    sa.Column("job_id", sa.ForeignKey("jobs.id"), primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True),
    sa.Column("notes", sa.Integer, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),         # Fernet; deleted with the part's results in one go
)  # fmt: skip
JOB_NOTES: Final = sa.Table(                                     # which notes a job read, in the order supplied
    "job_notes", METADATA,
    sa.Column("job_id", sa.ForeignKey("jobs.id"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("case_id", sa.String(200), nullable=False),
    sa.Column("note_id", sa.String(200), nullable=False),
    sa.Column("team", sa.String(200), nullable=False),
    sa.Column("code", sa.String(20)),                            # why it was not read; NULL when it was
)  # fmt: skip
VERSIONS: Final = sa.Table(
    "versions", METADATA,
    sa.Column("id", sa.String(64), primary_key=True),            # SHA-256 of the sorted JSON
    sa.Column("versions", sa.JSON, nullable=False),
    sa.Column("first_at", Moment, nullable=False),
)  # fmt: skip
NOTES: Final = sa.Table(
    "notes", METADATA,
    sa.Column("authority", sa.String(100), primary_key=True),
    sa.Column("case_id", sa.String(200), primary_key=True),
    sa.Column("note_id", sa.String(200), primary_key=True),
    sa.Column("team", sa.String(200), nullable=False, index=True),
    sa.Column("facts", sa.JSON, nullable=False),                 # NoteFacts; no text
    sa.Column("units", sa.JSON, nullable=False),                 # hashes of sentences and their words, to tell copies
    sa.Column("scores", sa.JSON, nullable=False),                # NoteScore by dimension
    sa.Column("evidence", sa.JSON, nullable=False),              # spans as in evidence.jsonl, without ids
    sa.Column("month", sa.String(7), nullable=False, index=True),  # 2026-03, or empty
    sa.Column("versions_id", sa.ForeignKey("versions.id"), nullable=False),
    sa.Column("read_at", Moment, nullable=False, index=True),
    sa.Column("text", sa.LargeBinary),                           # Fernet; only with CRA_STORE_TEXT=on
)  # fmt: skip
CASES: Final = sa.Table(
    "cases", METADATA,
    sa.Column("authority", sa.String(100), primary_key=True),
    sa.Column("case_id", sa.String(200), primary_key=True),
    sa.Column("team", sa.String(200), nullable=False, index=True),  # of its latest note
    sa.Column("plan_type", sa.String(200), nullable=False),
    sa.Column("priority", sa.Float, nullable=False),
    sa.Column("score", sa.JSON, nullable=False),                 # CaseScore
    sa.Column("versions_id", sa.ForeignKey("versions.id"), nullable=False),
    sa.Column("scored_at", Moment, nullable=False, index=True),
    sa.Index("ix_cases_by_priority", "authority", "priority", "case_id"),
)  # fmt: skip
SAMPLES: Final = sa.Table(
    "samples", METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("authority", sa.String(100), nullable=False, index=True),
    sa.Column("owner", sa.String(60), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("record", sa.JSON, nullable=False),                # design, seed, frame, versions
    sa.Column("rows", sa.JSON, nullable=False),                  # drawn cases with list, stratum, probability, weight
    sa.Column("frame", sa.JSON, nullable=False),                 # scores of the whole frame as they were then
    sa.Column("teams", sa.JSON, nullable=False),                 # teams that its frame spans
    sa.Column("created_at", Moment, nullable=False, index=True),
)  # fmt: skip
VERDICTS: Final = sa.Table(
    "verdicts", METADATA,
    sa.Column("seq", _COUNTING, primary_key=True, autoincrement=True),
    sa.Column("authority", sa.String(100), nullable=False),
    sa.Column("id", sa.String(64), nullable=False),              # hash of what it says; the same word twice is one
    sa.Column("sample_id", sa.ForeignKey("samples.id")),
    sa.Column("case_id", sa.String(200), nullable=False),
    sa.Column("team", sa.String(200), nullable=False, index=True),
    sa.Column("auditor", sa.String(200), nullable=False),
    sa.Column("said", sa.JSON, nullable=False),                  # one record of analyser.verdicts.records
    sa.Column("received_at", Moment, nullable=False),
    sa.UniqueConstraint("authority", "id"),
    sa.Index("ix_verdicts_by_case", "authority", "case_id"),
)  # fmt: skip
