"""What a scan and a drawn sample say of cases: the machine's judgement, teams, probabilities of being drawn."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from analyser.codebook import DIMENSIONS
from analyser.errors import OutputError, VerdictError
from analyser.runners.files import plain_cell
from analyser.runners.replay import load_run

if TYPE_CHECKING:
    from pathlib import Path

    from analyser.verdicts.records import Judgement

# A case score is a reader's likely grade, 1 to 4, laid on 0 to 100 (docs/scores.md). The nearest grade decides: 3 and 4
# are met, 2 is partly met, 1 is not met.
MET_FROM: Final = 50.0
PARTLY_FROM: Final = 100.0 / 6.0
_NUMBER_AT_END: Final = re.compile(r"[\s\-_/:]*(?:(?<![A-Za-z])[A-Za-z]|\d+)$")


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scan, as far as verdicts are held against it.

    Attributes:
        input_sha256: Hash of the export.
        machine: By case and standard, what the score comes to.
        teams: By case, the team.
        notes: Notes that were analysed.
    """

    input_sha256: str
    machine: dict[str, dict[str, Judgement]]
    teams: dict[str, str]
    notes: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A drawn sample.

    Attributes:
        probabilities: By case, the probability of being drawn, above 0 and at most 1; cases without one (a list picked
            for its risk) are not in it, for no figure of a caseload can be made from them.
        team_types: By case, where the file says;
        writing_styles: and likewise.
    """

    probabilities: dict[str, float]
    team_types: dict[str, str] = field(default_factory=dict)
    writing_styles: dict[str, str] = field(default_factory=dict)


def read_scan(folder: Path) -> Scanned:
    """The machine's judgements of a scan.

    Args:
        folder: The output of ``analyser scan``.

    Raises:
        OutputError: It is not the output of a scan (CRA-5002).
    """
    run = load_run(folder)
    try:
        with (folder / "cases.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        machine: dict[str, dict[str, Judgement]] = {
            plain_cell(row["case_id"]): {d: _judgement(row, d) for d in DIMENSIONS} for row in rows
        }
        teams = {plain_cell(row["case_id"]): plain_cell(row["team"]) for row in rows}
    except (OSError, KeyError, ValueError, csv.Error):
        raise OutputError("CRA-5002", path=folder, missing="a readable cases.csv") from None
    return Scanned(str(run["input_sha256"]), machine, teams, int(run["notes_analysed"]))


def judgement_of(score: float | None) -> Judgement:
    """What a case score (0 to 100) comes to; without a score nobody can tell."""
    if score is None:
        return "cannot_tell"
    return "met" if score >= MET_FROM else "partly_met" if score >= PARTLY_FROM else "not_met"


def team_type(team: str) -> str:
    """The sort of a team: its name without the number or letter at its end ("Assessment 2" is "Assessment")."""
    return _NUMBER_AT_END.sub("", team.strip()) or team.strip()


def read_sample(path: Path) -> Sample:
    """A sample as ``analyser sample draw`` writes it.

    Args:
        path: CSV with ``case_id`` and ``inclusion_probability`` (0 to 1, or empty), and ``team_type`` and
            ``writing_style`` where known.

    Raises:
        VerdictError: It is not there, lacks a column, or a probability cannot be used (CRA-7508); no cell is repeated.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = {"case_id", "inclusion_probability"} - set(reader.fieldnames or ())
            if missing:
                raise VerdictError("CRA-7508", path=path, why=f"it has no column {' and '.join(sorted(missing))}")
            rows = list(enumerate(reader, start=2))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is no CSV in UTF-8"
        raise VerdictError("CRA-7508", path=path, why=f"it cannot be read ({why})") from None
    drawn: dict[str, float] = {}
    kinds: dict[str, str] = {}
    styles: dict[str, str] = {}
    for number, row in rows:
        case_id, chance = plain_cell((row["case_id"] or "").strip()), _probability(row, path, number)
        if drawn.setdefault(case_id, chance or 0.0) != (chance or 0.0):
            raise VerdictError("CRA-7508", path=path, why=f"row {number} repeats a case with another probability")
        kinds[case_id], styles[case_id] = ((row.get(name) or "").strip() for name in ("team_type", "writing_style"))
    kinds, styles = ({c: told for c, told in found.items() if told} for found in (kinds, styles))
    return Sample({c: p for c, p in drawn.items() if p}, kinds, styles)


def _judgement(row: dict[str, str], dimension: str) -> Judgement:
    given = row[f"{dimension}_score"]
    return judgement_of(float(given) if given else None)


def _probability(row: dict[str, Any], path: Path, number: int) -> float | None:
    given = (row["inclusion_probability"] or "").strip()
    if not given:
        return None
    try:
        value = float(given)
    except ValueError:
        value = 0.0
    if not 0.0 < value <= 1.0:
        raise VerdictError("CRA-7508", path=path, why=f"row {number} has no probability between 0 and 1")
    return value
