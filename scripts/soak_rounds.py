"""Send random and malformed bodies, formulas and expressions to an office, and count what is answered by a failure.

All in this process, without a socket and without LibreOffice: bodies to every route of the web as a stranger, a unit
and the operator, and to every method of the embedded server; formulas and expressions to the embedded server. Ends
with a table, and status 1 when an answer was 500 or above, anything was raised, or a traceback was logged.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import logging
import os
import random
import re
import secrets
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from service import clock as clocks
from service import connections, data_folder, grants, wiring, workflows
from service.domain.roles import Role
from service.embedded import routes
from service.embedded.contract import request_check
from service.embedded.formulas.functions import FUNCTIONS
from service.settings import Settings
from service.web.app import create_app
from service.web.machines import hook_signatures

SECRET = "bi-mat-cua-vong-thu-0123"  # noqa: S105 – of a folder that is thrown away
UNITS = 3
EACH = 20_000  # requests to one office; then a fresh one, so that what was written does not add up
SHOWN = 20  # faults in full
TEXTS = (
    "", " ", "A1", "*", "title", "Sheet1", "=A1+", "=SUM(A:A)", "'", "\x00", "\ud800", "30/9/2023", "2023-09-30",
    "2023-09-30T00:00", "9999-12-31", "0001-01-01", "a(b", "userEnteredValue", "%00", "../../etc/passwd", "ữ😀",
    "vi_VN", "-1", "0", "1", "99999999999999999999", "1e400", "NaN", "true", "null", "<script>x</script>", "{{7*7}}",
    "' OR 1=1 --", "\u202eabc", "e\u0302\u0301", "a" * 3000, "\r\nX-A: b", "registration", "report", "S-CT", "all",
    "VP-UBND", "unsent", "group", "extension", "exemption", "return", "acceptance", "paper", "nil", "userEnteredFormat",
)  # fmt: skip
FIELDS = (
    "as_of", "before", "code", "form", "group", "next", "page", "q", "receipt", "review", "severity", "since", "sort",
    "state", "timeliness", "unit", "units", "kind", "document", "reason", "chosen", "token", "label", "instant",
    "csrf_token", "done_on", "reopen", "due_soon_days", "count_boundary_day", "limit", "after", "day", "time", "",
)  # fmt: skip
TYPES = (
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data",
    "text/plain", "application/json; charset=utf-16", "application/x-www-form-urlencoded; charset=x", "", "\xff/\xfe",
)  # fmt: skip


class Chance(random.Random):
    """What is drawn by chance, the same for the same seed."""

    def text(self) -> str:
        """Return a text, often one that has a meaning somewhere."""
        if self.random() < 0.75:
            return self.choice(TEXTS)
        return "".join(
            chr(self.choice((self.randrange(128), self.randrange(0x3000)))) for _ in range(self.randrange(12))
        )

    def number(self) -> int | float:
        """Return a number, small or at an edge."""
        return self.choice((self.randrange(-2, 12), 2**31 - 1, -(2**31), 2**63, 10**30, 1.5, -0.0, 1e308))

    def value(self, depth: int = 3) -> Any:  # noqa: ANN401 – any JSON
        """Return any JSON value."""
        kind = self.randrange(7 if depth else 4)
        if kind == 4:
            return [self.value(depth - 1) for _ in range(self.randrange(4))]
        if kind > 4:
            return {
                self.choice((self.text(), self.choice(FIELDS))): self.value(depth - 1) for _ in range(self.randrange(4))
            }
        return (None, self.random() < 0.5, self.number(), self.text())[kind]

    def shaped(self, section: request_check.Section, code: Any, depth: int) -> Any:  # noqa: ANN401 – a type's code
        """Return a value of a type of the description, now and then another."""
        if self.random() < 0.01:
            return self.value()
        if isinstance(code, list):
            return [self.shaped(section, code[0], depth) for _ in range(self.randrange(3))]
        if isinstance(code, dict):
            return {self.text(): self.shaped(section, code["*"], depth) for _ in range(self.randrange(3))}
        if code.startswith("@"):
            return self.schema(section, code[1:], depth - 1) if depth > 0 else {}
        if code.startswith("e:"):
            return self.choice(code[2:].split("|"))
        plain: dict[str, Callable[[], Any]] = {
            "string": self.text, "integer": lambda: self.randrange(-1, 9), "any": self.value,
            "boolean": lambda: self.random() < 0.5, "int64": lambda: str(self.randrange(-1, 99)),
        }  # fmt: skip
        return plain.get(code, self.number)()

    def schema(self, section: request_check.Section, name: str, depth: int = 4) -> dict[str, Any]:
        """Return a record of the description with some of its fields, ranges often on the sheet that is there."""
        fields = request_check.fields_of(section, name)
        names = [key for key in fields if self.random() < (0.5 if len(fields) < 12 else 5 / len(fields))]
        if name == "Request":
            names = [self.choice(list(fields))]
        made = {key: self.shaped(section, fields[key], depth) for key in names}
        for key in made.keys() & {"sheetId", "sourceSheetId"}:
            made[key] = self.choice((0, 0, 0, 1))
        for key in made:
            if key.endswith("Index") and self.random() < 0.8:
                made[key] = self.randrange(7)
        if "fields" in made and self.random() < 0.7:
            made["fields"] = "*"
        return made

    def bent(self, raw: bytes) -> bytes:
        """Return bytes, sometimes cut, doubled or with others put in."""
        kind = self.randrange(40)
        at = self.randrange(len(raw) + 1)
        if kind == 0:
            return raw[:at]
        if kind == 1:
            return raw[:at] + self.randbytes(3) + raw[at:]
        if kind == 2:
            return raw + raw
        if kind == 3:
            return b"[" * 100_000 if self.random() < 0.02 else b"\xef\xbb\xbf" + raw
        return raw

    def form(self) -> bytes:
        """Return the body of a form."""
        pairs = [(self.choice(FIELDS), self.text()) for _ in range(self.randrange(9))]
        return urlencode(pairs, errors="replace").encode()

    def multipart(self) -> bytes:
        """Return the body of a form with files, boundary x."""
        parts = [
            f'--x\r\nContent-Disposition: form-data; name="{self.choice(FIELDS)}"; filename="{self.text()}"\r\n\r\n'
            f"{self.text()}\r\n"
            for _ in range(self.randrange(4))
        ]
        return ("".join(parts) + "--x--\r\n").encode("utf-8", "replace")


@dataclass
class Round:
    """What was sent in one round, and what failed."""

    name: str
    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    tracebacks: int = 0
    longest: float = 0.0
    longest_of: str = ""
    faults: dict[str, str] = field(default_factory=dict)  # where: the first request that did it
    fault_counts: Counter[str] = field(default_factory=Counter)
    started: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    def note(self, request: Sent, status: int, took: float, logged: list[str]) -> None:
        """Count one answer."""
        self.sent += 1
        self.statuses[status // 100] += 1
        self.tracebacks += bool(logged)
        if took > self.longest:
            self.longest, self.longest_of = took, str(request)[:200]
        for where in logged or ([f"status {status}"] if status >= 500 else []):
            self.fault_counts[where] += 1
            self.faults.setdefault(where, str(request))

    @property
    def line(self) -> str:
        """The round as a line of the table."""
        return (
            f"| {self.name} | {self.sent:,} | {self.statuses[2] + self.statuses[3]:,} | {self.statuses[4]:,} | "
            f"{self.statuses[5]:,} | {self.tracebacks:,} | {self.longest:.2f} s | {self.seconds:,.0f} s |"
        )


HEAD = (
    "| what | sent | carried out | refused | 500 and above | tracebacks | longest answer | time |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- |"
)


@dataclass(frozen=True)
class Sent:
    """One request."""

    verb: str
    path: str
    query: str = ""
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        headers = [(name, value) for name, value in self.headers if name not in {"COOKIE", "HTTP_AUTHORIZATION"}]
        return f"{self.verb} {self.path}?{self.query} {headers} {self.body[:1500]!r}"

    def environ(self, errors: io.StringIO) -> dict[str, Any]:
        """Return the request as WSGI has it."""
        return {
            "REQUEST_METHOD": self.verb,
            "SCRIPT_NAME": "",
            "PATH_INFO": self.path.encode("utf-8", "surrogatepass").decode("latin-1"),
            "QUERY_STRING": self.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8080",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1:8080",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(self.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": errors,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            **dict(self.headers),
        }


class Listener(logging.Handler):
    """Keeps where the tracebacks that are logged came from."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the last place of ours of a traceback."""
        if record.exc_info and record.exc_info[1] is not None:
            self.heard.append(place_of(record.exc_info[1]))

    def take(self) -> list[str]:
        """Return what was heard since the last time."""
        heard, self.heard = self.heard, []
        return heard


