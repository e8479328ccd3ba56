"""Keep what was read, and put its cases together again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyser.scoring import score_case, score_note
from analyser.scoring.copies import first_occurrences
from analyser.store.results import (
    ReadNote,
    cases_out_of_reach,
    lock_cases,
    notes_of_case,
    put_case,
    put_notes,
    put_versions,
)
from service.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import sqlalchemy as sa

    from analyser.pipeline import NoteResult
    from analyser.store import Reach


def check_reach(connection: sa.Connection, reach: Reach, notes: Sequence[tuple[str, str]]) -> None:
    """Refuse notes that a caller may not send.

    Args:
        connection: Of any transaction.
        reach: The caller's.
        notes: Case id and team of each.

    Raises:
        Problem: 403; a note names a team out of reach, or its case is kept under one.
    """
    if reach.teams is None:
        return
    if not all(reach.covers(team) for _, team in notes):
        raise Problem(403, "CRA-8012")
    if cases_out_of_reach(connection, reach, (case_id for case_id, _ in notes)):
        raise Problem(403, "CRA-8012")


def keep(
    connection: sa.Connection,
    reach: Reach,
    results: Sequence[NoteResult],
    versions: Mapping[str, str],
    sealed: Mapping[tuple[str, str], bytes] | None = None,
) -> None:
    """Keep results, and score their cases anew from all notes that are there.

    Args:
        connection: Of a transaction that writes; all of it stands or nothing.
        reach: The caller's.
        results: What was found; only sure evidence is kept.
        versions: What read them.
        sealed: Encrypted texts by case and note id, where text is kept.

    Raises:
        Problem: 403, as :func:`check_reach`; it is asked again here, under the lock.
    """
    cases = {r.facts.case_id for r in results}
    lock_cases(connection, reach.authority, cases)
    check_reach(connection, reach, [(r.facts.case_id, r.facts.team) for r in results])
    versions_id = put_versions(connection, versions)
    put_notes(connection, reach.authority, [_read_note(r, sealed or {}) for r in results], versions_id)
    for case_id in sorted(cases):
        rescore(connection, reach.authority, case_id)


def rescore(connection: sa.Connection, authority: str, case_id: str) -> None:
    """Score a case anew from its notes. Its team and plan are those of its latest note, as in a scan."""
    notes = notes_of_case(connection, authority, case_id)
    if notes:
        latest = max(notes, key=lambda n: (n.read_at is not None, n.read_at))
        score = score_case(*first_occurrences((n.facts, n.evidence, n.units) for n in notes))
        put_case(connection, authority, score, latest.versions_id)


def _read_note(result: NoteResult, sealed: Mapping[tuple[str, str], bytes]) -> ReadNote:
    sure = tuple(e for e in result.evidence if e.sure)
    scores = score_note(result.facts, sure).dimensions
    return ReadNote(result.facts, sure, result.units, scores, sealed.get((result.facts.case_id, result.facts.note_id)))
