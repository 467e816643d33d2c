"""One read tab: its rows accounted for, what the unit is told, what is observed."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.consolidation import Feedback, TabRead, Tally, feedback_on, has_document, observe, tally
from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.grid import Grid
from sheets_schema.reading.rows import read_tab
from sheets_schema.rules.validation import check

CAMPAIGN = load_campaign(builtin_campaign("thang_dan_van_2023"))
FORM = CAMPAIGN.form("registration")
TITLES = tuple(column.title for column in FORM.columns)
GOOD = ("1", "Ra quân dọn vệ sinh", "05/10/2023", "Toàn tỉnh", "Cán bộ", "Đường sạch", "")
BAD = ("2", "Tuyên truyền", "không rõ bao giờ", "", "", "", "")
DOCUMENT = ("", "Số và ký hiệu", "12-KH/BCS", "", "Ngày ban hành", "20/9/2023")
CONFIRMED = ("", "Xác nhận gửi", "TRUE")
SIGNATURE = ("", "", "", "", FORM.signature)
AT = datetime(2023, 9, 29, tzinfo=UTC)


def checked(*rows, above=()):
    return check(CAMPAIGN, FORM, read_tab(FORM, Grid((*above, TITLES, *rows))))


def read(*rows, above=()):
    unit = CAMPAIGN.unit("S-CT")
    return TabRead(unit, FORM, "bang-1", 7, "Sở Công Thương", checked(*rows, above=above), Feedback("", ()))


def looked(*rows, above=()):
    return observe(read(*rows, above=above), AT, None)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), Tally()),
        ((GOOD,), Tally(1, 1, 0, 0)),
        ((GOOD, BAD), Tally(2, 1, 1, 0)),
        ((GOOD, (), ("",) * 7, BAD), Tally(2, 1, 1, 0)),
        ((("I", "CÔNG TÁC TUYÊN TRUYỀN"), GOOD), Tally(2, 1, 0, 1)),
        ((GOOD, SIGNATURE), Tally(1, 1, 0, 0)),
        ((GOOD, ("", "Tổng cộng", "", "1 hoạt động")), Tally(2, 1, 0, 1)),
    ],
)
def test_rows_are_accounted_for(rows, expected):
    assert tally(checked(*rows)) == expected


cells = st.sampled_from(
    ["", "1", "I", "Tuyên truyền", "05/10/2023", "nt", "......", "Tổng cộng", "#REF!", "TRUE", "=1+1"]
)


@given(st.lists(st.lists(cells, max_size=9).map(tuple), max_size=12))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_rows_in_are_always_rows_out_and_rejected_and_skipped(rows):
    found = tally(checked(*rows))

    assert found.rows_in == found.rows_out + found.rows_rejected + found.rows_skipped


def test_tallies_add_up():
    assert Tally(3, 1, 1, 1) + Tally(2, 2, 0, 0) == Tally(5, 3, 1, 1)


@pytest.mark.parametrize(
    ("above", "there"),
    [
        ((), False),
        ((DOCUMENT,), True),
        ((("", "Số và ký hiệu", "12-KH/BCS"),), False),
        ((("", "Ngày ban hành", "20/9/2023"),), False),
        ((("", "Liên kết văn bản", "https://vidu.example/1"),), True),
        ((("", "Đăng ký kèm trong văn bản", "TRUE"),), True),
        ((("", "Đăng ký kèm trong văn bản", "FALSE"),), False),
        ((("", "Liên kết văn bản", "......"),), False),
    ],
)
def test_document_is_there_by_number_and_date_or_link_or_tick(above, there):
    assert has_document(checked(GOOD, above=above)) is there


def test_empty_tab_is_nothing_of_the_units():
    look = looked(above=(("", "Xác nhận gửi", "FALSE"),))

    assert (look.filled, look.confirmed, look.content, look.document, look.entries) == (False, False, False, False, 0)


def test_whole_tab_is_observed():
    look = looked(GOOD, BAD, above=(DOCUMENT, CONFIRMED))

    assert (look.unit, look.form, look.seen_at, look.last_seen_at) == ("S-CT", "registration", AT, None)
    assert (look.filled, look.confirmed, look.content, look.document, look.nil) == (True, True, True, True, False)
    assert (look.entries, look.errors > 0, look.place.cell) == (1, True, "C2")


def test_rejected_rows_are_no_content():
    assert looked(BAD, above=(CONFIRMED,)).content is False


@pytest.mark.parametrize("change", [("2", *GOOD[1:]), (*GOOD[:6], "ghi chú")])
def test_digest_follows_every_word(change):
    assert looked(GOOD).digest == looked(GOOD, ()).digest
    assert looked(GOOD).digest != looked(change).digest


def test_digest_of_faults_follows_what_is_wrong_alone():
    other = ("2", "Tuyên truyền", "chưa biết khi nào", "", "", "", "")

    assert looked(GOOD, BAD).fault_digest == looked((*GOOD[:6], "khác"), BAD).fault_digest
    assert looked(GOOD, BAD).fault_digest != looked(GOOD, other).fault_digest


def test_feedback_says_what_to_mend_beside_its_row():
    told = feedback_on(FORM, checked(GOOD, BAD))

    assert [number for number, _ in told.rows] == [2, 3]
    assert told.rows[0][1].startswith("Hợp lệ.")
    assert told.rows[1][1].startswith("Lỗi cần sửa: ")
    assert told.summary.startswith("Chưa xác nhận gửi.")
    assert "Hợp lệ: 1 dòng. Cần sửa: 1 dòng." in told.summary


@pytest.mark.parametrize(
    ("rows", "above", "begins"),
    [
        ((), (), "Chưa có dữ liệu."),
        ((GOOD,), (), "Chưa xác nhận gửi."),
        ((GOOD,), (CONFIRMED,), "Đã xác nhận gửi nhưng còn thiếu: văn bản triển khai"),
        ((), (CONFIRMED, DOCUMENT), "Đã xác nhận gửi nhưng còn thiếu: ít nhất một hoạt động hợp lệ"),
        ((GOOD,), (CONFIRMED, DOCUMENT), "Đã xác nhận gửi, đủ thành phần."),
        ((), (CONFIRMED, ("", "Không phát sinh", "TRUE"), ("", "Lý do", "Không có")), "Đã xác nhận: không phát sinh."),
    ],
)
def test_summary_says_how_the_tab_stands(rows, above, begins):
    assert feedback_on(FORM, checked(*rows, above=above)).summary.startswith(begins)


def test_many_faults_take_no_more_than_their_share():
    """Twice the rows, about twice the work: no fault looks through all the rows."""
    rows = [(str(number), f"Việc {number}", "không rõ", "", "", "", "") for number in range(3_000)]

    look = looked(*rows)

    assert (look.errors >= 3_000, look.entries) == (True, 0)
