"""A linear reader: hashed words of a unit and of its surroundings, one weight each. Quick, and open to inspection."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from mmh3 import hash as murmur3

from analyser.contracts import NOTE_KINDS
from analyser.model_engine.reader import Pass
from analyser.model_engine.windows import plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from analyser.text.reading import Reading, Unit

Columns = tuple[int, ...]

BITS: Final = 17  # columns of the hashed space are 2 to this power
_LAST_COLUMN: Final = (1 << BITS) - 1
_WEIGHTIEST: Final = 3
_WORD: Final = re.compile(r"[a-z']+|\d|[!?:;\"(\[/-]")
_LONG_WORD: Final = re.compile(r"[a-z']{3,}")  # worth showing
_LONGEST: Final = 60  # words of a unit that are read
_LENGTHS: Final = (1, 3, 6, 10, 16, 24, 40)
_KINDS: Final = {kind: k for k, kind in enumerate(dict.fromkeys(kind[:6] for kind in NOTE_KINDS), start=3)}
_MOST_WORDS: Final = 1 << 15


def hashed(reading: Reading, note_type: str, author_role: str) -> Any:
    """What is there, a row a unit: hashed names of it (Weinberger et al. 2009), each once, rows of length one.

    A unit's words and pairs of words, alone and with the kind of note; single words of the units before and after; kind
    of note, kind of writer, heading, place in the note, length. A name's column is its MurmurHash3 (32 bits, seed 0)
    without its sign, as in scikit-learn's ``FeatureHasher``; weights of either fit the other.

    Args:
        reading: The note, with at least one unit.
        note_type: Its type as its system names it.
        author_role: The writer's role as the system names it.

    Returns:
        Units x ``2 ** BITS``, a SciPy matrix of 32-bit numbers with sorted columns.
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - heavy

    count = len(reading.units)
    cells = np.concatenate(list(_cells(reading, note_type, author_role)))
    cells.sort()
    cells = cells[np.concatenate([[True], cells[1:] != cells[:-1]])]
    names = np.bincount(cells >> BITS, minlength=count)
    ends = np.concatenate([[0], np.cumsum(names)]).astype(np.int32)
    data = np.repeat((1.0 / np.sqrt(np.maximum(names, 1))).astype(np.float32), names)
    return csr_matrix((data, (cells & _LAST_COLUMN).astype(np.int32), ends), shape=(count, 1 << BITS))


def _cells(reading: Reading, note_type: str, author_role: str) -> Iterator[NDArray[np.int64]]:
    """Unit and column of what is there, as one number (the unit above the columns); one may come twice."""
    words = [_WORD.findall(plain(unit))[:_LONGEST] for unit in reading.units]
    every = [w for own in words for w in own]
    row = np.arange(len(words), dtype=np.int64) << BITS
    rows = np.repeat(row, [len(own) for own in words])
    known = _words()
    numbers = np.array([known[w] for w in every], np.intp)
    kind = reading.kind[:6]
    alone, before, after, with_kind = (known.columns(k)[numbers] for k in (0, 1, 2, _KINDS[kind]))
    yield rows | alone
    yield rows | with_kind
    yield (rows + (1 << BITS) | before)[rows < row[-1]]
    yield (rows - (1 << BITS) | after)[rows > 0]
    pairs = np.array([murmur3(f"{a} {b}") for a, b in pairwise(every)], np.int32)
    within = rows[1:] == rows[:-1]
    yield (rows[1:] | _column(pairs))[within]
    named = _column(
        np.array([murmur3(f"t={w}") for w in _WORD.findall(f"{note_type} {author_role}".lower())], np.int32)
    )
    yield (row[:, None] | named).ravel()
    age = "?" if reading.age_years is None else str(int(reading.age_years) // 4)
    places = [
        _place(
            (kind, age, u.writer, u.section),
            (min(k, 4), sum(len(own) >= n for n in _LENGTHS)),
            (reading.letter, u.bare_heading, u.mail_header, u.quoted_mail),
        )
        for k, (u, own) in enumerate(zip(reading.units, words, strict=True))
    ]
    yield (row[:, None] | np.array(places, np.int64)).ravel()


@lru_cache(maxsize=1 << 14)
def _place(said: tuple[str, str, str, str], counts: tuple[int, int], flags: tuple[bool, bool, bool, bool]) -> Columns:
    """Columns of where a unit stands; few differ, and every unit has some."""
    (kind, age, writer, section), (place, length) = said, counts
    letter, bare_heading, mail_header, quoted_mail = flags
    names = (
        f"k={kind}", f"w={writer}", f"kw={kind}{writer}", f"s={section}", f"ks={kind}{section}", f"n={length}",
        f"a={age}", f"p={place}", f"l={letter}", f"b={bare_heading}", f"m={mail_header}{quoted_mail}",
    )  # fmt: skip
    return tuple(column_of(name) for name in names)


class _Words(dict[str, int]):
    """Numbers of words, and the columns of each: alone, in the unit before, in the unit after, with each kind of note.

    It forgets all when it is full, so that it stays small however much is read.
    """

    def __init__(self) -> None:
        super().__init__()
        self._table = np.zeros((len(_KINDS) + 3, _MOST_WORDS), np.int64)

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        if number == self._table.shape[1]:  # a note of ever new words
            self._table = np.concatenate([self._table, np.zeros_like(self._table)], axis=1)
        prefixes = ("", "<", ">", *(f"{kind}|" for kind in _KINDS))
        self._table[:, number] = [column_of(prefix + word) for prefix in prefixes]
        return number

    def columns(self, of: int) -> NDArray[np.int64]:
        """By number of the word: 0 alone, 1 in the unit before, 2 in the unit after, 3 and more with a kind of note."""
        row: NDArray[np.int64] = self._table[of]
        return row


_words_so_far: list[_Words] = []


def _words() -> _Words:
    if not _words_so_far or len(_words_so_far[0]) >= _MOST_WORDS:
        _words_so_far[:] = [_Words()]
    return _words_so_far[0]


def _column(hashes: NDArray[np.int32]) -> NDArray[np.int64]:
    return (np.abs(hashes) & _LAST_COLUMN).astype(np.int64)


def column_of(name: str) -> int:
    """Column of one name in the hashed space."""
    return abs(murmur3(name)) & _LAST_COLUMN


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
            return Pass(np.zeros((0, len(self.outputs)), np.float32), {})
        found = hashed(reading, note_type, author_role)
        return Pass(np.asarray(found @ self._weight + self._bias, np.float32), {})

    def weightiest(self, done: Pass, unit: Unit, output: int) -> list[tuple[int, int]]:
        """Up to three words that weighed most for an output, as spans in the unit's text, in order of place."""
        known = done.states.get(unit.index)
        if known is None:  # several outputs may ask about one unit
            words = list(_LONG_WORD.finditer(plain(unit)))[:_LONGEST]
            known = done.states[unit.index] = words, np.array([column_of(m[0]) for m in words], np.intp)
        words, columns = known
        shares = self._weight[columns, output].tolist()
        heaviest = sorted(((share, k) for k, share in enumerate(shares) if share > 0), reverse=True)[:_WEIGHTIEST]
        return sorted(words[k].span() for _, k in heaviest)
