"""Time texts cut into tokens: figures, marks, and phrases with their meaning."""

from __future__ import annotations

import re

from sheets_schema.periods.tokens.misspellings import corrected_word, joining_word, misspelt_phrase
from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.tokens.wrapped_lines import is_wrapped
from sheets_schema.periods.words.lexicon import Lexicon, Meaning
from sheets_schema.periods.words.phrases import ENGLISH_MONTHS
from sheets_schema.periods.words.tags import Tag
from sheets_schema.vietnamese import folding, syllables

_ARROWS = re.compile(r"[-=]+>|[➔➜⇒»]+|-{2,}>")
# letters for figures: in a year, beside a figure, in a whole date; "I/II/2023" are quarters
_LETTERED = re.compile(
    r"""
    (?<!\w)2[oO0][\doO]{2}(?!\w)
  | (?<!\w)(?:\d[oOlI]|[oOlI]\d)(?!\w)
  | (?<!\w)(?!I+\b)[\doOlI]{1,2}(\s?[/\\.-]\s?)(?!I+\b)[\doOlI]{1,2}\1[\doOlI]{4}(?!\w)
    """,
    re.VERBOSE,
)
_FIGURES_FOR_LETTERS = str.maketrans("oOlI", "0011")
_PIECE = re.compile(
    r"""
    (?P<ENGLISH>(?=[JFMASOND]|\d\d?(?:st|nd|rd|th)?[-\s/.]?[JFMASOND])(?i:
           \d{1,2}(?:st|nd|rd|th)?[-\s/.]?(?:MONTHS)[a-z]*[-\s/.,]*(?:19|20)\d\d
           |(?:MONTHS)[a-z]*\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d)(?!\w))
  | (?P<ISO>(?:19|20)\d\d-\d{1,2}-\d{1,2}(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?(?!\d|[-/.]\d))
  | (?P<HOUR>(?i:\d{1,2}\s*(?:giờ|gio|h|g)(?![^\W\d_])
           (?:\d{1,2}(?!\d)
             |\s+[0-5]?\d(?!\d)(?!\s*(?:/|\.\d|,\s*\d|và|tháng|thang|-\s*\d{1,2}(?!\d|\s*(?:giờ|gio|h|g)))))?
             (?:\s*(?:phút|phut|p|')(?![^\W\d_]))?
           |\d{1,2}\.(?:00|15|30|45)(?=\s+ngày\b)
           |\d{1,2}:\d{2}(?::\d{2})?(?!\d)(?:\s*(?:SA|CH|AM|PM)\b)?))
  | (?P<REFERENCE>\d+(?:[-/]\d{4})?[-/](?![Tt]\d|[QqTt]uý|[Tt]h)(?=[^\W\d_]{2})[^\W\d_]*[A-ZĐ][^\W\d_]*
                  (?:[-/][^\W\d_]+)*
           |\+?\d{2,4}[ .]\d{3,4}[ .]\d{3,4}(?!\d)|\b0\d{8,10}\b)
  | (?P<QUANTITY>(?i:\d{1,3}(?:[.,]\d{3})+(?!\d)(?:\s*đ\b)?
           |\d+(?:[.,]\d+)?[ ]?(?:%|(?:tỷ|tỉ|triệu|tr|km|m2|m²|ha|kg)\b)))
  | (?P<NUMBER>\d+)
  | (?P<WORD>[^\W\d_]+)
  | (?P<BREAK>[\n;|]|\.(?=\s*\n))
  | (?P<BLANK>(?:\.\s*){3,}|_{2,}|…)
  | (?P<MARK>[^\w\s])
    """.replace("MONTHS", "|".join(ENGLISH_MONTHS)),
    re.VERBOSE,
)
_MARKS = {
    "/": Tag.SLASH, "\\": Tag.SLASH, ".": Tag.DOT, "-": Tag.DASH, ",": Tag.COMMA, ":": Tag.COLON,
    "(": Tag.OPEN, "[": Tag.OPEN, "{": Tag.OPEN, ")": Tag.CLOSE, "]": Tag.CLOSE, "}": Tag.CLOSE,
    "+": Tag.AND, "&": Tag.AND,
}  # fmt: skip
_ROMAN_QUARTER = re.compile(r"(quý|quí|quy|q)(i{1,3}|iv)")
_BULLET = re.compile(r"(?:^|(?<=\n))\s*[-+*•·●▪]\s+(?=\S)|^\s*[-+*•·●▪]")


_ENUMERATOR = re.compile(r"^\d{1,2}[.)]\s+(?=\D|\d{1,2}[/.-]\d)", re.MULTILINE)
_END_MARKS = frozenset(".,;")
_UNSEEN = ("\u00ad", '"', "\t")
_AS_SEEN = str.maketrans("\t", " ", '\u00ad"')


def normalised(typed: str) -> str:
    """Return the text composed, with plain marks and spaces, one line break where there were some."""
    plain = folding.plain_marks(typed)
    if any([mark in plain for mark in _UNSEEN]):
        plain = folding.nfc(plain.translate(_AS_SEEN))
    # plain marks are composed, with nothing invisible
    joined = "\n".join(filter(None, [" ".join(line.split()) for line in plain.splitlines()]))
    if joined[:1] in "-+*•·●▪":
        joined = _BULLET.sub(" ", joined)
    if joined[:2] in ("1.", "1)"):
        joined = _ENUMERATOR.sub("", joined)
    return _ARROWS.sub("→", _without_end_mark(joined.strip()))


