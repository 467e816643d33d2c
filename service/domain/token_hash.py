"""What is stored of a token, a session id or a channel's secret: never the thing itself."""

from __future__ import annotations

import hashlib


def hash_of(token: str) -> str:
    """Return the hash of a token; a search by it reveals nothing by the time it takes."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
