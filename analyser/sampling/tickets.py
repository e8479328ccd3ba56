"""Keyed hash tickets: the order in which cases are drawn, from the seed and the case's id alone.

Source: Rivest, *consistent_sampler* (2018), after Broder 1997. A ticket is a number between 0 and 1 that nobody can
choose: 0 and a point, then the decimal digits, last first, of ``SHA256(SHA256(seed) + id)``, where both hashes are
written in hexadecimal. The smallest tickets are the sample. Row order, process count and machine do not matter; a
larger sample holds the smaller one; and who has the seed and the ids can draw it again.
"""

from __future__ import annotations

from hashlib import sha256


def ticket(seed: str, case_id: str) -> str:
    """The ticket of a case, as text with all its digits; texts compare as the numbers do."""
    return ticket_of(seed_key(seed), case_id)


def seed_key(seed: str) -> str:
    """The hash of a seed; the same for all cases of a draw."""
    return sha256(seed.encode()).hexdigest()


def ticket_of(key: str, case_id: str) -> str:
    """The ticket of a case under the hash of a seed."""
    number = int(sha256((key + case_id).encode()).hexdigest(), 16)
    return "0." + str(number)[::-1]


def ids_sha256(case_ids: list[str]) -> str:
    """SHA-256 of case ids, sorted by code point, a line each, UTF-8, a newline after every one."""
    return sha256("".join(f"{one}\n" for one in sorted(case_ids)).encode()).hexdigest()
