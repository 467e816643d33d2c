"""Which addresses can be written to: the roster takes no other, and mail goes to no other."""

from __future__ import annotations

import re

_LONGEST = 200
_ATOM = r"[A-Za-z0-9!#$%&*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# in ASCII and without quotes, as mail servers everywhere take it; no dot at an end, no two together
_WRITABLE = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")


def can_be_written_to(address: str) -> bool:
    """Return True if an address can be written into a header, and mail servers everywhere take it."""
    return len(address) <= _LONGEST and _WRITABLE.fullmatch(address) is not None
