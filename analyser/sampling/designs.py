"""The designs: how a frame is cut into strata, and how many cases each gives."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING, Final, Literal

from analyser.errors import SamplingError
from analyser.sampling.allocate import allocate
from analyser.sampling.frame import NO_DATE, Exclusion, Frame, FrameCase
from analyser.sampling.tickets import ids_sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from analyser.codebook import Dimension

Name = Literal["simple", "proportional", "neyman", "pps", "one-a-month", "two-a-manager-a-month", "n-a-team"]
By = Literal["none", "team", "plan-type"]
DESIGNS: Final[tuple[Name, ...]] = (
    "simple", "proportional", "neyman", "pps", "one-a-month", "two-a-manager-a-month", "n-a-team",
)  # fmt: skip
BY_MONTH: Final[frozenset[Name]] = frozenset({"one-a-month", "two-a-manager-a-month"})
_ALSO: Final[dict[str, Name]] = {
    "srs": "simple", "random": "simple", "simple-random": "simple", "stratified": "proportional",
    "two-a-manager": "two-a-manager-a-month",
}  # fmt: skip
# Floors of the standard deviation that the machine's chances imply. What it thinks safe holds the failures that nobody
# expects; with lower floors so few of these are drawn that intervals come out too short (docs/sampling.md).
LEAST_SPREAD: Final = 0.2  # of a stratum, Neyman
LEAST_SIZE: Final = 0.25  # of a case, PPS
MUST_READ: Final = "must read"
MOST_UNCERTAIN: Final = 0.5  # at least half of a sample stays random
_LEAST_CERTAIN: Final = 3  # one case in so many is held for uncertain
_CERTAINTY: Final = {True: "least certain third", False: "other two thirds"}
ALL: Final = "all"
NOT_GIVEN: Final = "not given"


@dataclass(frozen=True, slots=True)
class Design:
    """What is asked for.

    Attributes:
        name: One of :data:`DESIGNS`.
        size: What it counts depends on the design: cases in all (simple, proportional, neyman, pps), cases a team
            (n-a-team), or the latest months (one-a-month, two-a-manager-a-month; all months when ``None``).
        must_read: Cases of highest priority that are taken with certainty, as list A.
        by: What else the strata of proportional and neyman differ in, beside the score band.
        bands: Score bands of equal numbers of cases, for proportional and neyman.
        dimension: Whose machine score makes bands and sizes; the mean of all when ``None``.
        uncertain: Share of ``size``, 0 to 0.5, that is drawn on top from the cases where the machine is least certain
            (simple only); the rest is drawn from all alike. Both parts are drawn by lot, with known probabilities.
    """

    name: Name
    size: int | None
    must_read: int = 0
    by: By = "none"
    bands: int = 3
    dimension: Dimension | None = None
    uncertain: float = 0.0


def design_name(text: str) -> Name:
    """The design a person means; ``srs``, ``stratified`` and the like are understood too.

    Raises:
        SamplingError: There is none of that name.
    """
    plain = text.strip().lower().replace("_", "-").replace(" ", "-")
    for name in DESIGNS:
        if plain == name:
            return name
    if plain in _ALSO:
        return _ALSO[plain]
    raise SamplingError("CRA-7010", name=text, names=", ".join(DESIGNS))


def check(design: Design) -> None:
    """Refuse a design that lacks something.

    Raises:
        SamplingError: It does.
    """
    if design.size is None and design.name not in BY_MONTH:
        raise SamplingError("CRA-7014", name=design.name, what="--size")
    if (design.size is not None and design.size < 1) or design.must_read < 0 or design.bands < 1:
        raise SamplingError(
            "CRA-7014", name=design.name, what="a --size and --bands of 1 or more, and no negative number"
        )
    if not 0 <= design.uncertain <= MOST_UNCERTAIN or (design.uncertain and design.name != "simple"):
        raise SamplingError("CRA-7034", value=f"{design.uncertain:g}", name=design.name)


def narrowed(frame: Frame, design: Design) -> Frame:
    """The frame of a design by months: cases whose latest note lies in the latest ``size`` months; else as it is."""
    if design.name not in BY_MONTH:
        return frame
    months = sorted({c.month for c in frame.cases} - {NO_DATE}, reverse=True)[: design.size]
    kept = tuple(c for c in frame.cases if c.month in months)
    if not kept:
        raise SamplingError("CRA-7014", name=design.name, what="cases with dated notes")
    rule = Exclusion(f"no latest note between {months[-1]} and {months[0]}", len(frame.cases) - len(kept))
    return replace(
        frame, cases=kept, exclusions=(*frame.exclusions, rule), sha256=ids_sha256([c.case_id for c in kept])
    )


def strata_of(cases: Sequence[FrameCase], design: Design) -> dict[str, list[FrameCase]]:
    """The strata by name; every case is in one."""
    cut: dict[str, Callable[[FrameCase], str]] = {
        "one-a-month": lambda c: c.month,
        "two-a-manager-a-month": lambda c: f"{c.team or NOT_GIVEN}, {c.month}",
        "n-a-team": lambda c: c.team or NOT_GIVEN,
    }
    if design.name in {"proportional", "neyman"}:
        band = _bands(cases, design)
        add: dict[By, Callable[[FrameCase], str]] = {
            "none": lambda _: "",
            "team": lambda c: f", {c.team or NOT_GIVEN}",
            "plan-type": lambda c: f", {c.plan_type or NOT_GIVEN}",
        }
        key: Callable[[FrameCase], str] = lambda c: band[c.case_id] + add[design.by](c)  # noqa: E731
    elif design.uncertain:
        least = _least_certain(cases, design)
        key = lambda c: _CERTAINTY[c.case_id in least]  # noqa: E731
    else:
        key = cut.get(design.name, lambda _: ALL)
    strata: dict[str, list[FrameCase]] = defaultdict(list)
    for case in cases:
        strata[key(case)].append(case)
    return dict(sorted(strata.items()))


def sizes_of(strata: Mapping[str, Sequence[FrameCase]], design: Design) -> dict[str, int]:
    """Cases to draw from each stratum, at most as many as it has.

    Raises:
        SamplingError: The size does not suffice for two cases a stratum.
    """
    there = {name: len(cases) for name, cases in strata.items()}
    each = {"one-a-month": 1, "two-a-manager-a-month": 2, "n-a-team": design.size}.get(design.name)
    if each is not None:
        return {name: min(each, size) for name, size in there.items()}
    total = design.size or 0
    if design.name == "neyman":
        return allocate(there, total, {name: _spread(cases, design) for name, cases in strata.items()})
    if design.name == "proportional":
        return allocate(there, total)
    if design.uncertain:
        return _with_uncertain(there, total, design.uncertain)
    return {name: min(total, size) for name, size in there.items()}


def measure(case: FrameCase, design: Design) -> float:
    """The size of a case for PPS: the standard deviation of a verdict with the machine's chance, floored."""
    chance = case.risk(design.dimension)
    return max(LEAST_SIZE, sqrt(chance * (1 - chance)))


