"""Profiles: how one case-management system's export maps to notes. One YAML file a system."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from analyser.contracts import AUTHOR_KINDS, NOTE_KINDS, AuthorKind, NoteKind
from analyser.errors import InputError
from analyser.yamlfile import read_yaml

_HERE: Final = Path(__file__).resolve().parent
_FIELDS: Final = (
    "case_id", "note_id", "occurred_at", "recorded_at", "note_type", "author_role", "team", "plan_type", "age", "text",
    "seen", "seen_alone",
)  # fmt: skip
# A few words that begin with a letter, without an end of sentence: no date, no bare id (C1), no text of a note.
_HEADING: Final = re.compile(r"(?=.{1,40}$)(?![A-Za-z]{1,4}\d+$)[^\W\d_][\w/()#&-]*(?: [\w/()#&-]+){0,4}")
_REQUIRED: Final = ("case_id", "note_id", "text")


class Profile(BaseModel):
    """One system's way of exporting notes.

    Attributes:
        name: The profile's name.
        used_for: Which exports it fits, in a few words.
        columns: Field of a note to the columns it may stand in, in order of preference.
        day_first: Whether 03/04/2024 is 3 April.
        note_types: Code in the export to the type's name.
        note_kinds: Type name to kind, before the general patterns.
        author_roles: Code in the export to the role's name.
        author_kinds: Role name to kind, before the general patterns.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: str
    used_for: str = Field(default="", alias="for")
    columns: dict[str, list[str]]
    day_first: bool = True
    note_types: dict[str, str] = Field(default_factory=dict)
    note_kinds: dict[str, NoteKind] = Field(default_factory=dict)
    author_roles: dict[str, str] = Field(default_factory=dict)
    author_kinds: dict[str, AuthorKind] = Field(default_factory=dict)

    @field_validator("columns")
    @classmethod
    def _known_fields(cls, columns: dict[str, list[str]]) -> dict[str, list[str]]:
        unknown = sorted(set(columns) - set(_FIELDS))
        if unknown:
            raise ValueError(f"columns names {', '.join(unknown)}, which no note has; it may name {', '.join(_FIELDS)}")
        missing = [name for name in _REQUIRED if not columns.get(name)]
        if missing:
            raise ValueError(f"columns must name {', '.join(missing)}")
        return columns

    def locate(self, header: list[str], path: str) -> dict[str, str]:
        """Which column holds each field.

        Args:
            header: Column names of the export, as they stand.
            path: The export, for the message.

        Returns:
            Field to column name, for the fields that the export has.

        Raises:
            InputError: A required column is missing, or two have the same heading.
        """
        by_name = {_key(name): name for name in reversed(header)}
        found = {
            name: by_name[option.casefold()]
            for name, options in self.columns.items()
            for option in reversed(options)
            if option.casefold() in by_name
        }
        for name in _REQUIRED:
            if name not in found:
                self._complain(path, name, header)
        if "occurred_at" not in found and "recorded_at" not in found:
            self._complain(path, "occurred_at", header)
        times = Counter(map(_key, header))
        for name, column in found.items():
            if times[_key(column)] > 1:  # which of them is meant, nobody can tell
                raise InputError("CRA-1011", path=path, times=times[_key(column)], column=column, field=name)
        return found

    def _complain(self, path: str, name: str, header: list[str]) -> None:
        wanted = " or ".join(self.columns.get(name) or [name])
        shown = _shown(header)
        raise InputError("CRA-1005", path=path, column=wanted, profile=self.name, field=name, columns=shown)

    def kind_of_note(self, note_type: str) -> NoteKind:
        """The kind that a type name stands for; ``other`` when nothing fits."""
        return self.note_kinds.get(note_type) or cast("NoteKind", kind_of(note_type, "note_kinds") or "other")

    def kind_of_author(self, role: str) -> AuthorKind:
        """The kind of writer that a role stands for; ``unknown`` when nothing fits."""
        return self.author_kinds.get(role) or cast("AuthorKind", kind_of(role, "author_kinds") or "unknown")


def _key(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip().casefold()


def _shown(header: list[str]) -> str:
    """Names of columns for a message; only their number where one may be a cell of a file without a heading."""
    names = [name for name in header if name]
    if names and all(_HEADING.fullmatch(name) for name in names):
        return ", ".join(names[:30])
    return f"{len(header)} columns, and its first row does not look like a heading" if header else "no columns"


@lru_cache(maxsize=4096)
def kind_of(name: str, which: str) -> str | None:
    """First kind whose pattern is found in ``name``; ``which`` is ``note_kinds`` or ``author_kinds``."""
    # "Team Manager (recorded by Social Worker)" speaks for the manager: the first role named counts.
    for kind, pattern in _kinds()[which]:
        if pattern.search(name):
            return kind
    return None


@cache
def _kinds() -> dict[str, tuple[tuple[str, re.Pattern[str]], ...]]:
    data = read_yaml(_HERE / "kinds.yaml")
    known = {"note_kinds": NOTE_KINDS, "author_kinds": AUTHOR_KINDS}
    return {
        which: tuple(
            (item["kind"], re.compile(item["find"], re.IGNORECASE)) for item in data[which] if item["kind"] in names
        )
        for which, names in known.items()
    }


def profile_names() -> list[str]:
    """Names of the shipped profiles."""
    return sorted(path.stem for path in (_HERE / "profiles").glob("*.yaml"))


def load_profile(name_or_file: str) -> Profile:
    """A shipped profile by name, or a local one by its file.

    Raises:
        InputError: There is no such profile, or it is not usable.
    """
    path = Path(name_or_file)
    if name_or_file in profile_names():
        path = _HERE / "profiles" / f"{name_or_file}.yaml"
    elif path.suffix.lower() not in {".yaml", ".yml"} or not path.is_file():
        raise InputError("CRA-1006", name=name_or_file, names=", ".join(profile_names()))
    try:
        return Profile.model_validate(read_yaml(path))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        why = f"it is not YAML (line {where.line + 1})" if where else "it is not YAML text"
        raise InputError("CRA-1007", path=path, why=why) from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where_in = ".".join(str(part) for part in first["loc"])
        raise InputError("CRA-1007", path=path, why=f"{where_in}: {first['msg']}") from None
