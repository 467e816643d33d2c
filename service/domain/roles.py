"""Who may sign in: the three roles, and the form of a granted address."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

LONGEST_ADDRESS = 200
# one @, nothing that could end a line, a header or an attribute
_ADDRESS = re.compile(r"""[^@\s<>"'\\,;:()\[\]]{1,64}@[^@\s<>"'\\,;:()\[\]]{1,190}""")


class Role(StrEnum):
    """What a signed-in user may see and do."""

    OPERATOR = "operator"  # everything
    VIEWER = "viewer"  # the board: sees everything, decides nothing
    UNIT = "unit"  # its own unit only


def read_address(text: str) -> str | None:
    """Return an address as it is kept: NFC, trimmed, lower case; None for anything else."""
    address = unicodedata.normalize("NFC", text).strip().lower()
    if len(address) > LONGEST_ADDRESS or not address.isprintable() or not _ADDRESS.fullmatch(address):
        return None
    return address
