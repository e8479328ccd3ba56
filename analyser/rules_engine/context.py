"""Context: how an act is to be read, axis by axis, and which cues said so.

Axes judge the act, not the content: in "Mia said she does not want contact" the saying is affirmed. A cue governs an
act in its own clause and within its reach; the longest cue at a place wins; a cue inside somebody's words does not
reach the verb of saying.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from analyser.text.persons import carried_subject, person_at
from analyser.text.speech import Frame, frames, speaker_at

if TYPE_CHECKING:
    from analyser.rules_engine.cues import CueHit
    from analyser.text.reading import Reading, Unit

_CLAUSE_END: Final = re.compile(
    r";|\s-\s|\bbut\b|\bhowever\b|\balthough\b|\bthough\b|\bwhereas\b|\binstead\b|\. |\byet\b(?! to)|:\s"
)
_SOFT_END: Final = re.compile(r",|\band\b|\bthen\b|\bso\b|\bbecause\b|\bwhich\b|\bwho\b|\bwhen\b|\bas\b")
_WORD: Final = re.compile(r"[\w']+")
# Values that beat others when several cues reach one act.
_RANK: Final = {
    "negated": 2,
    "attempted": 1,
    "planned": 2,
    "historical": 1,
    "conditional": 2,
    "general": 1,
    "uncertain": 1,
}


_DEFAULTS: Final = {"polarity": "affirmed", "time": "current", "reality": "actual", "certainty": "certain"}


class Axes(NamedTuple):
    """Value of every axis for one act, and the cues that set them."""

    values: dict[str, str]
    cues: tuple[CueHit, ...]


def axes_of(
    reading: Reading, unit: Unit, act: tuple[int, int], who: int | None, cues: dict[str, list[CueHit]], *, people: bool
) -> Axes:
    """Judge one act.

    Args:
        reading: The note.
        unit: The unit.
        act: Span of the act in the unit.
        who: Where the word for the acting person stands, if the pattern names one.
        cues: Cues found in the unit, by axis.
        people: Whether speaker and subject matter to the rule; otherwise they are not worked out.
    """
    values = dict(_DEFAULTS)
    used: list[CueHit] = []
    if cues:
        said = frames(reading, unit)
        for axis, hits in cues.items():
            best = _governing(unit, act, hits, said, axis)
            if best:
                values[axis] = best.cue.value
                used.append(best)
    if not people:
        return Axes(values, tuple(used))
    values["speaker"] = speaker_at(reading, unit, act[0])
    if who is not None:
        values["subject"] = person_at(reading, unit, who)
    elif not _WORD.search(unit.low, unit.body, act[0]):  # "Waved.": the subject was left out
        values["subject"] = carried_subject(reading, unit)
    else:
        values["subject"] = "unknown"
    return Axes(values, tuple(used))


def _governing(
    unit: Unit, act: tuple[int, int], cues: list[CueHit], said: tuple[Frame, ...], axis: str
) -> CueHit | None:
    reached = [c for c in cues if _reaches(unit.low, act, c, said, axis)]
    if len(reached) < 2:  # noqa: PLR2004 - nothing to choose from
        return reached[0] if reached else None
    return max(reached, key=lambda c: (_RANK.get(c.cue.value, 0), c.end - c.start, -c.start), default=None)


def _reaches(low: str, act: tuple[int, int], hit: CueHit, said: tuple[Frame, ...], axis: str) -> bool:
    if act[0] <= hit.start and hit.end <= act[1]:
        return False  # the rule's own words: "not seen alone" is what it looks for
    forward = hit.end <= act[0] or (hit.start < act[0] < hit.end)
    direction = hit.cue.direction
    if (forward and direction == "backward") or (not forward and direction == "forward"):
        return False
    for frame in said:
        inside = frame.start <= hit.start < frame.end
        if inside and not frame.start <= act[0] < frame.end:
            return False
    between = low[hit.end : act[0]] if forward else low[act[1] : hit.start]
    if _CLAUSE_END.search(between) and axis != "reality":
        return False
    if axis == "polarity" and forward and _SOFT_END.search(between):
        return False
    if axis == "time" and forward and re.search(r",|\bafter\b|\bthat\b|\bbecause\b", between):
        return False
    if axis == "polarity" and not forward and re.search(r",", between):
        return False
    return len(_WORD.findall(between)) <= hit.cue.within


def clause_of(low: str, start: int, end: int) -> tuple[int, int]:
    """The clause around a span: up to the nearest strong break on either side."""
    first = 0
    for match in _CLAUSE_END.finditer(low, 0, start):
        first = match.end()
    after = _CLAUSE_END.search(low, end)
    last = after.start() if after else len(low)
    while first < start and low[first].isspace():
        first += 1
    while last > end and low[last - 1].isspace():
        last -= 1
    return first, last
