"""A page ends where the signature stays whole."""

from __future__ import annotations

import pytest

from service.documents.papers.page_filling import PageFilling, PieceKind

POINTS = 72 / 25.4


def filled(rows: int, *, kinds=(PieceKind.WORDS, PieceKind.BLANK), header=True) -> PageFilling:
    """Return a page of 30 rows with rows of a table, what is below them and a signature of four rows."""
    pages = PageFilling(30 * 10 / POINTS)
    if header:
        pages.repeat(0)
        pages.heights.append(10.0)
    for kind in [*[PieceKind.ROW] * rows, *kinds]:
        pages.begin(len(pages.heights), kind)
        pages.heights.append(10.0)
    pages.begin(len(pages.heights), PieceKind.CELLS)
    pages.heights += [10.0] * 4
    return pages


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (10, None),
        (21, None),
        (22, 22),  # 29 of 30 rows, the titles too: other programs may have no room for them
        (23, 23),
        (29, 29),  # the page is full above the signature
        (30, 30),
        (31, None),
        (50, None),
        (52, 52),
    ],
)
def test_place_of_break(rows, expected):
    assert filled(rows).place_of_break() == expected


def test_no_page_ends_before_a_signature_that_no_page_holds():
    pages = filled(25)
    pages.heights[-1] = 400.0

    assert pages.place_of_break() is None


def test_last_words_of_a_letter_stay_with_its_signature():
    pages = filled(0, kinds=[PieceKind.WORDS] * 27, header=False)

    assert pages.place_of_break() == 26


def test_sheet_without_a_signature_has_no_break():
    pages = PageFilling(100)
    pages.begin(0, PieceKind.ROW)
    pages.heights += [100.0] * 5

    assert pages.place_of_break() is None
