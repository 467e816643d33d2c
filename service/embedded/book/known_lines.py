"""The values of tabs that rows were appended to, kept for the next row: a table is found without reading it again."""

import threading
from dataclasses import dataclass

from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.sheet_grid import Value

MOST_CHARACTERS = 2_000_000  # of all tabs of a process

Lines = dict[int, list[Value]]  # the values of each row that holds any, in order


@dataclass(frozen=True, slots=True)
class _Kept:
    version: tuple[int, str]
    lines: Lines
    characters: int


class KnownLines:
    """Lines of committed states. Every change of a file gives it another version, by which older ones are known."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, int], _Kept] = {}  # the one used last is last

    def take(self, book: Book, sheet: SheetTab) -> tuple[Lines, int]:
        """Return the lines of a tab, to change, and about how many characters they are; read where not known."""
        with self._lock:
            kept = self._kept.pop((book.file.id, sheet.sheet_id), None)
        if kept is not None and kept.version == _version_of(book):
            return kept.lines, kept.characters
        return sheet.grid.filled_lines(), sheet.grid.characters_read

    def keep(self, book: Book, sheet: SheetTab, lines: Lines, characters: int) -> None:
        """Keep the lines of a tab as they are after a request, once that is committed."""
        with self._lock:
            self._kept[book.file.id, sheet.sheet_id] = _Kept(_version_of(book), lines, characters)
            total = sum(kept.characters for kept in self._kept.values())
            while total > MOST_CHARACTERS:
                total -= self._kept.pop(next(iter(self._kept))).characters


def _version_of(book: Book) -> tuple[int, str]:
    return book.file.version, book.file.modified
