"""Headers on every answer: nothing is loaded from elsewhere, framed, sniffed or kept."""

from __future__ import annotations

import flask

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NOT_KEPT = ("Cache-Control", "no-store")
_LINES = tuple((name.lower(), name, value) for name, value in HEADERS.items())


def unkept() -> list[tuple[str, str]]:
    """Return the headers of an answer that is not kept, where there is no response to put them on."""
    return [*HEADERS.items(), NOT_KEPT]


def add_headers(response: flask.Response) -> flask.Response:
    """Put the headers on an answer; pages are not kept, static files are."""
    given = {name.lower() for name, _value in response.headers}
    for key, name, value in _LINES:
        if key not in given:
            response.headers.add(name, value)
    if flask.request.endpoint != "static":
        response.headers[NOT_KEPT[0]] = NOT_KEPT[1]
    return response
