"""Developer metadata made, changed and taken away."""

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import datafilters, part_numbers
from service.embedded.book.open_book import Book
from service.embedded.contract import masks, request_check
from service.embedded.sheets_api.kinds import targets


def create(book: Book, given: Json) -> Json:
    """Do createDeveloperMetadata."""
    wanted = given.get("developerMetadata", {})
    if not wanted.get("metadataKey"):
        raise RefusedError("developerMetadata.metadataKey must be specified.")
    if wanted.get("visibility", _UNSET) == _UNSET:
        raise RefusedError("developerMetadata.visibility must be specified.")
    book.work.spend(len(book.metadata) // 10)
    taken = {entry["metadataId"] for entry in book.metadata}
    entry = {
        "metadataId": part_numbers.number_for(wanted.get("metadataId"), taken, "developer metadata"),
        "metadataKey": wanted["metadataKey"],
        "metadataValue": wanted.get("metadataValue", ""),
        "location": _location(book, wanted.get("location", {})),
        "visibility": wanted["visibility"],
        "creator": book.caller.project,
    }
    book.metadata.append(entry)
    return {"developerMetadata": datafilters.shown_metadata(entry)}


_UNSET = "DEVELOPER_METADATA_VISIBILITY_UNSPECIFIED"


def _location(book: Book, given: Json) -> Json:
    if "dimensionRange" in given:
        sheet, axis, start, end = targets.span(book, given["dimensionRange"])
        if end != start + 1:
            raise RefusedError("developerMetadata.location.dimensionRange must be a single row or column.")
        span = {"sheetId": sheet.sheet_id, "dimension": axis, "startIndex": start, "endIndex": end}
        return {"locationType": axis.removesuffix("S"), "dimensionRange": span}
    if "sheetId" in given:
        return {"locationType": "SHEET", "sheetId": book.sheet(given["sheetId"]).sheet_id}
    if given.get("spreadsheet"):
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    raise RefusedError("developerMetadata.location must be specified.")


def _found(book: Book, filters: list[Json]) -> list[Json]:
    if not filters:
        raise RefusedError("Must specify at least one dataFilter.")
    numbers = {entry["metadataId"] for one in filters for entry in datafilters.matching(book, one)}
    book.work.spend(len(book.metadata) // 5)
    return [entry for entry in book.metadata if entry["metadataId"] in numbers]


def update(book: Book, given: Json) -> Json:
    """Do updateDeveloperMetadata: everything the filters match."""
    wanted = given.get("developerMetadata", {})
    tree = masks.for_update("DeveloperMetadata", given.get("fields"), root="developerMetadata")
    if "*" in tree:
        tree = {name: {} for name in request_check.fields_of("sheets", "DeveloperMetadata") if name in wanted}
    tree.pop("metadataId", None)
    found = _found(book, given.get("dataFilters", []))
    for entry in found:
        for name in tree:
            if name == "location":
                entry["location"] = _location(book, wanted.get("location", {}))
            else:
                entry[name] = wanted.get(name, "")
        if "visibility" in tree and entry["visibility"] == "PROJECT":
            entry["creator"] = book.caller.project  # never another project's, whose own it would seem to be
        if not entry["metadataKey"] or entry["visibility"] in ("", _UNSET):
            raise RefusedError("developerMetadata.metadataKey and visibility must be specified.")
    return {"developerMetadata": [datafilters.shown_metadata(entry) for entry in found]} if found else {}


def delete(book: Book, given: Json) -> Json:
    """Do deleteDeveloperMetadata: everything the filter matches."""
    found = _found(book, [given["dataFilter"]] if "dataFilter" in given else [])
    gone = {entry["metadataId"] for entry in found}
    book.metadata = [entry for entry in book.metadata if entry["metadataId"] not in gone]
    return {"deletedDeveloperMetadata": [datafilters.shown_metadata(entry) for entry in found]} if found else {}


KINDS = {
    "createDeveloperMetadata": create,
    "updateDeveloperMetadata": update,
    "deleteDeveloperMetadata": delete,
}
