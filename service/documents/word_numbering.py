"""Numbers and bullets that Word writes before paragraphs by itself: they are in no text, and are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.documents.packed_parts import PackedParts
from service.documents.xml_events import Attributes, TagBudget, TagHandlers, read_events

NUMBERING, STYLES = "word/numbering.xml", "word/styles.xml"
LEVELS = 9
BULLET = "-"
MOST_LISTS = 5_000

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_UNITS = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LARGEST_ROMAN = 5_000


@dataclass(slots=True)
class ListLevel:
    """How one level of a list is numbered."""

    start: int = 1
    kind: str = "decimal"
    text: str = ""  # "%1.", where %1 is the number of the first level


@dataclass(frozen=True, slots=True)
class ListMark:
    """That a paragraph is of a list: which, and on which level."""

    list_id: str
    level: int = 0


@dataclass(slots=True)
class WordNumbering:
    """The lists of a document, and how far each has been counted."""

    levels: dict[str, dict[int, ListLevel]] = field(default_factory=dict)  # by abstract list
    lists: dict[str, str] = field(default_factory=dict)  # list → abstract list
    restarts: dict[tuple[str, int], int] = field(default_factory=dict)
    styles: dict[str, ListMark] = field(default_factory=dict)
    _counts: dict[str, list[int]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def label(self, mark: ListMark | None, style: str) -> str:
        """Count a paragraph; return what Word shows before it, blank for one of no list."""
        mark = mark or self.styles.get(style)
        abstract = self.lists.get(mark.list_id) if mark is not None else None
        if mark is None or abstract is None or not 0 <= mark.level < LEVELS:
            return ""
        levels = self.levels.get(abstract, {})
        counts = self._counts.setdefault(abstract, [])
        if mark.list_id not in self._begun:
            self._begun.add(mark.list_id)
            if (mark.list_id, mark.level) in self.restarts:
                del counts[mark.level :]
        del counts[mark.level + 1 :]
        while len(counts) <= mark.level:
            level = len(counts)
            start = self.restarts.get((mark.list_id, level), levels.get(level, ListLevel()).start)
            counts.append(start - 1 if level == mark.level else start)
        counts[mark.level] += 1
        return _shown(levels, counts, mark.level)


def _shown(levels: Mapping[int, ListLevel], counts: list[int], level: int) -> str:
    own = levels.get(level, ListLevel())
    if own.kind == "bullet":
        return BULLET
    text = own.text
    for number, count in enumerate(counts):
        text = text.replace(f"%{number + 1}", _number(count, levels.get(number, ListLevel()).kind))
    return text.strip()


def _number(count: int, kind: str) -> str:
    if kind == "none":
        return ""
    if kind == "decimalZero":
        return f"{count:02d}"
    if kind in ("lowerLetter", "upperLetter") and count > 0:
        letters = _LETTERS[(count - 1) % 26] * min(1 + (count - 1) // 26, 10)
        return letters.upper() if kind == "upperLetter" else letters
    if kind in ("lowerRoman", "upperRoman") and 0 < count < _LARGEST_ROMAN:
        roman, left = "", count
        for value, letters in (*_ROMAN, *_ROMAN_UNITS):
            roman += letters * (left // value)
            left %= value
        return roman.upper() if kind == "upperRoman" else roman
    return str(count)


def read_numbering(parts: PackedParts) -> WordNumbering:
    """Read the lists that a document declares."""
    found = WordNumbering()
    budget = TagBudget()
    if NUMBERING in parts:
        reader = _NumberingReader(found)
        read_events(parts.pieces(NUMBERING), reader.handlers, budget)
    if STYLES in parts:
        styles = _StyleReader(found)
        read_events(parts.pieces(STYLES), styles.handlers, budget)
    return found


class _NumberingReader:
    def __init__(self, found: WordNumbering) -> None:
        self.found = found
        self.abstract = self.list_id = ""
        self.level = -1
        self.handlers = TagHandlers(
            {
                "abstractNum": self._abstract,
                "lvl": self._level,
                "start": self._start,
                "numFmt": self._kind,
                "lvlText": self._text,
                "num": self._list,
                "abstractNumId": self._of_abstract,
                "lvlOverride": self._override,
                "startOverride": self._restart,
            },
            {"abstractNum": self._end_abstract},
        )

    def _abstract(self, attributes: Attributes) -> None:
        self.abstract = value_of(attributes, "abstractNumId")
        if len(self.found.levels) < MOST_LISTS:
            self.found.levels[self.abstract] = {}

    def _end_abstract(self) -> None:
        self.abstract = ""

    def _level(self, attributes: Attributes) -> None:
        self.level = whole(value_of(attributes, "ilvl"))
        if self.abstract in self.found.levels and 0 <= self.level < LEVELS:
            self.found.levels[self.abstract][self.level] = ListLevel()

    def _own(self) -> ListLevel:
        return self.found.levels.get(self.abstract, {}).get(self.level) or ListLevel()

    def _start(self, attributes: Attributes) -> None:
        self._own().start = whole(value_of(attributes, "val"))

    def _kind(self, attributes: Attributes) -> None:
        self._own().kind = value_of(attributes, "val")

    def _text(self, attributes: Attributes) -> None:
        self._own().text = value_of(attributes, "val")[:40]

    def _list(self, attributes: Attributes) -> None:
        self.list_id = value_of(attributes, "numId")

    def _of_abstract(self, attributes: Attributes) -> None:
        if len(self.found.lists) < MOST_LISTS:
            self.found.lists[self.list_id] = value_of(attributes, "val")

    def _override(self, attributes: Attributes) -> None:
        self.level = whole(value_of(attributes, "ilvl"))

    def _restart(self, attributes: Attributes) -> None:
        if len(self.found.restarts) < MOST_LISTS:
            self.found.restarts[self.list_id, self.level] = whole(value_of(attributes, "val"))


class _StyleReader:
    def __init__(self, found: WordNumbering) -> None:
        self.found = found
        self.style = ""
        self.level = 0
        self.handlers = TagHandlers({"style": self._style, "ilvl": self._level, "numId": self._list})

    def _style(self, attributes: Attributes) -> None:
        self.style, self.level = value_of(attributes, "styleId"), 0

    def _level(self, attributes: Attributes) -> None:
        self.level = whole(value_of(attributes, "val"))

    def _list(self, attributes: Attributes) -> None:
        if len(self.found.styles) < MOST_LISTS:
            self.found.styles[self.style] = ListMark(value_of(attributes, "val"), self.level)


def value_of(attributes: Attributes, name: str) -> str:
    """Return an attribute by its name without a prefix."""
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")


def whole(text: str) -> int:
    """Return a small whole number; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
