"""A gspread client over the server in process: an adapter hands every request to the WSGI application."""

import io
from datetime import UTC, datetime, timedelta

import gspread
import pytest
import requests
from requests.adapters import BaseAdapter
from werkzeug.test import run_wsgi_app

from service.embedded.server import create_app
from service.embedded.storage.bearer_tokens import issue_token

OWNER_TOKEN = "owner-token"
OWNER = "tonghop@localhost"


class Clock:
    """A clock that moves only when told."""

    def __init__(self):
        self.now = datetime(2023, 9, 29, 16, 59, 59, tzinfo=UTC)

    def __call__(self):
        return self.now

    def forward(self, seconds=1):
        self.now += timedelta(seconds=seconds)


class WsgiAdapter(BaseAdapter):
    def __init__(self, app):
        super().__init__()
        self.app = app

    def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        path, _, query = request.path_url.partition("?")
        environ = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": requests.utils.unquote(path).encode().decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "sheets.googleapis.com",
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if "Authorization" in request.headers:
            environ["HTTP_AUTHORIZATION"] = request.headers["Authorization"]
        chunks, status, headers = run_wsgi_app(self.app, environ, buffered=True)
        response = requests.Response()
        response.status_code = int(status.split()[0])
        response.headers.update(dict(headers))
        response.url, response.request = request.url, request
        response._content = b"".join(chunks)
        return response

    def close(self):
        pass


class Api:
    """Plain calls of the API by one identity, and a gspread client on the same session."""

    def __init__(self, app, token):
        self.session = requests.Session()
        self.session.mount("https://", WsgiAdapter(app))
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"
        self.client = gspread.Client(auth=None, session=self.session)

    def call(self, verb, path, body=None, **query):
        host = "https://sheets.googleapis.com" if path.startswith("/v4") else "https://www.googleapis.com"
        return self.session.request(verb, host + path, json=body, params=query)

    def ok(self, verb, path, body=None, **query):
        response = self.call(verb, path, body, **query)
        assert response.status_code in (200, 204), response.text
        return response.json() if response.content else None

    def error(self, verb, path, body=None, **query):
        response = self.call(verb, path, body, **query)
        assert response.status_code >= 400, response.text
        return response.json()["error"]

    def batch(self, book, *requests_):
        return self.ok("POST", f"/v4/spreadsheets/{book}:batchUpdate", {"requests": list(requests_)})["replies"]

    def refused(self, book, *requests_):
        return self.error("POST", f"/v4/spreadsheets/{book}:batchUpdate", {"requests": list(requests_)})

    def create(self, **body):
        return self.ok("POST", "/v4/spreadsheets", body)["spreadsheetId"]

    def get(self, book, **query):
        return self.ok("GET", f"/v4/spreadsheets/{book}", **query)

    def values(self, book, range_, **query):
        return self.ok("GET", f"/v4/spreadsheets/{book}/values/{range_}", **query).get("values", [])

    def put(self, book, range_, rows, option="RAW"):
        body = {"values": rows}
        return self.ok("PUT", f"/v4/spreadsheets/{book}/values/{range_}", body, valueInputOption=option)

    def share(self, book, email, role="writer"):
        body = {"type": "user", "role": role, "emailAddress": email}
        return self.ok("POST", f"/drive/v3/files/{book}/permissions", body)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def app(tmp_path, clock):
    application = create_app(tmp_path, owner_token=OWNER_TOKEN, clock=clock)
    yield application
    application.store.close()


@pytest.fixture
def api(app):
    return Api(app, OWNER_TOKEN)


@pytest.fixture
def identity(app, tmp_path, clock):
    def make(email):
        return Api(app, issue_token(tmp_path, email, clock))

    return make


@pytest.fixture
def anonymous(app):
    return Api(app, None)


@pytest.fixture
def stranger_token(app):
    return Api(app, "no-such-token")


@pytest.fixture
def book(api):
    return api.create(properties={"title": "Sổ"})
