"""The audit trail: append-only entries, each with the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from analyser.store.columns import now
from analyser.store.schema import AUDIT

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCK: Final = 0x43524101  # the number of PostgreSQL's advisory lock for the trail
_FIRST: Final = "0" * 64
_HASHED: Final = (
    "seq",
    "at",
    "authority",
    "actor_kind",
    "actor",
    "action",
    "object_kind",
    "object_id",
    "why",
    "before",
)


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did. It holds ids and codes, never free text.

    Attributes:
        authority: Whose data.
        actor_kind: ``client``, ``person``, ``operator`` or ``program``.
        actor: Its id.
        action: A verb and its object in one word, such as ``case.text.read``.
        object_kind: ``case``, ``sample``, ``batch`` and so on.
        object_id: Its id.
        why: A code: why it was done, such as ``audit``, ``judging``, ``api``; empty where nothing was given.
    """

    authority: str
    actor_kind: str
    actor: str
    action: str
    object_kind: str
    object_id: str
    why: str = ""


def record(connection: sa.Connection, deed: Deed) -> int:
    """Add an entry and give its number. It stands when the transaction does, so what it is about waits for that.

    Args:
        connection: Of a transaction that writes. One writer at a time adds to the chain.
        deed: What was done.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    last = connection.execute(sa.select(AUDIT.c.seq, AUDIT.c.hash).order_by(AUDIT.c.seq.desc()).limit(1)).one_or_none()
    seq, before = (last.seq + 1, last.hash) if last else (1, _FIRST)
    entry: dict[str, object] = {
        "seq": seq, "at": now().isoformat(timespec="microseconds"), **asdict(deed), "before": before
    }  # fmt: skip
    connection.execute(AUDIT.insert().values(**entry, hash=entry_hash(entry)))
    return seq


def entry_hash(entry: dict[str, object]) -> str:
    """SHA-256 over an entry's fields as sorted JSON."""
    said = json.dumps({name: entry[name] for name in _HASHED}, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(said.encode()).hexdigest()


def faults(connection: sa.Connection) -> Iterator[tuple[int, str]]:
    """Entries at which the chain does not hold, with what is wrong; none where it is whole.

    The oldest entry may have others before it that were purged; its ``before`` is then taken as it stands.
    """
    expected_seq, expected_before = None, None
    for row in connection.execute(sa.select(AUDIT).order_by(AUDIT.c.seq)).mappings():
        if expected_seq is not None and row["seq"] != expected_seq:
            yield row["seq"], f"{row['seq'] - expected_seq} entries before it are missing"
        elif expected_before is not None and row["before"] != expected_before:
            yield row["seq"], "it does not follow from the entry before"
        if entry_hash(dict(row)) != row["hash"]:
            yield row["seq"], "it was changed after it was written"
        expected_seq, expected_before = row["seq"] + 1, row["hash"]
