"""Ticks as people give them: TRUE from a check box, x, Có, ✓."""

from __future__ import annotations

from functools import lru_cache

from sheets_schema.campaign import Column, Field
from sheets_schema.vietnamese import folding

YES = frozenset(
    {"true", "x", "co", "v", "1", "dung", "yes", "y", "ok", "roi", "da", "✓", "✔", "☑", "✅", "☒", "√", "[x]"}
)
NO = frozenset({"false", "khong", "0", "no", "n", "k", "ko", "chua", "sai", "☐", "✗", "[]", "[ ]"})


def is_ticked(cell: str, declared: Column | Field | None = None) -> bool:
    """Return True if a tick is set; a text that means neither yes nor no is not.

    The words a form declares for its tick come before the common ones.
    """
    return _answer(cell, declared) is True


def is_unclear(cell: str, declared: Column | Field | None = None) -> bool:
    """Return True if a tick's cell holds something that means neither yes nor no."""
    return not folding.is_blank(cell) and _answer(cell, declared) is None


def _answer(cell: str, declared: Column | Field | None) -> bool | None:
    if folding.is_blank(cell):
        return None
    answer = _answer_text(cell)
    if declared is not None and answer in _answer_texts(declared.true_values):
        return True
    if declared is not None and answer in _answer_texts(declared.false_values):
        return False
    return True if answer in YES else False if answer in NO else None


def _answer_text(cell: str) -> str:
    return _folded(cell[:40])


@lru_cache(maxsize=256)
def _answer_texts(declared: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_answer_text, declared))


# the same few words are in every tick of every tab
@lru_cache(maxsize=1024)
def _folded(cell: str) -> str:
    return folding.without_marks(folding.fold(cell)).strip(" .!()")


_NOTHING = frozenset({"không", "không có", "không phát sinh", "chưa phát sinh", "không có phát sinh"})


def says_nothing(text: str) -> bool:
    """Return True if words mean what the tick for nothing to report does."""
    return folding.fold(text) in _NOTHING
