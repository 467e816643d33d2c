"""The web under the address people open: its scheme, and the path below which every page is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class PublicSite:
    """An application at a public address; what a request's own headers say about scheme and path is not believed.

    A proxy may pass the whole path or cut the public one off: both are answered with addresses of the public site.
    """

    def __init__(self, application: WSGIApplication, public_url: str) -> None:
        parts = urlsplit(public_url)
        self._application = application
        self._scheme, self._path = parts.scheme, parts.path

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        asked: str = environ.get("PATH_INFO", "")
        if self._path and f"{asked}/".startswith(f"{self._path}/"):
            environ["PATH_INFO"] = asked.removeprefix(self._path) or "/"
        environ["SCRIPT_NAME"] = self._path
        environ["wsgi.url_scheme"] = self._scheme
        return self._application(environ, start_response)
