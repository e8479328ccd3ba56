"""Settings from the environment: prefix ``CRA_``, unknown names refused."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, ValidationError
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


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingsError: A ``CRA_`` variable is unknown or its value cannot be used (the value is not repeated).
    """
    known = sorted(Settings.model_fields)
    for name in os.environ:
        if name.startswith(PREFIX) and name.removeprefix(PREFIX).lower() not in known:
            names = ", ".join(PREFIX + k.upper() for k in known)
            raise SettingsError("CRA-6001", name=name, names=names)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = PREFIX + str(first["loc"][-1]).upper()
        raise SettingsError("CRA-6002", name=name, why=first["msg"]) from None
