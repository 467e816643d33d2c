"""The check while somebody types says what the run says."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.consolidation import feedback_on
from service.domain.tab_notices import TabNotice
from service.web.editor.live_check import check_grid
from service.web.editor.posted_cells import PostedGrid
from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.grid import Grid, Merge
from sheets_schema.reading.rows import read_tab
from sheets_schema.rules.validation import check

GOOD = ("1", "Hội nghị tuyên truyền chỉ thị", "15/10/2023", "Toàn tỉnh", "Cán bộ", "Nâng cao nhận thức", "")
BAD = ("2", "Thăm hộ chính sách", "32/10/2023", "10 xã", "Hộ nghèo", "100 phần quà", "")


@pytest.fixture(scope="module")
def campaign():
    return load_campaign(builtin_campaign("thang_dan_van_2023"))


@pytest.fixture
def live(campaign):
    form = campaign.form("registration")
    titles = tuple(column.title for column in form.columns)

    def make(*rows, block=(), feedback="", columns=None):
        lines = [("", label, value) for label, value in block]
        lines += [(*titles, "Kiểm tra"), *((*row, feedback) for row in rows)]
        return check_grid(campaign, form, PostedGrid(Grid(tuple(lines)), columns or {7: "kiem_tra"}))

    return make


def test_check_says_the_words_of_the_run(campaign, live):
    form = campaign.form("registration")
    lines = (tuple(column.title for column in form.columns), GOOD, BAD)
    run = feedback_on(form, check(campaign, form, read_tab(form, Grid(lines))))

    found = live(GOOD, BAD)

    assert (found.summary, found.rows) == (run.summary, run.rows)


def test_check_keeps_what_decisions_say_above_its_words(campaign):
    form = campaign.form("registration")
    titles = tuple(column.title for column in form.columns)
    notice = TabNotice("", ("Đề nghị bổ sung, chỉnh sửa: thiếu quy mô.",))

    found = check_grid(campaign, form, PostedGrid(Grid(((*titles, "Kiểm tra"), GOOD)), {7: "kiem_tra"}), notice)

    assert found.summary.split("\n")[:2] == [*notice.lines, "Chưa xác nhận gửi. Nhập xong, đánh dấu ô “Xác nhận gửi”."]
    assert found.sending.verdict == ""


def test_check_marks_the_cell_by_its_gravest_problem(live):
    assert live(BAD).cells["C2"] == "error"


def test_check_does_not_read_our_own_feedback(live):
    assert live(GOOD, feedback="Lỗi cần sửa: ngày 32/10/2023.").rows == live(GOOD).rows


def test_check_of_a_blank_tab(live):
    found = live()

    assert found.rows == ()
    assert found.summary.startswith("Chưa có dữ liệu.")


def test_check_of_a_grid_without_a_header_says_so(campaign):
    found = check_grid(campaign, campaign.form("registration"), PostedGrid(Grid((("a", "b"),)), {}))

    assert "Không tìm thấy dòng tiêu đề" in found.summary
    assert found.sending.cell == ""
    assert found.sending.verdict == ""


def test_sending_counts_and_names_the_rows_to_mend(live):
    sending = live(GOOD, BAD, block=[("Xác nhận gửi", "FALSE")]).sending

    assert (sending.accepted, sending.rejected, sending.cell) == (1, (4,), "C1")


@pytest.mark.parametrize(
    ("block", "has_document", "verdict"),
    [
        ([], False, "Đã xác nhận gửi nhưng còn thiếu: văn bản triển khai"),
        ([("Số và ký hiệu", "12/KH"), ("Ngày ban hành", "20/9/2023")], True, "Đã xác nhận gửi, đủ thành phần."),
        ([("Đăng ký kèm trong văn bản", "x")], True, "Đã xác nhận gửi, đủ thành phần."),
    ],
)
def test_sending_says_what_will_be_said(live, block, has_document, verdict):
    sending = live(GOOD, block=[*block, ("Xác nhận gửi", "FALSE")]).sending

    assert sending.has_document == has_document
    assert sending.verdict.startswith(verdict)


def test_sending_of_a_nil_declaration(live):
    sending = live(block=[("Không phát sinh", "TRUE"), ("Lý do", "Không có"), ("Xác nhận gửi", "")]).sending

    assert (sending.nil, sending.verdict) == (True, "Đã xác nhận: không phát sinh.")


WORDS = st.sampled_from(
    ["", "Stt", "Tên nội dung, hoạt động", "Thời gian tổ chức, triển khai", "Xác nhận gửi", "TRUE", "15/10/2023", "=A1"]
) | st.text(max_size=8)
SMALL = st.integers(0, 12)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(WORDS, max_size=9), max_size=8),
    st.lists(st.builds(Merge, SMALL, SMALL, SMALL, SMALL), max_size=3),
    st.dictionaries(SMALL, st.sampled_from(["stt", "thoi_gian", "kiem_tra", "la", ""]), max_size=4),
    st.sampled_from(["registration", "report"]),
)
def test_any_grid_is_checked(campaign, lines, merges, columns, form):
    grid = Grid(tuple(map(tuple, lines)), tuple(merges))

    found = check_grid(campaign, campaign.form(form), PostedGrid(grid, columns))

    assert all(0 < row <= len(lines) for row, _ in found.rows)
