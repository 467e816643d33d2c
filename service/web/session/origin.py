"""Whether a form was sent from a page of ours."""

from __future__ import annotations

from urllib.parse import urlsplit

import flask

from service.web import current


def is_from_here() -> bool:
    """Say whether a form was sent from our own page, as far as the browser tells; scripts tell nothing."""
    headers = flask.request.headers
    if "Sec-Fetch-Site" in headers:
        return headers["Sec-Fetch-Site"] in {"same-origin", "none"}
    origin = headers.get("Origin")
    public = urlsplit(current.workspace().settings.public_url).netloc
    return origin is None or origin.partition("://")[2] in {flask.request.host, public}
