"""A server of spreadsheets for the tests of your own scripts: on a free port of this machine, empty, gone afterwards.

    with testing.running() as server:
        client = server.gspread_client("me@example.vn")
        client.create("Book")

As a fixture of pytest, `sheets_server`, by one line in conftest.py: pytest_plugins = ["service.embedded.pytest_plugin"]
"""

import importlib
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import gspread
import requests
from requests.adapters import HTTPAdapter
from werkzeug.serving import WSGIRequestHandler, make_server

from service.embedded.contract.quotas import Quota
from service.embedded.server import create_app
from service.embedded.storage.bearer_tokens import add_to_group, issue_token

HOSTS = frozenset({"sheets.googleapis.com", "www.googleapis.com", "docs.google.com"})
OWNER = "owner@example.com"


def system_clock() -> datetime:
    """Return this instant; give `running` a clock of your own to stop or move time."""
    return datetime.now(UTC)  # noqa: TID251 – other people's tests have no clock of ours


@dataclass(frozen=True, slots=True)
class SheetsServer:
    """A server that runs, and clients of it; an address without a token yet is given one."""

    url: str
    folder: Path
    clock: Callable[[], datetime]

    def token(self, email: str = OWNER) -> str:
        """Return a new bearer token of an address."""
        return issue_token(self.folder, email, self.clock)

    def join_group(self, group: str, email: str) -> None:
        """Make an address a member of a group, with which files may be shared."""
        add_to_group(self.folder, group, email)

    def local(self, address: str) -> str:
        """Return an address of Google's as one of this server; any other stays as it is."""
        parts = urlsplit(address)
        if parts.hostname not in HOSTS:
            return address
        own = urlsplit(self.url)
        return urlunsplit((own.scheme, own.netloc, parts.path, parts.query, parts.fragment))

    def session(self, email: str = OWNER) -> requests.Session:
        """Return a session of requests for which Google's addresses are this server."""
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {self.token(email)}"
        session.mount("https://", _LocalAdapter(self))
        return session

    def gspread_client(self, email: str = OWNER) -> gspread.Client:
        """Return a client of gspread."""
        return gspread.Client(auth=None, session=self.session(email))  # type: ignore[arg-type]

    def http(self) -> Any:  # noqa: ANN401 – of httplib2, which this project does not need itself
        """Return an httplib2.Http for google-api-python-client and pygsheets, for which Google is this server."""
        made = importlib.import_module("httplib2").Http()
        plain = made.request
        made.request = lambda uri, *given, **named: plain(self.local(uri), *given, **named)
        return made


class _LocalAdapter(HTTPAdapter):
    def __init__(self, server: SheetsServer) -> None:
        super().__init__()
        self._server = server

    def send(self, request: requests.PreparedRequest, *given: Any, **named: Any) -> requests.Response:  # noqa: ANN401
        request.url = self._server.local(request.url or "")
        return super().send(request, *given, **named)


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write no line for a request."""


@contextmanager
def running(
    folder: Path | None = None, *, clock: Callable[[], datetime] = system_clock, quota: Quota | None = None
) -> Iterator[SheetsServer]:
    """Run a server until the block ends; its spreadsheets stay in a folder that is given, and are gone otherwise."""
    with tempfile.TemporaryDirectory(prefix="sheets-") as temporary:
        data = Path(temporary) if folder is None else folder
        app = create_app(data, owner_email=OWNER, owner_token="", clock=clock, quota=quota)
        listener = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield SheetsServer(f"http://127.0.0.1:{listener.server_port}", data, clock)
        finally:
            listener.shutdown()
            thread.join()
            listener.server_close()
            app.store.close()
