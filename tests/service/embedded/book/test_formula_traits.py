"""What refers to no cell is left as it is without being taken apart, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.embedded.book.formula_traits import may_refer
from service.embedded.book.locales import rules_of
from service.embedded.formulas.formula_tokens import FormulaError, TokenKind, split

PIECES = ['"', "'", "'x\"y'!A1", "Trang!$B$2", "A1", "$C4", "A:A", "$5:5", "+", "&", ";", ",", "(", ")", "1E5", "#A12"]
PIECES += ["HYPERLINK(", "ROW()", "LOG10(", '"https://vidu.vn/#A12"', '""', "Tên", "TRUE", "{", "}", "%", " ", "12.5"]


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_formula_that_refers_to_a_cell_is_never_taken_for_one_that_does_not(body):
    try:
        tokens = split(body, rules_of("vi_VN"))
    except FormulaError:
        return
    if any(token.kind is TokenKind.REFERENCE for token in tokens):
        assert may_refer(f"={body}")


@pytest.mark.parametrize(
    ("formula", "refers"),
    [
        ('=HYPERLINK("https://vidu.vn/a#A12";"Trang A1")', False),
        ('=HYPERLINK("#gid=4&range=A5";"Huyện Cư M\'gar")', False),
        ("=ROW()-8", False),
        ("=A1", True),
        ("='a'!A1", True),
    ],
)
def test_links_and_running_numbers_refer_to_nothing(formula, refers):
    assert may_refer(formula) is refers
