"""The service's one secret, and the keys derived from it."""

from __future__ import annotations

import base64
import os
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from analyser.errors import ServiceError

if TYPE_CHECKING:
    from pathlib import Path

    from analyser.settings import ServiceSettings

_FILE: Final = "secret"
_LEAST: Final = 32  # characters
_LEAST_DIFFERENT: Final = 10  # characters; "aaaa…" is long and no secret
_PLACEHOLDERS: Final = ("change", "secret", "password", "example", "default", "placeholder", "insert", "12345", "xxxx")


@dataclass(frozen=True, slots=True)
class Secrets:
    """Keys for each purpose (HKDF, RFC 5869), so that none can stand in for another.

    Attributes:
        keys: Pepper of API keys.
        sessions: Of sessions and sign-in links.
        spool: Fernet key of the notes of a batch, and of stored text.
        requests: Of the HMAC over requests with an idempotency key.
        state: Of what the browser carries during sign-in.
    """

    keys: bytes = field(repr=False)
    sessions: bytes = field(repr=False)
    spool: bytes = field(repr=False)
    requests: bytes = field(repr=False)
    state: bytes = field(repr=False)


def load_secrets(settings: ServiceSettings) -> Secrets:
    """The service's keys; the secret is made at the first start where the database is embedded and none was given.

    Raises:
        ServiceError: It is missing beside a database of one's own, too short, or a placeholder (outside development).
    """
    given = settings.secret_key.get_secret_value()
    if not given and settings.database_url.get_secret_value():
        raise ServiceError("CRA-8010", why="is not set, and must be where CRA_DATABASE_URL is")
    secret = given or _kept(settings.data_dir)
    why = _weak(secret)
    if why and settings.environment != "development":
        raise ServiceError("CRA-8010", why=why)
    return derive(secret)


def derive(secret: str) -> Secrets:
    """Keys from a secret."""

    def key(purpose: str) -> bytes:
        return HKDF(SHA256(), 32, None, f"case-record-analyser {purpose}".encode()).derive(secret.encode())

    return Secrets(
        key("api keys"), key("sessions"), base64.urlsafe_b64encode(key("spool")), key("requests"), key("state")
    )


def _weak(secret: str) -> str:
    if len(secret) < _LEAST:
        return f"has fewer than {_LEAST} characters"
    if len(set(secret)) < _LEAST_DIFFERENT:
        return "repeats a few characters"
    if any(word in secret.lower() for word in _PLACEHOLDERS):
        return "looks like a placeholder"
    return ""


def _kept(folder: Path) -> str:
    path = folder / _FILE
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ServiceError("CRA-8011", path=path, why=error.strerror or type(error).__name__) from None
    with os.fdopen(file, "w", encoding="ascii") as out:
        out.write(secret := secrets.token_urlsafe(48))
        out.flush()
        os.fsync(out.fileno())
    return secret
