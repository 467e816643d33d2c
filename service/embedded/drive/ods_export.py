"""A spreadsheet written as ODS (OpenDocument): values with their types, common formats, merges, sizes, hidden tabs."""

import io
import re
import zipfile
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from service.embedded.api_errors import Json
from service.embedded.book import date_serials
from service.embedded.book.display import DATE_TYPES
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.drive import shown_cells
from service.embedded.drive.shown_cells import Merges, ShownCell
from service.embedded.sheets_api.render import Renderer

MIME = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("fo", "xsl-fo-compatible"),
        ("number", "datastyle"),
    )
)  # fmt: skip
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ALIGNED = {"LEFT": "start", "CENTER": "center", "RIGHT": "end"}
_RAISED = {"TOP": "top", "MIDDLE": "middle", "BOTTOM": "bottom"}
_DATE_TOKEN = re.compile(r'"[^"]*"|\\.|AM/PM|am/pm|y+|M+|m+|d+|[hH]+|s+|.', re.DOTALL)
_LITERAL = re.compile(r'"([^"]*)"|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*\\].?')
PIXELS_OF_INCH = 96


def document(book: Book) -> bytes:
    """Return the whole file as ODS; formulas are written as what they give."""
    renderer, styles = Renderer(book), _Styles()
    tables = "".join(_table(renderer, sheet, styles) for sheet in book.sheets)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES} office:version="1.2">'
        f"<office:automatic-styles>{''.join(styles.written)}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        # first and not packed, so that the kind of the file can be read from its first bytes
        archive.writestr("mimetype", MIME, compress_type=zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", content)
    return packed.getvalue()


def _text(text: str) -> str:
    return escape(_ILLEGAL.sub("", text))


def _attribute(text: str) -> str:
    return quoteattr(_ILLEGAL.sub("", text))


@dataclass(slots=True)
class _Styles:
    """The automatic styles of the file, each written once."""

    written: list[str] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)

    def named(self, prefix: str, body: str) -> str:
        """Return the name of a style; its text has {name} where the name goes."""
        if body not in self._known:
            self._known[body] = f"{prefix}{len(self._known) + 1}"
            self.written.append(body.replace("{name}", self._known[body]))
        return self._known[body]

    def of_cell(self, cell: ShownCell) -> str:
        """Return the style attribute of a cell, "" for a plain one."""
        data = _number_style(cell.number_format)
        parts = _cell_properties(cell.format)
        if not data and not parts:
            return ""
        named = f' style:data-style-name="{self.named("N", data)}"' if data else ""
        body = f'<style:style style:name="{{name}}" style:family="table-cell"{named}>{parts}</style:style>'
        return f' table:style-name="{self.named("ce", body)}"'

    def of_column(self, pixels: int) -> str:
        """Return the name of the style of a column so wide."""
        wide = f"{pixels / PIXELS_OF_INCH:.4f}in"
        return self.named(
            "co",
            '<style:style style:name="{name}" style:family="table-column">'
            f'<style:table-column-properties fo:column-width="{wide}"/></style:style>',
        )

    def of_table(self, *, hidden: bool) -> str:
        """Return the name of the style of a tab."""
        return self.named(
            "ta",
            '<style:style style:name="{name}" style:family="table">'
            f'<style:table-properties table:display="{str(not hidden).lower()}"/></style:style>',
        )


def _cell_properties(own: Json) -> str:
    text = own.get("textFormat", {})
    cell = {
        "fo:background-color": shown_cells.colour_of(own, "backgroundColor"),
        "fo:wrap-option": "wrap" if own.get("wrapStrategy") in ("WRAP", "LEGACY_WRAP") else "",
        "style:vertical-align": _RAISED.get(own.get("verticalAlignment", ""), ""),
    }
    letters = {
        "fo:color": shown_cells.colour_of(text, "foregroundColor"),
        "fo:font-weight": "bold" if text.get("bold") else "",
        "fo:font-style": "italic" if text.get("italic") else "",
        "fo:font-size": f"{text['fontSize']}pt" if isinstance(text.get("fontSize"), int) else "",
        "style:text-underline-style": "solid" if text.get("underline") else "",
        "style:text-line-through-style": "solid" if text.get("strikethrough") else "",
    }
    paragraph = {"fo:text-align": _ALIGNED.get(own.get("horizontalAlignment", ""), "")}
    written = (("table-cell", cell), ("paragraph", paragraph), ("text", letters))
    return "".join(_properties(family, rules) for family, rules in written)


def _properties(family: str, rules: dict[str, str]) -> str:
    given = "".join(f' {name}="{value}"' for name, value in rules.items() if value)
    return f"<style:{family}-properties{given}/>" if given else ""


