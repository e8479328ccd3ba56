"""The frame: the cases of a scan from which a sample is drawn, with declared exclusions."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from analyser.codebook import DIMENSIONS, Dimension
from analyser.errors import OutputError, SamplingError
from analyser.sampling.machine import UNKNOWN, chance_of_failing
from analyser.sampling.tables import date_of, number_of, read_table
from analyser.sampling.tickets import ids_sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

MONTHS_A_YEAR: Final = 12
NO_DATE: Final = "no date"


@dataclass(frozen=True, slots=True)
class FrameCase:
    """A case that can be drawn.

    Attributes:
        case_id: Its id.
        team: Team of its latest note, or the empty string.
        plan_type: Plan or legal status, or the empty string.
        month: Month of its latest note in the window, ``2026-03``; :data:`NO_DATE` without one.
        priority: 0 to 100, from the scan.
        chances: By dimension, the machine's chance (0 to 1) that the standard is not met.
    """

    case_id: str
    team: str
    plan_type: str
    month: str
    priority: float
    chances: Mapping[Dimension, float]

    def risk(self, dimension: Dimension | None = None) -> float:
        """The chance for one dimension, or the mean of all."""
        return self.chances[dimension] if dimension else sum(self.chances.values()) / len(self.chances)


@dataclass(frozen=True, slots=True)
class Rules:
    """What is left out of the frame. All of it is declared in the sample's record.

    Attributes:
        first: Cases need a note on or after this day.
        last: Cases need a note on or before this day.
        audited: Day of the latest audit, by case id.
        audited_months: Cases audited within so many months before ``as_of`` are left out.
        as_of: The day to count back from; by default ``last``, else the day of the latest note. Never today's date: the
            same command must give the same frame tomorrow.
        only_status: Plans or legal statuses to keep; all when empty.
        without_status: Plans or legal statuses to leave out.
    """

    first: date | None = None
    last: date | None = None
    audited: Mapping[str, date] = field(default_factory=dict)
    audited_months: int = MONTHS_A_YEAR
    as_of: date | None = None
    only_status: tuple[str, ...] = ()
    without_status: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A rule of the frame, in words, and how many cases it left out (each counts for the first rule that meets it)."""

    rule: str
    cases: int


