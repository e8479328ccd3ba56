"""A linear reader: hashed words of a unit and of its surroundings, one weight each. Quick, and open to inspection."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from analyser.model_engine.reader import Pass
from analyser.model_engine.windows import plain

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from analyser.text.reading import Reading, Unit

BITS: Final = 17  # columns of the hashed space are 2 to this power
_WEIGHTIEST: Final = 3
_WORD: Final = re.compile(r"[a-z']+|\d|[!?:;\"(\[/-]")
_SHORTEST_WORD: Final = 3
_LONGEST: Final = 60  # words of a unit that are read
_LENGTHS: Final = (1, 3, 6, 10, 16, 24, 40)


def tokens_of(reading: Reading, note_type: str, author_role: str, *, letters: bool = False) -> list[list[str]]:
    """Names of what is there, a list a unit.

    A unit's words and pairs of words, alone and with the kind of note; single words of the units before and after; kind
    of note, kind of writer, heading, place in the note, length.

    Args:
        reading: The note.
        note_type: Its type as its system names it.
        author_role: The writer's role as the system names it.
        letters: Also sequences of three to five letters within words.
    """
    words = [_WORD.findall(plain(unit))[:_LONGEST] for unit in reading.units]
    kind = reading.kind[:6]
    names = [f"t={w}" for w in _WORD.findall(f"{note_type} {author_role}".lower())]
    age = "?" if reading.age_years is None else str(int(reading.age_years) // 4)
    out = []
    for k, (unit, own) in enumerate(zip(reading.units, words, strict=True)):
        tokens = [*own, *map(" ".join, pairwise(own))]
        tokens += [f"{kind}|{w}" for w in own]
        if k:
            tokens += [f"<{w}" for w in words[k - 1]]
        if k + 1 < len(words):
            tokens += [f">{w}" for w in words[k + 1]]
        length = sum(len(own) >= n for n in _LENGTHS)
        tokens += names
        tokens += [
            f"k={kind}", f"w={unit.writer}", f"kw={kind}{unit.writer}", f"s={unit.section}", f"ks={kind}{unit.section}",
            f"n={length}", f"a={age}", f"p={min(k, 4)}", f"l={reading.letter}", f"b={unit.bare_heading}",
            f"m={unit.mail_header}{unit.quoted_mail}",
        ]  # fmt: skip
        if letters:
            inside = (f" {w} " for w in own)
            tokens += [f"#{w[a : a + n]}" for w in inside for n in (3, 4, 5) for a in range(len(w) - n + 1)]
        out.append(tokens)
    return out


def hashed(tokens: list[list[str]]) -> Any:
    """Units x ``2 ** BITS`` sparse, rows of length one (Weinberger et al. 2009)."""
    from sklearn.feature_extraction import FeatureHasher  # noqa: PLC0415 - heavy
    from sklearn.preprocessing import normalize  # noqa: PLC0415

    found = FeatureHasher(1 << BITS, input_type="string", dtype=np.float32, alternate_sign=False).transform(tokens)
    found.data = np.minimum(found.data, 1.0)
    return normalize(found, copy=False)


@lru_cache(maxsize=50_000)
def column_of(token: str) -> int:
    """Column of one token in the hashed space: what :func:`hashed` does, without its cost for single tokens."""
    from sklearn.utils import murmurhash3_32  # noqa: PLC0415 - heavy

    return abs(int(murmurhash3_32(token.encode(), seed=0))) % (1 << BITS)


class Linear:
    """A linear layer over hashed words.

    Args:
        folder: A model folder whose files were checked against its manifest.
        outputs: Names of the columns.
    """

    def __init__(self, folder: Path, outputs: tuple[str, ...]) -> None:
        from safetensors.numpy import load_file  # noqa: PLC0415

        self.outputs = outputs
        weights = load_file(str(folder / "linear.safetensors"))
        self._weight: NDArray[np.float32] = weights["weight"].astype(np.float32)
        self._bias: NDArray[np.float32] = weights["bias"].astype(np.float32)

    def read(self, reading: Reading, note_type: str, author_role: str) -> Pass:
        """Read a note once.

        Args:
            reading: The note.
            note_type: Its type as its system names it.
            author_role: The writer's role as the system names it.
        """
        if not reading.units:
            return Pass(np.zeros((0, len(self.outputs)), np.float32), None)
        found = hashed(tokens_of(reading, note_type, author_role))
        return Pass(np.asarray(found @ self._weight + self._bias, np.float32), None)

    def weightiest(self, done: Pass, unit: Unit, output: int) -> list[tuple[int, int]]:  # noqa: ARG002 - as the encoder's
        """Up to three words that weighed most for an output, as spans in the unit's text, in order of place."""
        words = [m for m in _WORD.finditer(plain(unit)) if len(m[0]) >= _SHORTEST_WORD][:_LONGEST]
        if not words:
            return []
        shares = self._weight[[column_of(m[0]) for m in words], output].tolist()
        heaviest = sorted(zip(shares, (m.span() for m in words), strict=True), reverse=True)[:_WEIGHTIEST]
        return sorted(span for weight, span in heaviest if weight > 0)
