"""The hours of a time text: they change no day, but part two activities of one day."""

from __future__ import annotations

import re

from sheets_schema.vietnamese.folding import fold

_HOURS = re.compile(r"\b(?:sáng|trưa|chiều|tối|đêm)\b|\b\d{1,2}\s?(?:giờ|h|g|:)\s?\d{0,2}")


def hours_of(text: str) -> tuple[str, ...]:
    """Return what a time text says of the hours, in order: "sáng", "14h30"."""
    return tuple(hour.replace(" ", "") for hour in _HOURS.findall(fold(text)))
