"""How high a row must be for its texts: Excel and LibreOffice keep the height that a file says, or cut the text."""

from service.embedded.api_errors import Json
from service.embedded.drive import xlsx_styles

PIXELS_TO_POINTS = 0.75
HIGHEST = 409.0  # points: what Excel takes
LINE = 1.22  # of the size of letters
PADDING = 3.0  # points above and below, together
_ACROSS = 4.0  # points left and right, together
# widths of letters in parts of their size; a letter with marks is as wide as without them
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[]/-\"“”‘’ "), frozenset("mwMW@%…—")
_WIDTHS = {"narrow": 0.31, "wide": 0.82, "capital": 0.70, "usual": 0.49}
_BOLD, _WIDER_FONT = 1.07, 1.12  # letters of bold, and of a font other than Times


def height_of(text: str, shape: Json, width: float) -> float:
    """Return how many points a text needs in a cell of a width in pixels; a text that does not wrap needs one line."""
    size = xlsx_styles.size_of(shape)
    lines = 1
    if xlsx_styles.wraps(shape):
        room = max(width * PIXELS_TO_POINTS - _ACROSS, size)
        lines = sum(_lines(paragraph, shape, room) for paragraph in text.split("\n"))
    return min(lines * size * LINE + PADDING, HIGHEST)


def _lines(paragraph: str, shape: Json, room: float) -> int:
    """Return on how many lines the words of a paragraph go."""
    count, used = 1, 0.0
    for word in paragraph.split(" "):
        width, space = _width(word, shape), _width(" ", shape)
        if used and used + space + width > room:
            count, used = count + 1, 0.0
        broken = int(width // room)  # a word longer than a line is broken
        count, used = count + broken, (used + space if used else 0.0) + width - broken * room
    return count


def _width(text: str, shape: Json) -> float:
    letters = shape.get("textFormat", {})
    scale = xlsx_styles.size_of(shape) * (_BOLD if letters.get("bold") else 1.0)
    if "times" not in str(letters.get("fontFamily", "")).lower():
        scale *= _WIDER_FONT
    return scale * sum(_WIDTHS[_kind(letter)] for letter in text)


def _kind(letter: str) -> str:
    if letter in _NARROW:
        return "narrow"
    if letter in _WIDE:
        return "wide"
    return "capital" if letter.isupper() else "usual"
