"""Where somebody is sent after signing in: a page of this very site, and no other."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST = 300
_NOT_THERE = ("/sign-in", "/sign-out", "/api/", "/hooks/", "/tasks/", "/static/")


def read_onward(text: str) -> str:
    """Return a path of this site as it was asked for; blank for anything a browser could take elsewhere."""
    if not text.startswith("/") or len(text) > LONGEST or not text.isprintable():
        return ""
    # browsers read a backslash as a slash, and two slashes as the begin of a host
    if "\\" in text or text.startswith("//") or text.startswith(_NOT_THERE):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc or text == "/" else text
