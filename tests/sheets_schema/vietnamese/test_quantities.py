"""Figures as people write them: what may be added, what is left alone, and that nothing is dropped."""

from decimal import Decimal

import pytest

from sheets_schema.vietnamese.quantities import QuantityKind, read_quantities

COUNT, SHARE, RATE = QuantityKind.COUNT, QuantityKind.SHARE, QuantityKind.RATE
UNCLEAR, NO_NUMBER = QuantityKind.UNCLEAR, QuantityKind.NO_NUMBER


@pytest.mark.parametrize(
    ("text", "number", "measure"),
    [
        ("20 buổi", "20", "buổi"),
        ("2.640 lượt người", "2640", "lượt người"),
        ("05 cuộc", "5", "cuộc"),
        ("2,1 km đường", "2.1", "km đường"),
        ("20,7 tỷ đồng", "20700000000", "đồng"),
        ("186 triệu đồng", "186000000", "đồng"),
        ("50.000.000 đồng", "50000000", "đồng"),
        ("400.000.000đ", "400000000", "đồng"),
        ("4 tỷ", "4000000000", "đồng"),
        ("2 triệu lượt", "2000000", "lượt"),
        ("hơn 1.250 hộ", "1250", "hộ"),
        ("112/150 nhà", "112", "nhà"),
        ("16.200 m2 đất", "16200", "m2 đất"),
        ("Giám sát 05 cuộc", "5", "giám sát … cuộc"),
        ("giảm 3 vụ", "3", "giảm … vụ"),
        ("- 10 hội nghị", "10", "hội nghị"),
        ("20 đ/c tham gia", "20", "đồng chí tham gia"),
        ("tổng cộng 15 buổi", "15", "buổi"),
        ("1.250 triệu đồng", "1250000000", "đồng"),
    ],
)
def test_count_may_be_added(text, number, measure):
    (found,) = read_quantities(text)

    assert (found.kind, found.number, found.measure) == (COUNT, Decimal(number), measure)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hài lòng 96,2%", SHARE),
        ("100% cơ quan đăng ký", SHARE),
        ("500.000đ/suất", RATE),
        ("1,250 người", UNCLEAR),
        ("2.5 tỷ", UNCLEAR),
        ("12/10", UNCLEAR),
        ("1/2 số hộ", UNCLEAR),
        ("0.125 ha", UNCLEAR),
        ("2.125 tỷ đồng", UNCLEAR),
        ("mỗi suất 500.000 đồng", RATE),
        ("bình quân 50 người", RATE),
        ("ngày 12/10/2023", UNCLEAR),
        ("Kết luận số 54-KL/TU", UNCLEAR),
        ("20-30 hộ", UNCLEAR),
        ("72", UNCLEAR),
        ("150/112 nhà", UNCLEAR),
        ("9" * 5_000 + " hộ", UNCLEAR),
        ("2 cuộc với 361 hộ", UNCLEAR),
        ("đạt yêu cầu", NO_NUMBER),
    ],
)
def test_what_is_no_count_is_left_alone_and_kept(text, kind):
    (found,) = read_quantities(text)

    assert (found.kind, found.text) == (kind, text)


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("150 triệu đồng; 50 triệu đồng; tổng cộng 200 triệu đồng", 200_000_000),
        ("10 buổi, 5 buổi, tổng 15 buổi", 15),
        ("100 suất quà, trong đó 60 suất quà", 100),
        ("10 buổi; 5 buổi", 15),
    ],
)
def test_total_and_its_parts_are_added_once(text, added):
    assert sum(found.number for found in read_quantities(text) if found.kind is COUNT) == added


def test_parts_are_told_apart_and_blanks_are_none():
    parts = [found.text for found in read_quantities("10 hội nghị, 2.200 đại biểu; 1,5 tỷ đồng\n03 xã và 5 thôn. ;")]

    assert parts == ["10 hội nghị", "2.200 đại biểu", "1,5 tỷ đồng", "03 xã", "5 thôn"]
    assert read_quantities(" \n;-") == ()
