"""Misspelt words of time texts mended where they plainly mean a declared one: "ngaỳ", "dến", "thangs"."""

from __future__ import annotations

from functools import lru_cache

from sheets_schema.periods.words.lexicon import Lexicon, Meaning
from sheets_schema.periods.words.tags import Tag
from sheets_schema.vietnamese import syllables

_bare = lru_cache(maxsize=2048)(syllables.without_marks)

# Phrases so plain that they are known with one word wrongly marked: "Thuờng xuyên", "hăng tuần".
_PLAIN = frozenset({Tag.ALWAYS, Tag.EVERY, Tag.CAMPAIGN, Tag.NAMED_DAY})
_WORDS_LIKE_OTHERS = frozenset({"mỗi", "mọi"})  # "mới tháng 10" is not "mỗi tháng"


def misspelt_phrase(words: tuple[str, ...], at: int, lexicon: Lexicon) -> tuple[Meaning, int] | None:
    """Return what a phrase with one word wrongly marked means, and its length."""
    for phrase, meaning in lexicon.get(_bare(words[at]), ()):
        length = len(phrase)
        if length < 2 or meaning.tag not in _PLAIN or phrase[0] in _WORDS_LIKE_OTHERS:
            continue
        if _differ_by_marks_of_one(words[at : at + length], phrase):
            return meaning, length
    return None


def _differ_by_marks_of_one(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    if len(words) != len(phrase) or all(word.isascii() for word in phrase):
        return False
    wrong = [(word, right) for word, right in zip(words, phrase, strict=True) if word != right]
    return len(wrong) == 1 and _bare(wrong[0][0]) == _bare(wrong[0][1])


_JOINING = {"den": "đến", "toi": "tới", "het": "hết"}
_TIME_STARTS = frozenset({"ngay", "thang", "het", "dau", "giua", "cuoi", "quy", "tuan", "t"})


def joining_word(words: tuple[str, ...], at: int, previous: Tag | None) -> str:
    """Return what a wrongly marked word between two times plainly means: "từ 1/10 dến 15/10"."""
    follows = words[at + 1] if at + 1 < len(words) else ""
    between = previous in (Tag.NUMBER, Tag.TO) and (follows.isdecimal() or _bare(follows) in _TIME_STARTS)
    return _JOINING.get(_bare(words[at]), "") if between else ""


# Words whose misspelling is plain enough to mend; shorter ones are too like other words.
_MENDABLE = ("tháng", "ngày", "tuần", "quý", "khoảng", "trước", "trong", "cuối", "giữa", "năm", "đến", "từ")
_WRONG_TONES = {f"th{letter}ng": "tháng" for letter in "àảãạ"} | {f"ng{letter}y": "ngày" for letter in "áảãạ"}
_BY_SPELLING = {syllables.spelling(right): right for right in _MENDABLE}  # "ngaỳ": the tone on another letter
_TELEX_TONES = "sfrxj"


@lru_cache(maxsize=2048)
def corrected_word(word: str) -> str:
    """Return the declared word a misspelt one plainly means, or nothing."""
    if word in _WRONG_TONES:
        return _WRONG_TONES[word]
    misplaced = _BY_SPELLING.get(syllables.spelling(word))
    if misplaced is not None:
        return misplaced
    bare = syllables.without_marks(word)
    if syllables.is_bare_syllable(bare) and not (word.isascii() and _telex(word)):
        return ""
    if word.isascii() and _telex(word):
        return _telex(word)
    near = [right for right in _MENDABLE if len(right) > 3 and _one_slip(bare, syllables.without_marks(right))]
    return near[0] if len(near) == 1 else ""


def _telex(word: str) -> str:
    """Return the declared word typed in Telex without its keyboard switched on: "thangs", "ddeens"."""
    for right in _MENDABLE:
        if word != syllables.without_marks(right) and word in _telex_spellings(right):
            return right
    return ""


@lru_cache(maxsize=64)
def _telex_spellings(word: str) -> frozenset[str]:
    plain, tone = "", ""
    for letter in word:
        base, mark = _TELEX.get(letter, (letter, ""))
        plain += base
        tone = mark or tone
    return frozenset(plain[:at] + tone + plain[at:] for at in range(1, len(plain) + 1)) if tone else frozenset({plain})


_TELEX = {
    **{letter: ("a", tone) for letter, tone in zip("áàảãạ", _TELEX_TONES, strict=True)},
    **{letter: ("aa", tone) for letter, tone in zip("ấầẩẫậ", _TELEX_TONES, strict=True)},
    **{letter: ("aw", tone) for letter, tone in zip("ắằẳẵặ", _TELEX_TONES, strict=True)},
    **{letter: ("ee", tone) for letter, tone in zip("ếềểễệ", _TELEX_TONES, strict=True)},
    **{letter: ("oo", tone) for letter, tone in zip("ốồổỗộ", _TELEX_TONES, strict=True)},
    **{letter: ("ow", tone) for letter, tone in zip("ớờởỡợ", _TELEX_TONES, strict=True)},
    **{letter: ("uw", tone) for letter, tone in zip("ứừửữự", _TELEX_TONES, strict=True)},
    **{letter: ("y", tone) for letter, tone in zip("ýỳỷỹỵ", _TELEX_TONES, strict=True)},
    "â": ("aa", ""), "ă": ("aw", ""), "ê": ("ee", ""), "ô": ("oo", ""), "ơ": ("ow", ""), "ư": ("uw", ""),
    "đ": ("dd", ""),
}  # fmt: skip


def _one_slip(word: str, right: str) -> bool:
    """Return True if one letter was dropped, doubled, changed, or two neighbours swapped."""
    if abs(len(word) - len(right)) > 1 or word == right or word[0] != right[0]:
        return False
    shared = next((at for at, pair in enumerate(zip(word, right, strict=False)) if pair[0] != pair[1]), None)
    if shared is None:
        return True
    rest, goal = word[shared:], right[shared:]
    return rest[1:] == goal or rest == goal[1:] or rest[1:] == goal[1:] or rest[1::-1] + rest[2:] == goal