def _number_style(number_format: Json) -> str:
    kind, pattern = number_format.get("type", ""), str(number_format.get("pattern", ""))[:200]
    if kind in DATE_TYPES and pattern:
        return f'<number:date-style style:name="{{name}}">{_date_parts(pattern)}</number:date-style>'
    if kind == "TEXT":
        return '<number:text-style style:name="{name}"><number:text-content/></number:text-style>'
    if kind not in ("NUMBER", "PERCENT", "CURRENCY") or not pattern:
        return ""
    digits = re.search(r"[#0,]+(\.[0#]*)?", pattern)
    if digits is None:
        return ""
    places = min(len(digits[1] or ".") - 1, 20)
    grouped = str("," in digits[0]).lower()
    shape = f'number:decimal-places="{places}" number:min-integer-digits="1" number:grouping="{grouped}"'
    number = f"<number:number {shape}/>"
    before, after = (_literal(part) for part in (pattern[: digits.start()], pattern[digits.end() :].split(";")[0]))
    element = "percentage-style" if kind == "PERCENT" else "number-style"
    return f'<number:{element} style:name="{{name}}">{before}{number}{after}</number:{element}>'


def _literal(text: str) -> str:
    bare = _LITERAL.sub(lambda match: match[1] or match[2] or "", text)
    return f"<number:text>{_text(bare).replace('{', '').replace('}', '')}</number:text>" if bare else ""


def _date_parts(pattern: str) -> str:
    tokens = _DATE_TOKEN.findall(pattern)
    shown = []
    for index, token in enumerate(tokens):
        long = ' number:style="long"' if len(token) > 1 else ""
        minute = token[0] == "m" and (_near(tokens[:index][::-1], "hH") or _near(tokens[index + 1 :], "s"))
        match token[0]:
            case "y":
                shown.append(f"<number:year{long if len(token) > 2 else ''}/>")
            case "M" | "m" if not minute:
                textual = ' number:textual="true"' if len(token) > 2 else ""
                shown.append(f"<number:month{textual}{long if len(token) != 3 else ''}/>")
            case "m":
                shown.append(f"<number:minutes{long}/>")
            case "d":
                shown.append(f"<number:day{long}/>" if len(token) < 3 else "<number:day-of-week/>")
            case "h" | "H":
                shown.append(f"<number:hours{long}/>")
            case "s":
                shown.append(f"<number:seconds{long}/>")
            case "A" | "a" if len(token) > 1:
                shown.append("<number:am-pm/>")
            case _:
                shown.append(_literal(token if len(token) > 1 else f'"{token}"'))
    return "".join(shown)


def _near(tokens: list[str], signs: str) -> bool:
    """Return True if the first token of letters is one of those signs."""
    for token in tokens:
        if token[0].isalpha():
            return token[0] in signs
    return False


def _table(renderer: Renderer, sheet: SheetTab, styles: _Styles) -> str:
    height, width = shown_cells.extent(renderer, sheet)
    merges = Merges.of(renderer.book, sheet, height, width)
    style = styles.of_table(hidden=bool(sheet.props.get("hidden")))
    lines = [f'<table:table table:name={_attribute(sheet.title)} table:style-name="{style}">']
    lines += _columns(sheet, width, styles)
    at = 0
    for number, cells in shown_cells.rows_of(renderer, sheet, width):
        if number > at:
            gap = f'table:number-rows-repeated="{number - at}"'
            lines.append(f"<table:table-row {gap}><table:table-cell/></table:table-row>")
        shown = "".join(_cell(cell, merges, (number, column), styles) for column, cell in enumerate(cells))
        lines.append(f"<table:table-row>{shown}</table:table-row>")
        at = number + 1
    if not at:
        lines.append("<table:table-row><table:table-cell/></table:table-row>")
    return "".join([*lines, "</table:table>"])


def _columns(sheet: SheetTab, width: int, styles: _Styles) -> list[str]:
    known = sheet.dimension("COLUMNS")
    columns = []
    for index in range(max(width, 1)):
        entry = known.get(str(index), {})
        hidden = ' table:visibility="collapse"' if entry.get("hiddenByUser") else ""
        style = styles.of_column(entry.get("pixelSize") or 100)
        columns.append(f'<table:table-column table:style-name="{style}"{hidden}/>')
    return columns


def _cell(cell: ShownCell, merges: Merges, place: tuple[int, int], styles: _Styles) -> str:
    if place in merges.covered:
        return "<table:covered-table-cell/>"
    merge = merges.begun.get(place)
    spans = ""
    if merge is not None:
        across, down = len(merge.columns), len(merge.rows)
        spans = f' table:number-columns-spanned="{across}" table:number-rows-spanned="{down}"'
    attributes = f"{styles.of_cell(cell)}{spans}"
    if cell.value is None:
        return f"<table:table-cell{attributes}/>"
    shown = "".join(f"<text:p>{_text(line)}</text:p>" for line in cell.text.split("\n"))
    return f"<table:table-cell{attributes}{_typed(cell)}>{shown}</table:table-cell>"


def _typed(cell: ShownCell) -> str:
    value, kind = cell.value, cell.number_format.get("type", "")
    if isinstance(value, bool):
        return f' office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
    if not isinstance(value, int | float):
        return ' office:value-type="string"'
    if kind == "TIME" and 0 <= value < 1:
        minutes, seconds = divmod(round(value * 86_400), 60)
        return f' office:value-type="time" office:time-value="PT{minutes // 60:02d}H{minutes % 60:02d}M{seconds:02d}S"'
    moment = date_serials.to_datetime(value) if kind in DATE_TYPES else None
    if moment is not None:
        return f' office:value-type="date" office:date-value="{moment.isoformat()}"'
    name = "percentage" if kind == "PERCENT" else "float"
    return f' office:value-type="{name}" office:value="{value!r}"'
