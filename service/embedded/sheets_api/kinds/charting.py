"""Charts: kept and returned, not drawn."""

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import colours, part_numbers
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.contract import masks
from service.embedded.sheets_api.kinds import slicing, targets

FONT = "Roboto"


def add(book: Book, given: Json) -> Json:
    """Do addChart, on a sheet of the file."""
    chart = dict(given.get("chart", {}))
    if not chart.get("spec"):
        raise RefusedError("chart.spec must be specified.")
    position = chart.get("position", {})
    if position.get("newSheet") or "sheetId" in position:
        raise RefusedError("The embedded server keeps charts only over the cells of a sheet (overlayPosition).")
    anchor = position.get("overlayPosition", {}).get("anchorCell", {})
    sheet = book.sheet(anchor.get("sheetId", book.first_sheet().sheet_id))
    book.guard_sheet(sheet, whole_only=True)
    chart["chartId"] = part_numbers.take(book, chart.get("chartId"), "chart")
    overlay = position.get("overlayPosition", {})
    chart["spec"] = _lettered(chart["spec"])
    chart["position"] = {"overlayPosition": overlay | {"anchorCell": anchor | {"sheetId": sheet.sheet_id}}}
    sheet.part("charts").append(chart)
    return {"chart": chart}


def _lettered(spec: Json) -> Json:
    """Return a chart's spec with the font that Google gives one without any."""
    font = spec.get("fontName", FONT)
    return spec | {"fontName": font, "titleTextFormat": {"fontFamily": font} | spec.get("titleTextFormat", {})}


def _find(book: Book, number: object) -> tuple[SheetTab, Json]:
    sheet, chart = targets.part_by(book, "charts", "chartId", number, "chart")
    book.guard_sheet(sheet, whole_only=True)
    return sheet, chart


def update_spec(book: Book, given: Json) -> Json:
    """Do updateChartSpec."""
    if not given.get("spec"):
        raise RefusedError("spec must be specified.")
    _, chart = _find(book, given.get("chartId"))
    chart["spec"] = _lettered(given["spec"])
    return {}


def update_position(book: Book, given: Json) -> Json:
    """Do updateEmbeddedObjectPosition."""
    sheet, chart = _find(book, given.get("objectId"))
    wanted = given.get("newPosition", {}).get("overlayPosition")
    if wanted is None:
        raise RefusedError("The embedded server keeps charts only over the cells of a sheet (overlayPosition).")
    merged = chart["position"]["overlayPosition"] | wanted
    target = book.sheet(merged.get("anchorCell", {}).get("sheetId", sheet.sheet_id))
    chart["position"] = {"overlayPosition": merged}
    if target is not sheet:
        sheet.part("charts").remove(chart)
        target.part("charts").append(chart)
    return {"position": chart["position"]}


def update_border(book: Book, given: Json) -> Json:
    """Do updateEmbeddedObjectBorder."""
    tree = masks.for_update("EmbeddedObjectBorder", given.get("fields"), root="border")
    _, chart = _find(book, given.get("objectId"))
    old = chart.get("border", {})
    chart["border"] = colours.paired(old, masks.merge(old, given.get("border", {}), tree))
    return {}


def delete(book: Book, given: Json) -> Json:
    """Do deleteEmbeddedObject: a chart or a slicer."""
    number = given.get("objectId")
    book.work.spend(len(book.sheets))
    slicers = [entry for tab in book.sheets for entry in tab.parts.get("slicers", []) if entry["slicerId"] == number]
    part = "slicers" if slicers else "charts"
    sheet, entry = slicing.find(book, number) if slicers else _find(book, number)
    sheet.part(part).remove(entry)
    return {}


KINDS = {
    "addChart": add,
    "updateChartSpec": update_spec,
    "updateEmbeddedObjectBorder": update_border,
    "updateEmbeddedObjectPosition": update_position,
    "deleteEmbeddedObject": delete,
}
