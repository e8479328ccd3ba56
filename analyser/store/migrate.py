"""Bring the tables up to date with Alembic; one process at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from analyser.errors import StoreError

if TYPE_CHECKING:
    from alembic.config import Config

    from analyser.store.engine import Store

_FOLDER: Final = Path(__file__).resolve().parent / "migrations"
_LOCK: Final = 0x43524100  # "CRA\0": the number of PostgreSQL's advisory lock for migrations


def migrate(store: Store) -> None:
    """Bring a store up to date; nothing happens where it is.

    Raises:
        StoreError: It was made by a newer version of the program.
    """
    from alembic import command  # noqa: PLC0415 - heavy
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    script = ScriptDirectory.from_config(_config())
    with store.write() as connection:
        if store.on_postgres:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        at = MigrationContext.configure(connection).get_current_revision()
        if at == script.get_current_head():
            return
        if at is not None and at not in {r.revision for r in script.walk_revisions()}:
            raise StoreError("CRA-8102")
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - heavy

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
