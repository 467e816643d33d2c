"""A kept value as people are shown it. Pure."""

from __future__ import annotations

from sheets_schema.campaign import Column, Field, ValueType
from sheets_schema.reading.ticks import is_ticked, is_unclear
from sheets_schema.wording import Language, text


def shown_value(kept: str, declared: Column | Field | None, language: Language) -> str:
    """Return what a cell holds; a tick is set or not, whatever stands for it in the spreadsheet."""
    if declared is None or declared.type is not ValueType.TICK or is_unclear(kept, declared):
        return kept
    return text("spoken.ticked" if is_ticked(kept, declared) else "spoken.unticked", language)
