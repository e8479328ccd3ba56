"""Figures of a system on labelled cases: units, scores, priority, with intervals over cases."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from analyser.codebook import DIMENSIONS, INDICATORS
from analyser.evaluate.calibration import calibration
from analyser.evaluate.slices import slices
from analyser.evaluate.units import UnitRow, figures, unit_rows
from analyser.pipeline import result_of
from analyser.scoring import score_case
from analyser.scoring.copies import first_occurrences
from analyser.text.reading import read_note

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyser.contracts import CaseScore, Evidence
    from analyser.evaluate.labelled import LabelledCase
    from analyser.pipeline import Bundle

STATUSES: Final = ("present", "gap", "planned")
LEAST_SUPPORT: Final = 10  # labelled units from which an indicator counts in the macro mean
RESAMPLES: Final = 1000


@dataclass(frozen=True, slots=True)
class Measured:
    """What a system gave for labelled cases.

    Attributes:
        rows: A row a unit.
        scores: By case id.
    """

    cases: Sequence[LabelledCase]
    rows: Sequence[UnitRow]
    scores: dict[str, CaseScore]


def measure(cases: Sequence[LabelledCase], bundle: Bundle) -> Measured:
    """Run a system over labelled cases."""
    evidence: dict[tuple[str, str], Sequence[Evidence]] = {}
    chances: dict[tuple[str, str], list[tuple[int, int, dict[str, float]]]] = {}
    scores: dict[str, CaseScore] = {}
    for case in cases:
        results = []
        for labelled in case.notes:
            note = labelled.note
            reading = read_note(note, bundle.max_note_chars)
            if bundle.combined:
                found, likely = bundle.combined.judge(note, reading)
                names = bundle.combined.model.outputs
                chances[case.case_id, note.note_id] = [
                    (*reading.original(u.start, u.end), dict(zip(names, p, strict=True)))
                    for u, p in zip(reading.units, likely.tolist(), strict=True)
                ]
            else:
                found = bundle.engine.evidence(reading)
            evidence[case.case_id, note.note_id] = found
            results.append(result_of(note, reading, found))
        scores[case.case_id] = score_case(*first_occurrences(results))
    return Measured(cases, unit_rows(cases, evidence, chances), scores)


def summary(measured: Measured) -> dict[str, Any]:
    """All figures of a run as plain numbers.

    Returns:
        ``cases``, ``units``; for each status a table by dimension (precision, recall, F1 with its 95 % interval,
        labelled units) where anything was labelled, and its mean; ``indicators`` (of ``present``) and their macro F1;
        ``spearman`` of case scores with grades by dimension; ``auc_priority`` against ``read_first``; ``calibration``
        by dimension, for tiers with a model; ``slices`` (:func:`analyser.evaluate.slices.slices`).
    """
    rows = measured.rows
    out: dict[str, Any] = {"cases": len(measured.cases), "units": len(rows)}
    for status in STATUSES:
        table = {d: _line(rows, f"{d}:{status}") for d in DIMENSIONS}
        out[status] = {d: line for d, line in table.items() if line["support"]}
        for name in ("f1", "precision"):
            values = [line[name] for line in out[status].values()]
            out[f"mean_{name}_{status}"] = round(float(np.mean(values)), 3) if values else None
    out["indicators"] = {}
    for d in DIMENSIONS:
        for indicator in INDICATORS[d]:
            counts = figures(rows, f"{d}.{indicator}:present")
            out["indicators"][f"{d}.{indicator}"] = {
                "precision": round(counts.precision, 3), "recall": round(counts.recall, 3), "f1": round(counts.f1, 3),
                "support": counts.hits + counts.missed,
            }  # fmt: skip
    counted = [line["f1"] for line in out["indicators"].values() if line["support"] >= LEAST_SUPPORT]
    out["indicator_macro_f1"] = round(float(np.mean(counted)), 3) if counted else None
    out |= _of_cases(measured)
    out["calibration"] = {d: line for d in DIMENSIONS if (line := calibration(rows, f"{d}:present"))}
    out["slices"] = slices(measured.cases, rows)
    return out


def interval_of_f1(rows: Iterable[UnitRow], name: str, resamples: int = RESAMPLES) -> tuple[float, float]:
    """95 % percentile interval of F1 by resampling cases with replacement (Efron and Tibshirani 1993, ch. 13).

    Units of one case hang together, so cases are drawn and not units. The seed is fixed.
    """
    by_case: dict[str, list[UnitRow]] = defaultdict(list)
    for row in rows:
        by_case[row.case_id].append(row)
    counts = np.array([[f.hits, f.false, f.missed] for f in (figures(group, name) for group in by_case.values())])
    rng = np.random.default_rng(1)
    drawn = counts[rng.integers(len(counts), size=(resamples, len(counts)))].sum(axis=1)
    below = 2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2]
    f1 = np.divide(2 * drawn[:, 0], below, out=np.zeros(resamples), where=below > 0)
    low, high = np.percentile(f1, [2.5, 97.5])
    return float(low), float(high)


def _line(rows: Sequence[UnitRow], name: str) -> dict[str, Any]:
    counts = figures(rows, name)
    low, high = interval_of_f1(rows, name)
    return {
        "precision": round(counts.precision, 3), "recall": round(counts.recall, 3), "f1": round(counts.f1, 3),
        "f1_low": round(low, 3), "f1_high": round(high, 3), "support": counts.hits + counts.missed,
    }  # fmt: skip


def _of_cases(measured: Measured) -> dict[str, Any]:
    from scipy.stats import mannwhitneyu, spearmanr  # noqa: PLC0415 - heavy

    spearman = {}
    for d in DIMENSIONS:
        # A score that is withheld ranks below every score that is given.
        pairs = [
            (c.grades[d], -1.0 if (value := measured.scores[c.case_id].dimensions[d].value) is None else value)
            for c in measured.cases
            if d in c.grades
        ]
        grades, scores = zip(*pairs, strict=True) if pairs else ((), ())
        spearman[d] = round(float(spearmanr(grades, scores)[0]), 3) if len(set(grades)) > 1 < len(set(scores)) else None
    first = [measured.scores[c.case_id].priority for c in measured.cases if c.read_first]
    later = [measured.scores[c.case_id].priority for c in measured.cases if not c.read_first]
    # The area under the ROC curve is the Mann-Whitney statistic over the number of pairs (Hanley and McNeil 1982).
    area = float(mannwhitneyu(first, later).statistic) / (len(first) * len(later)) if first and later else None
    return {"spearman": spearman, "auc_priority": None if area is None else round(area, 3)}
