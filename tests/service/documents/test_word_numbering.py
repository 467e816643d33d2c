"""Numbers that Word writes by itself, and tables that go on below a cut, are read as they are shown."""

from __future__ import annotations

import docx
import pytest

from service.documents.file_reading import read_table
from service.documents.word_numbering import ListLevel, ListMark, WordNumbering
from sheets_schema.declaration import builtin_campaign, load_campaign
from tests.sent_forms import ROWS, TITLES, fill, saved


@pytest.fixture(scope="module")
def form():
    return load_campaign(builtin_campaign("thang_dan_van_2023")).form("registration")


def numbering(*levels: tuple[str, str], start: int = 1) -> WordNumbering:
    declared = {index: ListLevel(start, kind, text) for index, (kind, text) in enumerate(levels)}
    return WordNumbering({"0": declared}, {"1": "0", "2": "0"}, {("2", 0): 1}, {"ListNumber": ListMark("1")})


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("decimal", "%1.", ["1.", "2.", "3."]),
        ("decimalZero", "%1", ["01", "02", "03"]),
        ("upperRoman", "%1-", ["I-", "II-", "III-"]),
        ("lowerLetter", "%1)", ["a)", "b)", "c)"]),
        ("bullet", "\uf0b7", ["-", "-", "-"]),
        ("none", "", ["", "", ""]),
    ],
)
def test_numbers_are_shown_as_word_shows_them(kind, text, shown):
    lists = numbering((kind, text))

    assert [lists.label(ListMark("1"), "") for _ in range(3)] == shown


def test_levels_below_begin_again_and_lists_may_restart():
    lists = numbering(("decimal", "%1."), ("decimal", "%1.%2"))
    marks = (ListMark("1"), ListMark("1", 1), ListMark("1", 1), ListMark("1"), ListMark("1", 1), ListMark("2"))

    assert [lists.label(mark, "") for mark in marks] == ["1.", "1.1", "1.2", "2.", "2.1", "1."]


def test_style_gives_a_number_unless_the_paragraph_is_taken_out():
    lists = numbering(("decimal", "%1."))

    assert lists.label(None, "ListNumber") == "1."
    assert lists.label(ListMark("0"), "ListNumber") == ""
    assert lists.label(None, "Normal") == ""


def test_numbers_of_a_style_stand_in_the_cells(form):
    document = docx.Document()
    table = fill(document, [TITLES, *([["", *row[1:]] for row in ROWS[1:]])])
    for row in table.rows[1:]:
        row.cells[0].paragraphs[0].style = "List Number"

    (sheet,) = read_table(saved(document), form).sheets

    assert [sheet.grid.text(index, 0) for index in range(1, 4)] == ["1.", "2.", "3."]


def two_tables(between: str, below, columns: int = 7) -> bytes:
    document = docx.Document()
    fill(document, [TITLES, *ROWS[:2]])
    document.add_paragraph(between)
    fill(document, [row[:columns] for row in below])
    return saved(document)


def test_table_that_was_cut_goes_on(form):
    (sheet,) = read_table(two_tables("", ROWS[2:]), form).sheets

    assert sheet.name == "#1+#2"
    assert [row[1] for row in sheet.grid.cells[1:]] == [row[1] for row in ROWS]


@pytest.mark.parametrize(("between", "columns"), [("II. Phần khác", 7), ("", 2)])
def test_table_of_other_things_is_none_of_it(form, between, columns):
    first, second = read_table(two_tables(between, ROWS[2:], columns), form).sheets

    assert (first.has_table, second.has_table) == (True, False)
