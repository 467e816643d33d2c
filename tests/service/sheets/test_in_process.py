"""Requests handed to a WSGI application as a server would hand them."""

import io
import wsgiref.validate

import pytest
import requests

from service.sheets.in_process import WsgiAdapter


class Echo:
    """An application that answers with what it was asked, and notes that it was closed."""

    def __init__(self, status="200 OK", headers=(("Content-Type", "text/plain; charset=utf-8"),)):
        self.status, self.headers = status, list(headers)
        self.seen = {}
        self.body = b""
        self.closed = False

    def __call__(self, environ, start_response):
        self.seen = dict(environ)
        self.body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))
        start_response(self.status, self.headers)
        return Answer(self)


class Answer:
    def __init__(self, echo):
        self.echo, self.left = echo, [b"m\xe1\xbb\x99t ", b"hai"]

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        return self.left.pop(0)

    def close(self):
        self.echo.closed = True


@pytest.fixture
def echo():
    return Echo()


@pytest.fixture
def session(echo):
    session = requests.Session()
    session.mount("https://", WsgiAdapter(echo))
    return session


def test_answer_comes_back_whole(echo, session):
    response = session.get("https://vidu.example/")

    assert (response.status_code, response.reason, response.text) == (200, "OK", "một hai")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert (response.url, response.request.method, echo.closed) == ("https://vidu.example/", "GET", True)


def test_path_and_query_come_as_a_server_gives_them(echo, session):
    session.get("https://vidu.example:8443/v4/s%C3%A1ch/A1%3AB2", params={"q": "đủ & thừa"})

    assert echo.seen["PATH_INFO"].encode("latin-1").decode() == "/v4/sách/A1:B2"
    assert echo.seen["RAW_URI"] == "/v4/s%C3%A1ch/A1%3AB2"
    assert echo.seen["QUERY_STRING"] == "q=%C4%91%E1%BB%A7+%26+th%E1%BB%ABa"
    assert (echo.seen["SERVER_NAME"], echo.seen["SERVER_PORT"], echo.seen["wsgi.url_scheme"]) == (
        "vidu.example",
        "8443",
        "https",
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"\x00\xff", b"\x00\xff"),
        ("chữ", "chữ".encode()),
        (io.BytesIO(b"from a file"), b"from a file"),
        (iter([b"in ", b"pieces"]), b"in pieces"),
        (None, b""),
    ],
)
def test_body_of_every_kind_arrives(echo, session, body, expected):
    session.post("https://vidu.example/", data=body)

    assert (echo.seen["REQUEST_METHOD"], echo.body) == ("POST", expected)


def test_headers_arrive(echo, session):
    session.post("https://vidu.example/", json={}, headers={"X-Cua-Toi": b"a\xe9"})

    assert echo.seen["CONTENT_TYPE"] == "application/json"
    assert echo.seen["HTTP_X_CUA_TOI"] == "a\xe9"
    session.get("https://vidu.example/", headers={"Authorization": "Bearer x"})
    assert echo.seen["HTTP_AUTHORIZATION"] == "Bearer x"


def test_failure_has_its_status():
    session = requests.Session()
    session.mount("https://", WsgiAdapter(Echo("503 Service Unavailable")))

    response = session.get("https://vidu.example/")

    assert (response.status_code, response.ok) == (503, False)


def test_error_of_the_application_is_not_swallowed(session):
    def broken(environ, start_response):
        raise ZeroDivisionError

    session.mount("https://", WsgiAdapter(broken))

    with pytest.raises(ZeroDivisionError):
        session.get("https://vidu.example/")


def test_streamed_answer_is_read_by_the_caller(session):
    response = session.get("https://vidu.example/", stream=True)

    assert b"".join(response.iter_content(3)) == "một hai".encode()


def test_environment_is_as_the_specification_says():
    session = requests.Session()

    def plain(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    session.mount("https://", WsgiAdapter(wsgiref.validate.validator(plain)))

    assert session.get("https://vidu.example/a?b=c").text == "ok"
