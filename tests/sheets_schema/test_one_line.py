"""Any text becomes one printable line."""

import pytest

from sheets_schema.wording import one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Tháng 10/2023", "Tháng 10/2023"),
        ("  hai\r\ndòng\t\u00a0và  tab ", "hai dòng và tab"),
        ("\x1b[31mđỏ\x00\ud800\u202e", "[31mđỏ"),
        ("", ""),
        ("\n\t", ""),
        ("vừa đủ mười lăm", "vừa đủ mười lăm"),
        ("dài hơn mười lăm chữ", "dài hơn mười l…"),
        ("một hai ba bố nằm", "một hai ba bố…"),
    ],
)
def test_text_becomes_one_line(text, line):
    assert one_line(text, 15) == line


def test_endless_text_is_read_no_further_than_it_is_shown():
    assert one_line("\n" * 40 + "không thấy", 10) == ""


def test_line_may_be_of_any_length():
    assert one_line("chữ\n" * 500) == " ".join(["chữ"] * 500)
