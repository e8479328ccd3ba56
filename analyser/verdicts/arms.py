"""What the blind arm and the recall arm of a sample say of the machine: evidence that people saw without its help.

The other figures come from people who looked at the machine's marks: they can say which of these are wrong, and they
miss what it missed. Here nobody knew what it had found.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyser.codebook import DIMENSIONS, Dimension
from analyser.verdicts.proportions import Share, weighted_proportion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from analyser.contracts import Evidence
    from analyser.verdicts.standing import Standing


@dataclass(frozen=True, slots=True)
class ArmRow:
    """Both arms on one standard.

    Attributes:
        standard: A dimension, or ``all``.
        blind_found: Of evidence that auditors marked in notes without marks, the share that the machine had there too.
        blind_precision: Of what the machine had there, the share that an auditor marked too.
        sentence_found: Of sentences in which an auditor saw evidence, the share in which the machine had some.
        sentence_precision: Of sentences in which the machine had evidence, the share in which an auditor saw some.
        missed: Of sentences in which the machine had none, the share in which an auditor saw some.
    """

    standard: str
    blind_found: Share
    blind_precision: Share
    sentence_found: Share
    sentence_precision: Share
    missed: Share


@dataclass(frozen=True, slots=True)
class ArmFigures:
    """The two arms.

    Attributes:
        blind_notes: Readings of notes without marks.
        sentences: Verdicts on sentences.
        rows: All standards together, then each; empty when neither arm was read.
    """

    blind_notes: int = 0
    sentences: int = 0
    rows: tuple[ArmRow, ...] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    """One thing that a person or the machine had, or did not have; hits count 1 for "the other had it too"."""

    figure: str
    standard: Dimension
    hit: bool
    weight: float
    case: tuple[str, str]


def arm_figures(
    stands: Standing,
    input_sha256: str,
    evidence: Mapping[str, Sequence[Evidence]],
    weight: Callable[[str, str], float],
    all_name: str,
) -> ArmFigures:
    """Hold the machine's evidence against both arms. Evidence of status ``present`` only.

    A passage counts as found by both when they are of the same standard and touch each other; a mark on a whole note
    touches all that is in it.

    Args:
        stands: What stands of the verdicts.
        input_sha256: Hash of the export that was scanned; readings of others are left out.
        evidence: The scan's, by case id.
        weight: Of a case (hash, id), the inverse of its probability of being drawn; 0 leaves it out.
        all_name: The name of the row of all standards together.
    """
    readers: dict[str, int] = defaultdict(int)
    for sha, case_id, _ in stands.protocols:
        readers[case_id] += sha == input_sha256
    looks: list[_Look] = []
    notes = sentences = 0
    for (sha, case_id, _), protocol in stands.protocols.items():
        share = weight(sha, case_id) / readers[case_id] if sha == input_sha256 else 0.0
        if not share:
            continue
        by_note: dict[str, list[Evidence]] = defaultdict(list)
        for e in evidence.get(case_id, ()):
            if e.status == "present":
                by_note[e.note_id].append(e)
        notes += len(protocol.blind_notes)
        sentences += len(protocol.sentences)
        for note_id in protocol.blind_notes:
            seen = [(s.dimension, s.start, s.end) for s in protocol.seen if s.note_id == note_id]
            had = [(e.dimension, e.start, e.end) for e in by_note[note_id]]
            pairs = (("blind_found", seen, had), ("blind_precision", had, seen))
            looks += [
                _Look(figure, one[0], any(_touch(one, other) for other in others), share, (sha, case_id))
                for figure, ones, others in pairs
                for one in ones
            ]
        for s in protocol.sentences:
            flagged = {e.dimension for e in by_note[s.note_id] if e.start < s.end and s.start < e.end}
            looks += _sentence(set(s.standards), flagged, share, (sha, case_id))
    if not (notes or sentences):
        return ArmFigures()
    rows = [_row(looks, all_name), *(_row([k for k in looks if k.standard == d], d) for d in DIMENSIONS)]
    return ArmFigures(notes, sentences, tuple(rows))


def _sentence(seen: set[Dimension], flagged: set[Dimension], weight: float, case: tuple[str, str]) -> Iterator[_Look]:
    for d in DIMENSIONS:
        if d in seen:
            yield _Look("sentence_found", d, d in flagged, weight, case)
        figure = "sentence_precision" if d in flagged else "missed"
        yield _Look(figure, d, d in seen, weight, case)


def _touch(one: tuple[Dimension, int | None, int | None], other: tuple[Dimension, int | None, int | None]) -> bool:
    (d, start, end), (of, first, last) = one, other
    if d != of:
        return False
    if start is None or end is None or first is None or last is None:
        return True
    return start < last and first < end


def _row(looks: Sequence[_Look], standard: str) -> ArmRow:
    def share(figure: str) -> Share:
        of = [k for k in looks if k.figure == figure]
        return weighted_proportion([k.hit for k in of], [k.weight for k in of], [k.case for k in of])

    return ArmRow(
        standard, share("blind_found"), share("blind_precision"), share("sentence_found"),
        share("sentence_precision"), share("missed"),
    )  # fmt: skip
