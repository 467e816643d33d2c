"""What the cells of an Excel workbook share: number formats, fonts that strike words through, and texts in runs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from service.documents.number_formats import BUILT_IN
from service.documents.sheet_building import MOST_CHARACTERS
from service.documents.xml_events import Attributes, End, Start, TagBudget, TagHandlers, read_events
from service.errors import UnreadableFileError
from sheets_schema.wording import message

GENERAL = "General"
TRUE = ("1", "true", "on")

Words = str | tuple[tuple[str, bool | None], ...]  # runs: a text, and if its own font strikes it; None: as its cell

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class CellStyle:
    """What a cell's style says of its words."""

    code: str = GENERAL  # number format
    struck: bool = False


PLAIN = CellStyle()


class RunReader:
    """Takes the words of a text, in runs or not, as tags come by; readings above the letters are no part of them."""

    def __init__(self) -> None:
        self.size = 0
        self._runs: list[tuple[str, bool | None]] = []
        self._words: list[str] = []
        self._own: bool | None = None
        self._taking = self._aside = False

    def starts(self) -> dict[str, Start]:
        """Return what to do where tags begin."""
        return {"t": self.begin, "rPh": self._reading, "rPr": self._look, "strike": self._strike}

    def ends(self) -> dict[str, End]:
        """Return what to do where tags end."""
        return {"t": self.end, "rPh": self._reading, "r": self._end_run}

    def begin(self, _: Attributes) -> None:
        """Take what follows."""
        self._taking = not self._aside

    def end(self) -> None:
        """Take no more."""
        self._taking = False

    def text(self, data: str) -> None:
        """Take a piece of text. Raises UnreadableFileError where there is more than anybody types."""
        if self._taking:
            self.size += len(data)
            if self.size > MOST_CHARACTERS:
                raise UnreadableFileError(message("documents.too_much_text"))
            self._words.append(data)

    def words(self) -> Words:
        """Return what was taken, and begin another text."""
        self._end_run()
        runs, self._runs = self._runs, []
        if all(own is None for _, own in runs):
            return "".join(text for text, _ in runs)
        return tuple(runs)

    def _reading(self, _: Attributes | None = None) -> None:
        self._aside = not self._aside

    def _look(self, _: Attributes) -> None:
        self._own = False

    def _strike(self, attributes: Attributes) -> None:
        self._own = _is_on(attributes)

    def _end_run(self) -> None:
        if self._words:
            self._runs.append((_unescaped("".join(self._words)), self._own))
            self._words = []
        self._own = None


def words_left(words: Words, style: CellStyle) -> tuple[str, bool]:
    """Return what stands in a cell that is not struck through, and if words of it were."""
    if isinstance(words, str):
        return ("", bool(words.strip())) if style.struck else (words, False)
    marked = [(text, style.struck if own is None else own) for text, own in words]
    return "".join(text for text, struck in marked if not struck), any(
        struck and text.strip() for text, struck in marked
    )


def read_styles(pieces: Iterable[bytes], budget: TagBudget) -> list[CellStyle]:
    """Return every style, in the order by which cells name them."""
    reader = _StyleReader()
    starts = {
        "numFmt": reader.own_format,
        "fonts": lambda _: reader.enter("fonts"),
        "font": reader.font,
        "strike": reader.strike,
        "cellXfs": lambda _: reader.enter("cellXfs"),
        "xf": reader.style,
    }
    ends = dict.fromkeys(("fonts", "cellXfs"), lambda: reader.enter(""))
    read_events(pieces, TagHandlers(starts, ends), budget)
    return reader.found


class _StyleReader:
    """Reads the styles of cells; fonts and formats of other lists, such as those of a condition, are passed over."""

    def __init__(self) -> None:
        self.found: list[CellStyle] = []
        self._codes: dict[int, str] = {}
        self._fonts: list[bool] = []
        self._inside = ""

    def enter(self, name: str) -> None:
        """Enter a list, "" for none."""
        self._inside = name

    def own_format(self, attributes: Attributes) -> None:
        self._codes[number_of(attributes.get("numFmtId", ""))] = attributes.get("formatCode", GENERAL)

    def font(self, _: Attributes) -> None:
        if self._inside == "fonts":
            self._fonts.append(False)

    def strike(self, attributes: Attributes) -> None:
        if self._inside == "fonts" and self._fonts:
            self._fonts[-1] = _is_on(attributes)

    def style(self, attributes: Attributes) -> None:
        if self._inside == "cellXfs":
            number, font = (number_of(attributes.get(name, "")) for name in ("numFmtId", "fontId"))
            code = self._codes.get(number) or BUILT_IN.get(number, GENERAL)
            self.found.append(CellStyle(code, font < len(self._fonts) and self._fonts[font]))


def read_strings(pieces: Iterable[bytes], budget: TagBudget) -> list[Words]:
    """Return the texts that cells name by their number."""
    found: list[Words] = []
    runs = RunReader()
    ends = runs.ends() | {"si": lambda: found.append(runs.words())}
    read_events(pieces, TagHandlers(runs.starts(), ends, runs.text), budget)
    return found


def number_of(text: str) -> int:
    """Return a whole number that a file names something by; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _is_on(attributes: Attributes) -> bool:
    return attributes.get("val", "1") in TRUE


def _unescaped(text: str) -> str:
    """Return a text with its escaped characters as they are: _x000D_ is the end of a line."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace("\r\n", "\n").replace("\r", "\n")
