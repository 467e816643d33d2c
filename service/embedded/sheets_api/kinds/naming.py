"""Named ranges."""

import re
import secrets

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import ranges
from service.embedded.book.open_book import Book
from service.embedded.contract import masks
from service.embedded.sheets_api.kinds import targets

_NAME = re.compile(r"[^\W\d]\w{0,249}")


def _check_name(book: Book, name: str, own: Json | None = None) -> None:
    if not _NAME.fullmatch(name) or ranges.parse_cells(name) or name.upper() in ("TRUE", "FALSE"):
        raise RefusedError(f"Invalid name for a named range: {name}")
    book.work.spend(len(book.named_ranges) // 2)
    if any(entry["name"].casefold() == name.casefold() for entry in book.named_ranges if entry is not own):
        raise RefusedError(f"A named range with the name {name} already exists.")


def add(book: Book, given: Json) -> Json:
    """Do addNamedRange."""
    wanted = given.get("namedRange", {})
    _check_name(book, wanted.get("name", ""))
    if "range" not in wanted:
        raise RefusedError("namedRange.range must be specified.")
    chosen = wanted.get("namedRangeId") or str(secrets.randbelow(2**31))
    if any(entry["namedRangeId"] == chosen for entry in book.named_ranges):
        raise RefusedError(f"A named range with id {chosen} already exists.")
    entry = {"namedRangeId": chosen, "name": wanted["name"], "range": targets.kept_range(book, wanted["range"])}
    book.named_ranges.append(entry)
    return {"namedRange": entry}


def update(book: Book, given: Json) -> Json:
    """Do updateNamedRange."""
    wanted = given.get("namedRange", {})
    tree = masks.for_update("NamedRange", given.get("fields"), root="namedRange")
    entry = targets.entry_by(book, book.named_ranges, "namedRangeId", wanted.get("namedRangeId"), "named range")
    if "name" in tree or "*" in tree:
        _check_name(book, wanted.get("name", ""), entry)
        entry["name"] = wanted["name"]
    if "range" in tree or "*" in tree:
        entry["range"] = targets.kept_range(book, wanted.get("range", {}))
    return {}


def delete(book: Book, given: Json) -> Json:
    """Do deleteNamedRange."""
    entry = targets.entry_by(book, book.named_ranges, "namedRangeId", given.get("namedRangeId"), "named range")
    book.named_ranges.remove(entry)
    return {}


KINDS = {"addNamedRange": add, "updateNamedRange": update, "deleteNamedRange": delete}