def place_of(error: BaseException) -> str:
    """Return an error's type, its words and where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/service/" in frame.filename or "/sheets_schema/" in frame.filename]
    at = (ours or frames)[-1]
    return f"{type(error).__name__} at {Path(at.filename).name}:{at.lineno}: {str(error)[:120]}"


class Application:
    """A WSGI application that is asked directly."""

    def __init__(self, application: Callable[..., Any], listener: Listener) -> None:
        self._application = application
        self._listener = listener

    def ask(self, request: Sent, into: Round) -> tuple[int, dict[str, str], bytes]:
        """Send one request and count its answer; what is raised counts as 599."""
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _exc: object = None) -> Callable[[bytes], object]:
            begun.append((status, headers))
            return lambda _data: None

        started, body = time.perf_counter(), b""
        try:
            answer = self._application(request.environ(io.StringIO()), start)
            body = b"".join(answer)
            getattr(answer, "close", lambda: None)()
            status, headers = int(begun[-1][0].split()[0]), dict(begun[-1][1])
        except Exception as error:  # noqa: BLE001 – whatever is raised is what is looked for
            self._listener.heard.append(place_of(error))
            status, headers = 599, {}
        into.note(request, status, time.perf_counter() - started, self._listener.take())
        return status, headers, body


class Web:
    """The web of an office, with someone of every role signed in."""

    def __init__(self, workspace: workflows.Workspace, listener: Listener, chance: Chance) -> None:
        self._workspace, self._chance = workspace, chance
        self._flask = create_app(workspace)
        self._application = Application(self._flask.wsgi_app, listener)
        self._rules = [
            (rule, verb)
            for rule in self._flask.url_map.iter_rules()
            for verb in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            # what takes a body comes more often; ending a session would leave none to ask with
            for _ in range(6 if verb == "POST" else 1)
            if rule.endpoint != "sign_in.leave"
        ]
        self._tabs = workspace.store.registry.tabs(workspace.campaign.key)
        quiet = Round("")
        code = workspace.campaign.units[0].code
        self._people = [("", "")] + [self._enter(quiet, role, unit) for role, unit in (
            (Role.OPERATOR, ""), (Role.UNIT, code), (Role.VIEWER, ""))]  # fmt: skip
        self._layouts = {code: self._layout(quiet, code)}

    def _enter(self, quiet: Round, role: Role, unit: str) -> tuple[str, str]:
        invited = grants.invite(self._workspace, f"{role}@vidu.example", role, unit)
        _, headers, _ = self._application.ask(Sent("POST", f"/sign-in/{invited.token}"), quiet)
        cookie = headers.get("Set-Cookie", "").partition(";")[0]
        page = f"/units/{unit}" if unit else "/"
        _, _, html = self._application.ask(Sent("GET", page, headers=(("HTTP_COOKIE", cookie),)), quiet)
        token = re.search(r'name="csrf[-_]token" (?:value|content)="([^"]+)"', html.decode())
        return cookie, token[1] if token else ""

    def _layout(self, quiet: Round, code: str) -> str:
        path, cookie = f"/units/{code}/registration/cells", self._people[1][0]
        _, _, body = self._application.ask(Sent("GET", path, headers=(("HTTP_COOKIE", cookie),)), quiet)
        return str(json.loads(body).get("layout", ""))

    def send(self, into: Round) -> None:
        """Send one request to one route."""
        chance = self._chance
        if into.sent % 50 == 0:
            # no worker runs: without its sign of life /readyz says so, as it should
            self._workspace.store.work.heartbeat("soak", self._workspace.lease_clock())
        rule, verb = chance.choice(self._rules)
        verb = verb if chance.random() < 0.97 else chance.choice(("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "X"))
        path = re.sub(r"<(?:([^:<>]+(?:\([^)]*\))?):)?([a-z_]+)>", self._part, rule.rule)
        cookie, token = chance.choice(self._people)
        body, kind = self._body(path)
        headers = [
            ("CONTENT_TYPE", kind),
            ("HTTP_COOKIE", cookie),
            ("REMOTE_ADDR", f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)}"),
        ]
        if token and chance.random() < 0.9:
            headers.append(("HTTP_X_CSRF_TOKEN", token))
        headers += self._proof(path, body)
        query = urlencode(
            [(chance.choice(FIELDS), chance.text()) for _ in range(chance.randrange(3))], errors="replace"
        )
        self._application.ask(Sent(verb, path, query, body, tuple(headers)), into)

    def _part(self, found: re.Match[str]) -> str:
        kind, name = found[1] or "", found[2]
        chance = self._chance
        if kind.startswith("any("):
            return chance.choice(re.findall(r"\w+", kind[4:]))
        if chance.random() < 0.15:
            return chance.text()
        tab = chance.choice(self._tabs)
        known = {"code": tab.unit, "form_key": tab.form, "spreadsheet_id": tab.spreadsheet_id, "sheet_id": tab.sheet_id}
        known |= {"number": chance.randrange(5), "task_code": "1", "token": secrets.token_urlsafe(8)}
        return str(known.get(name, chance.text()))

    def _body(self, path: str) -> tuple[bytes, str]:
        chance = self._chance
        if path.endswith(("/cells", "/check", "/hooks/sheet")) and chance.random() < 0.8:
            return chance.bent(json.dumps(self._posted(path)).encode()), TYPES[0]
        kind = chance.randrange(10)
        if kind < 4:
            return chance.bent(chance.form()), TYPES[1]
        if kind < 6:
            return chance.bent(json.dumps(chance.value()).encode()), TYPES[0]
        if kind < 8:
            return chance.bent(chance.multipart()), TYPES[2]
        return chance.randbytes(chance.randrange(200)), chance.choice(TYPES)

    def _posted(self, path: str) -> Any:  # noqa: ANN401 – JSON
        chance = self._chance
        if path.endswith("/sheet"):
            return {"spreadsheet_id": chance.choice((chance.choice(self._tabs).spreadsheet_id, chance.value()))}
        if path.endswith("/check"):
            cells = [[chance.text() for _ in range(chance.randrange(9))] for _ in range(chance.randrange(20))]
            merges = [[chance.number() for _ in range(4)] for _ in range(chance.randrange(3))]
            columns = {str(chance.number()): chance.text() for _ in range(chance.randrange(3))}
            return chance.choice(
                ({"cells": cells, "merges": merges, "columns": columns}, {"cells": cells}, chance.value())
            )
        changes = [
            {
                "row": chance.randrange(20),
                "column": chance.randrange(9),
                "base": chance.choice(("", chance.text())),
                "text": chance.text(),
            }
            for _ in range(chance.randrange(4))
        ]
        whole = {"layout": chance.choice([*self._layouts.values(), chance.text()]), "changes": changes}
        return chance.choice((whole, whole, whole | {chance.choice(("layout", "changes")): chance.value()}))

    def _proof(self, path: str, body: bytes) -> list[tuple[str, str]]:
        if path.startswith("/tasks/") and self._chance.random() < 0.5:
            return [("HTTP_AUTHORIZATION", f"Bearer {SECRET}")]
        if path != "/hooks/sheet" or self._chance.random() < 0.3:
            return [("HTTP_AUTHORIZATION", self._chance.text().encode("utf-8", "replace").decode("latin-1"))]
        at, nonce = str(int(clocks.system().timestamp())), secrets.token_hex(8)
        signed = hook_signatures.sign(SECRET, at, nonce, body)
        return [
            ("HTTP_X_TONGHOP_TIMESTAMP", at),
            ("HTTP_X_TONGHOP_NONCE", nonce),
            ("HTTP_X_TONGHOP_SIGNATURE", f"sha256={signed}"),
        ]


class Embedded:
    """The embedded server of an office, asked as its owner."""

    def __init__(self, workspace: workflows.Workspace, listener: Listener, chance: Chance) -> None:
        settings, self._chance = workspace.settings, chance
        self._application = Application(connections.embedded_application(settings, workspace.clock), listener)
        self._headers = (
            ("HTTP_AUTHORIZATION", f"Bearer {data_folder.owner_token(settings)}"),
            ("CONTENT_TYPE", TYPES[0]),
        )
        self.book = self.create()

    def create(self) -> str:
        """Make a small spreadsheet and return its id."""
        sheet = {"properties": {"sheetId": 0, "title": "Sheet1", "gridProperties": {"rowCount": 8, "columnCount": 6}}}
        _, _, body = self.ask("POST", "/v4/spreadsheets", {"sheets": [sheet]}, Round(""))
        return str(json.loads(body)["spreadsheetId"])

    def ask(
        self, verb: str, path: str, body: object, into: Round, query: str = ""
    ) -> tuple[int, dict[str, str], bytes]:
        """Send JSON, or bytes as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._application.ask(Sent(verb, path, query, raw, self._headers), into)

    def send(self, into: Round) -> None:
        """Send one request to one method."""
        chance = self._chance
        method = chance.choice([one for one in routes.METHODS if one.body or chance.random() < 0.2])
        path = method.path.pattern.replace(r"\-", "-")
        for pattern in (r"([^/:]+)", r"(.+)"):
            while pattern in path:
                known = (
                    self.book if path.startswith(("/v4/spreadsheets/" + pattern, "/drive/v3/files/" + pattern)) else ""
                )
                part = (
                    known
                    if known and chance.random() < 0.95
                    else chance.choice(("A1:C3", "B2", "A:B", "0", chance.text()))
                )
                path = path.replace(pattern, part or "x", 1)
        section: request_check.Section = "drive" if method.is_drive else "sheets"
        body = chance.schema(section, method.body) if method.body and chance.random() < 0.9 else chance.value()
        query = []
        if method.name.startswith("sheets.spreadsheets.values."):
            query.append(
                ("valueInputOption", chance.choice(("RAW", "USER_ENTERED", "RAW", "USER_ENTERED", chance.text())))
            )
        if chance.random() < 0.1:
            query.append(
                (chance.choice(("fields", "q", "pageToken", "ranges", "alt", "orderBy", "mimeType")), chance.text())
            )
        raw = chance.bent(json.dumps(body).encode())
        self.ask(method.verb, path, raw, into, urlencode(query, errors="replace"))
        if into.sent % 500 == 0:
            self.look(into)

    def look(self, into: Round) -> None:
        """Read the whole spreadsheet, and take another where it was deleted."""
        status, _, _ = self.ask("GET", f"/v4/spreadsheets/{self.book}", b"", into, "includeGridData=true")
        if status != 200 or into.sent % 5000 == 0:
            self.book = self.create()


