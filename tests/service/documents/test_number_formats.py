"""What a cell shows is what LibreOffice shows of it, recorded by scripts/record_number_formats.py."""

import csv
from pathlib import Path

import pytest

from service.documents.number_formats import shown_number, shown_text

RECORDED = Path(__file__).parent / "data/number_formats.csv"
CASES = list(csv.reader(RECORDED.read_text(encoding="utf-8").splitlines()))


def test_some_hundred_cells_are_recorded():
    assert len(CASES) > 240


@pytest.mark.parametrize(("number", "code", "shown"), CASES, ids=[" ".join(case[:2]) for case in CASES])
def test_number_is_shown_as_libreoffice_shows_it(number, code, shown):
    value = float(number)
    whole = int(value) if value.is_integer() else value

    assert shown_number(whole, code).text == shown


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        # as Excel and Sheets show them; LibreOffice writes these months out
        (45214, "d-mmm-yy", "15-thg 10-23"),
        (45214, "mmm-yy", "thg 10-23"),
        (45214.6, "h:mm AM/PM", "2:24 CH"),
        (45214.6, "[$-409]h:mm AM/PM", "2:24 PM"),
        (0.5, "# ?/?", "1/2"),
        (2.75, "# ?/4", "2 3/4"),
        (1e16, "General", "1E+16"),
        (0.5, "?/", "1/2"),
        (2_958_465.99999999, "dd/mm/yyyy hh:mm:ss", "31/12/9999 23:59:59"),
        (-5, "dd/mm/yyyy", "-5"),
        (float("inf"), "0", "#NUM!"),
        (5, "", "5"),
        (5, '"', '"'),
        (5, "[", "["),
        (5, ";;;", ""),
        (12, "0" * 2_000, "0" * 998 + "12"),
    ],
)
def test_number_under_what_libreoffice_is_not_asked_for(number, code, shown):
    assert shown_number(number, code).text == shown


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("dd/mm/yyyy", "5/10/2023"),
        ("m/d/yy", "5/10/2023"),
        ("d-mmm", "5/10/2023"),
        ('"Tháng "mm', "10/2023"),
        ("mmmm yyyy", "10/2023"),
        ("yyyy", "2023"),
        ("dd/mm/yyyy h:mm", "18:00 5/10/2023"),
        ("h:mm", ""),
        ("[h]:mm", ""),
        ("0.00", ""),
        ("General", ""),
    ],
)
def test_date_means_what_is_shown_of_it(code, day):
    assert shown_number(45204.75, code).day == day


def test_text_has_the_words_that_its_format_puts_around_it():
    assert shown_text("12/KH", '"Số "@') == "Số 12/KH"
    assert shown_text("12/KH", '0;-0;0;@"-UBND"') == "12/KH-UBND"
    assert shown_text("12/KH", "dd/mm/yyyy") == "12/KH"
