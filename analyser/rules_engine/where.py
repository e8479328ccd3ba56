"""Whether a rule reads a unit at all: by kind of note, writer, section, heading, age, place, quotation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyser.text.speech import quotation_goes_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyser.contracts import AuthorKind, NoteKind
    from analyser.rules_engine.schema import Where
    from analyser.text.reading import Reading, Unit


def reads(where: Where, kind: NoteKind, writer: AuthorKind, section: str, bare_heading: bool) -> bool:  # noqa: FBT001
    """Whether a rule reads units of this kind of note, writer and section at all."""
    return next(_standing(where, kind, writer, section, bare_heading=bare_heading), "") == ""


def outside(where: Where, reading: Reading, unit: Unit) -> str:
    """The condition of ``where`` that keeps a rule from a unit; the empty string when none does."""
    standing = _standing(where, reading.kind, unit.writer, unit.section, bare_heading=unit.bare_heading)
    return next(standing, "") or outside_in_note(where, reading, unit)


def outside_in_note(where: Where, reading: Reading, unit: Unit) -> str:
    """The same for a rule that reads units of this kind, writer and section."""
    if where.max_age is not None and (reading.age_years is None or reading.age_years > where.max_age):
        return "max_age"
    if where.position == "first" and not _is_first(reading, unit):
        return "position"
    if where.in_quotation and not quotation_goes_on(reading, unit):
        return "in_quotation"
    return ""


def _standing(where: Where, kind: NoteKind, writer: AuthorKind, section: str, *, bare_heading: bool) -> Iterator[str]:
    """Names of the conditions that keep out, of those that depend on nothing else."""
    if where.kinds and kind not in where.kinds:
        yield "kinds"
    if kind in where.not_kinds:
        yield "not_kinds"
    if where.authors and writer not in where.authors:
        yield "authors"
    if writer in where.not_authors:
        yield "not_authors"
    if where.sections and section not in where.sections:
        yield "sections"
    if section and section in where.not_sections:
        yield "not_sections"
    if where.body != "any" and bare_heading != (where.body == "heading_only"):
        yield "body"


def _is_first(reading: Reading, unit: Unit) -> bool:
    return all(u.bare_heading or u.mail_header for u in reading.units[: unit.index])