NAMES = sorted(FUNCTIONS)
PIECES = (
    "1", "2,5", '"x"', "A1", "B2", "$A$1", "A:A", "A1:B8", "B1:A1", "1:8", "Sheet1!A1", "'x'!A1", "n", "TRUE", "#REF!",
    "", " ", "SUM(", "IF(", "ROW(", "HYPERLINK(", "ROUND(", "XYZ(", "COUNTIF(", "CONCATENATE(", "TEXT(", "DATE(",
    "(", ")", ")", ")", "+", "-", "*", "/", "^", "&", "%", "=", "<>", "<=", ";", ",", "1E308", "9^999", "'", '"', "!",
    "$", ":",
    "\x00", "ữ", "{1;2}", "A1048576", "XFD1", "REPT(\"x\";9999)",
)  # fmt: skip
ARGUMENTS = (
    "", "0", "1", "-1", "2.5", "1E9", "1E308", "46295", "TRUE", "A1", "B2", "A1:B8", "A:A", "1:2", "A1:A8", "B1:B8",
    "x!A1", '""', '"x"', '">1"', '"a*"', '"~*?"', '"<>"', '"dd/mm/yyyy"', '"#,##0.00"', '"D"', '"(a+)+$"',
    '"$1"', '"2026-09-30"',
    "A1:A8>1", "A1:A8&B1:B8", 'REPT("ab",24999)', "SEQUENCE(100,9)", "ROW(A1:A8)", "1/0", "NA()", "A1048576", "'", "ữ",
)  # fmt: skip
PARTS = (
    "a", "b", ".", "a*", "a?", "a+", "(a+)+", "(a|aa)+", "(.*)*", "[^b]*", "^", "$", "(", ")", "|", "{2}", "{1,30}",
    "{1000}", "*", "+?", "\\d", "\\w+", "\\b", "\\1", "(?i)", "(?=a)", "(?<x>a)", "(?P<y>b)", "[", "]", "\\", "\\pL",
    "ữ", "😀", "\x00",
)  # fmt: skip
REPLACEMENTS = ("x", "$0", "$1", "$9", "${y}", "$", "\\", "\\$", "ữ", "x" * 300, "")
CELLS = ("a" * 20_000, "ab" * 500, "", "chữ a b 😀", "a" * 34, "b" + "a" * 5_000 + "c", "aaab" * 12_000)


