"""Why the machine refused something, in the language of who reads it."""

from __future__ import annotations

import errno

from sheets_schema.wording.catalogue import SHEET_LANGUAGE, area
from sheets_schema.wording.message import Message, message, verbatim


def system_reason(error: BaseException) -> Message:
    """Return why the machine refused something; what has no words of ours is as the machine says it."""
    if isinstance(error, TimeoutError):
        return message("system.etimedout")
    number = error.errno if isinstance(error, OSError) else None
    name = errno.errorcode.get(number or 0, "").lower()
    if name in area("system", SHEET_LANGUAGE):
        return message(f"system.{name}")
    return verbatim(getattr(error, "strerror", None) or str(error) or type(error).__name__)
