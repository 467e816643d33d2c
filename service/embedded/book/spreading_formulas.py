"""Formulas that may fill the cells beside and below their own."""

import re

SPREADING = frozenset({
    "ARRAYFORMULA", "FILTER", "FLATTEN", "INDEX", "REGEXEXTRACT", "SEQUENCE", "SORT", "SPLIT", "TRANSPOSE", "UNIQUE",
    "XLOOKUP",
})  # fmt: skip
_BEGUN = re.compile(rf"\s*=\s*(?:{'|'.join(sorted(SPREADING))})\s*\(", re.IGNORECASE)


def may_spread(formula: str) -> bool:
    """Return True if a formula's first function is one that gives several values."""
    return _BEGUN.match(formula) is not None