@dataclass(frozen=True, slots=True)
class Frame:
    """The cases to draw from, by case id.

    Attributes:
        cases: In the order of their ids.
        listed: Cases in the scan, before exclusions.
        exclusions: What was left out, and why.
        sha256: Hash of the ids (:func:`analyser.sampling.tickets.ids_sha256`).
    """

    cases: tuple[FrameCase, ...]
    listed: int
    exclusions: tuple[Exclusion, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class _Listed:
    case: FrameCase
    days: tuple[date, ...]


def load_frame(folder: Path, rules: Rules) -> Frame:
    """The frame of a scan.

    Args:
        folder: Output of ``analyser scan``; ``cases.csv`` is read, and ``notes.csv`` when there is a date window.
        rules: What to leave out.

    Raises:
        OutputError: The folder is not the output of a scan.
        SamplingError: A case is listed twice, or nothing is left.
    """
    if not (folder / "cases.csv").is_file():
        raise OutputError("CRA-5002", path=folder, missing="cases.csv")
    rows = read_table(folder / "cases.csv", ("case_id",))
    listed = [_listed(row) for row in _with_chances(rows)]
    if len({one.case.case_id for one in listed}) < len(listed):
        raise SamplingError("CRA-7020", path=folder / "cases.csv", why="a case is listed twice")
    if rules.first or rules.last:
        listed = _in_window(listed, _days_of_notes(folder), rules)
    kept, exclusions = _apply(listed, rules)
    if not kept:
        raise SamplingError("CRA-7011", path=folder, listed=len(rows))
    cases = tuple(sorted((one.case for one in kept), key=lambda c: c.case_id))
    return Frame(cases, len(rows), exclusions, ids_sha256([c.case_id for c in cases]))


def read_audited(path: Path) -> dict[str, date]:
    """Days of audits by case id, the latest of each, from a CSV with ``case_id`` and ``audited_at``.

    Raises:
        SamplingError: The file cannot be used.
    """
    latest: dict[str, date] = {}
    for row in read_table(path, ("case_id", "audited_at")):
        day = date_of(row["audited_at"])
        if day is None:
            raise SamplingError("CRA-7020", path=path, why="an audited_at is no date such as 2026-03-31")
        latest[row["case_id"]] = max(day, latest.get(row["case_id"], day))
    return latest


def months_before(day: date, months: int) -> date:
    """The same day of the month, ``months`` earlier; the last day of that month if it is shorter."""
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 - months, MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _with_chances(rows: list[dict[str, str]]) -> list[tuple[dict[str, str], dict[Dimension, float]]]:
    """Rows with the machine's chances; where a score is withheld, the mean of the cases that have one."""
    found = {
        d: [chance_of_failing(*(number_of(r.get(f"{d}_{part}")) for part in ("score", "low", "high"))) for r in rows]
        for d in DIMENSIONS
    }
    usual: dict[Dimension, float] = {}
    for d, chances in found.items():
        known = [c for c in chances if c is not None]
        usual[d] = sum(known) / len(known) if known else UNKNOWN
    return [(row, {d: usual[d] if (c := found[d][i]) is None else c for d in DIMENSIONS}) for i, row in enumerate(rows)]


def _listed(found: tuple[dict[str, str], dict[Dimension, float]]) -> _Listed:
    row, chances = found
    days = tuple(day for name in ("first_note", "last_note") if (day := date_of(row.get(name, ""))))
    month = f"{max(days):%Y-%m}" if days else NO_DATE
    case = FrameCase(
        row["case_id"],
        row.get("team", ""),
        row.get("plan_type", ""),
        month,
        number_of(row.get("priority")) or 0.0,
        chances,
    )
    return _Listed(case, days)


def _days_of_notes(folder: Path) -> dict[str, list[date]]:
    if not (folder / "notes.csv").is_file():
        raise OutputError("CRA-5002", path=folder, missing="notes.csv")
    days: dict[str, list[date]] = defaultdict(list)
    for row in read_table(folder / "notes.csv", ("case_id", "occurred_at")):
        if day := date_of(row["occurred_at"]):
            days[row["case_id"]].append(day)
    return days


def _in_window(listed: list[_Listed], notes: Mapping[str, list[date]], rules: Rules) -> list[_Listed]:
    """Cases with the days of their notes inside the window only, and the month of the latest of these."""
    out = []
    for one in listed:
        days = tuple(
            sorted(
                day
                for day in notes.get(one.case.case_id, ())
                if (rules.first is None or day >= rules.first) and (rules.last is None or day <= rules.last)
            )
        )
        out.append(_Listed(replace(one.case, month=f"{days[-1]:%Y-%m}" if days else NO_DATE), days))
    return out


def _apply(listed: Iterable[_Listed], rules: Rules) -> tuple[list[_Listed], tuple[Exclusion, ...]]:
    kept = list(listed)
    exclusions = []
    for words, leaves_out in _tests(kept, rules):
        rest = [one for one in kept if not leaves_out(one)]
        exclusions.append(Exclusion(words, len(kept) - len(rest)))
        kept = rest
    return kept, tuple(exclusions)


def _tests(listed: list[_Listed], rules: Rules) -> list[tuple[str, Callable[[_Listed], bool]]]:
    tests: list[tuple[str, Callable[[_Listed], bool]]] = []
    if rules.first or rules.last:
        span = " ".join(
            [f"from {rules.first}"] * (rules.first is not None) + [f"to {rules.last}"] * (rules.last is not None)
        )
        tests.append((f"no dated note {span}", lambda one: not one.days))
    if rules.audited:
        as_of = rules.as_of or rules.last or max((d for one in listed for d in one.days), default=date.min)
        since = months_before(as_of, rules.audited_months) if as_of > date.min else date.min
        tests.append(
            (
                f"audited after {since} and not after {as_of}",
                lambda one: since < rules.audited.get(one.case.case_id, date.min) <= as_of,
            )
        )
    only = {s.casefold() for s in rules.only_status}
    if only:
        words = "plan or legal status other than " + ", ".join(rules.only_status)
        tests.append((words, lambda one: one.case.plan_type.casefold() not in only))
    without = {s.casefold() for s in rules.without_status}
    if without:
        words = "plan or legal status " + ", ".join(rules.without_status)
        tests.append((words, lambda one: one.case.plan_type.casefold() in without))
    return tests
