"""A cell's format as openpyxl has it: letters, background, lines, alignment, number format."""

from typing import Any, Literal

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from service.embedded.api_errors import Json

Cell = Any  # openpyxl's write interface, untyped in parts
_Style = Literal["thin", "medium", "thick", "dashed", "dotted", "double"]
USUAL_SIZE = 10.0
_USUAL_FONT = "Arial"
_LONGEST_FONT_NAME = 31  # Excel refuses a file with a longer one
_LARGEST_SIZE = 409
_WRAPS = frozenset({"WRAP", "LEGACY_WRAP"})
_ACROSS = {"LEFT": "left", "CENTER": "center", "RIGHT": "right"}
_UPRIGHT = {"TOP": "top", "MIDDLE": "center", "BOTTOM": "bottom"}
_LINES: dict[str, _Style] = {
    "SOLID": "thin",
    "SOLID_MEDIUM": "medium",
    "SOLID_THICK": "thick",
    "DASHED": "dashed",
    "DOTTED": "dotted",
    "DOUBLE": "double",
}
_TICK = '"☑";"☑";"☐"'  # where a true value is a number to the program that shows it
_SIDES = ("left", "right", "top", "bottom")


def dress(cell: Cell, shape: Json) -> None:
    """Give a cell a format, the defaults of its spreadsheet in it."""
    cell.font = _font(shape)
    background = _colour(shape, "backgroundColor")
    if background is not None and background != "FFFFFF":
        cell.fill = PatternFill("solid", fgColor=background)
    borders = shape.get("borders")
    if borders:
        left, right, top, bottom = (_line(borders.get(side, {})) for side in _SIDES)
        cell.border = Border(left=left, right=right, top=top, bottom=bottom)
    cell.alignment = _alignment(shape)
    number_format = shape.get("numberFormat", {})
    if isinstance(cell.value, bool):
        cell.number_format = _TICK
        return
    if number_format.get("type") == "TEXT":
        cell.number_format = "@"
    elif number_format.get("pattern"):
        cell.number_format = number_format["pattern"]


def wraps(shape: Json) -> bool:
    """Return True if a text goes on in another line where the cell ends."""
    return shape.get("wrapStrategy") in _WRAPS


def size_of(shape: Json) -> float:
    """Return the size of a format's letters, in points."""
    size = float(shape.get("textFormat", {}).get("fontSize") or USUAL_SIZE)
    return min(max(size, 1.0), _LARGEST_SIZE)


def _font(shape: Json) -> Font:
    text = shape.get("textFormat", {})
    return Font(
        name=str(text.get("fontFamily") or _USUAL_FONT)[:_LONGEST_FONT_NAME],
        size=size_of(shape),
        bold=bool(text.get("bold")),
        italic=bool(text.get("italic")),
        strike=bool(text.get("strikethrough")),
        underline="single" if text.get("underline") else None,
        color=_colour(text, "foregroundColor"),
    )


def _line(line: Json) -> Side | None:
    style = _LINES.get(line.get("style", ""))
    return Side(style=style, color=_colour(line, "color") or "000000") if style else None


def _alignment(shape: Json) -> Alignment:
    rotation = shape.get("textRotation", {})
    angle = int(rotation.get("angle", 0))
    return Alignment(
        horizontal=_ACROSS.get(shape.get("horizontalAlignment", "")),
        vertical=_UPRIGHT.get(shape.get("verticalAlignment", "")),
        wrap_text=wraps(shape) or None,
        # upwards counts to 90, downwards on from there; 255 is one letter below the other
        text_rotation=255 if rotation.get("vertical") else angle if angle >= 0 else 90 - angle,
    )


def _colour(holder: Json, name: str) -> str | None:
    colour = holder.get(f"{name}Style", {}).get("rgbColor")
    colour = holder.get(name) if colour is None else colour
    if colour is None:
        return None
    shares = (min(max(float(colour.get(part, 0)), 0.0), 1.0) for part in ("red", "green", "blue"))
    return "".join(f"{round(255 * share):02X}" for share in shares)
