"""Where the pages of a sheet end, by the heights of its rows, so that who signs is not alone on the last one."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from service.documents.text_size import POINTS

SAFE = 0.96  # of a page: programs differ in what they make of a height


class PieceKind(Enum):
    """What a piece of a sheet is, which has one or more rows."""

    BLANK = auto()
    WORDS = auto()
    ROW = auto()  # of a table
    CELLS = auto()  # the head, the signature


@dataclass(slots=True)
class PageFilling:
    """The rows of a sheet as they fill pages whose room is given in millimetres."""

    room: float
    heights: list[float] = field(default_factory=list)  # points
    _pieces: list[tuple[int, PieceKind]] = field(default_factory=list)
    _repeated: int | None = None

    def begin(self, row: int, kind: PieceKind) -> None:
        """Note that a piece begins in a row."""
        self._pieces.append((row, kind))

    def repeat(self, row: int) -> None:
        """Note that a row is printed at the top of the pages that follow."""
        self._repeated = row

    def place_of_break(self) -> int | None:
        """Return the row before which a page must end so that the signature is whole, below what precedes it.

        None where it is so anyway, where nothing is signed, and where no page has room for it.
        """
        last = self._first_of_end()
        if last is None:
            return None
        room = self.room * POINTS
        used = self._used_above(last, room)
        needed = sum(self.heights[last:])
        if used + needed <= room * SAFE or self._again(last) + needed > room:
            return None
        return last

    def _first_of_end(self) -> int | None:
        """Return the row of the last piece before the signature that is not to be parted from it."""
        if not self._pieces or self._pieces[-1][1] is not PieceKind.CELLS:
            return None
        above = list(self._pieces)
        while above and above[-1][1] in (PieceKind.CELLS, PieceKind.BLANK):
            above.pop()
        # notes below a table stay with its last row: a page does not begin with titles of columns and no row
        rows = [row for row, kind in above if kind is PieceKind.ROW]
        first = rows[-1] if rows else above[-1][0] if above else 0
        return first or None

    def _again(self, row: int) -> float:
        """Return how high the repeated titles are on a page that begins with a row."""
        return self.heights[self._repeated] if self._repeated is not None and self._repeated < row else 0.0

    def _used_above(self, last: int, room: float) -> float:
        """Return how much of its page is filled above a row."""
        used = 0.0
        for row, height in enumerate(self.heights[:last]):
            if used + height > room:
                used = self._again(row)
            used += height
        return used
