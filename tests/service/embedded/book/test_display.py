import pytest

from service.embedded.book import display

VI, EN = "vi_VN", "en_US"


@pytest.mark.parametrize(
    ("value", "locale", "text"),
    [
        (1, VI, "1"),
        (1.5, VI, "1,5"),
        (1.5, EN, "1.5"),
        (0.1 + 0.2, EN, "0.3"),
        (1234567.891, EN, "1234567.891"),
        (1e20, EN, "1E+20"),
        (1.5e-12, VI, "1,5E-12"),
        (-0.25, VI, "-0,25"),
        (True, VI, "TRUE"),
        (None, VI, ""),
        ("chữ", VI, "chữ"),
        (1 / 3, EN, "0.3333333333"),
        (1 / 1024, EN, "0.0009765625"),
        (1 / 300, EN, "0.003333333333"),
        (12.222100000000001, EN, "12.2221"),
    ],
)
def test_value_without_format(value, locale, text):
    assert display.text_of(value, None, locale) == text


@pytest.mark.parametrize(
    ("number", "kind", "pattern", "locale", "text"),
    [
        (1234567.891, "NUMBER", "#,##0.00", VI, "1.234.567,89"),
        (1234567.891, "NUMBER", "", EN, "1,234,567.89"),
        (0.5, "NUMBER", "#.##", EN, ".5"),
        (5, "NUMBER", "000", EN, "005"),
        (-5.5, "NUMBER", "#,##0.00;(#,##0.00)", EN, "(5.50)"),
        (0, "NUMBER", '0;-0;"không"', VI, "không"),
        (0.125, "PERCENT", "", VI, "12,50%"),
        (0.5, "PERCENT", "0%", EN, "50%"),
        (1500, "CURRENCY", "", VI, "1.500,00 ₫"),
        (-1500, "CURRENCY", "", EN, "-$1,500.00"),
        (1500, "CURRENCY", '#,##0 "đồng"', VI, "1.500 đồng"),
        (1500, "CURRENCY", "[$€]#,##0.00", EN, "€1,500.00"),
        (1500, "CURRENCY", "#,##0 [$₫-42A]", VI, "1.500 ₫"),
        (1500, "CURRENCY", "[$$-409]#,##0", VI, "$1.500"),
        (-5, "NUMBER", "[Red]-0", EN, "--5"),
        (45204, "DATE", "[$-409]d mmm yyyy", EN, "5 Oct 2023"),
        (12345, "SCIENTIFIC", "", EN, "1.23E+04"),
        (12345, "NUMBER", "0.0,", EN, "12.3"),
        (45204, "DATE", "", VI, "05/10/2023"),
        (45204, "DATE", "d/M/yyyy", VI, "5/10/2023"),
        (45204, "DATE", "", EN, "10/5/2023"),
        (45204, "DATE", "dddd, d mmmm yy", EN, "Thursday, 5 October 23"),
        (45204, "DATE", "dddd, d mmmm yy", VI, "Thứ Năm, 5 tháng 10 23"),
        (45221, "DATE", "ddd d-mmm-yy", VI, "CN 22-thg 10-23"),
        (45221, "DATE", "mmmmm", VI, "10"),
        (0.5625, "TIME", "h:mm AM/PM", VI, "1:30 CH"),
        (45204.5, "DATE_TIME", "", VI, "05/10/2023 12:00:00"),
        (0.5625, "TIME", "h:mm AM/PM", EN, "1:30 PM"),
        (0.5625, "TIME", "", VI, "13:30:00"),
        (1.5, "TIME", "[h]:mm", EN, "36:00"),
        (45204, "", "dd/mm/yyyy", EN, "05/10/2023"),
        (1e12, "DATE", "", EN, "1000000000000"),
        (2.5, "DATE_TIME", "yyyy-mm-dd hh:mm", EN, "1900-01-01 12:00"),
        (45204, "TEXT", "@", VI, "45204"),
        (3, "NUMBER", '"số "0', VI, "số 3"),
        (-0.001, "NUMBER", "0.00", EN, "0.00"),
    ],
)
def test_number_under_a_format(number, kind, pattern, locale, text):
    wanted = {"type": kind, "pattern": pattern}

    assert display.text_of(number, wanted, locale) == text


@pytest.mark.parametrize(
    "pattern", ["", ";", ";;;", '"', "\\", "[", "[h", "#,", ".", "%", "E+", "0E+", "@", "yyyyyyy", '"a']
)
def test_odd_pattern_gives_some_text(pattern):
    for kind in ("NUMBER", "DATE", "TIME", "PERCENT", "SCIENTIFIC", ""):
        assert isinstance(display.text_of(-12.5, {"type": kind, "pattern": pattern}, VI), str)
