"""The command line: one module per family of commands, in the order of a season."""

from __future__ import annotations

from service.cli.root import main

__all__ = ["main"]
