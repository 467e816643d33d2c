"""Drive's query language for files.list: name, mimeType, parents, appProperties, trashed and the like."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from service.embedded.api_errors import ApiError
from service.embedded.storage.callers import ROLE_OF_NAME, FileRole
from service.embedded.storage.file_records import DriveFile

Test = Callable[[DriveFile], bool]
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<sign><=|>=|!=|=|<|>|[(){}])|(?P<word>[\w.]+))"""
)
DEEPEST = 50
LONGEST = 4_000  # every file of the caller is tested by it


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, and how to know which role each address was given on a file."""

    email: str
    roles: Callable[[DriveFile], dict[str, str]]


def invalid() -> ApiError:
    """Return the 400 of Drive for a query it cannot read."""
    return ApiError(400, "Invalid Value", reason="invalid")


def test_of(query: str, viewer: Viewer) -> Test:
    """Return a test of files from a query; an empty one lets every file through."""
    if len(query) > LONGEST:
        raise invalid()
    if not query.strip():
        return lambda _: True
    return _QueryParser(_tokens(query), viewer).whole()


def _tokens(query: str) -> list[str]:
    tokens, at = [], 0
    query = query.rstrip()
    while at < len(query):
        match = _TOKEN.match(query, at)
        if match is None:
            raise invalid()
        tokens.append(match[0].strip())
        at = match.end()
    return tokens


class _QueryParser:
    def __init__(self, tokens: list[str], viewer: Viewer) -> None:
        self._tokens = tokens
        self._viewer = viewer
        self._at = 0
        self._depth = 0

    def whole(self) -> Test:
        test = self._any()
        if self._at != len(self._tokens):
            raise invalid()
        return test

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise invalid()
        self._at += 1
        return token

    def _expect(self, token: str) -> None:
        if self._next().lower() != token:
            raise invalid()

    def _any(self) -> Test:
        tests = [self._all()]
        while self._peek().lower() == "or":
            self._next()
            tests.append(self._all())
        return lambda file: any(test(file) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._peek().lower() == "and":
            self._next()
            tests.append(self._one())
        return lambda file: all(test(file) for test in tests)

    def _one(self) -> Test:
        self._depth += 1
        if self._depth > DEEPEST:
            raise invalid()
        token = self._next()
        if token.lower() == "not":
            inner = self._one()
            test: Test = lambda file: not inner(file)  # noqa: E731 - one line, one test
        elif token in ("(",):
            test = self._any()
            self._expect(")")
        elif _is_text(token):
            self._expect("in")
            test = _collection(self._next(), _plain(token), self._viewer)
        else:
            test = self._term(token)
        self._depth -= 1
        return test

    def _term(self, field: str) -> Test:
        if field == "sharedWithMe" and self._peek() not in ("=", "!="):
            return _flag_test(field, self._viewer, wanted=True)
        operator = self._next().lower()
        if operator == "has":
            return self._has(field)
        if operator == "in":
            # gspread writes it this way round: parents in "folder".
            return _collection(field, _plain(self._next()), self._viewer)
        return _comparison(field, operator, self._next(), self._viewer)

    def _has(self, field: str) -> Test:
        self._expect("{")
        given: dict[str, str] = {}
        while self._peek() != "}":
            name = self._next().lower()
            self._expect("=")
            given[name] = _plain(self._next())
            if self._peek().lower() == "and":
                self._next()
        self._expect("}")
        if field not in ("appProperties", "properties") or set(given) != {"key", "value"}:
            raise invalid()
        return lambda file: file.doc.get(field, {}).get(given["key"]) == given["value"]


def _is_text(token: str) -> bool:
    return token[:1] in ("'", '"')


def _plain(token: str) -> str:
    if not _is_text(token):
        raise invalid()
    return re.sub(r"\\(.)", r"\1", token[1:-1])


_LEAST = {"owners": FileRole.OWNER, "writers": FileRole.WRITER, "readers": FileRole.READER}


def _collection(field: str, value: str, viewer: Viewer) -> Test:
    if field == "parents":
        return lambda file: value in file.doc.get("parents", ["root"])
    least = _LEAST.get(field)
    if least is None:
        raise invalid()
    address = viewer.email if value == "me" else value.lower()
    return lambda file: ROLE_OF_NAME.get(viewer.roles(file).get(address, ""), FileRole.NONE) >= least


def _comparison(field: str, operator: str, token: str, viewer: Viewer) -> Test:
    if field in ("trashed", "starred", "sharedWithMe"):
        if token.lower() not in ("true", "false") or operator not in ("=", "!="):
            raise invalid()
        return _flag_test(field, viewer, wanted=(token.lower() == "true") == (operator == "="))
    if field in ("modifiedTime", "createdTime"):
        return _times(field, operator, _plain(token))
    if field not in ("name", "mimeType", "fullText"):
        raise invalid()
    return _texts(field, operator, _plain(token))


def _flag_test(field: str, viewer: Viewer, *, wanted: bool) -> Test:
    if field == "sharedWithMe":
        return lambda file: (file.owner != viewer.email and viewer.email in viewer.roles(file)) == wanted
    if field == "trashed":
        return lambda file: file.trashed == wanted
    return lambda file: bool(file.doc.get(field)) == wanted


def _texts(field: str, operator: str, value: str) -> Test:
    def text(file: DriveFile) -> str:
        return file.mime if field == "mimeType" else file.name

    folded = value.casefold()
    tests: dict[str, Test] = {
        "=": lambda file: text(file).casefold() == folded,
        "!=": lambda file: text(file).casefold() != folded,
        "contains": lambda file: folded in text(file).casefold(),
    }
    if operator not in tests:
        raise invalid()
    return tests[operator]


def _times(field: str, operator: str, value: str) -> Test:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?)?(Z|\+00:00)?", value):
        raise invalid()
    value = value.removesuffix("Z").removesuffix("+00:00")

    def time(file: DriveFile) -> str:
        return (file.modified if field == "modifiedTime" else file.created)[: max(len(value), 10)]

    tests: dict[str, Test] = {
        "=": lambda file: time(file) == value,
        "!=": lambda file: time(file) != value,
        "<": lambda file: time(file) < value,
        "<=": lambda file: time(file) <= value,
        ">": lambda file: time(file) > value,
        ">=": lambda file: time(file) >= value,
    }
    if operator not in tests:
        raise invalid()
    return tests[operator]
