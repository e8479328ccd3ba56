"""How far auditors agree with each other, and then how far the machine agrees with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from analyser.codebook import DIMENSIONS
from analyser.scoring.teams import SMALLEST_CELL
from analyser.verdicts.arms import ArmFigures, arm_figures
from analyser.verdicts.compare import Compared, Rated, Scale, compare
from analyser.verdicts.proportions import Share, weighted_proportion
from analyser.verdicts.scanned import team_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from analyser.contracts import Evidence
    from analyser.verdicts.scanned import Sample, Scanned
    from analyser.verdicts.standing import Standard, Standing

ALL: Final = "all"
STANDARDS: Final = Scale(("not_met", "partly_met", "met", "cannot_tell"), ("not_met", "partly_met", "met"))
SPANS: Final = Scale(("agree", "disagree"))
_BY: Final = {"team_type": "Types of team", "writing_style": "Writing styles"}
_SHORT: Final = frozenset({"not_met", "partly_met"})


@dataclass(frozen=True, slots=True)
class Row:
    """Agreement on one standard, of all cases, of one type of team, or of one writing style.

    Attributes:
        standard: A dimension, or ``all``.
        team_type: Empty for all teams.
        writing_style: Empty for all styles.
        figures: The coefficients.
        sensitivity: Machine against human only: of records that the auditor found short of the standard (not met or
            partly met), the share that the machine's score finds short too.
        specificity: Of records that the auditor found to meet it, the share that the machine finds to meet it or
            cannot tell.
    """

    standard: str
    team_type: str
    figures: Compared
    sensitivity: Share | None = None
    specificity: Share | None = None
    writing_style: str = ""


@dataclass(frozen=True, slots=True)
class SpanRow:
    """Auditors on the machine's evidence of one standard.

    Attributes:
        judged: Verdicts on evidence.
        precision: Share of them that agree.
        missed: Marks of missed evidence.
        found: Of what auditors hold for evidence (agreed with, or marked as missed), the share that the machine had;
            at best this much, for nobody marks everything that was missed. Evidence of status ``present`` only.
    """

    standard: str
    team_type: str
    judged: int
    precision: Share
    missed: int
    found: Share
    writing_style: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Human against human first: what people do not agree on no machine can get right.

    Attributes:
        auditors: How many people judged.
        cases: Cases that anybody judged.
        human: On standards, of cases that two or more people judged; not weighted.
        human_spans: On evidence that two or more people judged; not weighted.
        machine: The machine's scores against people; weighted where a sample was given.
        independent: The same, of verdicts alone that were given before the machine's findings were shown.
        spans: People on the machine's evidence; weighted likewise.
        arms: Notes without marks, and sentences judged one by one; weighted likewise.
        remarks: What a reader of the figures has to know.
    """

    auditors: int
    cases: int
    human: list[Row] = field(default_factory=list)
    human_spans: list[Row] = field(default_factory=list)
    machine: list[Row] = field(default_factory=list)
    independent: list[Row] = field(default_factory=list)
    spans: list[SpanRow] = field(default_factory=list)
    arms: ArmFigures = field(default_factory=ArmFigures)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Item:
    """A verdict of one auditor on one span or one mark."""

    case: tuple[str, str]
    standard: str
    team_type: str
    weight: float
    writing_style: str
    right: bool
    marked: bool
    present: bool


