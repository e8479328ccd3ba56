"""A note as windows of tokens: who writes what kind of note, then its units one after another.

A model reads a unit best in its note: who speaks, what heading stands above, what came before and after. So a window
holds as many whole units as fit, each behind a mark of its own, and every unit is judged in one pass over the window.
Long notes take several windows; each begins with the last two units of the one before, which are not judged again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from analyser.text.reading import Reading, Unit

MOST_TOKENS: Final = 400  # in a window; the encoder's positions end at 512
MOST_OF_UNIT: Final = 160  # tokens of one unit that are read
_MOST_OF_HEAD: Final = 28
_OVERLAP: Final = 2  # units


class Place(NamedTuple):
    """Where a unit stands in a window: its mark, and one past its last token.

    Attributes:
        unit: Its place in the note.
        mark: Position of its mark.
        end: One past its last token.
        judged: False when it is there for context only.
    """

    unit: int
    mark: int
    end: int
    judged: bool


class Window(NamedTuple):
    """Token ids and the units among them."""

    ids: list[int]
    places: list[Place]


def windows(reading: Reading, tokenizer: Tokenizer, note_type: str, author_role: str) -> list[Window]:
    """Cut a reading into windows.

    Args:
        reading: The note.
        tokenizer: The encoder's tokenizer.
        note_type: The note's type as its system names it.
        author_role: The writer's role as its system names it.
    """
    if not reading.units:
        return []
    head, *bodies = tokenizer.encode_batch(
        [_head(reading, note_type, author_role), *map(plain, reading.units)], add_special_tokens=False
    )
    start, between, mark = (tokenizer.token_to_id(t) for t in ("[CLS]", "[SEP]", "[unused1]"))
    first = [start or 0, *head.ids[:_MOST_OF_HEAD], between or 0]
    units = [body.ids[:MOST_OF_UNIT] for body in bodies]
    out: list[Window] = []
    at = 0
    while at < len(units):
        ids, places = list(first), []
        for k in range(max(0, at - _OVERLAP), len(units)):
            if k > at and len(ids) + 1 + len(units[k]) > MOST_TOKENS:
                break
            places.append(Place(k, len(ids), len(ids) + 1 + len(units[k]), k >= at))
            ids += [mark or 0, *units[k]]
        out.append(Window(ids, places))
        at = places[-1].unit + 1
    return out


def _head(reading: Reading, note_type: str, author_role: str) -> str:
    age = "" if reading.age_years is None else f"age {reading.age_years:.0f}"
    return f"{reading.kind} {reading.author} : {note_type} by {author_role} {age}".lower().replace("_", " ")


def plain(unit: Unit) -> str:
    """A unit in lower case with people as plain words ("child "); offsets stay.

    What stands for a date or a number is "a date": a unit that ends "on blank" would read as one left empty.
    """
    return unit.low.replace("blank_", "a date").replace("_", " ")
