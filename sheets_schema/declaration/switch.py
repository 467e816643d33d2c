"""A switch in a cell: `true` or `false`, in capitals too, as a spreadsheet saves it. Read here alone."""

from __future__ import annotations

ON, OFF = "true", "false"
_MEANINGS = {ON: True, OFF: False}


def read_switch(cell: object) -> object:
    """Return what a cell means, the cell itself where it is no switch."""
    return _MEANINGS.get(cell.lower(), cell) if isinstance(cell, str) else cell


def is_on(cell: object) -> bool:
    """Return True if a cell is a switch that is on."""
    return read_switch(cell) is True