def agreement(
    stands: Standing,
    scan: Scanned | None = None,
    sample: Sample | None = None,
    evidence: Mapping[str, Sequence[Evidence]] | None = None,
) -> Agreement:
    """Agreement by standard, type of team and writing style.

    A case that several people judged counts once against the machine: each of its verdicts has an equal share of it.

    Args:
        stands: What stands of the verdicts.
        scan: The scan that the report was made from; without it nothing is held against the machine's scores.
        sample: The drawn sample; the machine's figures are then weighted by the inverse of the probabilities, and
            cases that are not in it are left out. Figures of people among themselves are not weighted: which cases
            are read twice is not decided by these probabilities.
        evidence: The scan's, by case id, to hold against the blind and the recall arm.
    """
    kinds = _Kinds(scan, sample)
    judged = {(s.input_sha256, s.case_id) for s in stands.standards}
    judged |= {(s.input_sha256, s.key.case_id) for s in stands.spans}
    judged |= {(m.input_sha256, m.case_id) for m in stands.missed}
    people = {who for given in stands.standards.values() for who in given}
    people |= {who for words in stands.spans.values() for who in words}
    people |= {who for marked in stands.missed.values() for who in marked}
    standards = [kinds.rated((s.input_sha256, s.case_id), s.dimension, given) for s, given in stands.standards.items()]
    spans = [
        kinds.rated((s.input_sha256, s.key.case_id), s.key.dimension, {who: str(v.verdict) for who, v in words.items()})
        for s, words in stands.spans.items()
    ]
    counted = _Counted(scan, sample)
    against = list(_against_machine(stands.standards, scan, kinds, counted)) if scan else []
    hidden = list(_against_machine(stands.hidden, scan, kinds, counted)) if scan else []
    twice, spans_twice = ([u for u in units if len(u.ratings) > 1] for units in (standards, spans))
    items = list(_items(stands, kinds, counted))
    arms = ArmFigures()
    if scan and evidence is not None:
        arms = arm_figures(stands, scan.input_sha256, evidence, counted.weight, ALL)
    return Agreement(
        auditors=len(people), cases=len(judged),
        human=_rows(twice, lambda u: _row(u, STANDARDS)),
        human_spans=_rows(spans_twice, lambda u: _row(u, SPANS)),
        machine=_rows(against, _machine_row),
        independent=_rows(hidden, _machine_row),
        spans=_span_rows(items),
        arms=arms,
        remarks=[*_remarks(judged, scan, sample, counted), *_too_small(twice, spans_twice, against, hidden, items)],
    )  # fmt: skip


class _Kinds:
    """The type of team of a case, and the style in which its notes are written."""

    def __init__(self, scan: Scanned | None, sample: Sample | None) -> None:
        self._scan, self._sample = scan, sample

    def rated(self, case: tuple[str, str], standard: str, ratings: Mapping[str, str], weight: float = 1.0) -> Rated:
        """A unit with what is known of its case (hash, id)."""
        return Rated(case, standard, self.team(*case), ratings, weight, self.style(*case))

    def style(self, input_sha256: str, case_id: str) -> str:
        """Only the sample's file can say; empty where it does not, or where the case is of another export."""
        if self._sample is None or (self._scan and input_sha256 != self._scan.input_sha256):
            return ""
        return self._sample.writing_styles.get(case_id, "")

    def team(self, input_sha256: str, case_id: str) -> str:
        """As the sample's file says, or else from the scan's teams; empty where neither is known."""
        told = self._sample.team_types.get(case_id, "") if self._sample else ""
        if told or self._scan is None or input_sha256 != self._scan.input_sha256:
            return told
        return team_type(self._scan.teams.get(case_id, ""))


class _Counted:
    """Which cases count against the machine, and how much."""

    def __init__(self, scan: Scanned | None, sample: Sample | None) -> None:
        self._scan, self._sample = scan, sample

    def weight(self, input_sha256: str, case_id: str) -> float:
        """0 for a case that does not count."""
        if self._scan and (input_sha256 != self._scan.input_sha256 or case_id not in self._scan.machine):
            return 0.0
        if self._sample is None:
            return 1.0
        chance = self._sample.probabilities.get(case_id)
        return 1.0 / chance if chance else 0.0


def _against_machine(
    standards: Mapping[Standard, Mapping[str, str]], scan: Scanned, kinds: _Kinds, counted: _Counted
) -> Iterator[Rated]:
    for s, given in standards.items():
        weight = counted.weight(s.input_sha256, s.case_id)
        for judged in given.values() if weight else ():
            ratings = {"auditor": judged, "machine": scan.machine[s.case_id][s.dimension]}
            yield kinds.rated((s.input_sha256, s.case_id), s.dimension, ratings, weight / len(given))


def _rows(units: Sequence[Rated], row: Callable[[Sequence[Rated]], Row]) -> list[Row]:
    """A row a standard, one for all of them, and one for each type of team and writing style with enough cases."""
    out = []
    for standard in (ALL, *DIMENSIONS):
        of = [u for u in units if standard in {ALL, u.standard}]
        if not of:
            continue
        out.append(replace(row(of), standard=standard))
        out += [
            replace(row([u for u in of if getattr(u, by) == kind]), standard=standard, **_named(by, kind))
            for by in _BY
            for kind in _shown(of, by)
        ]
    return out


def _cases_by(units: Sequence[Rated] | Sequence[_Item], by: str) -> dict[str, set[object]]:
    cases: dict[str, set[object]] = defaultdict(set)
    for u in units:
        cases[getattr(u, by)].add(u.group if isinstance(u, Rated) else u.case)
    return cases


