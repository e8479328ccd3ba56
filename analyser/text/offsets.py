"""Offset maps: from a rewritten text back to the text as it was read."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Piecewise map of offsets in a new text to offsets in an old one.

    A piece is either copied (``verbatim``: one character for one) or rewritten; a rewritten piece is never cut:
    any span that touches it covers all of what it replaced.

    Attributes:
        new: Start of each piece in the new text, ascending from 0; pieces leave no gap in the new text.
        old: Start of each piece in the old text.
        old_end: One past the end of each piece in the old text.
        verbatim: Whether the piece was copied.
        new_length: Length of the new text.
        old_length: Length of the old text.
    """

    new: tuple[int, ...]
    old: tuple[int, ...]
    old_end: tuple[int, ...]
    verbatim: tuple[bool, ...]
    new_length: int
    old_length: int

    def start(self, position: int) -> int:
        """Old offset of the character at ``position`` in the new text."""
        if position >= self.new_length or not self.new:
            return self.old_length
        k = bisect_right(self.new, position) - 1
        return self.old[k] + (position - self.new[k] if self.verbatim[k] else 0)

    def end(self, position: int) -> int:
        """Old offset one past the character before ``position`` in the new text."""
        if position <= 0 or not self.new:
            return 0
        k = bisect_right(self.new, position - 1) - 1
        return self.old[k] + position - self.new[k] if self.verbatim[k] else self.old_end[k]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Old span of a new span; never empty when the new one is not."""
        return self.start(start), self.end(end)

    def then(self, older: OffsetMap) -> OffsetMap:
        """This map followed by ``older``: offsets of this map's new text straight to ``older``'s old text."""
        if len(older.new) == 1 and older.verbatim[0] and older.new_length == older.old_length:
            return self
        cuts = set(self.new)
        for middle in older.new:
            k = bisect_right(self.old, middle) - 1
            if k >= 0 and self.verbatim[k] and self.old[k] < middle < self.old_end[k]:
                cuts.add(self.new[k] + middle - self.old[k])
        new = tuple(sorted(cuts))
        old, old_end, verbatim = [], [], []
        for k, position in enumerate(new):
            stop = new[k + 1] if k + 1 < len(new) else self.new_length
            first, last = self.span(position, stop)
            old.append(older.start(first))
            old_end.append(older.end(last))
            mine = self.verbatim[bisect_right(self.new, position) - 1]
            verbatim.append(mine and older.verbatim[bisect_right(older.new, first) - 1])
        return OffsetMap(new, tuple(old), tuple(old_end), tuple(verbatim), self.new_length, older.old_length)


def identity(length: int) -> OffsetMap:
    """The map of a text of ``length`` characters to itself."""
    if length == 0:
        return OffsetMap((), (), (), (), 0, 0)
    return OffsetMap((0,), (0,), (length,), (True,), length, length)


def rewrite(text: str, edits: Iterable[tuple[int, int, str]]) -> tuple[str, OffsetMap]:
    """Apply edits and remember where everything came from.

    Args:
        text: The old text.
        edits: ``(start, end, replacement)`` in ascending order, not overlapping.

    Returns:
        The new text, and the map of its offsets to offsets of ``text``.
    """
    out: list[str] = []
    pieces: list[tuple[int, int, int, bool]] = []
    length = at = 0
    for start, end, replacement in (*edits, (len(text), len(text), "")):
        for piece, a, b, copied in ((text[at:start], at, start, True), (replacement, start, end, False)):
            if piece:
                pieces.append((length, a, b, copied))
                out.append(piece)
                length += len(piece)
        at = end
    new, old, old_end, verbatim = zip(*pieces, strict=True) if pieces else ((), (), (), ())
    return "".join(out), OffsetMap(new, old, old_end, verbatim, length, len(text))
