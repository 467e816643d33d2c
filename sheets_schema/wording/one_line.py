"""Any text as one printable line."""

from __future__ import annotations


def one_line(text: str, longest: int | None = None) -> str:
    """Return the text on one line, without control characters, cut at `longest` characters with "…" as the last."""
    # a cell may hold 50,000 characters: read only what can be shown
    near = text if longest is None else text[: longest * 4]
    printable = near if near.isprintable() else "".join(one if one.isprintable() else " " for one in near)
    line = " ".join(printable.split())
    return line if longest is None or len(line) <= longest else line[: longest - 1].rstrip() + "…"
