"""Every request the embedded server answers in a test run, held against Google's own description at once.

Where the server runs in this process, what it is called with and answers is heard in between, as a middleware would;
where it runs in another, by the `response` hook of requests' sessions. Nothing of the product knows of it.
"""

import io
import json
import threading
from collections import Counter
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request

from service.embedded.server import Service
from tests import discovery


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

    def hear(self, answer, server, environ, start_response):
        """Have a server of this process answer, and check what it was asked and answered."""
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        started = []

        def begin(status, headers, *failure):
            started.append((int(status.split()[0]), Headers(headers)))
            return start_response(status, headers, *failure)

        body = b"".join(answer(server, environ | {"wsgi.input": io.BytesIO(raw)}, begin))
        status, headers = started[-1]
        kind = "" if headers.get("Content-Encoding") else headers.get("Content-Type", "")
        request = Request(environ)
        if (kind or not body) and request.method != "HEAD":
            query = parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True)
            self.note(request.method, request.path, query, raw, status, kind, body)
        return [body]

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
        answer = Service.__call__
        Service.__call__ = lambda server, environ, start: self.hear(answer, server, environ, start)


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
