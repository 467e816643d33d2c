"""Filters and filter views: they sort as they say, and are kept and returned; rows are not hidden by them here."""

from service.embedded.api_errors import Json, JsonValue, RefusedError
from service.embedded.book import part_numbers, ranges
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.contract import masks
from service.embedded.sheets_api.kinds import sorting, targets


def _refuse_tables(given: Json) -> None:
    if "tableId" in given:
        raise RefusedError("The embedded server has no tables.")


def set_basic_filter(book: Book, given: Json) -> Json:
    """Do setBasicFilter."""
    wanted = given.get("filter", {})
    _refuse_tables(wanted)
    area = ranges.grid_area(wanted.get("range", {}))
    sheet = book.sheet(area.sheet_id)
    area = ranges.clipped(area, sheet)
    book.guard_sheet(sheet, whole_only=True)
    sheet.parts["basicFilter"] = _agreed(wanted) | {"range": ranges.grid_range(area, with_sheet=True)}
    if wanted.get("sortSpecs"):
        _sort_below(book, area, wanted["sortSpecs"])
    return {}


def _agreed(given: Json) -> Json:
    """Return a filter with its criteria in both forms, by column and as a list, as Google answers them."""
    agreed = {key: value for key, value in given.items() if value not in ([], {})}
    listed = agreed.get("filterSpecs")
    if listed is None and "criteria" in agreed:
        columns = [column for column in agreed["criteria"] if column.isdecimal()]
        agreed["filterSpecs"] = [_spec(column, agreed["criteria"][column]) for column in sorted(columns, key=int)]
    elif listed:
        agreed["criteria"] = {str(spec.get("columnIndex", 0)): spec.get("filterCriteria", {}) for spec in listed}
    return agreed


def _spec(column: str, criteria: JsonValue) -> Json:
    return {"columnIndex": int(column), "filterCriteria": criteria}


def _sort_below(book: Book, area: GridArea, specs: list[Json]) -> None:
    """Sort the rows of a filter below its first one."""
    body = GridArea(area.sheet_id, area.rows.start + 1, area.rows.stop, area.left, area.right)
    if body.rows:
        sorting.sort_range(book, {"range": ranges.grid_range(body, with_sheet=True), "sortSpecs": specs})


def clear_basic_filter(book: Book, given: Json) -> Json:
    """Do clearBasicFilter."""
    sheet = book.sheet(given.get("sheetId", 0))
    book.guard_sheet(sheet, whole_only=True)
    sheet.parts.pop("basicFilter", None)
    return {}


def add_filter_view(book: Book, given: Json) -> Json:
    """Do addFilterView."""
    view = dict(given.get("filter", {}))
    _refuse_tables(view)
    if view.get("namedRangeId"):
        entry = targets.entry_by(book, book.named_ranges, "namedRangeId", view["namedRangeId"], "named range")
        view["range"] = entry["range"]
    view["range"] = targets.kept_range(book, view.get("range", {}))
    sheet = book.sheet(view["range"]["sheetId"])
    view["filterViewId"] = part_numbers.take(book, view.get("filterViewId"), "filter view")
    view.setdefault("title", f"Filter {len(sheet.part('filterViews')) + 1}")
    sheet.part("filterViews").append(view)
    return {"filter": view}


def _find(book: Book, number: object) -> tuple[SheetTab, Json]:
    return targets.part_by(book, "filterViews", "filterViewId", number, "filter view")


def update_filter_view(book: Book, given: Json) -> Json:
    """Do updateFilterView."""
    wanted = given.get("filter", {})
    tree = masks.for_update("FilterView", given.get("fields"), root="filter")
    _refuse_tables(wanted)
    _, view = _find(book, wanted.get("filterViewId"))
    changed = masks.merge(view, wanted, tree) | {"filterViewId": view["filterViewId"]}
    changed["range"] = targets.kept_range(book, changed.get("range", {}))
    view.clear()
    view.update(changed)
    return {}


def delete_filter_view(book: Book, given: Json) -> Json:
    """Do deleteFilterView."""
    sheet, view = _find(book, given.get("filterId"))
    sheet.part("filterViews").remove(view)
    return {}


def duplicate_filter_view(book: Book, given: Json) -> Json:
    """Do duplicateFilterView."""
    sheet, view = _find(book, given.get("filterId"))
    twin = view | {"filterViewId": part_numbers.take(book, None, "filter view"), "title": f"Copy of {view['title']}"}
    sheet.part("filterViews").append(twin)
    return {"filter": twin}


KINDS = {
    "setBasicFilter": set_basic_filter,
    "clearBasicFilter": clear_basic_filter,
    "addFilterView": add_filter_view,
    "updateFilterView": update_filter_view,
    "deleteFilterView": delete_filter_view,
    "duplicateFilterView": duplicate_filter_view,
}
