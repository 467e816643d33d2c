"""Which areas and metadata a DataFilter means, and what an A1 text means in a spreadsheet."""

from service.embedded.api_errors import Json, RefusedError, bad_request
from service.embedded.book import ranges
from service.embedded.book.open_book import Book, SheetTab, unknown_range
from service.embedded.book.ranges import GridArea

STEPS_OF_PLACE = 3


def area_of_a1(book: Book, text: str) -> GridArea:
    """Return the area an A1 text, a tab's title or a named range means, or raise the 400."""
    book.work.spend(6 + len(book.sheets) // 4 + len(text) // 50)
    title, cells = ranges.split_a1(text)
    if title is None:
        return _untitled(book, text)
    sheet = book.sheet_titled(title)
    if sheet is None:
        raise unknown_range(text)
    return _area_on(book, sheet, cells, text)


def _named(book: Book, name: str) -> GridArea | None:
    folded = name.casefold()
    found = next((entry for entry in book.work.over(book.named_ranges) if entry["name"].casefold() == folded), None)
    return None if found is None else ranges.grid_area(found["range"])


def _untitled(book: Book, text: str) -> GridArea:
    bounds = ranges.parse_cells(text)
    if bounds is not None:
        return GridArea(book.first_sheet().sheet_id, *bounds)
    named = _named(book, text)
    if named is not None:
        return named
    sheet = book.sheet_titled(text)
    if sheet is None:
        raise unknown_range(text)
    return GridArea(sheet.sheet_id)


def _area_on(book: Book, sheet: SheetTab, cells: str | None, text: str) -> GridArea:
    if cells is None:
        return GridArea(sheet.sheet_id)
    bounds = ranges.parse_cells(cells)
    if bounds is not None:
        return GridArea(sheet.sheet_id, *bounds)
    named = _named(book, cells)
    if named is None or named.sheet_id != sheet.sheet_id:
        raise unknown_range(text)
    return named


def areas_of(book: Book, data_filter: Json, where: str) -> list[GridArea]:
    """Return the areas a data filter matches."""
    book.work.spend(5 + len(book.sheets) // 4)
    given = [key for key in ("a1Range", "gridRange", "developerMetadataLookup") if key in data_filter]
    if len(given) != 1:
        raise bad_request(f"Invalid {where}: Must specify exactly one filter.")
    try:
        if given[0] == "a1Range":
            return [area_of_a1(book, data_filter["a1Range"])]
        if given[0] == "gridRange":
            area = ranges.grid_area(data_filter["gridRange"])
            book.sheet(area.sheet_id)
            return [area]
        found = lookup(book, data_filter["developerMetadataLookup"])
    except RefusedError as error:
        raise bad_request(f"Invalid {where}: {error}") from error
    book.work.spend(len(found) * (2 + len(book.sheets)))
    areas = [area for entry in found for area in _areas_of_location(book, entry["location"])]
    return list(dict.fromkeys(areas))


def _areas_of_location(book: Book, location: Json) -> list[GridArea]:
    kind = location["locationType"]
    if kind == "SPREADSHEET":
        return [GridArea(sheet.sheet_id) for sheet in book.sheets]
    return [location_area(location)]


def location_area(location: Json) -> GridArea:
    """Return the area of a metadata's location on a sheet."""
    if "dimensionRange" not in location:
        return GridArea(location.get("sheetId", 0))
    span = location["dimensionRange"]
    sheet_id, start, end = span.get("sheetId", 0), span["startIndex"], span["endIndex"]
    if span["dimension"] == "ROWS":
        return GridArea(sheet_id, top=start, bottom=end)
    return GridArea(sheet_id, left=start, right=end)


def visible_metadata(book: Book) -> list[Json]:
    """Return the metadata the caller may see; PROJECT metadata is visible to the project that wrote it."""
    return [
        entry
        for entry in book.metadata
        if entry["visibility"] != "PROJECT" or entry.get("creator") == book.caller.project
    ]


def lookup(book: Book, wanted: Json) -> list[Json]:
    """Return the metadata a DeveloperMetadataLookup matches."""
    book.work.spend(5 + 2 * len(book.metadata))
    return [entry for entry in visible_metadata(book) if matches(entry, wanted)]


def matching(book: Book, data_filter: Json) -> list[Json]:
    """Return the metadata a data filter matches, by lookup or by the area its location shares."""
    if "developerMetadataLookup" in data_filter:
        return lookup(book, data_filter["developerMetadataLookup"])
    areas = areas_of(book, data_filter, "dataFilters")
    book.work.spend(STEPS_OF_PLACE * len(areas) * len(book.metadata))
    return [
        entry
        for entry in visible_metadata(book)
        if entry["location"]["locationType"] != "SPREADSHEET"
        and any(area.contains(location_area(entry["location"])) for area in areas)
    ]


def matches(entry: Json, wanted: Json) -> bool:
    """Return True if metadata fits every criterion of a lookup."""
    for key in ("metadataId", "metadataKey", "metadataValue", "visibility"):
        if key in wanted and wanted[key] != entry.get(key):
            return False
    location = entry["location"]
    if wanted.get("locationType", location["locationType"]) != location["locationType"]:
        return False
    if "metadataLocation" not in wanted:
        if "locationMatchingStrategy" in wanted:
            raise bad_request("A metadataLocation must be specified with a locationMatchingStrategy.")
        return True
    return _location_fits(location, wanted)


def _location_fits(location: Json, wanted: Json) -> bool:
    target = wanted["metadataLocation"]
    exact = wanted.get("locationMatchingStrategy") == "EXACT_LOCATION"
    if "spreadsheet" in target:
        return location["locationType"] == "SPREADSHEET" or not exact
    if location["locationType"] == "SPREADSHEET":
        return not exact
    if "sheetId" not in target and "dimensionRange" not in target:
        raise bad_request("developerMetadataLookup.metadataLocation must specify a location.")
    area, own = _target_area(target), location_area(location)
    return area == own if exact else area.intersects(own)


def _target_area(target: Json) -> GridArea:
    if "dimensionRange" not in target:
        return GridArea(target.get("sheetId", 0))
    sheet_id, axis, start, end = ranges.dimension_span(target["dimensionRange"])
    if axis == "ROWS":
        return GridArea(sheet_id, top=start, bottom=end)
    return GridArea(sheet_id, left=start, right=end)


def shown_metadata(entry: Json) -> Json:
    """Return metadata as answers have it."""
    shown = {key: value for key, value in entry.items() if key != "creator"}
    location = dict(entry["location"])
    if "dimensionRange" in location:
        span = dict(location["dimensionRange"])
        if not span.get("sheetId"):
            span.pop("sheetId", None)
        location["dimensionRange"] = span
    return shown | {"location": location}
