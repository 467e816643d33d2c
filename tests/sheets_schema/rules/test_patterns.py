r"""Declared patterns mean in RE2 what they mean in Python, letters with marks too; what RE2 lacks is refused."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_schema.rules.patterns import PatternError, compiled, matches

ATOMS = [
    r"\w", r"\d", r"\s", r"\W", r"\D", r"\S", ".", "a", "đ", "Ấ", r"\.", r"\u1ea5", r"\x41", r"\U0001F600",
    "[a-zđ]", r"[\w ]", r"[^\d,]", r"[\s;]", r"[\D]", r"[\b]", "[]x]", "[^]x]", "[.*+]", r"[\]a]",
    r"[\W]", r"[\W\d]", r"[^\W\d_]", r"[\s\S]", r"[^\S ]", r"\đ", r"[\đ]",
    "(a|đồng)", "(?:x|y)", "{", "}", ",", r"\\",
]  # fmt: skip
TIMES = ["", "+", "*", "?", "{2}", "{1,3}", "{,2}", "{2,}", "+?"]
LETTERS = "a đẤấ1²٣½_ \t\n\v\x1c\u00a0\u2028\u200b.,;x]{}\\A😀\b"


@settings(deadline=None)  # no test fails on a clock
@given(
    pattern=st.lists(st.tuples(st.sampled_from(ATOMS), st.sampled_from(TIMES)), min_size=1, max_size=5),
    text=st.text(LETTERS, max_size=6),
)
def test_pattern_matches_what_it_does_in_python(pattern, text):
    source = "".join(atom + times for atom, times in pattern)

    assert matches(source, text) is bool(re.fullmatch(source, text))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(r"(\w+ ?)+", "Ra quân dọn vệ sinh môi trường, " * 40), ("(a+)+b", "a" * 5_000), ("(a|aa)+c", "a" * 5_000)],
)
def test_pattern_that_python_tries_for_ever_is_settled(pattern, text):
    assert not matches(pattern, text)


@pytest.mark.parametrize("pattern", [r"[\w ,.-]{1,200}", r"[^\W\d_]{1,200}", r"\d{1,1000}", r"\S{1,1000}", ".{1,1000}"])
def test_pattern_that_counts_to_its_bound_is_taken(pattern):
    assert matches(pattern, "1") is not ("W" in pattern)


@pytest.mark.parametrize(
    "pattern", [r"(?=a).", r"(?<!b)a", r"(a)\1", r"\bđ\b", "(?x: a )", "a++", "(?>a)", "a{2000}", r"\w{1,900}"]
)
def test_pattern_that_would_be_tried_again_and_again_is_refused(pattern):
    with pytest.raises(PatternError):
        compiled(pattern)


def test_half_a_letter_is_no_fault():
    assert not matches("a+", "a\ud800")
