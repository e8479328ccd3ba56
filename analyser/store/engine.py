"""Opening the store, and its transactions."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from analyser.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUSY_MILLISECONDS: Final = 5_000  # how long SQLite waits for another writer


@dataclass(frozen=True, slots=True)
class Store:
    """A store that is open. It may be shared by threads; each transaction takes a connection of its own.

    Attributes:
        engine: SQLAlchemy's engine.
    """

    engine: sa.Engine

    @property
    def on_postgres(self) -> bool:
        """Whether it is PostgreSQL."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that writes; all of it or nothing.

        Raises:
            StoreError: The database cannot be reached, is locked for longer than five seconds, is full or damaged.
        """
        with _coded(), self.engine.begin() as connection:
            if not self.on_postgres:
                # The lock is taken at once: a reader that turns writer half-way could not wait for it.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction that only reads.

        Raises:
            StoreError: The database cannot be reached.
        """
        with _coded(), self.engine.begin() as connection:
            if not self.on_postgres:
                connection.exec_driver_sql("BEGIN")
            yield connection

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Open a store and bring its tables up to date.

    Args:
        url: ``sqlite:////path/to/file.db`` or ``postgresql://user:password@host/database``.

    Raises:
        StoreError: The URL is no use, the database cannot be reached, or it was made by a newer version.
    """
    from analyser.store.migrate import migrate  # noqa: PLC0415 - it needs Alembic, and this module

    store = Store(make_engine(url))
    try:
        with _coded():
            migrate(store)
    except BaseException:
        store.close()
        raise
    return store


def make_engine(url: str) -> sa.Engine:
    """An engine that keeps values out of its errors.

    Raises:
        StoreError: The URL is no use.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise StoreError("CRA-8101", why="CRA_DATABASE_URL is not a database URL") from None
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        return sa.create_engine(parsed, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=10)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise StoreError("CRA-8101", why="CRA_DATABASE_URL names neither SQLite with a file nor PostgreSQL")
    Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = sa.create_engine(parsed, hide_parameters=True, pool_size=10, max_overflow=10)
    sa.event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where Store says so, not where the driver thinks
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {_BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",  # what was confirmed survives a power cut
        "foreign_keys = ON",
        "secure_delete = ON",  # what was deleted is overwritten
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def _coded() -> Iterator[None]:
    """Errors of the database without what the database said: it may quote values."""
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError, sa.exc.InternalError) as error:
        raise StoreError("CRA-8101", why=_why(error)) from None
    except sa.exc.DatabaseError as error:
        if isinstance(error, sa.exc.IntegrityError | sa.exc.ProgrammingError | sa.exc.DataError):
            raise
        raise StoreError("CRA-8101", why=_why(error)) from None


def _why(error: sa.exc.SQLAlchemyError) -> str:
    said = str(getattr(error, "orig", None) or error).lower()
    for sign, why in (
        ("locked", "it is locked by another program"),
        ("disk is full", "the disk is full"),
        ("no space left", "the disk is full"),
        ("disk i/o", "the disk cannot be written or read"),
        ("readonly", "it may not be written"),
        ("read-only", "it may not be written"),
        ("malformed", "the file is damaged; take it from a backup"),
        ("not a database", "the file is no database"),
        ("unable to open", "its file cannot be opened"),
        ("password", "it does not accept the user or the password"),
    ):
        if sign in said:
            return why
    return "it does not answer"
