"""A spreadsheet as zipped pages of HTML: one a tab, and a style sheet they share."""

import io
import re
import zipfile
from html import escape

from service.embedded.api_errors import Json
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.drive import shown_cells
from service.embedded.drive.shown_cells import Merges, ShownCell
from service.embedded.sheets_api.render import Renderer

CSS = """table.waffle { border-collapse: collapse; font-family: Arial, sans-serif; font-size: 10pt; }
table.waffle td { border: 1px solid #e2e3e3; padding: 2px 3px; vertical-align: bottom; white-space: pre-wrap; }
table.waffle td.number { text-align: right; }
"""
_SAFE_LINK = re.compile(r"(https?|mailto):", re.IGNORECASE)
_ALIGNED = {"LEFT": "left", "CENTER": "center", "RIGHT": "right"}
_RAISED = {"TOP": "top", "MIDDLE": "middle", "BOTTOM": "bottom"}


def pages(book: Book) -> bytes:
    """Return the whole file as a zip; hidden tabs are left out."""
    renderer, taken = Renderer(book), set[str]()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("resources/sheet.css", CSS)
        for sheet in book.sheets:
            if not sheet.props.get("hidden"):
                archive.writestr(f"{file_name(sheet.title, taken)}.html", _page(renderer, sheet))
    return packed.getvalue()


def file_name(title: str, taken: set[str]) -> str:
    """Return a tab's title as a name that every file system takes, and no other tab has."""
    bare = re.sub(r'[\x00-\x1f<>:"/\\|?*]', "_", title).strip(". ")[:80] or "_"
    candidate, number = bare, 1
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{bare} {number}"
    taken.add(candidate.casefold())
    return candidate


def _page(renderer: Renderer, sheet: SheetTab) -> str:
    height, width = shown_cells.extent(renderer, sheet)
    merges = Merges.of(renderer.book, sheet, height, width)
    lines = [
        '<!DOCTYPE html><html><head><meta charset="utf-8">',
        f"<title>{escape(sheet.title)}</title>",
        '<link rel="stylesheet" href="resources/sheet.css"></head><body><table class="waffle"><tbody>',
    ]
    at = 0
    for number, cells in shown_cells.rows_of(renderer, sheet, width):
        renderer.book.work.spend(2 * (number - at))
        lines += ["<tr></tr>"] * (number - at)
        lines.append(
            "<tr>" + "".join(_cell(cell, merges, number, column) for column, cell in enumerate(cells)) + "</tr>"
        )
        at = number + 1
    return "\n".join([*lines, "</tbody></table></body></html>"])


def _cell(cell: ShownCell, merges: Merges, row: int, column: int) -> str:
    if (row, column) in merges.covered:
        return ""
    merge = merges.begun.get((row, column))
    spans = f' rowspan="{len(merge.rows)}" colspan="{len(merge.columns)}"' if merge else ""
    is_number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    kind = ' class="number"' if is_number else ""
    style = _style(cell.format)
    shown = escape(cell.text)
    if _SAFE_LINK.match(cell.link):
        shown = f'<a href="{escape(cell.link)}" rel="noopener">{shown}</a>'
    return f"<td{kind}{spans}{style}>{shown}</td>"


def _style(own: Json) -> str:
    text = own.get("textFormat", {})
    lines = [name for name, key in (("underline", "underline"), ("line-through", "strikethrough")) if text.get(key)]
    rules = {
        "background-color": shown_cells.colour_of(own, "backgroundColor"),
        "color": shown_cells.colour_of(text, "foregroundColor"),
        "font-weight": "bold" if text.get("bold") else "",
        "font-style": "italic" if text.get("italic") else "",
        "font-size": f"{text['fontSize']}pt" if isinstance(text.get("fontSize"), int) else "",
        "text-decoration": " ".join(lines),
        "text-align": _ALIGNED.get(own.get("horizontalAlignment", ""), ""),
        "vertical-align": _RAISED.get(own.get("verticalAlignment", ""), ""),
    }
    written = "; ".join(f"{name}: {value}" for name, value in rules.items() if value)
    return f' style="{written}"' if written else ""
