"""Ticks as people give them: TRUE from a check box, x, Có, ✓."""

from __future__ import annotations

from functools import lru_cache

from sheets_schema.campaign import Column, Field
from sheets_schema.vietnamese import folding

_YES = frozenset(
    {"true", "x", "co", "v", "1", "dung", "yes", "y", "ok", "roi", "da", "✓", "✔", "☑", "✅", "☒", "√", "[x]"}
)
_NO = frozenset({"false", "khong", "0", "no", "n", "k", "ko", "chua", "sai", "☐", "✗", "[]", "[ ]"})


def is_ticked(cell: str, declared: Column | Field | None = None) -> bool:
    """Return True if a tick is set; a text that says neither yes nor no is not.

    The words a form declares for its tick come before the common ones.
    """
    return _answer(cell, declared) is True


def is_unclear(cell: str, declared: Column | Field | None = None) -> bool:
    """Return True if a tick's cell holds something that says neither yes nor no."""
    return not folding.is_blank(cell) and _answer(cell, declared) is None


def _answer(cell: str, declared: Column | Field | None) -> bool | None:
    if folding.is_blank(cell):
        return None
    said = _said(cell)
    if declared is not None and said in map(_said, declared.true_values):
        return True
    if declared is not None and said in map(_said, declared.false_values):
        return False
    return True if said in _YES else False if said in _NO else None


def _said(cell: str) -> str:
    return _folded(cell[:40])


# the same few words stand in every tick of every tab
@lru_cache(maxsize=1024)
def _folded(cell: str) -> str:
    return folding.without_marks(folding.fold(cell)).strip(" .!()")
