"""Machine clients and their API keys. A key is shown once; only an HMAC of it is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from analyser.store.columns import now
from analyser.store.reach import Reach
from analyser.store.schema import CLIENTS, KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

KEY_PREFIX: Final = "cra_"  # so that scanners for leaked secrets can tell one
_USED_SECONDS: Final = 300  # a key's last use is noted this exactly, and no request more often writes it


@dataclass(frozen=True, slots=True)
class Client:
    """A machine client.

    Attributes:
        id: Its id, ``client-…``.
        name: What the operator calls it.
        scopes: What it may do.
        reach: Which rows it may see.
    """

    id: str
    name: str
    scopes: frozenset[str]
    reach: Reach


def create_client(
    connection: sa.Connection, name: str, scopes: Iterable[str], reach: Reach, *, subject: str | None = None
) -> Client:
    """Add a client. ``subject`` is what the identity provider calls it in its tokens."""
    client = Client(f"client-{secrets.token_hex(8)}", name, frozenset(scopes), reach)
    connection.execute(
        CLIENTS.insert().values(
            id=client.id, authority=reach.authority, name=name, scopes=sorted(client.scopes),
            teams=None if reach.teams is None else sorted(reach.teams), subject=subject, created_at=now(),
        )
    )  # fmt: skip
    return client


def create_key(connection: sa.Connection, client_id: str, pepper: bytes, days: int) -> tuple[str, datetime]:
    """A new key of a client, ``cra_<id>_<256 bits>``, and when it expires.

    Args:
        connection: Of a transaction that writes.
        client_id: The client.
        pepper: The service's secret for keys; never in the database.
        days: How long it lives.
    """
    key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    key = f"{KEY_PREFIX}{key_id}_{secret}"
    expires = now() + timedelta(days=days)
    connection.execute(
        KEYS.insert().values(
            id=key_id, client_id=client_id, hmac=_mac(key, pepper), created_at=now(), expires_at=expires
        )
    )
    return key, expires


def client_of_key(connection: sa.Connection, key: str, pepper: bytes) -> tuple[Client, bool] | None:
    """The client that a key belongs to, and whether its use is to be noted again.

    ``None`` where the key is unknown, expired or revoked, or its client disabled.

    An HMAC suffices for a secret of 256 bits (OWASP ASVS 5.0, 6.5.2): there is nothing to guess.
    """
    parts = key.split("_", 2)
    if len(parts) != 3 or f"{parts[0]}_" != KEY_PREFIX:  # noqa: PLR2004
        return None
    row = connection.execute(
        sa.select(CLIENTS, KEYS.c.hmac, KEYS.c.expires_at, KEYS.c.revoked_at, KEYS.c.last_used_at)
        .join_from(KEYS, CLIENTS)
        .where(KEYS.c.id == parts[1])
    ).one_or_none()
    expected = row.hmac if row else bytes(32)
    if not hmac.compare_digest(_mac(key, pepper), expected) or row is None:
        return None
    if row.revoked_at is not None or row.disabled_at is not None or row.expires_at <= now():
        return None
    stale = row.last_used_at is None or row.last_used_at < now() - timedelta(seconds=_USED_SECONDS)
    return _client(row), stale


def client_of_subject(connection: sa.Connection, subject: str) -> Client | None:
    """The client that the identity provider calls ``subject``; ``None`` where there is none or it is disabled."""
    row = connection.execute(sa.select(CLIENTS).where(CLIENTS.c.subject == subject)).one_or_none()
    return _client(row) if row is not None and row.disabled_at is None else None


def note_use(connection: sa.Connection, key: str) -> None:
    """Note that a key was used now."""
    connection.execute(KEYS.update().where(KEYS.c.id == key.split("_", 2)[1]).values(last_used_at=now()))


def _client(row: sa.Row[tuple[object, ...]]) -> Client:
    teams = None if row.teams is None else frozenset(row.teams)
    return Client(row.id, row.name, frozenset(row.scopes), Reach(row.authority, teams))


def _mac(key: str, pepper: bytes) -> bytes:
    return hmac.new(pepper, key.encode(), hashlib.sha256).digest()
