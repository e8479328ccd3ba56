"""The privacy set: sentences with slots, filled with made-up identifiers when a test runs.

Nothing that looks like a real identifier stands in the repository; the same seed fills the same values.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from analyser.privacy.gate import find_identifiers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FOLDER: Final = Path(__file__).parent / "privacy"
UNSEEN: Final = Path(__file__).parent / "privacy_unseen"
PATTERN_LIKE: Final = ("NHS_NUMBER", "NINO", "POSTCODE", "PHONE", "EMAIL", "URL", "UPN")
NAMES: Final = ("PERSON", "FIRST", "TITLED")
_SLOT: Final = re.compile(r"\{([A-Z_]+)\}")
_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Filled:
    """A sentence with its slots filled: the text, and kind, start and end of each identifier in it."""

    text: str
    slots: tuple[tuple[str, int, int], ...]


class _Source(random.Random):
    """Chance, and the folder of the lists that it draws from."""

    folder: Path = FOLDER


def lines(name: str, folder: Path = FOLDER) -> list[str]:
    """Non-empty lines of one file of a set."""
    return [line for line in (folder / name).read_text(encoding="utf-8").splitlines() if line.strip()]


def filled(folder: Path = FOLDER, seed: int = 20261124) -> list[Filled]:
    """Every sentence of a set with made-up values."""
    rng = _Source(seed)
    rng.folder = folder
    return [_fill(line, rng) for line in lines("identifiers.txt", folder)]


def found_by_kind(sentences: Iterable[Filled]) -> dict[str, tuple[int, int]]:
    """By kind of slot: how many a finding overlaps, and how many there are."""
    out: dict[str, tuple[int, int]] = {}
    for sentence in sentences:
        findings = find_identifiers(sentence.text)
        for kind, start, end in sentence.slots:
            hit = any(f.start < end and start < f.end for f in findings)
            hits, total = out.get(kind, (0, 0))
            out[kind] = (hits + hit, total + 1)
    return out


def _fill(line: str, rng: _Source) -> Filled:
    text, slots, at = "", [], 0
    for match in _SLOT.finditer(line):
        text += line[at : match.start()]
        value = _VALUES[match[1]](rng)
        slots.append((match[1], len(text), len(text) + len(value)))
        text += value
        at = match.end()
    return Filled(text + line[at:], tuple(slots))


def _digits(rng: _Source, n: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(n))


def _nhs(rng: _Source) -> str:
    while True:
        nine = rng.choice("4679") + _digits(rng, 8)
        check = (11 - sum(int(d) * w for d, w in zip(nine, range(10, 1, -1), strict=True)) % 11) % 11
        if check < 10:
            n = f"{nine}{check}"
            return rng.choice([n, f"{n[:3]} {n[3:6]} {n[6:]}", f"{n[:3]}-{n[3:6]}-{n[6:]}"])


def _nino(rng: _Source) -> str:
    two = rng.choice("ABCEHJKLMPRST") + rng.choice("ABCEHJKLMPRST")
    if two in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}:
        return _nino(rng)
    a, b, c, last = _digits(rng, 2), _digits(rng, 2), _digits(rng, 2), rng.choice("ABCD")
    return rng.choice([f"{two}{a}{b}{c}{last}", f"{two} {a} {b} {c} {last}"])


def _postcode(rng: _Source) -> str:
    area = rng.choice(["LS", "B", "M", "NE", "SW", "E", "CV", "PL", "TS", "HU", "WC", "S"])
    district = rng.choice(["1", "4", "9", "12", "17", "22"]) + (
        "A" if area in {"SW", "E", "WC"} and rng.random() < 0.5 else ""
    )
    district = district[0] + "A" if district.endswith("A") else district
    code = f"{area}{district} {rng.choice('123456789')}{rng.choice('ABDEFGHJLNPQRSTUWXYZ')}{rng.choice('ABDEFGHJLNPQRSTUWXYZ')}"
    return rng.choice([code, code, code.replace(" ", ""), code.lower()])


def _phone(rng: _Source) -> str:
    mobile, land = f"07700 900{_digits(rng, 3)}", f"01632 960{_digits(rng, 3)}"
    return rng.choice(
        [
            mobile,
            land,
            mobile.replace(" ", ""),
            f"+44 {mobile[1:]}",
            f"(01632) 960 {_digits(rng, 3)}",
            f"020 7946 0{_digits(rng, 3)}",
        ]
    )


def _email(rng: _Source) -> str:
    first, last = (
        rng.choice(lines("first_names.txt", rng.folder)).lower(),
        rng.choice(lines("family_names.txt", rng.folder)).lower(),
    )
    return _ascii(
        rng.choice(
            [
                f"{first}.{last}@example.gov.uk",
                f"{first[0]}{last}{_digits(rng, 2)}@example.com",
                f"{first}_{last}@mail.example.org",
            ]
        )
    )


def _ascii(text: str) -> str:
    return re.sub(r"[^a-z0-9@._-]", "", text)


def _url(rng: _Source) -> str:
    return rng.choice(
        ["https://www.example.co.uk/families/", "http://example.org/p?id=", "www.example.com/u/"]
    ) + _digits(rng, 4)


def _upn(rng: _Source) -> str:
    twelve = _digits(rng, 12)
    letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
    return letters[sum(int(d) * w for w, d in enumerate(twelve, start=2)) % 23] + twelve


def _birth(rng: _Source) -> str:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1975, 2023)
    months = "January February March April May June July August September October November December".split()
    return rng.choice(
        [
            f"{day:02}/{month:02}/{year}",
            f"{day}.{month}.{year % 100:02}",
            f"{day} {months[month - 1]} {year}",
            f"{year}-{month:02}-{day:02}",
        ]
    )


def _vehicle(rng: _Source) -> str:
    def letters(n: int) -> str:
        return "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXY") for _ in range(n))

    return rng.choice(
        [
            f"{letters(2)}{rng.choice(['07', '12', '19', '58', '66', '71'])} {letters(3)}",
            f"{letters(2)}{rng.choice(['15', '63'])}{letters(3)}",
        ]
    )


def _reference(rng: _Source) -> str:
    return rng.choice(
        [
            f"LS{_digits(rng, 2)}C{_digits(rng, 5)}",
            f"CS-{_digits(rng, 6)}",
            f"{_digits(rng, 7)}",
            f"CRM/{_digits(rng, 5)}/26",
        ]
    )


def _person(rng: _Source) -> str:
    return f"{rng.choice(lines('first_names.txt', rng.folder))} {rng.choice(lines('family_names.txt', rng.folder))}"


def _titled(rng: _Source) -> str:
    return f"{rng.choice(['Mr', 'Mrs', 'Ms', 'Miss', 'Dr'])} {rng.choice(lines('family_names.txt', rng.folder))}"


_VALUES: Final[dict[str, Callable[[_Source], str]]] = {
    "NHS_NUMBER": _nhs, "NINO": _nino, "POSTCODE": _postcode, "PHONE": _phone, "EMAIL": _email, "URL": _url, "UPN": _upn,
    "DATE_OF_BIRTH": _birth, "VEHICLE": _vehicle, "CASE_REFERENCE": _reference, "PASSPORT": lambda rng: _digits(rng, 9),
    "PERSON": _person, "TITLED": _titled, "FIRST": lambda rng: rng.choice(lines("first_names.txt", rng.folder)),
    "ADDRESS": lambda rng: rng.choice(lines("streets.txt", rng.folder)), "SCHOOL": lambda rng: rng.choice(lines("schools.txt", rng.folder)),
}  # fmt: skip
