"""The ``analyser`` command. Heavy imports wait inside the command that needs them."""

from __future__ import annotations

import os
import sys

from analyser.cli.app import app
from analyser.errors import AnalyserError


def main() -> None:
    """Run the command; turn our errors into one sentence on standard error and an exit code."""
    try:
        app()
    except AnalyserError as error:
        from analyser.cli.output import fail  # noqa: PLC0415

        fail(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Nothing half-written was left behind.\n")
        sys.exit(130)
