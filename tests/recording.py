"""Every request the embedded server answers in a test run, held against Google's own description at once.

The hooks are public ones: Flask's signals where the server runs in this process, the `response` hook of
requests' sessions where it runs in another. Nothing of the product is changed or knows of it.
"""

import io
import json
import threading
from collections import Counter
from urllib.parse import parse_qsl, unquote, urlsplit

import flask
import requests

from tests import discovery

SERVER = "service.embedded"
_RAW = "tests.recorded_body"


class Recorder:
    """Keeps the faults found and how often each method was seen."""

    def __init__(self):
        self.seen = Counter()
        self._faults = []
        self._lock = threading.Lock()

    def note(self, verb, path, query, raw, status, content_type, answer):
        """Check one exchange; query is a list of names and values, raw and answer are bytes."""
        is_json = content_type.startswith("application/json")
        exchange = (verb, path, {name for name, _ in query}, _loaded(raw), status)
        found = discovery.check(*exchange, json.loads(answer) if is_json and answer else None)
        with self._lock:
            self.seen[discovery.name_of(verb, path)] += 1
            self._faults += found

    def take(self):
        """Return the faults found since they were last taken."""
        with self._lock:
            found, self._faults = self._faults, []
        return found

    def on_started(self, sender, **_extra):
        """Keep what was sent before the server reads it."""
        if sender.name != SERVER:
            return
        environ = flask.request.environ
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"], environ[_RAW] = io.BytesIO(raw), raw

    def on_finished(self, sender, response, **_extra):
        """Check what the server in this process was asked and answered."""
        if sender.name != SERVER:
            return
        request = flask.request
        query = parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True)
        raw = request.environ.get(_RAW, b"")
        kind = "" if response.headers.get("Content-Encoding") else response.content_type or ""
        if kind or not response.data:
            self.note(request.method, request.path, query, raw, response.status_code, kind, response.data)

    def on_response(self, response, *_args, **_options):
        """Check an answer that came over HTTP: a hook for requests' sessions."""
        request, address = response.request, urlsplit(response.request.url)
        query = parse_qsl(address.query, keep_blank_values=True)
        body = request.body or b""
        raw = body.encode() if isinstance(body, str) else body
        kind = response.headers.get("Content-Type", "")
        self.note(request.method, unquote(address.path), query, raw, response.status_code, kind, response.content)

    def listen(self):
        """Hear every server made in this process from now on."""
        flask.request_started.connect(self.on_started)
        flask.request_finished.connect(self.on_finished)


def _loaded(raw):
    try:
        return json.loads(raw) if raw else None
    except (ValueError, RecursionError):
        return None


RECORDER = Recorder()


def recorded(session: requests.Session) -> requests.Session:
    """Return the session, its answers checked too: for a server in another process."""
    session.hooks["response"].append(RECORDER.on_response)
    return session
