"""Filters and filter views: kept and returned; rows are not hidden by them here."""

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import copying
from service.embedded.book.open_book import Book, SheetTab, new_number
from service.embedded.contract import masks
from service.embedded.sheets_api.kinds import targets


def _refuse_tables(given: Json) -> None:
    if "tableId" in given:
        raise RefusedError("The embedded server has no tables.")


def set_basic_filter(book: Book, given: Json) -> Json:
    """Do setBasicFilter."""
    wanted = given.get("filter", {})
    _refuse_tables(wanted)
    kept = targets.kept_range(book, wanted.get("range", {}))
    sheet = book.sheet(kept["sheetId"])
    book.guard_sheet(sheet, whole_only=True)
    sheet.parts["basicFilter"] = wanted | {"range": kept}
    return {}


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
        entry = targets.entry_by(book.named_ranges, "namedRangeId", view["namedRangeId"], "named range")
        view["range"] = entry["range"]
    view["range"] = targets.kept_range(book, view.get("range", {}))
    sheet = book.sheet(view["range"]["sheetId"])
    taken = copying.used_numbers(book)
    chosen = targets.chosen_number(view.get("filterViewId"), taken, "filter view")
    view["filterViewId"] = new_number(taken) if chosen is None else chosen
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
    twin = view | {"filterViewId": new_number(copying.used_numbers(book)), "title": f"Copy of {view['title']}"}
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