def _shown(units: Sequence[Rated] | Sequence[_Item], by: str) -> list[str]:
    cases = _cases_by(units, by)
    if len(cases) == 1:
        return []  # one type alone is the row above once more
    shown = sorted((k for k in cases if k and len(cases[k]) >= SMALLEST_CELL), key=lambda k: (-len(cases[k]), k))
    # Few cases must not be had by taking the shown types from the whole, either.
    while shown and 0 < sum(len(cases[k]) for k in cases if k not in shown) < SMALLEST_CELL:
        shown.pop()
    return sorted(shown)


def _named(by: str, kind: str) -> dict[str, Any]:
    return {by: kind}


def _too_small(*tables: Sequence[Rated] | Sequence[_Item]) -> list[str]:
    """What is not shown apart, by name; names of groups say nothing of their cases."""
    out = []
    for by, label in _BY.items():
        hidden: set[str] = set()
        for units in tables:
            cases = _cases_by(units, by)
            hidden |= cases.keys() - set(_shown(units, by)) if len(cases) > 1 else set()
        if named := sorted(hidden - {""}):
            out.append(
                f"{label} not shown apart in some tables, for fewer than {SMALLEST_CELL} cases were judged or would be "
                f"left over: {', '.join(named)}."
            )
    return out


def _row(units: Sequence[Rated], scale: Scale) -> Row:
    return Row("", "", compare(units, scale))


def _machine_row(units: Sequence[Rated]) -> Row:
    short = [u for u in units if u.ratings["auditor"] in _SHORT]
    met = [u for u in units if u.ratings["auditor"] == "met"]
    return Row(
        "", "", compare(units, STANDARDS),
        sensitivity=_share_of(short, lambda u: u.ratings["machine"] in _SHORT),
        specificity=_share_of(met, lambda u: u.ratings["machine"] not in _SHORT),
    )  # fmt: skip


def _share_of(units: Sequence[Rated], counts: Callable[[Rated], bool]) -> Share:
    return weighted_proportion([counts(u) for u in units], [u.weight for u in units], [u.group for u in units])


def _items(stands: Standing, kinds: _Kinds, counted: _Counted) -> Iterator[_Item]:
    readers: dict[tuple[str, str], set[str]] = defaultdict(set)  # who judged evidence of a case
    for s, words in stands.spans.items():
        readers[s.input_sha256, s.key.case_id] |= words.keys()
    for m, marked in stands.missed.items():
        readers[m.input_sha256, m.case_id] |= marked
    for s, words in stands.spans.items():
        case = (s.input_sha256, s.key.case_id)
        weight = counted.weight(*case) / len(readers[case])
        for v in words.values() if weight else ():
            yield _Item(
                case, s.key.dimension, kinds.team(*case), weight, kinds.style(*case), v.verdict == "agree",
                marked=False, present=s.key.status == "present",
            )  # fmt: skip
    for m, marked in stands.missed.items():
        case = (m.input_sha256, m.case_id)
        weight = counted.weight(*case) / len(readers[case])
        for _ in marked if weight else ():
            yield _Item(
                case, m.dimension, kinds.team(*case), weight, kinds.style(*case), right=False, marked=True, present=True
            )


def _span_rows(items: Sequence[_Item]) -> list[SpanRow]:
    out = []
    for standard in (ALL, *DIMENSIONS):
        of = [i for i in items if standard in {ALL, i.standard}]
        if of:
            out.append(_span_row(of, standard))
            out += [
                replace(_span_row([i for i in of if getattr(i, by) == kind], standard), **_named(by, kind))
                for by in _BY
                for kind in _shown(of, by)
            ]
    return out


def _span_row(items: Sequence[_Item], standard: str) -> SpanRow:
    judged = [i for i in items if not i.marked]
    evidence = [i for i in items if i.marked or (i.right and i.present)]
    precision, found = (
        weighted_proportion([i.right for i in of], [i.weight for i in of], [i.case for i in of])
        for of in (judged, evidence)
    )
    return SpanRow(standard, "", len(judged), precision, len(items) - len(judged), found)


def _remarks(judged: set[tuple[str, str]], scan: Scanned | None, sample: Sample | None, counted: _Counted) -> list[str]:
    out = []
    if scan is None:
        out.append("No scan was given (--scan), so nothing is held against the machine's scores.")
    else:
        elsewhere = Counter(input_sha256 != scan.input_sha256 for input_sha256, _ in judged)[True]
        if elsewhere:
            out.append(f"{elsewhere} judged cases are of another export and are not held against this scan.")
    if sample is None:
        out.append(
            "No sample was given (--sample): figures of the machine describe the cases that were judged, "
            "not the caseload."
        )
    else:
        left = sum(1 for case in judged if not counted.weight(*case))
        out.append(f"Figures of the machine are weighted by the sample; {left} judged cases do not count in them.")
    return out
