"""Slicers: kept and returned; nothing is drawn, and no row is hidden by them."""

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import part_numbers
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.contract import masks
from service.embedded.sheets_api.kinds import targets


def _checked(book: Book, spec: Json) -> Json:
    if "dataRange" not in spec:
        raise RefusedError("slicer.spec.dataRange must be specified.")
    return spec | {"dataRange": targets.kept_range(book, spec["dataRange"])}


def add(book: Book, given: Json) -> Json:
    """Do addSlicer, over the cells of a sheet."""
    slicer = dict(given.get("slicer", {}))
    slicer["spec"] = _checked(book, slicer.get("spec", {}))
    overlay = slicer.get("position", {}).get("overlayPosition", {})
    anchor = overlay.get("anchorCell", {})
    sheet = book.sheet(anchor.get("sheetId", slicer["spec"]["dataRange"]["sheetId"]))
    book.guard_sheet(sheet, whole_only=True)
    slicer["slicerId"] = part_numbers.take(book, slicer.get("slicerId"), "slicer")
    slicer["position"] = {"overlayPosition": overlay | {"anchorCell": anchor | {"sheetId": sheet.sheet_id}}}
    sheet.part("slicers").append(slicer)
    return {"slicer": slicer}


def find(book: Book, number: object) -> tuple[SheetTab, Json]:
    """Return a slicer with its tab, or refuse."""
    sheet, slicer = targets.part_by(book, "slicers", "slicerId", number, "slicer")
    book.guard_sheet(sheet, whole_only=True)
    return sheet, slicer


def update(book: Book, given: Json) -> Json:
    """Do updateSlicerSpec."""
    tree = masks.for_update("SlicerSpec", given.get("fields"), root="spec")
    _, slicer = find(book, given.get("slicerId"))
    slicer["spec"] = _checked(book, masks.merge(slicer["spec"], given.get("spec", {}), tree))
    return {}


KINDS = {"addSlicer": add, "updateSlicerSpec": update}
