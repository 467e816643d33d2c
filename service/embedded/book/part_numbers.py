"""The numbers of a file's numbered parts, protections, charts, views, bands and slicers: each is one part's alone."""

from service.embedded.api_errors import RefusedError
from service.embedded.book.open_book import Book, new_number

KEYS = {
    "protectedRanges": "protectedRangeId",
    "charts": "chartId",
    "filterViews": "filterViewId",
    "bandedRanges": "bandedRangeId",
    "slicers": "slicerId",
}


def take(book: Book, chosen: int | None, what: str) -> int:
    """Return the number of a new part: the one that was chosen, or any that is free. One that is taken is refused."""
    taken = book.taken_numbers
    if taken is None or chosen in taken:
        # within a request parts may also have been taken away
        taken = book.taken_numbers = _looked_up(book)
    number = number_for(chosen, taken, what)
    taken.add(number)
    return number


def _looked_up(book: Book) -> set[int]:
    taken = {entry[key] for sheet in book.sheets for name, key in KEYS.items() for entry in sheet.parts.get(name, [])}
    book.work.spend(len(book.sheets) + len(taken) // 5)
    return taken


def number_for(chosen: int | None, taken: set[int], what: str) -> int:
    """Return the number that was chosen, refusing one that is taken, or any other."""
    if chosen is None:
        return new_number(taken)
    if chosen < 0:
        raise RefusedError(f"The id of a {what} must not be negative: {chosen}")
    if chosen in taken:
        raise RefusedError(f"A {what} with id {chosen} already exists.")
    return chosen
