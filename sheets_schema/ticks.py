"""Ticks as people give them: TRUE from a check box, x, Có, ✓."""

from __future__ import annotations

from sheets_schema import text

_YES = frozenset(
    {"true", "x", "co", "v", "1", "dung", "yes", "y", "ok", "roi", "da", "✓", "✔", "☑", "✅", "☒", "√", "[x]"}
)
_NO = frozenset({"false", "khong", "0", "no", "n", "k", "ko", "chua", "sai", "☐", "✗", "[]", "[ ]"})


def is_ticked(cell: str) -> bool:
    """Tell whether a tick is set; a text that says neither yes nor no is not."""
    return _said(cell) in _YES


def is_unclear(cell: str) -> bool:
    """Tell whether a tick's cell holds something that says neither yes nor no."""
    said = _said(cell)
    return bool(said) and said not in _YES and said not in _NO


def _said(cell: str) -> str:
    return "" if text.is_blank(cell) else text.without_marks(text.fold(cell[:40])).strip(" .!()")