def formula(chance: Chance) -> str:
    """Return a formula, or what looks like the beginning of one."""
    if chance.random() < 0.03:
        one, count = chance.choice(("(", "-", "1+", "IF(1;", "A1&", "SUM(", "1^", "((1+")), chance.randrange(6000)
        return ("=" + one * count + chance.choice(("1", "A1", "")) + chance.choice((")", "")) * count)[:49_000]
    if chance.random() < 0.5:
        return "=" + called(chance, 3)
    return "=" + "".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 15)))


def called(chance: Chance, depth: int) -> str:
    """Return a function with arguments, some of them functions."""
    given = [
        called(chance, depth - 1) if depth and chance.random() < 0.3 else chance.choice(ARGUMENTS)
        for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 3, 4, 5)))
    ]
    return f"{chance.choice(NAMES)}({chance.choice((',', ';')).join(given)})"


def expression(chance: Chance) -> str:
    """Return a regular expression, or what is none."""
    return "".join(chance.choice(PARTS) * chance.choice((1, 1, 1, 2, 30)) for _ in range(chance.randrange(1, 9)))


FORMULAS_AT_ONCE = 8


def formulas(embedded: Embedded, chance: Chance, into: Round, count: int, latest: float) -> int:
    """Write formulas, eight at once, and read what they come to; return how many."""
    done = 0
    while done < count and time.monotonic() < latest:
        texts = [[formula(chance)] for _ in range(FORMULAS_AT_ONCE)]
        path = f"/v4/spreadsheets/{embedded.book}/values/A1:A8"
        embedded.ask("PUT", path, {"values": texts}, into, "valueInputOption=USER_ENTERED")
        embedded.ask("GET", path, b"", into, "valueRenderOption=UNFORMATTED_VALUE")
        done += FORMULAS_AT_ONCE
    return done


