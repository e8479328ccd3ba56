"""What was read: notes with their evidence and scores, and cases put together from them. No note text but sealed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql, sqlite

from analyser.contracts import CaseScore, DimensionScore, Evidence, NoteFacts
from analyser.store.columns import now
from analyser.store.schema import CASES, NOTES, VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from analyser.codebook import Dimension
    from analyser.store.reach import Reach


@dataclass(frozen=True, slots=True)
class ReadNote:
    """A note that was read, as the store keeps it.

    Attributes:
        facts: What the note is.
        evidence: In order of place, with the hashes of their units.
        units: Hash and number of words of every unit, in order.
        scores: By dimension.
        sealed: Its text, encrypted; ``None`` where text is not kept.
    """

    facts: NoteFacts
    evidence: tuple[Evidence, ...]
    units: tuple[tuple[int, int], ...]
    scores: dict[Dimension, DimensionScore]
    sealed: bytes | None = None


@dataclass(frozen=True, slots=True)
class StoredNote(ReadNote):
    """A note from the store.

    Attributes:
        versions_id: Which versions read it.
        read_at: When.
        text_kept: Whether its text is in the store; ``sealed`` is left out unless asked for.
    """

    versions_id: str = ""
    read_at: datetime | None = None
    text_kept: bool = False


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case from the store, with the versions that read its latest note and the moment of scoring."""

    score: CaseScore
    versions_id: str
    scored_at: datetime


def put_versions(connection: sa.Connection, versions: Mapping[str, str]) -> str:
    """Keep what made results, once; its id."""
    said = json.dumps(dict(versions), sort_keys=True)
    versions_id = hashlib.sha256(said.encode()).hexdigest()
    if connection.execute(sa.select(VERSIONS.c.id).where(VERSIONS.c.id == versions_id)).one_or_none() is None:
        row = {"id": versions_id, "versions": dict(versions), "first_at": now()}
        connection.execute(_insert(connection, VERSIONS).values(row).on_conflict_do_nothing())
    return versions_id


def versions_of(connection: sa.Connection, versions_id: str) -> dict[str, str]:
    """The versions that an id stands for."""
    found: dict[str, str] = connection.execute(
        sa.select(VERSIONS.c.versions).where(VERSIONS.c.id == versions_id)
    ).scalar_one()
    return found


def lock_cases(connection: sa.Connection, authority: str, case_ids: Iterable[str]) -> None:
    """Hold cases until the transaction ends, so that two writers do not score one from half of its notes.

    SQLite has one writer at a time anyway.
    """
    if connection.dialect.name != "postgresql":
        return
    for case_id in sorted(set(case_ids)):
        digest = hashlib.blake2b(f"{authority}\0{case_id}".encode(), digest_size=8).digest()
        number = int.from_bytes(digest, "big", signed=True)
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def cases_out_of_reach(connection: sa.Connection, reach: Reach, case_ids: Iterable[str]) -> set[str]:
    """Those of ``case_ids`` that the authority has under a team out of reach."""
    if reach.teams is None:
        return set()
    where = sa.and_(CASES.c.authority == reach.authority, CASES.c.case_id.in_(sorted(set(case_ids))))
    rows = connection.execute(sa.select(CASES.c.case_id, CASES.c.team).where(where))
    return {row.case_id for row in rows if not reach.covers(row.team)}


def put_notes(connection: sa.Connection, authority: str, notes: Sequence[ReadNote], versions_id: str) -> None:
    """Keep notes; one that is there already is replaced."""
    rows = {
        (n.facts.case_id, n.facts.note_id): {
            "authority": authority, "case_id": n.facts.case_id, "note_id": n.facts.note_id, "team": n.facts.team,
            "facts": _plain(NoteFacts, n.facts), "units": n.units,
            "scores": _plain(dict[str, DimensionScore], n.scores),
            "evidence": _plain(tuple[Evidence, ...], n.evidence),
            "month": f"{n.facts.when:%Y-%m}" if n.facts.when else "",
            "versions_id": versions_id, "read_at": now(), "text": n.sealed,
        }
        for n in notes
    }  # fmt: skip
    _upsert(connection, NOTES, list(rows.values()))


def put_case(connection: sa.Connection, authority: str, case: CaseScore, versions_id: str) -> None:
    """Keep the scores of a case, in place of earlier ones."""
    row = {
        "authority": authority, "case_id": case.case_id, "team": case.team, "plan_type": case.plan_type,
        "priority": case.priority, "score": _plain(CaseScore, case), "versions_id": versions_id, "scored_at": now(),
    }  # fmt: skip
    _upsert(connection, CASES, [row])


def notes_of_case(connection: sa.Connection, authority: str, case_id: str) -> list[StoredNote]:
    """All notes of a case in order of time. Whether somebody may see the case is asked before, with :func:`case_of`."""
    columns = [c for c in NOTES.c if c.name != "text"]
    where = sa.and_(NOTES.c.authority == authority, NOTES.c.case_id == case_id)
    rows = connection.execute(sa.select(*columns, NOTES.c.text.is_not(None).label("text_kept")).where(where))
    found = [note_of_row(row._mapping) for row in rows]  # noqa: SLF001 - public, by its documentation
    return sorted(found, key=lambda n: (n.facts.when is None, n.facts.when, n.facts.row, n.facts.note_id))


def note_of_row(row: sa.RowMapping) -> StoredNote:
    """A note from a row of the table with the column ``text_kept``."""
    return StoredNote(
        facts=_record(NoteFacts, row["facts"]),
        evidence=_record(tuple[Evidence, ...], row["evidence"]),
        units=tuple((int(h), int(w)) for h, w in row["units"]),
        scores=_record(dict[str, DimensionScore], row["scores"]),
        versions_id=row["versions_id"],
        read_at=row["read_at"],
        text_kept=bool(row["text_kept"]),
    )


def case_of(connection: sa.Connection, reach: Reach, case_id: str) -> StoredCase | None:
    """A case within reach; ``None`` where there is none."""
    row = connection.execute(sa.select(CASES).where(reach.of(CASES)).where(CASES.c.case_id == case_id)).one_or_none()
    return None if row is None else case_of_row(row._mapping)  # noqa: SLF001 - as above


def case_of_row(row: sa.RowMapping) -> StoredCase:
    """A case from a row of the table."""
    return StoredCase(_record(CaseScore, row["score"]), row["versions_id"], row["scored_at"])


def sealed_text(connection: sa.Connection, authority: str, case_id: str, note_id: str) -> bytes | None:
    """The encrypted text of a note; ``None`` where it is not kept. Access is asked for before."""
    where = sa.and_(NOTES.c.authority == authority, NOTES.c.case_id == case_id, NOTES.c.note_id == note_id)
    sealed: bytes | None = connection.execute(sa.select(NOTES.c.text).where(where)).scalar_one_or_none()
    return sealed


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _plain(kind: Any, record: object) -> Any:
    return _adapter(kind).dump_python(record, mode="json")


def _record(kind: Any, plain: object) -> Any:
    return _adapter(kind).validate_python(plain)


def _insert(connection: sa.Connection, table: sa.Table) -> Any:
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def _upsert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    keys = [c.name for c in table.primary_key]
    statement = _insert(connection, table)
    new = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=new), rows)
