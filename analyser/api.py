"""The Python interface: text in, evidence out; a frame in, frames out."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from analyser.codebook import DIMENSIONS
from analyser.contracts import Note
from analyser.ingest import load_profile
from analyser.pipeline import analyse_note, evidence_row, notes_of
from analyser.scoring import score_case, score_note
from analyser.scoring.copies import first_occurrences
from analyser.tiers import DEFAULT, load_bundle

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import pandas as pd

    from analyser.contracts import Evidence, NoteScore
    from analyser.pipeline import NoteResult


class Frames(NamedTuple):
    """What :meth:`Analyser.analyse_frame` gives.

    Attributes:
        evidence: A row a span: the columns of ``evidence.jsonl``.
        notes: A row a note: ``case_id``, ``note_id``, ``words``, ``sentences`` and ``<dimension>_score`` (0 to 100, or
            missing where it does not apply).
        cases: A row a case: ``case_id``, ``<dimension>_score``, ``priority`` (0 to 100), ``reasons``.
    """

    evidence: pd.DataFrame
    notes: pd.DataFrame
    cases: pd.DataFrame


class Analyser:
    """Reads notes with a tier: rules, models, or both.

    Making one compiles the rules and loads the model (one to three seconds); analysing a note of 200 words then takes
    about ten milliseconds with ``standard``, one with ``rules`` or ``fast``.
    An analyser holds no text and may be used from several threads.

    Args:
        rules: A folder of rules; the shipped ones by default.
        tier: ``rules``, ``fast``, ``standard`` or ``thorough``.

    Raises:
        RuleError: A rule file is not usable.
        ModelError: The tier is not installed.
    """

    def __init__(self, rules: Path | None = None, tier: str = DEFAULT) -> None:
        self._bundle = load_bundle(tier, rules=rules)
        self._profile = load_profile("generic")

    @property
    def versions(self) -> dict[str, str]:
        """Versions of program, codebook and rules, to keep beside every result."""
        return self._bundle.versions

    def analyse(
        self,
        text: str,
        *,
        note_type: str = "",
        author_role: str = "",
        age: str = "",
        occurred_at: datetime | None = None,
    ) -> list[Evidence]:
        """Evidence in one note.

        Args:
            text: The note, plain or HTML.
            note_type: The type as a system names it ("Home visit", "Case supervision"); it tells how "I" is to be read.
            author_role: The writer's role ("Social worker", "Team manager").
            age: The child's age ("7", "8 months", "unborn").
            occurred_at: When it happened.

        Returns:
            Spans in order of place, with offsets into ``text``; an empty list when nothing was found.
        """
        note = Note(
            case_id="case", note_id="note", text=text, note_type=note_type, author_role=author_role, age=age,
            occurred_at=occurred_at, kind=self._profile.kind_of_note(note_type),
            author=self._profile.kind_of_author(author_role),
        )  # fmt: skip
        return list(analyse_note(note, self._bundle).evidence)

    def analyse_note(self, note: Note) -> tuple[list[Evidence], NoteScore]:
        """Evidence and scores of one note."""
        result = analyse_note(note, self._bundle)
        return list(result.evidence), score_note(result.facts, result.evidence)

    def analyse_frame(self, frame: pd.DataFrame) -> Frames:
        """Evidence, note scores and case scores for a frame of notes.

        Args:
            frame: Columns ``case_id``, ``note_id``, ``text`` and, where there are any, ``occurred_at``, ``recorded_at``
                (datetimes), ``note_type``, ``author_role``, ``team``, ``plan_type``, ``age``; one row a note.

        Raises:
            ValueError: A column is missing or a cell cannot be used; the message names it and shows no value.
        """
        import pandas as pd  # noqa: PLC0415 - heavy

        results = [analyse_note(self._with_kinds(note), self._bundle) for note in notes_of(frame)]
        evidence = pd.DataFrame([evidence_row(e) for r in results for e in r.evidence])
        notes = pd.DataFrame([self._note_row(r) for r in results])
        groups: dict[str, list[NoteResult]] = defaultdict(list)
        for r in results:
            groups[r.facts.case_id].append(r)
        rows = []
        for case_id, group in groups.items():
            case = score_case(*first_occurrences((r.facts, r.evidence, r.units) for r in group))
            scores = {f"{d}_score": case.dimensions[d].value for d in DIMENSIONS}
            rows.append({"case_id": case_id, **scores, "priority": case.priority, "reasons": " ".join(case.reasons)})
        cases = (
            pd.DataFrame(rows).sort_values("priority", ascending=False, ignore_index=True) if rows else pd.DataFrame()
        )
        return Frames(evidence, notes, cases)

    def _with_kinds(self, note: Note) -> Note:
        if note.kind != "other" or note.author != "unknown":
            return note
        kinds = {
            "kind": self._profile.kind_of_note(note.note_type),
            "author": self._profile.kind_of_author(note.author_role),
        }
        return note.model_copy(update=kinds)

    @staticmethod
    def _note_row(result: NoteResult) -> dict[str, object]:
        scores = score_note(result.facts, result.evidence).dimensions
        return {
            "case_id": result.facts.case_id, "note_id": result.facts.note_id, "words": result.facts.words,
            "sentences": result.facts.sentences, **{f"{d}_score": scores[d].value for d in DIMENSIONS},
        }  # fmt: skip
