"""Compound files, in which older programs keep their parts: what the parts of the root are called.

Of such a file no more is read here than its directory: what a part holds may have any bytes in it, also a name's.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from service.errors import UnreadableFileError
from sheets_schema.wording import message

START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_HEADER = 512
_SECTOR_SHIFT, _FIRST_OF_DIRECTORY = struct.Struct("<30xH"), struct.Struct("<48xI")
_FIRST_OF_TABLES, _IN_HEADER = struct.Struct("<68xI"), struct.Struct("<76x109I")
_SHIFTS = (9, 12)  # of sectors: 512 or 4,096 bytes
_LAST = 0xFFFFFFFA  # sectors have lower numbers
_ENTRY = struct.Struct("<64sHBxIII48x")
_NONE = 0xFFFFFFFF
_ROOT = 5  # kind of entry


def root_names(content: bytes) -> frozenset[str]:
    """Return the names of the parts in the root of a compound file; UnreadableFileError where it has no directory."""
    try:
        names = frozenset(_root_names(_Sectors(content).chain(*_FIRST_OF_DIRECTORY.unpack_from(content))))
    except (struct.error, IndexError) as error:
        raise UnreadableFileError(message("documents.damaged")) from error
    return names


class _Sectors:
    """The sectors of a file, and which comes after which."""

    def __init__(self, content: bytes) -> None:
        (shift,) = _SECTOR_SHIFT.unpack_from(content)
        if shift not in _SHIFTS:
            raise IndexError(shift)
        self._content, self._size = content, 1 << shift
        self._numbers = struct.Struct(f"<{self._size // 4}I")
        self._tables = list(self._table_places())

    def _table_places(self) -> Iterator[int]:
        """Yield the sectors that say which sector comes after which: some are in the header, more in a chain."""
        yield from (place for place in _IN_HEADER.unpack_from(self._content) if place < _LAST)
        (place,) = _FIRST_OF_TABLES.unpack_from(self._content)
        for _ in range(len(self._content) // self._size // 128 + 1):  # each names a hundred, of a hundred sectors each
            if place >= _LAST:
                return
            *places, place = self._numbers.unpack(self._sector(place))
            yield from (one for one in places if one < _LAST)

    def _sector(self, place: int) -> bytes:
        start = max(_HEADER, self._size) + place * self._size
        found = self._content[start : start + self._size]
        if not found:
            raise IndexError(place)
        return found.ljust(self._size, b"\0")  # the last one of some programs is short

    def chain(self, place: int) -> bytes:
        """Return what is in a sector and those after it; one that is there twice ends them."""
        found: list[bytes] = []
        seen: set[int] = set()
        while place < _LAST and place not in seen:
            seen.add(place)
            found.append(self._sector(place))
            table, index = divmod(place, self._size // 4)
            place = self._numbers.unpack(self._sector(self._tables[table]))[index]
        return b"".join(found)


def _root_names(directory: bytes) -> Iterator[str]:
    """Yield the names of the entries right below the root, which are a tree of their own."""
    entries = list(_ENTRY.iter_unpack(directory))
    root = next((entry for entry in entries if entry[2] == _ROOT), None)
    if root is None:
        raise IndexError(_ROOT)
    waiting, seen = [root[5]], {_NONE}
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        name, length, _, left, right, _ = entries[place]
        yield name[: max(0, length - 2)].decode("utf-16-le", "replace")
        waiting += (left, right)
