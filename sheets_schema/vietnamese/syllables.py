"""How Vietnamese syllables are spelt: marks, tone placement, and whether a word can be one at all."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_ONSET = r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?"
_RHYMES = """
a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu êng
i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uâ uân uâng uât uây uc uê uêch uênh ui um un ung uơ up ut uy uya uych uyên uyêt uynh uyt uyu uôc uôi uôm uôn uông
uôt uyn uâng ươu ươi ươm ươn ương ươc ươp ươt ưa ưc ưi ưng ưt ưu ư ưn ưm ach êt
y yêm yên yêng yêt yêu yt ynh ych
"""
_SYLLABLE = re.compile(_ONSET + "(?:" + "|".join(sorted(set(_RHYMES.split()), key=len, reverse=True)) + ")")
_BARE_RHYMES = sorted({rhyme.translate(str.maketrans("ăâêôơư", "aaeoou")) for rhyme in _RHYMES.split()}, key=len)
_BARE_SYLLABLE = re.compile(_ONSET + "(?:" + "|".join(reversed(_BARE_RHYMES)) + ")")
_MARKS = re.compile("[\u0300-\u036f]")


class _Bare(dict[int, str]):
    """Every letter without its marks, by its code; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        bare = _MARKS.sub("", unicodedata.normalize("NFD", chr(code)))
        self[code] = {"đ": "d", "Đ": "D"}.get(bare, bare)
        return self[code]


_BARE = _Bare()

_MODERN = {f"{first}{second}": f"{toned}{plain}" for first, second, toned, plain in (
    *((("o", letter, toned, "a") for letter, toned in zip("àáảãạ", "òóỏõọ", strict=True))),
    *((("o", letter, toned, "e") for letter, toned in zip("èéẻẽẹ", "òóỏõọ", strict=True))),
    *((("u", letter, toned, "y") for letter, toned in zip("ỳýỷỹỵ", "ùúủũụ", strict=True))),
)}  # fmt: skip
_MODERN_ENDING = re.compile(r"(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])(?!\w)(?<!q..)")
_MISPLACED_QUY = {f"q{wrong}y": f"qu{right}" for wrong, right in zip("ùúủũụ", "ỳýỷỹỵ", strict=True)}
_MISPLACED_ENDING = re.compile("|".join(_MISPLACED_QUY))


def without_marks(text: str) -> str:
    """Return the text with no tone and vowel marks, đ as d."""
    if text.isascii():
        return text
    return text.translate(_BARE)


def old_tone_placement(text: str) -> str:
    """Return composed small letters with tones where the old school puts them: hoà as hòa, uỷ as ủy, qúy as quý."""
    if text.isascii():
        return text
    text = _MODERN_ENDING.sub(lambda found: _MODERN[found.group()], text)
    return _MISPLACED_ENDING.sub(lambda found: _MISPLACED_QUY[found.group()], text) if "q" in text else text


def spelling(word: str) -> tuple[str, str]:
    """Return a word without its tones, and the tones: "ngaỳ" and "ngày" have one spelling."""
    letters = unicodedata.normalize("NFD", word)
    kept = "".join(letter for letter in letters if letter not in _TONES)
    return unicodedata.normalize("NFC", kept), "".join(letter for letter in letters if letter in _TONES)


@lru_cache(maxsize=4096)
def is_syllable(word: str) -> bool:
    """Return True if a word is spelt as a Vietnamese syllable with its marks."""
    plain, tones = spelling(word.lower())
    return len(tones) <= 1 and _SYLLABLE.fullmatch(plain) is not None


def is_bare_syllable(word: str) -> bool:
    """Return True if a word in small ASCII letters is spelt as a Vietnamese syllable without its marks."""
    return _BARE_SYLLABLE.fullmatch(word) is not None
