"""What the text of a formula alone shows: that it may fill other cells than its own, that it may refer to any."""

import re

SPREADING = frozenset({
    "ARRAYFORMULA", "FILTER", "FLATTEN", "INDEX", "REGEXEXTRACT", "SEQUENCE", "SORT", "SPLIT", "TRANSPOSE", "UNIQUE",
    "XLOOKUP",
})  # fmt: skip
_BEGUN = re.compile(rf"\s*=\s*(?:{'|'.join(sorted(SPREADING))})\s*\(", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_CELL = re.compile(r"[A-Za-z]\$?[0-9]|[:']")  # in every reference, and in some other words


def may_spread(formula: str) -> bool:
    """Return True if a formula's first function is one that gives several values."""
    return _BEGUN.match(formula) is not None


def may_refer(formula: str) -> bool:
    """Return True if a formula may refer to a cell. Most formulas of a list are links, whose words are all quoted."""
    # a title within apostrophes begins outside of all words, whatever it holds
    return _CELL.search(_QUOTED.sub("", formula)) is not None
