"""Reading exports: files, profiles, rows; every row ends as a note or as a rejection with its reason."""

from __future__ import annotations

from analyser.ingest.export import Export, open_export
from analyser.ingest.profiles import Profile, load_profile, profile_names

__all__ = ["Export", "Profile", "load_profile", "open_export", "profile_names"]
