"""The web under the address people open: its scheme, and the path below which every page is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HOST = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")


class PublicSite:
    """An application at a public address; what a request's own headers say about scheme and path is not believed.

    A proxy may pass the whole path or cut the public one off: both are answered with addresses of the public site.
    A request whose Host names none is one to the public host.
    """

    def __init__(self, application: WSGIApplication, public_url: str) -> None:
        parts = urlsplit(public_url)
        self._application = application
        self._scheme, self._host, self._path = parts.scheme, parts.netloc, parts.path

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        asked: str = environ.get("PATH_INFO", "")
        if self._path and f"{asked}/".startswith(f"{self._path}/"):
            environ["PATH_INFO"] = asked.removeprefix(self._path) or "/"
        if not _is_host(environ.get("HTTP_HOST", self._host)):
            environ["HTTP_HOST"] = self._host
        environ["SCRIPT_NAME"] = self._path
        environ["wsgi.url_scheme"] = self._scheme
        return self._application(environ, start_response)


def _is_host(text: str) -> bool:
    """Return True if routes can be found for it: labels that are blank or too long are no name."""
    try:
        return bool(_HOST.fullmatch(text)) and bool(text.encode("idna").decode("idna"))
    except UnicodeError:
        return False
