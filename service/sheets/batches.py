"""How requests and reads are weighed, and joined into calls of a size that the API bears."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from service.sheets.inventory import TabInventory
from service.sheets.json_bytes import json_bytes

Request = Mapping[str, Any]
T = TypeVar("T")
# Google recommends 2 MB a request; a cell of a form is about this many bytes on the wire
BYTES_PER_REQUEST = 2_000_000
CELLS_PER_READ = 400_000


def values_body(given: Iterable[tuple[Mapping[str, int], object]], *, as_typed: bool) -> dict[str, object]:
    """Return the body of `values:batchUpdateByDataFilter` that writes rows of values, or their JSON, into areas.

    They are taken as typed, or raw: then no word is read as a number, a date or a formula. null leaves a cell alone.
    """
    data = [{"dataFilter": {"gridRange": dict(area)}, "majorDimension": "ROWS", "values": rows} for area, rows in given]
    return {"valueInputOption": "USER_ENTERED" if as_typed else "RAW", "data": data}


def request_size(requests: Iterable[Request]) -> int:
    """Return about how many bytes requests are on the wire."""
    return sum(len(json_bytes(request)) for request in requests)


def packed(pieces: Iterable[T], weight: Callable[[T], int], limit: int = BYTES_PER_REQUEST) -> Iterator[list[T]]:
    """Join pieces, in their order, into batches of at most a number of bytes; none is cut, an empty one is left out."""
    batch: list[T] = []
    size = 0
    for piece in pieces:
        heavy = weight(piece)
        if batch and size + heavy > limit:
            yield batch
            batch, size = [], 0
        batch += [piece] if heavy else []
        size += heavy
    if batch:
        yield batch


def chunks(tabs: Sequence[TabInventory], limit: int = CELLS_PER_READ) -> Iterator[list[TabInventory]]:
    """Yield tabs in batches of at most a number of cells; one above that goes alone."""
    chunk: list[TabInventory] = []
    cells = 0
    for tab in tabs:
        rows, columns = tab.read_size
        size = rows * columns
        if chunk and cells + size > limit:
            yield chunk
            chunk, cells = [], 0
        chunk.append(tab)
        cells += size
    if chunk:
        yield chunk
