"""Alternating colours of rows or columns: kept and returned; nothing is painted here."""

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import colours, part_numbers, ranges
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.contract import masks
from service.embedded.sheets_api.kinds import targets

_SIDES = ("rowProperties", "columnProperties")


def add(book: Book, given: Json) -> Json:
    """Do addBanding."""
    wanted = dict(given.get("bandedRange", {}))
    if "range" not in wanted:
        raise RefusedError("bandedRange.range must be specified.")
    sheet = _check(book, wanted)
    number = part_numbers.take(book, wanted.get("bandedRangeId"), "banded range")
    banded = {"bandedRangeId": number} | _agreed({}, wanted) | {"bandedRangeId": number}
    sheet.part("bandedRanges").append(banded)
    return {"bandedRange": banded}


def _check(book: Book, wanted: Json, own: Json | None = None) -> SheetTab:
    """Return the tab of a banded range, its range put as it is kept; refuse one without colours or over another."""
    if not any(wanted.get(side) for side in _SIDES):
        raise RefusedError("At least one of bandedRange.rowProperties and columnProperties must be specified.")
    wanted["range"] = targets.kept_range(book, wanted.get("range", {}))
    area, sheet = ranges.grid_area(wanted["range"]), book.sheet(wanted["range"]["sheetId"])
    book.guard(area)
    others = [entry for entry in sheet.part("bandedRanges") if entry is not own]
    book.work.spend(2 * len(others))
    if any(ranges.grid_area(entry["range"]).intersects(area) for entry in others):
        raise RefusedError(
            "You cannot add alternating background colors to a range that already has alternating background colors."
        )
    return sheet


def _agreed(old: Json, new: Json) -> Json:
    """Return a banded range with both colours of each pair alike."""
    agreed = dict(new)
    for side in _SIDES:
        if agreed.get(side):
            agreed[side] = colours.paired(old.get(side, {}), agreed[side])
    return agreed


def _find(book: Book, number: object) -> tuple[SheetTab, Json]:
    sheet, entry = targets.part_by(book, "bandedRanges", "bandedRangeId", number, "banded range")
    book.guard(ranges.grid_area(entry["range"]))
    return sheet, entry


def update(book: Book, given: Json) -> Json:
    """Do updateBanding."""
    wanted = given.get("bandedRange", {})
    tree = masks.for_update("BandedRange", given.get("fields"), root="bandedRange")
    sheet, entry = _find(book, wanted.get("bandedRangeId"))
    if "*" in tree:
        tree = {name: {} for name in ("range", *_SIDES)}
    tree.pop("bandedRangeId", None)
    changed = _agreed(entry, masks.merge(entry, wanted, tree))
    target = _check(book, changed, entry)
    sheet.part("bandedRanges").remove(entry)
    target.part("bandedRanges").append(changed)
    return {}


def delete(book: Book, given: Json) -> Json:
    """Do deleteBanding."""
    sheet, entry = _find(book, given.get("bandedRangeId"))
    sheet.part("bandedRanges").remove(entry)
    return {}


KINDS = {"addBanding": add, "updateBanding": update, "deleteBanding": delete}
