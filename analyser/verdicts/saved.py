"""Read the file that a report saves, all of it or nothing; errors name places and never repeat a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from analyser.errors import VerdictError
from analyser.verdicts.records import (
    CaseVerdict,
    Missed,
    Protocol,
    Record,
    SampleOf,
    SavedFile,
    Seen,
    Sentence,
    SpanVerdict,
)

if TYPE_CHECKING:
    from pathlib import Path

_WORDS: Final = {
    "missing": "is missing",
    "literal_error": "is none of the values that are allowed",
    "string_too_long": "is too long",
    "string_too_short": "is empty",
}
# Names that an error may repeat; a key of the file that is none of them could be anything.
_NAMES: Final = frozenset(
    name
    for model in (SavedFile, CaseVerdict, SpanVerdict, Missed, Protocol, Seen, Sentence, SampleOf)
    for name in model.model_fields
)


def read_saved(path: Path, auditor: str | None = None) -> list[Record]:
    """The verdicts of a file that a report saved.

    Args:
        path: The JSON file.
        auditor: Who judged, for a file that does not say.

    Returns:
        A record a judged case; cases with nothing judged and nothing said are left out.

    Raises:
        VerdictError: The file is not there (CRA-7501), not such a file (CRA-7502), empty of verdicts (CRA-7503), or
            says nowhere who judged (CRA-7504).
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise VerdictError("CRA-7501", path=path) from None
    except OSError as error:
        why = f"it cannot be read ({error.strerror or 'the system refuses'})"
        raise VerdictError("CRA-7502", path=path, why=why) from None
    try:
        saved = SavedFile.model_validate_json(raw.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        raise VerdictError("CRA-7502", path=path, why=_why(error)) from None
    who = " ".join((saved.auditor.strip() or auditor or "").split())
    if not who:
        raise VerdictError("CRA-7504", path=path)
    records = [_record(v, saved, who) for v in saved.verdicts if not v.empty]
    if not records:
        raise VerdictError("CRA-7503", path=path)
    return records


def _record(verdict: CaseVerdict, saved: SavedFile, auditor: str) -> Record:
    fields: dict[str, Any] = {name: getattr(verdict, name) for name in CaseVerdict.model_fields}
    fields |= {
        "judged_at": verdict.judged_at or saved.saved_at,
        "dimensions": {d: given for d, given in verdict.dimensions.items() if given},
        "spans": sorted(verdict.spans, key=lambda s: s.key("")),
        "missed": sorted(verdict.missed, key=lambda m: m.model_dump_json()),
        "auditor": auditor,
        "input_sha256": saved.input_sha256,
        "versions": saved.versions,
        "sample": saved.sample,
    }
    return Record.model_validate(fields)


def _why(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    if first["type"] == "json_invalid":
        return "it is no JSON"
    if first["loc"] in {(), ("kind",)}:
        return "it does not say that it was saved by a report of this program"
    where = ""
    for part in first["loc"]:
        if isinstance(part, int):
            where += f"[{part}]"
        elif part in _NAMES:
            where += f".{part}" if where else part
    told = first.get("ctx", {}).get("error") if first["type"] == "value_error" else None
    return f"{where} {told or _WORDS.get(first['type'], 'cannot be used')}"
