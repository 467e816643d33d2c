"""Protected ranges added, changed and taken away."""

from service.embedded.api_errors import PROTECTED, Json, RefusedError
from service.embedded.book import part_numbers, protections
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.contract import masks
from service.embedded.sheets_api import resource
from service.embedded.sheets_api.kinds import targets

MOST_OPEN_RANGES = 200


def add_protected_range(book: Book, given: Json) -> Json:
    """Do addProtectedRange; the maker of a protection may edit."""
    wanted = dict(given.get("protectedRange", {}))
    sheet = _located(book, wanted)
    wanted["protectedRangeId"] = part_numbers.take(book, wanted.get("protectedRangeId"), "protected range")
    _guard(book, wanted)
    asked = {key: entries for key, entries in wanted.get("editors", {}).items() if entries}
    _tidy(book, wanted)
    sheet.part("protectedRanges").append(wanted)
    shown = resource.shown_protection(book, wanted)
    # The answer to its making has the editors that were asked for; who may edit besides is shown from then on.
    return {"protectedRange": shown | {"editors": asked} if "editors" in shown else shown}


def _located(book: Book, wanted: Json) -> SheetTab:
    if "tableId" in wanted:
        raise RefusedError("The embedded server has no tables.")
    named = wanted.get("namedRangeId")
    if named:
        if "range" in wanted:
            raise RefusedError("Only one of range and namedRangeId may be set.")
        entry = targets.entry_by(book, book.named_ranges, "namedRangeId", named, "named range")
        return book.sheet(entry["range"].get("sheetId", 0))
    if "range" not in wanted:
        raise RefusedError("protectedRange.range must be specified.")
    wanted["range"] = targets.kept_range(book, wanted["range"])
    return book.sheet(wanted["range"]["sheetId"])


def _guard(book: Book, wanted: Json) -> None:
    """Refuse to protect what the caller may not edit."""
    area = protections.area_of(wanted, book.named_ranges)
    if area is not None:
        book.guard(area)


def _tidy(book: Book, wanted: Json) -> None:
    wanted.pop("requestingUserCanEdit", None)
    if not wanted.get("warningOnly"):
        wanted.pop("warningOnly", None)
    elif "editors" in wanted:
        raise RefusedError("ProtectedRange is warningOnly. Editors cannot be set on it.")
    else:
        return
    if len(wanted.get("unprotectedRanges", [])) > MOST_OPEN_RANGES:
        raise RefusedError(f"The embedded server keeps at most {MOST_OPEN_RANGES} unprotectedRanges of a protection.")
    open_parts = [targets.kept_range(book, entry) for entry in wanted.get("unprotectedRanges", [])]
    area = protections.area_of(wanted, book.named_ranges)
    if open_parts and area is not None:
        if not area.is_whole_sheet:
            raise RefusedError("unprotectedRanges can only be set on protected sheets.")
        wanted["unprotectedRanges"] = open_parts
    book.work.spend(protections.steps_of_editors(wanted))
    editors = dict(wanted.get("editors", {}))
    users = [user.lower() for user in editors.get("users", [])]
    # Neither the owner nor the maker of the protection can be shut out.
    for always in (book.file.owner, book.caller.email):
        if always and always not in users:
            users.append(always)
    wanted["editors"] = {key: entries for key, entries in editors.items() if entries != []} | {"users": users}


def _find(book: Book, number: object) -> tuple[SheetTab, Json]:
    sheet, entry = targets.part_by(book, "protectedRanges", "protectedRangeId", number, "protected range")
    if book.is_bound and not protections.may_edit(entry, book.caller):
        raise RefusedError(PROTECTED)
    return sheet, entry


def update_protected_range(book: Book, given: Json) -> Json:
    """Do updateProtectedRange."""
    wanted = given.get("protectedRange", {})
    tree = masks.for_update("ProtectedRange", given.get("fields"), root="protectedRange")
    sheet, entry = _find(book, wanted.get("protectedRangeId"))
    if "*" in tree:
        tree = {name: {} for name in wanted}
    tree.pop("protectedRangeId", None)
    changed = masks.merge(entry, wanted, tree)
    if entry.get("warningOnly") and not changed.get("warningOnly") and "editors" not in tree:
        changed["editors"] = {"users": _file_editors(book)}
    if changed.get("warningOnly") and "editors" not in tree:
        changed.pop("editors", None)
    target = _located(book, changed)
    _guard(book, changed)
    _tidy(book, changed)
    if target is sheet:
        entry.clear()
        entry.update(changed)
    else:
        sheet.part("protectedRanges").remove(entry)
        target.part("protectedRanges").append(changed)
    return {}


def _file_editors(book: Book) -> list[str]:
    sql = "SELECT address FROM permission WHERE file = ? AND type = 'user' AND role IN ('owner', 'writer')"
    return [row[0] for row in book.connection.execute(sql, (book.file.key,))]


def delete_protected_range(book: Book, given: Json) -> Json:
    """Do deleteProtectedRange."""
    sheet, entry = _find(book, given.get("protectedRangeId"))
    sheet.part("protectedRanges").remove(entry)
    return {}


KINDS = {
    "addProtectedRange": add_protected_range,
    "updateProtectedRange": update_protected_range,
    "deleteProtectedRange": delete_protected_range,
}
