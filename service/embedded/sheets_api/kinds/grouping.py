"""Groups of rows and columns: kept and returned, collapsed or not."""

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book.open_book import Book
from service.embedded.contract import masks
from service.embedded.sheets_api.kinds import targets

_NAMES = {"ROWS": "rowGroups", "COLUMNS": "columnGroups"}
_CONTROLS = {"ROWS": "rowGroupControlAfter", "COLUMNS": "columnGroupControlAfter"}


def add(book: Book, given: Json) -> Json:
    """Do addDimensionGroup: a range inside or around others changes depth."""
    sheet, axis, start, end = targets.span(book, given.get("range", {}))
    book.guard_sheet(sheet, whole_only=True)
    groups = sheet.part(_NAMES[axis])
    book.work.spend(len(groups))
    spans = [(group["range"]["startIndex"], group["range"]["endIndex"]) for group in groups]
    for first, last in spans:
        if (first < start < last < end) or (start < first < end < last):
            raise RefusedError("The groups must be nested or apart; they must not overlap in part.")
    span = {"sheetId": sheet.sheet_id, "dimension": axis, "startIndex": start, "endIndex": end}
    groups.append({"range": span, "depth": 1})
    _count_depths(book, groups)
    # As with Google, the first group of a tab puts the buttons of groups after them, and there they stay.
    sheet.props["gridProperties"][_CONTROLS[axis]] = True
    return {"dimensionGroups": groups}


def _count_depths(book: Book, groups: list[Json]) -> None:
    book.work.spend(2 * len(groups))
    groups.sort(key=lambda group: (group["range"]["startIndex"], -group["range"]["endIndex"]))
    around: list[int] = []  # the ends of the groups that are still open
    for group in groups:
        while around and around[-1] <= group["range"]["startIndex"]:
            around.pop()
        around.append(group["range"]["endIndex"])
        group["depth"] = len(around)


def delete(book: Book, given: Json) -> Json:
    """Do deleteDimensionGroup."""
    sheet, axis, start, end = targets.span(book, given.get("range", {}))
    groups = sheet.part(_NAMES[axis])
    found = [group for group in groups if group["range"]["startIndex"] == start and group["range"]["endIndex"] == end]
    if not found:
        raise RefusedError("No dimension group with this range.")
    groups.remove(found[-1])
    _count_depths(book, groups)
    return {"dimensionGroups": groups} if groups else {}


def update(book: Book, given: Json) -> Json:
    """Do updateDimensionGroup: only collapsed can change."""
    wanted = given.get("dimensionGroup", {})
    tree = masks.for_update("DimensionGroup", given.get("fields"), root="dimensionGroup")
    sheet, axis, start, end = targets.span(book, wanted.get("range", {}))
    for group in book.work.over(sheet.part(_NAMES[axis])):
        span = group["range"]
        if (span["startIndex"], span["endIndex"]) == (start, end) and wanted.get("depth", 1) == group["depth"]:
            if "collapsed" in tree or "*" in tree:
                group["collapsed"] = bool(wanted.get("collapsed"))
            return {}
    raise RefusedError("No dimension group with this range and depth.")


KINDS = {"addDimensionGroup": add, "deleteDimensionGroup": delete, "updateDimensionGroup": update}
