"""Settings from the environment: prefix ``CRA_``, unknown names refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from analyser.errors import SettingsError

PREFIX = "CRA_"


class Settings(BaseSettings):
    """What an operator may change without touching code; each is ``CRA_<NAME>``.

    Attributes:
        chunk_rows: Rows read and analysed at a time; bounds memory.
        max_note_chars: Longest text that is analysed whole, in characters; what is beyond is counted as not read.
        identifier_stop_rate: Share of notes with identifiers, 0 to 1, above which a scan stops.
        name_check_sample: Notes looked at by ``--name-check sample``.
        models_dir: Folder with models that are looked for before the shipped ones.
        log_level: debug, info, warning or error; logs go to standard error.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True)

    chunk_rows: int = Field(default=500, ge=1, le=100_000)
    max_note_chars: int = Field(default=200_000, ge=1_000, le=5_000_000)
    identifier_stop_rate: float = Field(default=0.01, ge=0.0, le=1.0)
    name_check_sample: int = Field(default=500, ge=1)
    models_dir: Path | None = None
    log_level: str = Field(default="warning", pattern="^(debug|info|warning|error)$")


class ServiceSettings(Settings):
    """What the operator of the service may change; each is ``CRA_<NAME>``.

    Attributes:
        environment: ``production``, or ``development``, which accepts weak secrets and a public address without TLS.
        data_dir: Folder of the embedded database and of the secrets made at the first start; for its owner only.
        database_url: SQLite or PostgreSQL; ``<data_dir>/store.db`` where it is empty.
        secret_key: At least 32 characters that nobody can guess, from which all keys of the service are derived;
            made at the first start and kept in ``data_dir`` where it is empty and the database is embedded.
        authority: The authority that clients and accounts belong to unless they are given another.
        public_url: Address under which people reach the pages, such as ``https://records.example``.
        tier: How notes are read unless a request asks for another tier.
        store_text: Keep note text, encrypted, so that pages can show it. Off by default.
        readers: Processes that read notes.
        waiting_notes: Notes that may wait for a reader before the answer is 503.
        max_wait_seconds: Longest wait for an answer that reads notes.
        note_seconds: Time for one note; what is not read by then is said.
        max_body_bytes: Longest request.
        max_notes_per_call: Notes of one ``POST /v1/analyse``.
        max_notes_per_batch: Notes of one batch.
        requests_per_minute: Of one client.
        jobs_per_client: Batches of one client that wait or run.
        embedded_workers: Workers that ``analyser serve`` starts for batches; 0 where ``analyser worker`` runs apart.
        lease_seconds: After so long without a sign of life, another worker takes a batch over.
        job_hours: After so long a batch that has not ended is given up and its notes are deleted.
        key_days: Life of an API key unless the operator says otherwise.
        session_minutes: A session ends after so long without a request;
        session_hours: and after so long at the latest.
        token_issuer: Issuer of the tokens of machine clients; no tokens are accepted where it is empty.
        token_audience: Audience that such a token must have.
        token_jwks_url: Where its keys are; taken from the issuer's discovery document where it is empty.
        oidc_issuer: Identity provider for people; local accounts only where it is empty.
        oidc_client_id: What it knows this service by;
        oidc_client_secret: and the secret for that.
        keep_results_days: Notes' results are deleted so long after they were read; 0 keeps them.
        keep_verdicts_days: The same for samples and verdicts.
        keep_audit_days: The same for the audit trail's entries, at least a year.
        keep_text_days: The same for stored text.
        trusted_proxies: Addresses of reverse proxies whose ``X-Forwarded-For`` and ``-Proto`` are believed.
        metrics_open: Serve ``/metrics`` without a key, for a scraper on a closed network.
    """

    environment: Literal["production", "development"] = "production"
    data_dir: Path = Path("cra_data")
    database_url: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")
    authority: str = Field(default="default", min_length=1, max_length=100, pattern=r"^[a-z0-9-]+$")
    public_url: str = Field(default="http://127.0.0.1:8000", pattern=r"^https?://[^/\s]+$")
    tier: str = Field(default="standard", pattern=r"^[a-z0-9-]{1,40}$")
    store_text: bool = False
    readers: int = Field(default=2, ge=1, le=64)
    waiting_notes: int = Field(default=100, ge=1, le=10_000)
    max_wait_seconds: float = Field(default=30.0, gt=0, le=600)
    note_seconds: float = Field(default=10.0, gt=0, le=600)
    max_body_bytes: int = Field(default=20_000_000, ge=10_000, le=500_000_000)
    max_notes_per_call: int = Field(default=50, ge=1, le=1_000)
    max_notes_per_batch: int = Field(default=20_000, ge=1, le=200_000)
    requests_per_minute: int = Field(default=3_000, ge=1)
    jobs_per_client: int = Field(default=20, ge=1)
    embedded_workers: int = Field(default=1, ge=0, le=16)
    lease_seconds: float = Field(default=30.0, ge=1, le=3_600)
    job_hours: float = Field(default=24.0, gt=0, le=24 * 14)
    key_days: int = Field(default=90, ge=1, le=366)
    session_minutes: float = Field(default=30.0, gt=0, le=24 * 60)
    session_hours: float = Field(default=10.0, gt=0, le=24)
    token_issuer: str = ""
    token_audience: str = ""
    token_jwks_url: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    keep_results_days: int = Field(default=0, ge=0)
    keep_verdicts_days: int = Field(default=0, ge=0)
    keep_audit_days: int = Field(default=0, ge=0)
    keep_text_days: int = Field(default=30, ge=0)
    trusted_proxies: str = ""
    metrics_open: bool = False


S = TypeVar("S", bound=Settings)


def load_settings() -> Settings:
    """Settings of the command line, from the environment.

    Raises:
        SettingsError: A ``CRA_`` variable is unknown or its value cannot be used (the value is not repeated).
    """
    return _load(Settings)


def load_service_settings() -> ServiceSettings:
    """Settings of the service, from the environment.

    Raises:
        SettingsError: As :func:`load_settings`.
    """
    return _load(ServiceSettings)


def _load(kind: type[S]) -> S:
    known = sorted(ServiceSettings.model_fields)  # a service's environment does not stop a scan
    for name in os.environ:
        if name.startswith(PREFIX) and name.removeprefix(PREFIX).lower() not in known:
            names = ", ".join(PREFIX + k.upper() for k in known)
            raise SettingsError("CRA-6001", name=name, names=names)
    try:
        return kind()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = PREFIX + str(first["loc"][-1]).upper()
        raise SettingsError("CRA-6002", name=name, why=first["msg"]) from None
