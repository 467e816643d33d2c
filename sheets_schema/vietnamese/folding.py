"""Text as people type it: folding for comparison, legacy fonts, blanks and rubbish. It never rewrites a record."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sheets_schema.vietnamese import syllables

# nothing of these is seen: joiners, marks of direction, selectors of variants
_UNSEEN = (
    (0x034F, 0x034F), (0x061C, 0x061C), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
)  # fmt: skip
_ZERO_WIDTH = dict.fromkeys(code for first, last in _UNSEEN for code in range(first, last + 1))
_SOFT_HYPHEN = "\u00ad"
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_QUOTES = {ord(mark): '"' for mark in "“”„‟«»″〝〞"} | {ord(mark): "'" for mark in "‘’‚‛′`´"}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-")
_ALIKE = _ZERO_WIDTH | _FULL_WIDTH | _QUOTES | _DASHES | {ord("…"): "..."}
_LOOSE_PUNCTUATION = re.compile(r" (?=[,.;:!?)])")


def _any_of(codes: Iterable[int]) -> re.Pattern[str]:
    return re.compile("[" + "".join(re.escape(chr(code)) for code in codes) + "]")


# most texts hold none of these, and to look for one is quicker than to replace them letter by letter
_HAS_ALIKE, _HAS_ZERO_WIDTH = _any_of(_ALIKE), _any_of(_ZERO_WIDTH)
_ALIKE_TEXTS = {
    chr(code): "" if other is None else chr(other) if isinstance(other, int) else other
    for code, other in _ALIKE.items()
}


def nfc(text: str) -> str:
    """Return the text in composed form."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def squash(text: str) -> str:
    """Return the composed text with every run of white space as one space and no zero-width characters."""
    composed = nfc(text)
    if not composed.isascii() and _HAS_ZERO_WIDTH.search(composed):
        composed = composed.translate(_ZERO_WIDTH)
    return " ".join(composed.split())


def as_seen(text: str) -> str:
    """Return what a person sees of a Unicode text: composed, single spaces, nothing invisible. For comparison only.

    A soft hyphen goes too: it is a letter in texts of an old font alone, and those are no choice and no pattern.
    """
    return squash(text.replace(_SOFT_HYPHEN, ""))


def plain_marks(text: str) -> str:
    """Return the composed text with full-width characters, quotation marks and dashes in their plain forms."""
    if text.isascii():
        return text
    composed = nfc(text)
    if not _HAS_ALIKE.search(composed):
        return composed
    return nfc(_HAS_ALIKE.sub(_plain_mark, composed))


def _plain_mark(found: re.Match[str]) -> str:
    return _ALIKE_TEXTS[found.group()]


def fold(text: str) -> str:
    """Return what two texts have in common when people would call them the same. For comparison only."""
    spaced = " ".join(plain_marks(text).split())  # squashed: plain marks are composed, with nothing invisible
    folded = _LOOSE_PUNCTUATION.sub("", spaced.lower().replace("( ", "("))
    return syllables.old_tone_placement(folded).rstrip(" .,;:")


def without_marks(text: str) -> str:
    """Return the text with no tone and vowel marks: "Tháng Dân vận" gives "Thang Dan van"."""
    return syllables.without_marks(text)


_BLANK = re.compile(r"[\s.\-_,;:·•*\u00ad]*")


def is_blank(text: str) -> bool:
    """Return True if the text is nothing, or only what an unfilled template holds."""
    if not text or text[0].isalnum():
        # most cells need no folding
        return not text
    return _BLANK.fullmatch(plain_marks(text)) is not None


_FORMULA_ERROR = re.compile(
    r"#(?:REF!|NAME\?|N/A|VALUE!|DIV/0!|ERROR!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)|^\s*(?:#{3,}|Loading(?:\.\.\.|…))\s*$",
    re.IGNORECASE,
)


def has_formula_error(text: str) -> bool:
    """Return True if a spreadsheet left an error where a value should be."""
    return _FORMULA_ERROR.search(text) is not None


_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ufffe\uffff]")
# UTF-8 read as Windows-1252: the lead bytes of Vietnamese letters followed by what continuation bytes become.
_MOJIBAKE = re.compile(r"Ã[\u0080-\u00bf]|á[»º]|Ä[\u0080-\u00bf‘]|Æ[°¡]|â€|Â[\u0080-\u00bf]")
_SUSPICIOUS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\u00bf\ufffd\ufffe\uffff‘€]"
)  # of each of those, one of these
_LATIN = "[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]"
# a letter that no old font has; a first word with marks, or a figure before words; nothing that spoilt texts hold
_PLAINLY_READABLE = re.compile(
    r"(?=[^\u0100-\u1fff]*[\u0100-\u1fff])"
    rf"(?:(?={_LATIN}*[\u00c0-\u1fff])({_LATIN})(?!(?i:\1)){_LATIN}|(?=.{{0,40}}?[a-z]{{2}})(\d)(?!\2))"
    r"[^#?\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\u00bf\ufffd\ufffe\uffff‘€]*"
)
_LOST_LETTERS = re.compile(r"[^\W\d_]\?(?=[^\W\d_])")  # "T? ch?c h?i ngh?": saved where there were no such letters
_REPEATED = re.compile(r"(\w)\1{2,}")
_KEYBOARD_ROWS = "qwertyuiop asdfghjkl zxcvbnm poiuytrewq lkjhgfdsa mnbvcxz"
_SHORTEST_MASH = 4
_VOWELS = frozenset("aeiouy")


def is_plainly_readable(text: str) -> bool:
    """Return True if a text surely is no garbage, no error, no formula and in no old font: most cells are such."""
    return not text.isascii() and _PLAINLY_READABLE.fullmatch(text) is not None


