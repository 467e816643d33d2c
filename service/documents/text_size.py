"""How much room words take in Times New Roman: an estimate on the safe side, so that no row cuts them."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

POINTS = 72 / 25.4  # a millimetre
LEADING = 1.34  # of a line, in sizes of its letters: Excel gives a line of 11 points 14.25 to 15
PADDING = 2.0  # points above and below the lines of a cell
CELL_PADDING = 2.0  # millimetres
_SAFETY, _BOLD = 1.04, 1.08
# widths of letters in thousandths of their size
_WIDTHS = {
    180: "'", 200: "|", 250: " ,.\u00a0", 278: "/:;\\ijlt", 333: "!()-I[]`fr", 389: "Js", 408: '"', 444: "?acez“”‘’",
    469: "^", 480: "{}", 541: "~", 556: "FPS", 564: "+<=>", 611: "ELTZ", 667: "BCR", 778: "&m", 833: "%",
    722: "ADGHKNOQUVXYw" + chr(0x110), 889: "M", 921: "@", 944: "W", 1000: "…—",
}  # fmt: skip
_WIDTH_OF = {letter: width / 1000 for width, letters in _WIDTHS.items() for letter in letters}
_HORNED = 0.06  # the horn of some vowels
_USUAL, _SQUARE = 0.5, 1.1
_SPACE = _WIDTH_OF[" "]


@cache
def letter_width(letter: str) -> float:
    """Return the width of a letter in sizes of itself."""
    if unicodedata.category(letter) in ("Cf", "Mn"):
        return 0.0
    decomposed = unicodedata.normalize("NFD", letter)
    if unicodedata.east_asian_width(letter) in "WF" or ord(letter) > 0xFFFF:
        return _SQUARE
    return _WIDTH_OF.get(decomposed[0], _USUAL) + (_HORNED if "\u031b" in decomposed else 0)


@lru_cache(maxsize=16_384)  # what is written in Vietnamese has few syllables
def _word_width(word: str) -> float:
    return sum(map(letter_width, word))


def _room(width: float, size: float, *, bold: bool) -> float:
    """Return how much of a width in millimetres is for letters, in sizes of a letter."""
    return max(width - CELL_PADDING, 2.0) * POINTS / size / (_SAFETY * (_BOLD if bold else 1))


def surely_on_a_line(width: float, size: float, *, bold: bool = False) -> int:
    """Return how many letters a line takes, whatever they are."""
    return int(_room(width, size, bold=bold) / _SQUARE)


@lru_cache(maxsize=4_096)  # a list says a unit's name in each of its rows
def line_count(words: str, width: float, size: float, *, bold: bool = False) -> int:
    """Return how many lines `line_starts` makes of words, word by word: lists have hundreds of thousands of cells."""
    room = _room(width, size, bold=bold)
    if "\t" in words:
        return len(line_starts(words, width, size, bold=bold))
    count = 0
    for line in words.split("\n"):
        count += 1
        left = room
        for wide in map(_word_width, line.split(" ")):
            if wide > left and wide:
                if wide > room:
                    return len(line_starts(words, width, size, bold=bold))
                count += 1
                left = room
            left -= wide + _SPACE
    return count


def line_starts(words: str, width: float, size: float, *, bold: bool = False) -> list[int]:
    """Return where each line of words begins that are wrapped within a width in millimetres."""
    room = _room(width, size, bold=bold)
    starts = [0]
    used = since_space = 0.0
    space = -1
    for index, letter in enumerate(words):
        if letter == "\n":
            starts.append(index + 1)
            used, space = 0.0, -1
            continue
        wide = letter_width(letter)
        if used + wide > room and letter != " ":
            # a word that has room on a line of its own moves there whole
            start = space + 1 if space >= starts[-1] else index
            used = since_space if start != index else 0.0
            if start > starts[-1]:
                starts.append(start)
            space = -1
        used += wide
        since_space += wide
        if letter in " \t":
            space, since_space = index, 0.0
    return starts


def height_of(lines: int, size: float) -> float:
    """Return the height of a number of lines in points."""
    return lines * size * LEADING + PADDING
