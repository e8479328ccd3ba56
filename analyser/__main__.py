"""``python -m analyser`` is the ``analyser`` command."""

from __future__ import annotations

from analyser.cli import main

if __name__ == "__main__":
    main()
