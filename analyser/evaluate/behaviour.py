"""Behavioural tests in the manner of CheckList (Ribeiro et al. 2020): one sentence, one thing to get right."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analyser.contracts import Note
from analyser.errors import InputError
from analyser.evaluate.units import unit_of
from analyser.text.reading import read_note

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from analyser.ingest import Profile
    from analyser.pipeline import Bundle


@dataclass(frozen=True, slots=True)
class Item:
    """One test.

    Attributes:
        name: File and line, for messages.
        capability: What it tests, such as ``negation``.
        note: A short note.
        target: The sentence that is judged, as a span of the note's text.
        must: Dimensions with status that the sentence has to be marked with.
        must_not: Those that it must not be marked with.
    """

    name: str
    capability: str
    note: Note
    target: tuple[int, int]
    must: frozenset[str]
    must_not: frozenset[str]


def load_items(folder: Path, profile: Profile) -> list[Item]:
    """All items of the JSON Lines files of a folder.

    Raises:
        InputError: A line is not an item.
    """
    return [
        _item(path, k, line, profile)
        for path in sorted(folder.glob("*.jsonl"))
        for k, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if line.strip()
    ]


def run_items(items: Iterable[Item], bundle: Bundle) -> list[tuple[Item, bool]]:
    """Each item, and whether it came out right."""
    return [(item, _passes(item, bundle)) for item in items]


def by_capability(results: Sequence[tuple[Item, bool]]) -> dict[str, dict[str, Any]]:
    """Items, passed, rate and its 95 % Wilson interval, by capability."""
    from scipy.stats import binomtest  # noqa: PLC0415 - heavy

    groups: dict[str, list[bool]] = defaultdict(list)
    for item, passed in results:
        groups[item.capability].append(passed)
    out = {}
    for name, passes in sorted(groups.items()):
        low, high = binomtest(sum(passes), len(passes)).proportion_ci(method="wilson")
        out[name] = {
            "items": len(passes), "passed": sum(passes), "rate": round(sum(passes) / len(passes), 3),
            "low": round(float(low), 3), "high": round(float(high), 3),
        }  # fmt: skip
    return out


def _item(path: Path, line: int, text: str, profile: Profile) -> Item:
    try:
        data = json.loads(text)
        start = data["text"].index(data["target"])
        note = Note(
            case_id=f"{path.stem}-{line}", note_id="1", text=data["text"], note_type=data["note_type"],
            author_role=data["author_role"], kind=profile.kind_of_note(data["note_type"]),
            author=profile.kind_of_author(data["author_role"]), age=str(data["age"]),
        )  # fmt: skip
        return Item(
            f"{path.name}:{line}", data["capability"], note, (start, start + len(data["target"])),
            frozenset(data["must"]), frozenset(data["must_not"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):
        raise InputError("CRA-4101", path=path, why=f"line {line} is no behavioural test") from None


def _passes(item: Item, bundle: Bundle) -> bool:
    reading = read_note(item.note, bundle.max_note_chars)
    units = [reading.original(u.start, u.end) for u in reading.units]
    start, end = item.target
    judged = {k for k, (a, b) in enumerate(units) if min(b, end) - max(a, start) > 0}
    found = {
        f"{e.dimension}:{e.status}"
        for e in bundle.evidence(item.note, reading)
        if e.sure and unit_of(units, e.start, e.end) in judged
    }
    return item.must <= found and not item.must_not & found
