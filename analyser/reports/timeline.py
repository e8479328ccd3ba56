"""A case's timeline as SVG: visits, supervision, management, other notes, and stretches without them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from analyser.scoring.priority import Stretch

WIDTH: Final = 900
LEFT: Final = 150
RIGHT: Final = 20
ROW: Final = 30
TOP: Final = 14
LANES: Final = (
    ("seen", "Child seen"),
    ("supervision", "Supervision"),
    ("management", "Management"),
    ("note", "Other notes"),
)


@dataclass(frozen=True, slots=True)
class Dot:
    """One note on the timeline."""

    x: float
    y: float
    lane: str
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch without something, on its lane."""

    x: float
    y: float
    width: float
    named: bool
    title: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that the template draws."""

    height: int
    lanes: tuple[tuple[str, float], ...]
    dots: tuple[Dot, ...]
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]


def timeline(events: Sequence[tuple[datetime, str, str, str]], stretches: Sequence[Stretch]) -> Timeline | None:
    """Lay a timeline out.

    Args:
        events: ``(when, lane, title, href)`` with a lane of :data:`LANES`.
        stretches: Stretches of time without evidence.

    Returns:
        The drawing, or ``None`` when fewer than two days are known.
    """
    times = [when for when, *_ in events]
    if not times or (max(times) - min(times)).days < 1:
        return None
    first, span = min(times), (max(times) - min(times)).total_seconds()

    def x_of(when: datetime) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (when - first).total_seconds() / span, 1)

    y_of = {key: TOP + ROW * k + ROW / 2 for k, (key, _) in enumerate(LANES)}
    lane_of = {"seen": "seen", "supervision": "supervision", "manager": "management"}
    bars = []
    for s in stretches:
        from datetime import timedelta  # noqa: PLC0415

        start, end = x_of(s.start), x_of(s.start + timedelta(days=s.days))
        words = "named in the record" if s.named else "not named in these notes"
        bars.append(
            Bar(
                start,
                y_of[lane_of[s.what]] - 5,
                max(end - start, 2.0),
                s.named,
                f"{s.days} days without, {words}",
            )
        )
    dots = tuple(Dot(x_of(when), y_of[lane], lane, title, href) for when, lane, title, href in events)
    return Timeline(
        TOP + ROW * len(LANES) + 26,
        tuple((label, y_of[key]) for key, label in LANES),
        dots,
        tuple(bars),
        _ticks(first, max(times), x_of),
    )


def _ticks(first: datetime, last: datetime, x_of: object) -> tuple[tuple[float, str], ...]:
    months: list[datetime] = []
    year, month = first.year, first.month
    while True:
        month += 1
        if month > 12:  # noqa: PLR2004
            year, month = year + 1, 1
        tick = first.replace(year=year, month=month, day=1, hour=0, minute=0, second=0, microsecond=0)
        if tick > last:
            break
        months.append(tick)
    step = max(1, -(-len(months) // 10))
    return tuple((x_of(m), f"{m:%b %Y}") for m in months[::step])  # type: ignore[operator]
