"""Drawing: the must-read list with certainty, and a probability sample from the rest, by keyed hash tickets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from analyser.errors import SamplingError
from analyser.plural import count
from analyser.sampling.designs import MUST_READ, Design, check, measure, narrowed, sizes_of, strata_of
from analyser.sampling.tickets import seed_key, ticket_of
from analyser.verdicts.records import LONGEST_SEED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analyser.sampling.frame import Frame, FrameCase

SampleList = Literal["A", "B"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A case of the sample.

    Attributes:
        case_id: Its id.
        list: ``A`` must be read and tells no rate; ``B`` is the probability sample.
        stratum: Its stratum.
        inclusion_probability: Above 0, at most 1.
        weight: Cases of the frame that it stands for; one over that probability.
        ticket: Its ticket (:mod:`analyser.sampling.tickets`).
    """

    case_id: str
    list: SampleList
    stratum: str
    inclusion_probability: float
    weight: float
    ticket: str


@dataclass(frozen=True, slots=True)
class Stratum:
    """A stratum: its name, the cases it has, the cases drawn."""

    name: str
    cases: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """A drawn case that could not be read, why, and the case with the next ticket of its stratum, if there was one."""

    case_id: str
    stratum: str
    reason: str
    replaced_by: str | None


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample.

    Attributes:
        frame: The frame it was drawn from, narrowed to the design's months if it has any.
        design: What was asked for.
        seed: The seed.
        rows: List A in order of priority, then list B in order of tickets.
        strata: Of list B.
        replacements: The log.
    """

    frame: Frame
    design: Design
    seed: str
    rows: tuple[Drawn, ...]
    strata: tuple[Stratum, ...]
    replacements: tuple[Replacement, ...]


@dataclass(frozen=True, slots=True)
class _Turn:
    """A case in the order of its stratum."""

    case: FrameCase
    ticket: str
    probability: float


def draw(frame: Frame, design: Design, seed: str, unreadable: Mapping[str, str] | None = None) -> Sample:
    """Draw a sample.

    The same frame, design and seed give the same sample, whatever the order of rows, the machine or the number of
    processes. A larger size keeps the cases of a smaller one and adds those with the next tickets.

    Args:
        frame: The frame.
        design: The design.
        seed: Any text; publish it before the draw, and nobody can have chosen the cases.
        unreadable: Reasons by case id for drawn cases of list B that cannot be read. Each is replaced by the next
            ticket of its stratum, once; the probabilities stay those of the design.

    Raises:
        SamplingError: The seed is empty (CRA-7027), the design does not fit the frame, or a case to be replaced is not
            in list B.
    """
    check(design)
    if not seed.strip() or len(seed) > LONGEST_SEED:
        raise SamplingError("CRA-7027", most=LONGEST_SEED)
    frame, key = narrowed(frame, design), seed_key(seed)
    first = sorted(frame.cases, key=lambda c: (-c.priority, c.case_id))[: design.must_read]
    must = {c.case_id for c in first}
    rest = [c for c in frame.cases if c.case_id not in must]
    if not rest:
        raise SamplingError("CRA-7028", must_read=design.must_read, cases=count(len(frame.cases), "case"))
    strata = strata_of(rest, design)
    sizes = sizes_of(strata, design)
    rows = [Drawn(c.case_id, "A", MUST_READ, 1.0, 1.0, ticket_of(key, c.case_id)) for c in first]
    log: list[Replacement] = []
    chosen: list[Drawn] = []
    for name, cases in strata.items():
        order = _order(cases, sizes[name], design, key)
        taken, replaced = _take(name, order, sizes[name], unreadable or {})
        log += replaced
        chosen += [Drawn(t.case.case_id, "B", name, t.probability, 1 / t.probability, t.ticket) for t in taken]
    _refuse_others(unreadable or {}, must, {r.case_id for r in log})
    rows += sorted(chosen, key=lambda r: r.ticket)
    there = tuple(Stratum(name, len(cases), sizes[name]) for name, cases in strata.items())
    return Sample(frame, design, seed, tuple(rows), there, tuple(log))


def _order(cases: Sequence[FrameCase], n: int, design: Design, key: str) -> list[_Turn]:
    """The cases in the order in which they are drawn."""
    if design.name == "pps":
        return _order_by_size(cases, n, design, key)
    tickets = sorted((ticket_of(key, c.case_id), i) for i, c in enumerate(cases))
    return [_Turn(cases[i], ticket, n / len(cases)) for ticket, i in tickets]


def _order_by_size(cases: Sequence[FrameCase], n: int, design: Design, key: str) -> list[_Turn]:
    """Sequential Poisson sampling (Ohlsson 1998, J. of Official Statistics 14(2)): smallest ticket over size first.

    The probabilities n x size / sum of sizes hold nearly exactly. Cases where that would be 1 or more are taken for
    sure, and the others share what is left.
    """
    n = min(n, len(cases))
    size = {c.case_id: measure(c, design) for c in cases}
    tickets = {c.case_id: ticket_of(key, c.case_id) for c in cases}
    by_size = sorted(cases, key=lambda c: (-size[c.case_id], c.case_id))
    sure, left = 0, sum(size.values())
    while sure < n and (n >= len(cases) or (n - sure) * size[by_size[sure].case_id] >= left):
        left -= size[by_size[sure].case_id]
        sure += 1
    others = sorted(by_size[sure:], key=lambda c: (float(tickets[c.case_id]) / size[c.case_id], c.case_id))
    turns = [_Turn(c, tickets[c.case_id], 1.0) for c in by_size[:sure]]
    return turns + [_Turn(c, tickets[c.case_id], (n - sure) * size[c.case_id] / left) for c in others]


def _take(
    name: str, order: Sequence[_Turn], n: int, unreadable: Mapping[str, str]
) -> tuple[list[_Turn], list[Replacement]]:
    """The first ``n``; in the place of one that cannot be read comes the next ticket, and so on for that one."""
    taken = [turn for turn in order[:n] if turn.case.case_id not in unreadable]
    missed = [turn for turn in order[:n] if turn.case.case_id in unreadable]
    following = iter(order[n:])
    log: list[Replacement] = []
    for turn in missed:  # grows when a replacement cannot be read either
        next_one = next(following, None)
        case_id = turn.case.case_id
        log.append(Replacement(case_id, name, unreadable[case_id], next_one.case.case_id if next_one else None))
        if next_one is not None:
            (missed if next_one.case.case_id in unreadable else taken).append(next_one)
    return taken, log


def _refuse_others(unreadable: Mapping[str, str], must: set[str], replaced: set[str]) -> None:
    for case_id in unreadable:
        if case_id in must:
            why = "it is on the must-read list; record cannot_tell as its verdict"
            raise SamplingError("CRA-7013", case_id=case_id, why=why)
        if case_id not in replaced:
            raise SamplingError("CRA-7013", case_id=case_id, why="it is not in list B of this sample")