def _least_certain(cases: Sequence[FrameCase], design: Design) -> set[str]:
    """The third of the cases whose chance of failing, which comes from score and range, lies nearest to one half."""
    ranked = sorted(cases, key=lambda c: (abs(c.risk(design.dimension) - 0.5), c.case_id))
    return {c.case_id for c in ranked[: -(-len(ranked) // _LEAST_CERTAIN)]}


def _with_uncertain(there: Mapping[str, int], total: int, share: float) -> dict[str, int]:
    """The random part in proportion to the strata, and what is asked for on top from the least certain one."""
    extra = int(share * total + 0.5)
    sizes = allocate(there, total - extra)
    first, *others = (name for name in (_CERTAINTY[True], _CERTAINTY[False]) if name in there)
    for name in (first, *others):  # what the least certain stratum cannot give goes to the other
        more = min(extra, there[name] - sizes[name])
        sizes[name] += more
        extra -= more
    return sizes


def _spread(cases: Sequence[FrameCase], design: Design) -> float:
    rate = sum(c.risk(design.dimension) for c in cases) / len(cases)
    return max(LEAST_SPREAD, sqrt(rate * (1 - rate)))


def _bands(cases: Sequence[FrameCase], design: Design) -> dict[str, str]:
    """Bands of equal numbers of cases, lowest scores first. Equal scores are parted by id, whatever the row order."""
    ranked = sorted(cases, key=lambda c: (-c.risk(design.dimension), c.case_id))
    return {c.case_id: f"band {1 + i * design.bands // len(ranked)} of {design.bands}" for i, c in enumerate(ranked)}
