"""Evidence to scores: notes, cases, teams and periods. Length and mere mention earn nothing."""

from __future__ import annotations

from analyser.scoring.case import score_case
from analyser.scoring.note import score_note
from analyser.scoring.teams import TeamPeriod, team_periods

__all__ = ["TeamPeriod", "score_case", "score_note", "team_periods"]