def looks_like_garbage(text: str) -> bool:
    """Return True if the text is unreadable: control characters, mojibake, mashed keys, only punctuation."""
    if is_blank(text):
        return _UNREADABLE.search(text) is not None
    if _SUSPICIOUS.search(text) and (_UNREADABLE.search(text) or _MOJIBAKE.search(text)):
        return True
    if text.count("?") > 1 and len(_LOST_LETTERS.findall(text)) > 1:
        return True
    if not any(map(str.isalnum, text)):
        return True
    if _is_word(text.split(None, 1)[0]):
        return False  # without cutting all of a long text into words
    mashed = False
    for word in text.split():
        if _is_word(word):
            return False  # a real word settles it
        mashed = mashed or _is_mashed(word)
    return mashed


def _is_word(word: str) -> bool:
    return not _is_mashed(word) and not _is_run(word)


def _is_run(word: str) -> bool:
    """Return True if a short word is keys in a row; "we" or "re" is, so it means something only beside longer ones."""
    return word.lower() in _KEYBOARD_ROWS


def _is_mashed(word: str) -> bool:
    letters = word.strip(".,;:!?").lower()
    if letters[:1] == letters[-1:] and _REPEATED.fullmatch(letters):
        return True
    if not letters.isascii() or not letters.isalpha() or len(letters) < _SHORTEST_MASH:
        return False
    if letters in _KEYBOARD_ROWS:
        return True
    # Capitals without a vowel are abbreviations (UBND, CBCCVC); small letters without one are not words.
    return word.islower() and not _VOWELS & set(letters)


@dataclass(frozen=True, slots=True)
class LegacyText:
    """Text typed in an old font, with its words in Unicode."""

    encoding: str  # "TCVN3" or "VNI"
    suggestion: str


_TCVN3_LETTERS = (
    "µà¶ả·ã¸á¹ạ¨ă»ằ¼ẳ½ẵ¾ắÆặ©âÇầÈẩÉẫÊấËậ®đÌèÎẻÏẽÐéÑẹªêÒềÓểÔễÕếÖệ×ìØỉÜĩÝíÞị"
    "ßòáỏâõãóäọ«ôåồæổçỗèốéộ¬ơêờëởìỡíớîợïùñủòũóúôụ\u00adưõừöử÷ữøứùựúỳûỷüỹýýþỵ¡Ă¢Â£Ê¤Ô¥Ơ¦Ư§Đ"
)
_TCVN3 = dict(zip(map(ord, _TCVN3_LETTERS[::2]), _TCVN3_LETTERS[1::2], strict=True))

_VNI_MARKS = "ùøûõï"  # acute, grave, hook, tilde, dot, after the letter
_VNI_VOWELS = {
    "aùøûõï": "áàảãạ", "aêéèúüë": "ăắằẳẵặ", "aâáàåãä": "âấầẩẫậ",
    "eùøûõï": "éèẻẽẹ", "eâáàåãä": "êếềểễệ",
    "oùøûõï": "óòỏõọ", "oâáàåãä": "ôốồổỗộ",
    "ôùøûõï": "ớờởỡợ", "uùøûõï": "úùủũụ", "öùøûõï": "ứừửữự", "yùøûõ": "ýỳỷỹ",
}  # fmt: skip
_VNI_SINGLE = {"í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ", "ô": "ơ", "ö": "ư"}


def _vni_pairs() -> dict[str, str]:
    pairs = dict(_VNI_SINGLE)
    for typed, letters in _VNI_VOWELS.items():
        pairs |= {typed[0] + mark: letter for mark, letter in zip(typed[1:], letters, strict=True)}
    return pairs | {typed.upper(): letter.upper() for typed, letter in pairs.items()} | _mixed_case(pairs)


def _mixed_case(pairs: dict[str, str]) -> dict[str, str]:
    # A capital at the head of a word is followed by a mark in small letters: "AÙ" but also "Aù".
    return {typed[0].upper() + typed[1:]: letter.upper() for typed, letter in pairs.items() if len(typed) > 1}


_VNI = _vni_pairs()
_VNI_TYPED = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_WORDS = re.compile(r"[^\s!-/:-@\[-`{-~0-9–—“”‘’…]+")
_ENOUGH = 0.8  # of the accented words must become Vietnamese


def legacy_font(text: str) -> LegacyText | None:
    """Recognise TCVN3 and VNI text and return what it means; None for Unicode text of any language.

    Soft hyphens must still be in the text: in TCVN3 they are the letter ư.
    """
    words = [word for word in _WORDS.findall(text) if not word.isascii()]
    strange = [word for word in words if not syllables.is_syllable(word)]
    if 2 * len(strange) < len(words) or max(map(max, words), default="\uffff") > "\u00ff":
        return None
    for encoding, convert in FROM_OLD_FONTS.items():
        if _explains(words, [convert(word) for word in words]):
            return LegacyText(encoding, nfc(convert(text)))
    return None


def _explains(words: list[str], converted: list[str]) -> bool:
    good = [syllables.is_syllable(word) for word in converted]
    gained = [word for word, new, right in zip(words, converted, good, strict=True) if right and _is_gain(word, new)]
    return bool(gained) and sum(good) >= _ENOUGH * len(words)


def _is_gain(word: str, converted: str) -> bool:
    # A lone © or µm is a sign of its own, not a letter of a word.
    return len(converted) > 2 and not syllables.is_syllable(word)


def _from_tcvn3(text: str) -> str:
    return text.translate(_TCVN3)


def _from_vni(text: str) -> str:
    return _VNI_TYPED.sub(lambda found: _VNI[found.group()], text)


FROM_OLD_FONTS: Mapping[str, Callable[[str], str]] = {"TCVN3": _from_tcvn3, "VNI": _from_vni}
