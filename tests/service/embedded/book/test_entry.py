import pytest

from service.embedded.book import entry
from service.embedded.book.locales import rules_of

EN, VI = rules_of("en_US"), rules_of("vi_VN")


@pytest.mark.parametrize(
    ("text", "value", "pattern"),
    [
        ("0123", 123, None),
        ("1,5", 1.5, None),
        ("1.500", 1500, "#,##0"),
        ("1.234.567,89", 1234567.89, "#,##0.00"),
        ("-3", -3, None),
        ("+84", 84, None),
        ("(5)", -5, None),
        ("50%", 0.5, "0%"),
        ("12,5%", 0.125, "0.00%"),
        ("1000 ₫", 1000, '#,##0 "₫"'),
        ("5/10/2023", 45204, "dd/MM/yyyy"),
        ("05/10/2023", 45204, "dd/MM/yyyy"),
        ("5-10-2023", 45204, "dd/MM/yyyy"),
        ("2023-10-05", 45204, "yyyy-mm-dd"),
        ("2023/10/5", 45204, "yyyy/mm/dd"),
        ("2023-10-05T12:00", 45204.5, "yyyy-mm-dd HH:mm:ss"),
        ("1.234.567 đ", 1234567, '#,##0 "₫"'),
        ("$12", 12, "[$$]#,##0"),
        ("€1.250,5", 1250.5, "[$€]#,##0.00"),
        ("30/9/23", 45199, "dd/MM/yyyy"),
        ("5/10/2023 08:30", 45204.354166666664, "dd/MM/yyyy HH:mm:ss"),
        ("12:00", 0.5, "HH:mm:ss"),
        ("TRUE", True, None),
        ("false", False, None),
        ("'0123", "0123", None),
        ("'=A1", "=A1", None),
        ("=SUM(A1)", {"f": "=SUM(A1)"}, None),
        ("1e3", 1000, "0.00E+00"),
    ],
)
def test_typed_text_under_vi_vn(text, value, pattern):
    found = entry.typed(text, VI)

    assert (found.value, (found.number_format or {}).get("pattern")) == (value, pattern)


@pytest.mark.parametrize(
    ("text", "value", "pattern"),
    [
        ("1.5", 1.5, None),
        ("1,500", 1500, "#,##0"),
        ("$12.50", 12.5, '"$"#,##0.00'),
        ("10/5/2023", 45204, "M/d/yyyy"),
        ("1:30 PM", 0.5625, "h:mm:ss AM/PM"),
        ("12:00 AM", 0.0, "h:mm:ss AM/PM"),
        ("2023-10-05", 45204, "yyyy-mm-dd"),
        ("$12", 12, '"$"#,##0'),
        ("5 €", 5, "[$€]#,##0"),
        ("TRUE", True, None),
        ("12.5%", 0.125, "0.00%"),
        ("30/9/2023", "30/9/2023", None),
        ("1,5", "1,5", None),
        ("12 ₫", "12 ₫", None),
    ],
)
def test_typed_text_under_en_us(text, value, pattern):
    found = entry.typed(text, EN)

    assert (found.value, (found.number_format or {}).get("pattern")) == (value, pattern)


@pytest.mark.parametrize(
    "text",
    [
        "1" + " " * 49_998 + "x", "9" * 400,
        "- đầu dòng", "=", "31/2/2023", "13:61", "25:00", "1.5.6", "1,2,3", "12/2023", "5/10", "abc", "", " ", "-", "+",
        ".", ",", "1 000", "0x10", "1e", "%", "½", "٣", "5/10/123", "1.50.0", "$", "1/2/3/4", "2023-13-01", "12:30 XM",
        "30/9/2023 lúc 8 giờ", "1e999",
    ],
)  # fmt: skip
def test_text_that_is_nothing_else_stays_text(text):
    assert entry.typed(text, VI) == entry.TypedValue(text)
