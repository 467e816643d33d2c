"""Signs that mean "the same as above"."""

from __future__ import annotations

import re

from sheets_schema.vietnamese import folding

LONGEST_SIGN = 24

_MARKS = re.compile(r"""[\s\-–—]*(?:["“”″〃]+|['‘’′`]{2,}|//+)[\s\-–—.]*""")
_WORDS = re.compile(r"\W*(?:n\.?t|nhu (?:(?:muc|dong|o|hang|phan|noi dung) )?(?:tren|o tren)|nhu muc tren)\W*")


def is_ditto(cell: str) -> bool:
    """Return True if a cell means "as above": nt, -nt-, như trên, a quotation mark, //."""
    if not cell or len(cell) > LONGEST_SIGN or (cell[0].isalnum() and cell[0] not in "nN"):
        return False
    if _MARKS.fullmatch(cell):
        return True
    return cell.lstrip(" -–—(\u00a0\t\n")[:1] in "nN" and bool(
        _WORDS.fullmatch(folding.without_marks(folding.fold(cell)))
    )
