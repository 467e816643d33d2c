"""One call of the API: who calls, with what, at which instant, inside which transaction."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from service.embedded.api_errors import Json
from service.embedded.book import open_book as books
from service.embedded.book.known_lines import KnownLines
from service.embedded.book.open_book import Book
from service.embedded.book.styles import StyleCache
from service.embedded.storage.callers import Caller, FileRole


@dataclass(slots=True)
class Call:
    """What a method of the API is given."""

    connection: sqlite3.Connection
    caller: Caller
    now: datetime
    cache: StyleCache
    args: tuple[str, ...]
    query: Json
    body: Json
    raw: bytes = b""
    lags: bool = False  # Drive's modified times are passed on as late as Google does
    known_lines: KnownLines = field(default_factory=KnownLines)
    books: list[Book] = field(default_factory=list)
    when_committed: list[Callable[[], None]] = field(default_factory=list)

    def book(self, role: FileRole, file_id: str | None = None) -> Book:
        """Return the spreadsheet of the path, or another, for the needed role."""
        opened = books.open_book(self.connection, file_id or self.args[0], self.caller, self.cache, role)
        opened.now = self.now
        self.books.append(opened)
        return opened

    def committed(self) -> None:
        """Publish the styles written by this transaction, and do what waits for its end."""
        for opened in self.books:
            opened.styles.publish()
        for act in self.when_committed:
            act()


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer that is not JSON, such as an exported file."""

    body: bytes
    content_type: str
    filename: str = ""
    convert: Callable[[bytes], bytes] | None = None  # into what is wanted, after the transaction

    def whole(self) -> bytes:
        """Return the file as it is sent."""
        return self.body if self.convert is None else self.convert(self.body)


Answer = Json | Raw | None