def expressions(embedded: Embedded, chance: Chance, into: Round, count: int, latest: float) -> int:
    """Replace by expressions in texts that are long; return how many."""
    for done in range(count):
        if time.monotonic() > latest:
            return done
        if done % 50 == 0:
            texts = [[chance.choice(CELLS)] for _ in range(8)]
            embedded.ask(
                "PUT",
                f"/v4/spreadsheets/{embedded.book}/values/A1:A8",
                {"values": texts},
                Round(""),
                "valueInputOption=RAW",
            )
        change = {
            "find": expression(chance),
            "replacement": "".join(chance.choice(REPLACEMENTS) for _ in range(chance.randrange(4))),
            "searchByRegex": True,
            "allSheets": True,
            "matchCase": chance.random() < 0.5,
            "matchEntireCell": chance.random() < 0.2,
        }
        embedded.ask(
            "POST", f"/v4/spreadsheets/{embedded.book}:batchUpdate", {"requests": [{"findReplace": change}]}, into
        )
    return count


@contextmanager
def offices(folder: Path, number: int) -> Iterator[workflows.Workspace]:
    """Open a fresh office of a few units, provisioned."""
    made = folder / f"office-{number}"
    settings = Settings(data_dir=made, rehearsal=True, hook_secret=SECRET, task_secret=SECRET)
    with wiring.open_workspace(settings, actor="soak") as workspace:
        few = replace(workspace.campaign, units=workspace.campaign.units[:UNITS])
        workspace = replace(workspace, campaign=few)
        workflows.provision(workspace, [obligation.form for obligation in few.obligations])
        yield workspace


