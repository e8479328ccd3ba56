"""Error rates by who writes, about whom, in what kind of note: where the machine is weaker, it says so."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from analyser.codebook import DIMENSIONS
from analyser.evaluate.units import figures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analyser.evaluate.labelled import LabelledCase
    from analyser.evaluate.units import UnitRow

LEAST_LABELLED: Final = 40  # labelled units below which a slice says nothing
_AGES: Final = (
    (1.0, "unborn and under 1"),
    (5.0, "1 to 4"),
    (11.0, "5 to 10"),
    (16.0, "11 to 15"),
    (99.0, "16 and over"),
)
_AWAY_FROM_HOME: Final = ("CLA", "SGO", "care leaver", "PLO")


def slices(cases: Sequence[LabelledCase], rows: Sequence[UnitRow]) -> dict[str, dict[str, dict[str, Any]]]:
    """Figures of ``present`` over all four dimensions together, slice by slice.

    Args:
        cases: Labelled cases.
        rows: Their units.

    Returns:
        By axis and slice: ``precision``, ``recall``, ``f1``, ``missed`` (1 - recall), ``false`` (units marked and not
        labelled, as a share of units that are not labelled), ``labelled`` units, ``units``, ``cases``. Slices with few
        labelled units are left out.
    """
    facts = {c.case_id: c for c in cases}
    axes: dict[str, Callable[[UnitRow], str]] = {
        "writing style": lambda r: str(facts[r.case_id].facts.get("writing_style", "")),
        "team": lambda r: str(facts[r.case_id].facts.get("team_type", "")),
        "age": lambda r: _age_band(facts[r.case_id]),
        "disability": lambda r: _disability(facts[r.case_id]),
        "placement": lambda r: _placement(facts[r.case_id]),
        "anonymisation": lambda r: str(facts[r.case_id].facts.get("anonymisation", "")),
        "kind of note": lambda r: r.kind,
    }
    out: dict[str, dict[str, dict[str, Any]]] = {}
    for axis, name_of in axes.items():
        groups: dict[str, list[UnitRow]] = defaultdict(list)
        for row in rows:
            groups[name_of(row)].append(row)
        lines = {name: line for name, group in sorted(groups.items()) if name and (line := _line(group))}
        if len(lines) > 1:
            out[axis] = lines
    return out


def _line(rows: Sequence[UnitRow]) -> dict[str, Any] | None:
    counts = [figures(rows, f"{d}:present") for d in DIMENSIONS]
    hits, false, missed = (sum(getattr(c, kind) for c in counts) for kind in ("hits", "false", "missed"))
    if hits + missed < LEAST_LABELLED:
        return None
    unlabelled = len(DIMENSIONS) * len(rows) - hits - missed
    return {
        "precision": round(hits / (hits + false), 3) if hits + false else 0.0,
        "recall": round(hits / (hits + missed), 3),
        "f1": round(2 * hits / (2 * hits + false + missed), 3),
        "missed": round(missed / (hits + missed), 3),
        "false": round(false / unlabelled, 4),
        "labelled": hits + missed,
        "units": len(rows),
        "cases": len({r.case_id for r in rows}),
    }


def _age_band(case: LabelledCase) -> str:
    years = next((n.note.age_years for n in case.notes if n.note.age_years is not None), None)
    if years is None:
        return ""
    return next(name for below, name in _AGES if years < below)


def _disability(case: LabelledCase) -> str:
    team = str(case.facts.get("team_type", ""))
    if not team:
        return ""
    return "children with disabilities" if "disabilit" in team else "other teams"


def _placement(case: LabelledCase) -> str:
    plan = str(case.facts.get("plan_type", ""))
    return "looked after, kinship, care leavers" if plan.startswith(_AWAY_FROM_HOME) else "at home or not placed"
