"""What refers to no cell is left as it is without being taken apart, and nothing else."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.embedded.book.locales import rules_of
from service.embedded.book.request_work import MOST, RequestWork
from service.embedded.formulas import references
from service.embedded.formulas.formula_tokens import FormulaError, TokenKind, split

PIECES = ['"', "'", "'x\"y'!A1", "Trang!$B$2", "A1", "$C4", "A:A", "$5:5", "+", "&", ";", ",", "(", ")", "1E5", "#A12"]
PIECES += ["HYPERLINK(", "ROW()", "LOG10(", '"https://vidu.vn/#A12"', '""', "Tên", "TRUE", "{", "}", "%", " ", "12.5"]


def work() -> SimpleNamespace:
    return SimpleNamespace(work=RequestWork())


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_formula_that_refers_to_a_cell_is_never_taken_for_one_that_does_not(body):
    try:
        tokens = split(body, rules_of("vi_VN"))
    except FormulaError:
        return
    if any(token.kind is TokenKind.REFERENCE for token in tokens):
        assert references._may_refer(work(), f"={body}")


@pytest.mark.parametrize(
    ("formula", "refers"),
    [('=HYPERLINK("https://vidu.vn/a#A12";"Trang A1")', False), ("=ROW()-8", False), ("=A1", True), ("='a'!A1", True)],
)
def test_a_link_takes_next_to_no_work(formula, refers):
    book = work()

    assert references._may_refer(book, formula) is refers
    assert (book.work.left > MOST - 5) is not refers
