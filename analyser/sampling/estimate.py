"""From verdicts on a sample to rates of the frame. List B alone tells a rate; list A, read whole, adds what it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

from analyser.codebook import DIMENSIONS, Dimension
from analyser.errors import SamplingError
from analyser.plural import count
from analyser.sampling.bounds import upper_binomial, upper_hypergeometric
from analyser.sampling.rates import (
    Kind,
    Weighted,
    difference,
    effective_size,
    horvitz_thompson,
    interval,
    joined,
    ratio,
    variance_of_total,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analyser.sampling.bounds import Floats
    from analyser.sampling.draw import Drawn
    from analyser.sampling.record import MachineMeans, Record
    from analyser.sampling.verdicts import Judged
    from analyser.verdicts.records import Judgement

Outcome: TypeAlias = Literal["not_met", "partly_or_not_met"]
OUTCOMES: Final[dict[Outcome, frozenset[str]]] = {
    "not_met": frozenset({"not_met"}),
    "partly_or_not_met": frozenset({"partly_met", "not_met"}),
}
OFF: Final = 1e-6
Scope: TypeAlias = Literal["frame", "frame_without_list_a", "strata_read"]


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with its interval, all 0 to 1.

    Attributes:
        rate: The estimate.
        low: Low end of the two-sided interval.
        high: High end.
        standard_error: Of the estimate; 0 where the sample is all alike, and then only the interval counts.
        effective: Cases of a simple random sample of an endless frame that would tell as much.
        estimator: ``stratified``, ``horvitz_thompson``, ``hajek`` or ``difference``.
        interval: ``wilson``, ``korn-graubard`` or ``exact``.
    """

    rate: float
    low: float
    high: float
    standard_error: float
    effective: float | None
    estimator: str
    interval: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a sample tells of one dimension and outcome.

    Attributes:
        scope: What ``estimate`` speaks of: the frame; the frame without the must-read list, where that was not read
            whole; or only the strata of list B in which something was read.
        estimate: The headline.
        upper: One-sided upper bound of the rate at the same confidence, for assurance; exact for a simple random
            sample.
        without_list_a: The rate of the frame without the must-read list; ``None`` when there is no such list.
        difference: The difference estimator, of the same scope; ``None`` without a record of machine scores, and where
            the cases read are all alike.
        hajek: Weighted mean of list B, 0 to 1.
        horvitz_thompson: Cases of the frame of list B with the outcome: sum of weights.
        machine_only: The machine's mean chance over the frame; no estimate of the rate. It is a chance of "partly or
            not met" and stands with that outcome alone. ``None`` with the other one, and without a record.
        n: Cases of list B that were judged.
        errors: Those with the outcome.
        list_a: Cases of list A that were judged, and those with the outcome.
    """

    scope: Scope
    estimate: Rate
    upper: float
    without_list_a: Rate | None
    difference: Rate | None
    hajek: float
    horvitz_thompson: float
    machine_only: float | None
    n: int
    errors: int
    list_a: tuple[int, int]


@dataclass(frozen=True, slots=True)
class DimensionEstimates:
    """The estimates of one dimension.

    Attributes:
        outcomes: By outcome; empty where list B has no verdict on it, or only "cannot tell".
        cannot_tell: Cases of list B with that verdict; they belong to no rate.
        unread: Cases of list B without a verdict; the read ones of their stratum stand in for them.
        frame_b: Cases of the frame of list B that the estimates speak of.
        weights_over_frame: Sum of the weights of list B over its frame in the record, as a check; near 1, or the table
            is not as it was drawn. ``None`` without a record.
        notes: What a reader must know, a sentence each.
    """

    outcomes: Mapping[Outcome, Estimate]
    cannot_tell: int
    unread: int
    frame_b: int
    weights_over_frame: float | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """The cases of list B with a verdict on a dimension."""

    rows: tuple[Drawn, ...]
    verdicts: tuple[Judgement, ...]
    sample: Weighted
    frame: int
    known_frame: bool
    equal: bool

    @property
    def counted(self) -> Floats:
        return np.array([float(v != "cannot_tell") for v in self.verdicts])


def estimate_rates(
    rows: Sequence[Drawn],
    judged: Judged,
    record: Record | None,
    confidence: float,
    kind: Kind = "wilson",
) -> dict[Dimension, DimensionEstimates]:
    """Rates by dimension.

    Args:
        rows: The sample.
        judged: Verdicts; those on other cases are not used.
        record: The sample's record, for the sizes of strata and the machine's chances; estimates without it go by
            weights and know no difference estimator.
        confidence: Between 0 and 1.
        kind: The interval.

    Raises:
        SamplingError: Verdicts are on list A only, or on no case of the sample; or the record is another sample's.
    """
    in_a, in_b = ({r.case_id for r in rows if r.list == which} for which in ("A", "B"))
    used = {case_id for cases in judged.values() for case_id in cases}
    if not used & in_b:
        raise (
            SamplingError("CRA-7022") if used & in_a else SamplingError("CRA-7023", verdicts="VERDICTS", sample="FILE")
        )
    if record and not {r.stratum for r in rows if r.list == "B"} <= set(record.strata):
        raise SamplingError(
            "CRA-7020", path="the record beside the sample", why="its strata are those of another sample"
        )
    return {d: _dimension(d, rows, judged[d], record, confidence, kind) for d in DIMENSIONS if d in judged}


def _dimension(
    dimension: Dimension,
    rows: Sequence[Drawn],
    verdicts: Mapping[str, Judgement],
    record: Record | None,
    confidence: float,
    kind: Kind,
) -> DimensionEstimates:
    list_b = [r for r in rows if r.list == "B"]
    missing = sum(r.case_id not in verdicts for r in list_b)
    unsure = sum(verdicts.get(r.case_id) == "cannot_tell" for r in list_b)
    if len(list_b) - missing - unsure == 0:
        return DimensionEstimates({}, unsure, missing, 0, None, ("No case of list B has a verdict that counts.",))
    read, left_out = _read(list_b, verdicts, record)
    list_a = [r for r in rows if r.list == "A"]
    known = [verdicts[r.case_id] for r in list_a if r.case_id in verdicts]
    notes = []
    if left_out:
        notes.append(f"Nothing was read in the strata {', '.join(left_out)}; the rates do not speak of their cases.")
    if missing:
        have = "has" if missing == 1 else "have"
        notes.append(f"{count(missing, 'drawn case')} {have} no verdict; those read of the same stratum stand in.")
    whole = len(known) == len(list_a)
    if not whole:
        notes.append("List A is not read whole, so the rates speak of the frame without it.")
    machine = record.machine.get(dimension) if record and not left_out else None
    scope: Scope = "strata_read" if left_out else "frame" if whole else "frame_without_list_a"
    outcomes = {
        outcome: _outcome(failing, read, known if list_a else [], machine, scope, confidence, kind, with_a=bool(list_a))
        for outcome, failing in OUTCOMES.items()
    }
    outcomes["not_met"] = replace(outcomes["not_met"], machine_only=None)
    share = sum(r.weight for r in list_b) / sum(record.strata.values()) if record else None
    if share is not None and read.equal and abs(share - 1) > OFF:
        notes.append(
            f"The weights of list B add up to {share:.0%} of its frame: a case is missing from it, or was added."
        )
    return DimensionEstimates(outcomes, unsure, missing, read.frame, share, tuple(notes))


def _read(list_b: Sequence[Drawn], verdicts: Mapping[str, Judgement], record: Record | None) -> tuple[_Read, list[str]]:
    """The read cases, reweighted to their strata; and strata without a read case.

    With equal probabilities each read case stands for N / n of its stratum; with unequal ones its weight is raised by
    drawn over read.
    """
    drawn = Counter(r.stratum for r in list_b)
    rows = tuple(r for r in list_b if r.case_id in verdicts)
    read = Counter(r.stratum for r in rows)
    names = sorted(read)
    unequal = {s for s in names if len({round(r.weight, 9) for r in list_b if r.stratum == s}) > 1}
    size: dict[str, float] = {}
    for s in drawn:
        stands_for = sum(r.weight for r in list_b if r.stratum == s)
        size[s] = record.strata[s] if record else stands_for if s in unequal else round(stands_for)

    def weight(r: Drawn) -> float:
        return (r.weight * drawn[r.stratum] if r.stratum in unequal else size[r.stratum]) / read[r.stratum]

    weights = np.array([weight(r) for r in rows])
    probabilities = np.minimum(1.0, 1 / weights)
    groups = joined(np.array([names.index(r.stratum) for r in rows]), probabilities)
    simple = len(drawn) == 1 and not unequal
    frame = round(sum(size[s] for s in names))
    known = record is not None or not unequal
    sample = Weighted(weights, probabilities, groups, simple)
    judged = tuple(verdicts[r.case_id] for r in rows)
    return _Read(rows, judged, sample, frame, known, not unequal), sorted(set(drawn) - set(read))


def _outcome(
    failing: frozenset[str], read: _Read, known: Sequence[Judgement], machine: MachineMeans | None, scope: Scope,
    confidence: float, kind: Kind, *, with_a: bool,
) -> Estimate:  # fmt: skip
    values = np.array([float(v in failing) for v in read.verdicts])
    counted = read.counted
    judged = _judged(read)
    extreme = -1 if not values.any() else 1 if values[counted > 0].all() else 0
    hajek, variance = (float(x) for x in ratio(values, read.sample, counted))
    total = float(horvitz_thompson(values * counted, read.sample))
    rate, name = hajek, "stratified"
    if not read.equal:
        name = "hajek"
        if read.known_frame and counted.all() and extreme == 0:
            # With the size of the frame known, the total over it is less biased than the ratio of two estimates.
            rate, name = min(1.0, total / read.frame), "horvitz_thompson"
            variance = float(variance_of_total(values / read.frame, read.sample))
    b = _rate(rate, variance, judged, confidence, kind, read.frame, extreme, name)
    d = None
    if machine is not None and machine.probability_frame is not None:
        chances = np.array([machine.cases.get(r.case_id, machine.probability_frame) for r in read.rows])[counted > 0]
        guess, spread = (float(x) for x in difference(values[counted > 0], chances, machine.probability_frame, judged))
        d = _rate(guess, spread, judged, confidence, kind, read.frame, 0, "difference") if extreme == 0 else None
    sure = [v for v in known if v != "cannot_tell"]
    a = (len(sure), sum(v in failing for v in sure))
    weight_b = read.frame * float((read.sample.weights * counted).sum() / read.sample.weights.sum())
    upper = _upper(judged, values[counted > 0], rate, variance, confidence, read.frame)
    adds = with_a and scope == "frame"
    headline = _with_list_a(b, a, weight_b) if adds else b
    return Estimate(
        scope, headline, (a[1] + upper * weight_b) / (a[0] + weight_b) if adds else upper, b if with_a else None,
        _with_list_a(d, a, weight_b) if adds and d else d, hajek, total, machine.frame if machine else None,
        judged.size, int(values.sum()), a,
    )  # fmt: skip


def _judged(read: _Read) -> Weighted:
    """The sample of the cases that could be judged; their number is no longer fixed by the design."""
    counted = read.counted > 0
    if counted.all():
        return read.sample
    s = read.sample
    groups = joined(s.groups[counted], s.probabilities[counted])
    return Weighted(s.weights[counted], s.probabilities[counted], groups, simple=False)


def _rate(
    rate: float, variance: float, sample: Weighted, confidence: float, kind: Kind, frame: int, extreme: int, name: str
) -> Rate:
    low, high = interval(rate, variance, sample, confidence, kind, frame, np.array(extreme))
    exact = extreme != 0 or not 0 < rate < 1 or bool(np.all(sample.probabilities >= 1))
    effective = None if exact else float(effective_size(np.array(rate), np.array(variance), sample))
    how = "exact" if exact else kind
    return Rate(rate, float(low), float(high), variance**0.5, effective, name, how)


def _upper(sample: Weighted, values: Floats, rate: float, variance: float, confidence: float, frame: int) -> float:
    """The one-sided bound: hypergeometric for a simple random sample, else exact on the effective number of cases."""
    if np.all(sample.probabilities >= 1):
        return rate
    if sample.simple:
        return float(upper_hypergeometric(sample.size, int(values.sum()), frame, confidence))
    usual = 0 < rate < 1
    effective = float(effective_size(np.array(rate), np.array(variance), sample) if usual else sample.kish)
    return float(upper_binomial(effective, rate * effective, confidence))


def _with_list_a(b: Rate, a: tuple[int, int], weight_b: float) -> Rate:
    """List A is known, not sampled: it shifts rate and interval and adds no variance."""
    whole = a[0] + weight_b
    low, rate, high = ((a[1] + part * weight_b) / whole for part in (b.low, b.rate, b.high))
    return replace(b, rate=rate, low=low, high=high, standard_error=b.standard_error * weight_b / whole, effective=None)
