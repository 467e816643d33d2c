"""All seasons of an installation under one address: the one that is set at the root, each other below its own path."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import flask

from service.errors import SeasonRefusedError, ServiceError
from service.seasons.season_list import MOUNT, workspace_of
from service.web import failures
from service.web.app import create_app
from service.web.current import SITE
from service.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class SeasonSite:
    """A WSGI application that gives each request to the season its path names.

    An application is made when a season is first asked for, so that one opened while this runs is there at once.
    """

    def __init__(self, main: Workspace) -> None:
        self._main = main
        self._root = create_app(main)
        self._root.extensions[SITE] = self
        self._others: dict[str, flask.Flask] = {}
        self._lock = threading.Lock()

    @property
    def root(self) -> flask.Flask:
        """Return the application of the season that is set."""
        return self._root

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        return self._answering(environ)(environ, start_response)

    def application_of(self, key: str) -> flask.Flask:
        """Return the application of a season; UnknownNameError where there is none."""
        if key == self._main.campaign.key:
            return self._root
        with self._lock:
            if key not in self._others:
                made = create_app(workspace_of(self._main, key), main=self._main)
                made.extensions[SITE] = self
                self._others[key] = made
            return self._others[key]

    def _answering(self, environ: WSGIEnvironment) -> WSGIApplication:
        path = self._below_office(environ.get("PATH_INFO", ""))
        if not path.startswith(MOUNT):
            return self._root
        key, _, rest = path.removeprefix(MOUNT).partition("/")
        try:
            found = self.application_of(key)
        except SeasonRefusedError as refused:
            environ[failures.SHUT] = refused.message
            return self._root
        except ServiceError:
            # answered like every page there is not, or as the root does where the database fails
            return self._root
        environ["PATH_INFO"] = f"/{rest}"
        return found

    def _below_office(self, path: str) -> str:
        public = self._main.settings.public_path
        return path.removeprefix(public) if public and f"{path}/".startswith(f"{public}/") else path