def bodies(folder: Path, listener: Listener, chance: Chance, given: argparse.Namespace) -> tuple[Round, Round]:
    """Send bodies to the web and to the embedded server by turns."""
    web, embedded = Round("bodies to the web"), Round("bodies to the embedded server")
    latest = time.monotonic() + given.seconds
    for number in itertools.count():
        with offices(folder, number) as workspace:
            targets = ((Web(workspace, listener, chance), web), (Embedded(workspace, listener, chance), embedded))
            for _ in range(EACH // 2):
                for target, into in targets:
                    if web.sent + embedded.sent >= given.bodies or time.monotonic() > latest:
                        web.seconds = embedded.seconds = time.monotonic() - web.started
                        return web, embedded
                    target.send(into)
        progress(f"{web.sent + embedded.sent:,} bodies, {len(web.faults) + len(embedded.faults)} faults")
    raise AssertionError


def progress(said: str) -> None:
    """Report how far it is."""
    sys.stderr.write(f"{said}\n")
    sys.stderr.flush()


def texts(folder: Path, listener: Listener, chance: Chance, given: argparse.Namespace) -> tuple[Round, Round]:
    """Send formulas, then expressions."""
    rounds = []
    for number, (name, act, count) in enumerate(
        (("formulas", formulas, given.formulas), ("regular expressions", expressions, given.expressions))
    ):
        into = Round(name)
        with offices(folder, 10_000 + number) as workspace:
            done = act(Embedded(workspace, listener, chance), chance, into, count, time.monotonic() + given.seconds)
        into.seconds, into.name = time.monotonic() - into.started, f"{done:,} {name}"
        rounds.append(into)
        progress(into.line)
    return rounds[0], rounds[1]


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(prog="scripts/soak rounds", description=__doc__)
    parser.add_argument("--bodies", type=int, default=1_000_000)
    parser.add_argument("--formulas", type=int, default=100_000)
    parser.add_argument("--expressions", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=3600.0, help="no more of one sort after so long")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--folder", type=Path, help="where the offices are made; a temporary folder otherwise")
    given = parser.parse_args()
    chance, listener = Chance(given.seed), Listener()
    logging.getLogger().addHandler(listener)
    os.environ["PATH"] = ""  # LibreOffice is not found: a page as PDF takes as long as a thousand other answers
    with tempfile.TemporaryDirectory(prefix="tonghop-rounds-", dir=given.folder) as folder:
        rounds = [*texts(Path(folder), listener, chance, given), *bodies(Path(folder), listener, chance, given)]
    lines = [f"seed {given.seed}", HEAD, *(one.line for one in rounds)]
    for one in rounds:
        lines += [f"slowest of {one.name}: {one.longest_of}"]
        lines += [f"{one.fault_counts[where]} times {where}\n    {request}" for where, request in one.faults.items()][
            :SHOWN
        ]
    sys.stdout.write("\n".join(lines).encode("utf-8", "replace").decode() + "\n")
    sys.exit(any(one.faults for one in rounds))


if __name__ == "__main__":
    main()
