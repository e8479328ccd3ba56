"""Which notes are read without marks, which sentences are judged one by one, and who reads what: all by keyed hash.

None of it looks at what the machine found. Each choice has a key of its own, made from the seed of the sample, so that
it can be made again by anybody and does not hang together with which cases were drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

from analyser.errors import SamplingError
from analyser.sampling.tickets import seed_key, ticket_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyser.sampling.draw import Drawn

_BLIND: Final = "notes without marks"
_RECALL: Final = "sentences to judge"
_READERS: Final = "who reads what"


@dataclass(frozen=True, slots=True)
class Arms:
    """The shares of list B that are read for the sake of measuring the machine.

    Attributes:
        blind: Share of notes, 0 to 1, that are shown without marks to the end; auditors mark what they see.
        recall: Share of sentences, 0 to 1, of the other notes that are offered for judging one by one before anything
            that was found is shown. Sentences in which something was found are offered at the same rate, or being
            offered would tell that nothing was.

    Raises:
        SamplingError: A share lies outside 0 to 1 (CRA-7030).
    """

    blind: float = 0.1
    recall: float = 0.02

    def __post_init__(self) -> None:
        for name, share in (("--blind", self.blind), ("--recall", self.recall)):
            check_share(name, share)


class Lot:
    """Draws notes and sentences under the keys of one seed."""

    def __init__(self, seed: str, arms: Arms) -> None:
        self._arms = arms
        self._blind, self._recall = (seed_key(f"{seed}\n{purpose}") for purpose in (_BLIND, _RECALL))

    def blind(self, case_id: str, note_id: str) -> bool:
        """Whether a note is shown without marks."""
        return float(ticket_of(self._blind, f"{case_id}\n{note_id}")) < self._arms.blind

    def offered(self, case_id: str, note_id: str, place: int) -> bool:
        """Whether the sentence at ``place`` of a note (0 for the first) is offered for judging."""
        return float(ticket_of(self._recall, f"{case_id}\n{note_id}\n{place}")) < self._arms.recall


@dataclass(frozen=True, slots=True)
class Dealt:
    """Who reads what.

    Attributes:
        readers: The case ids of each auditor, in the order of auditors.
        twice: Cases that two auditors read, neither knowing what the other said.
    """

    readers: tuple[frozenset[str], ...]
    twice: frozenset[str]


def deal(rows: Sequence[Drawn], seed: str, auditors: int = 1, overlap: float = 0.0) -> Dealt:
    """Deal the cases of a sample to auditors: list A in turn, list B by tickets of its own.

    Args:
        rows: The sample.
        seed: Its seed.
        auditors: 1 or more.
        overlap: Share of list B, 0 to 1, that two auditors read; rounded up to whole cases.

    Raises:
        SamplingError: The share lies outside 0 to 1 (CRA-7030), or there are not two auditors for it, or more
            auditors than cases (CRA-7031).
    """
    check_share("--overlap", overlap)
    list_a = [r.case_id for r in rows if r.list == "A"]
    key = seed_key(f"{seed}\n{_READERS}")
    list_b = sorted((r.case_id for r in rows if r.list == "B"), key=lambda c: ticket_of(key, c))
    if not 1 <= auditors <= max(1, len(rows)) or (overlap > 0 and auditors == 1):
        raise SamplingError("CRA-7031", auditors=auditors, overlap=f"{overlap:g}")
    twice = list_b[: ceil(overlap * len(list_b) - 1e-9)]
    hands: list[set[str]] = [set() for _ in range(auditors)]
    for k, case_id in enumerate(list_b):
        hands[k % auditors].add(case_id)
        if k < len(twice):
            hands[(k + 1) % auditors].add(case_id)
    for k, case_id in enumerate(list_a):
        hands[-1 - k % auditors].add(case_id)  # from the other end, so that odd cases do not all fall to the first
    return Dealt(tuple(frozenset(hand) for hand in hands), frozenset(twice))


def check_share(name: str, share: float) -> None:
    """Refuse a share outside 0 to 1.

    Raises:
        SamplingError: It is (CRA-7030).
    """
    if not 0.0 <= share <= 1.0:
        raise SamplingError("CRA-7030", name=name, value=f"{share:g}")
