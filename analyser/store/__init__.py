"""What the service remembers: SQLite by default, PostgreSQL by URL. Note text only where an operator turned that on."""

from __future__ import annotations

from analyser.store.engine import Store, open_store
from analyser.store.reach import Reach

__all__ = ["Reach", "Store", "open_store"]
