"""How far somebody may see: an authority, and all of its teams or some. Every query goes through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.sql.expression import ColumnElement


@dataclass(frozen=True, slots=True)
class Reach:
    """Rows that somebody may see.

    Attributes:
        authority: Their authority; rows of another one do not exist for them.
        teams: Their teams; ``None`` stands for all of the authority, the empty set for none.
    """

    authority: str
    teams: frozenset[str] | None = frozenset()

    def of(self, table: sa.Table) -> ColumnElement[bool]:
        """The condition for a table that has the column ``authority`` and, where teams matter, ``team``."""
        mine: ColumnElement[bool] = table.c.authority == self.authority
        if self.teams is None or "team" not in table.c:
            return mine
        return sa.and_(mine, table.c.team.in_(sorted(self.teams)))

    def covers(self, team: str) -> bool:
        """Whether rows of ``team`` are within it."""
        return self.teams is None or team in self.teams
