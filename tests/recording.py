"""Every request the embedded server answers in a test run, held against Google's own description at once.

Where the server runs in this process its method of answering is followed by the check; where it runs in another the
`response` hook of requests' sessions is. What is asked and answered stays as it is.
"""

import io
import json
import threading
from collections import Counter
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson
import requests

from service.embedded.server import Service
from tests import discovery


class Recorder:
    """Keeps the faults found and how often each method was seen."""

    def __init__(self):
        self.seen = Counter()
        self._sound = set()  # hashes of exchanges without a fault: nearly half of a test run's are repeated to the byte
        self._faults = []
        self._lock = threading.Lock()

    def note(self, verb, path, query, raw, status, content_type, answer):
        """Check one exchange; query is a list of names and values, raw and answer are bytes."""
        said = answer if content_type.startswith("application/json") else b""
        exchange = verb, path, frozenset(name for name, _ in query)
        method = discovery.name_of(verb, path)
        whole = hash((method, exchange[2], raw, status, said))
        with self._lock:
            self.seen[method] += 1
            if whole in self._sound:
                return
        found = self._faults_of(exchange, raw, status, said)
        with self._lock:
            self._faults += found
            if not found:
                self._sound.add(whole)

    @staticmethod
    def _faults_of(exchange, raw, status, said):
        try:
            found = discovery.check(*exchange, _loaded(orjson.loads, raw), status, _loaded(orjson.loads, said))
        except orjson.JSONDecodeError as error:
            found = [str(error)]
        if found:
            # Python's reader has the last word: it takes more, and numbers beyond 64 bits as they are
            body = None if _is_no_json(raw) else _loaded(json.loads, raw)
            found = discovery.check(*exchange, body, status, _loaded(json.loads, said))
        return found

    def take(self):
        """Return the faults found since they were last taken."""
        with self._lock:
            found, self._faults = self._faults, []
        return found

    def on_answer(self, request, raw, response):
        """Check what the server in this process was asked and answered."""
        query = parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True)
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
        """Hear every server of this process from now on; what it answers stays as it is."""
        answer = Service.answer

        def heard(service, request):
            environ = request.environ
            raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(raw)
            response = answer(service, request)
            self.on_answer(request, raw, response)
            return response

        Service.answer = heard


def _loaded(read, raw):
    return read(raw) if raw else None


def _is_no_json(raw):
    try:
        _loaded(json.loads, raw)
    except (ValueError, RecursionError):
        return True
    return False


RECORDER = Recorder()


def recorded(session: requests.Session) -> requests.Session:
    """Return the session, its answers checked too: for a server in another process."""
    session.hooks["response"].append(RECORDER.on_response)
    return session