def _without_end_mark(text: str) -> str:
    """Return a text without the mark that ends a sentence: "Tháng 10/23."; dots to be filled in stay."""
    rest = text[:-1].rstrip()
    return rest if text[-1:] in _END_MARKS and not rest.endswith(".") else text


def mend_figures(typed: str) -> str:
    """Return the text with the letters o, l and I beside figures and in whole dates read as figures: "2O/10"."""
    if not any([letter in typed for letter in "oOlI"]):
        return typed
    return _LETTERED.sub(lambda found: found.group().translate(_FIGURES_FOR_LETTERS), typed)


def tokenise(typed: str, lexicon: Lexicon) -> list[TimeToken]:
    """Cut a normalised text into tokens; undeclared words stay words, a line that breaks off goes on in the next."""
    pieces = _pieces(typed)
    new_lines: dict[int, TimeToken] = {}  # by the piece that begins one
    if _NEW_LINE in typed:
        pieces, new_lines = _unbroken(pieces)
    words = tuple([piece.text for piece in pieces])
    tokens: list[TimeToken] = []
    at = 0
    while at < len(pieces):
        piece, first = pieces[at], at
        if piece.tag is not Tag.WORD and piece.text not in lexicon:
            token, at = piece, at + 1  # most figures and marks
        else:
            token, at = _token(pieces, words, at, lexicon, tokens[-1].tag if tokens else None)
        if first in new_lines and not is_wrapped(tokens, token):
            tokens.append(new_lines[first])
        tokens.append(token)
    return tokens


_NEW_LINE = "\n"


def _unbroken(pieces: list[TimeToken]) -> tuple[list[TimeToken], dict[int, TimeToken]]:
    """Return pieces without the ends of lines, and these by the piece they are before."""
    whole: list[TimeToken] = []
    new_lines: dict[int, TimeToken] = {}
    for piece in pieces:
        if piece.text == _NEW_LINE:
            new_lines[len(whole)] = piece
        else:
            whole.append(piece)
    return whole, new_lines


def _pieces(typed: str) -> list[TimeToken]:
    pieces: list[TimeToken] = []
    for found in _PIECE.finditer(typed):
        name, (start, end) = found.lastgroup or "", found.span()
        words = found[0].lower()
        if name == "NUMBER":
            pieces.append(TimeToken(Tag.NUMBER, words, int(words) if len(words) < 9 else 0, end, start))
        elif name == "WORD":
            for part in _parts_of(words):
                pieces.append(TimeToken(Tag.WORD, part, 0, start + len(part), start))
                start += len(part)
        elif name == "MARK":
            pieces.append(TimeToken(_MARKS.get(words, Tag.WORD), words, 0, end, start))
        else:
            typo = name == "HOUR" and not _is_on_the_clock(words)
            pieces.append(TimeToken(Tag[name], words, _figure(words), end, start, typo=typo))
    return pieces


def _parts_of(word: str) -> tuple[str, ...]:
    word = syllables.old_tone_placement(word)
    glued = _ROMAN_QUARTER.fullmatch(word) if word[0] == "q" else None
    return glued.groups() if glued else (word,)


_LAST_HOUR, _LAST_MINUTE = 24, 59


def _is_on_the_clock(words: str) -> bool:
    """Return True if an hour is one: 24:00 ends a day, 25h and 14h75 are slips."""
    figures = [int(figure) for figure in _FIGURES.findall(words)]
    minutes = figures[1] if len(figures) > 1 else 0
    return (figures[0] < _LAST_HOUR and minutes <= _LAST_MINUTE) or (figures[0], minutes) == (_LAST_HOUR, 0)


_FIGURES = re.compile(r"\d+")


def _figure(words: str) -> int:
    # Of an hour the grammar asks only whether it is midnight.
    digits = [int(digit) for digit in words if digit.isdecimal()]
    return int(any(digits))


def _token(
    pieces: list[TimeToken], words: tuple[str, ...], at: int, lexicon: Lexicon, previous: Tag | None
) -> tuple[TimeToken, int]:
    found = _phrase(words, at, lexicon)
    if found is not None:
        meaning, length = found
        return _joined(pieces, at, at + length, meaning), at + length
    piece = pieces[at]
    if piece.tag is Tag.WORD and len(piece.text) > 2:
        misspelt = misspelt_phrase(words, at, lexicon)
        if misspelt is not None:
            meaning, length = misspelt
            return _joined(pieces, at, at + length, meaning)._replace(typo=True), at + length
        corrected = corrected_word(piece.text) or joining_word(words, at, previous)
        if corrected:
            meaning = next(meaning for phrase, meaning in lexicon[corrected] if phrase == (corrected,))
            return TimeToken(meaning.tag, corrected, meaning.value, piece.end, piece.start, typo=True), at + 1
    return piece, at + 1


def _joined(pieces: list[TimeToken], at: int, to: int, meaning: Meaning) -> TimeToken:
    words = pieces[at].text if to == at + 1 else " ".join(piece.text for piece in pieces[at:to])
    return TimeToken(meaning.tag, words, meaning.value, pieces[to - 1].end, pieces[at].start)


def _phrase(words: tuple[str, ...], at: int, lexicon: Lexicon) -> tuple[Meaning, int] | None:
    following = words[at + 1] if at + 1 < len(words) else ""
    for phrase, meaning in lexicon.get(words[at], ()):
        length = len(phrase)
        if length == 1 or (phrase[1] == following and words[at : at + length] == phrase):
            return meaning, length
    return None
