"""A tab's grid read into fields and rows."""

import pytest

from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.problems import Severity
from sheets_schema.reading.rows import Grid, Merge, RowKind, read_tab

CAMPAIGN = "thang_dan_van_2023"
BLANK = ("",) * 7


@pytest.fixture(scope="module")
def campaign():
    return load_campaign(builtin_campaign(CAMPAIGN))


@pytest.fixture(scope="module")
def form(campaign):
    return campaign.form("registration")


@pytest.fixture(scope="module")
def report(campaign):
    return campaign.form("report")


@pytest.fixture(scope="module")
def titles(form):
    return tuple(column.title for column in form.columns)


def activity(number="1", name="Thăm hộ nghèo", time="15/10/2023", **others):
    return (number, name, time, *(others.get(key, key) for key in ("scale", "target", "goal")), others.get("note", ""))


def kinds_of(content):
    return [str(row.kind) for row in content.rows]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (activity(), "activity"),
        (("", "Thăm hộ nghèo", "15/10/2023", "", "", "", ""), "activity"),
        (("3", "Thăm hộ nghèo", "", "", "", "", ""), "activity"),
        (("", "Không phát sinh", "", "", "", "", ""), "activity"),
        (("", "Tổng vệ sinh đường làng", "15/10", "", "", "", ""), "activity"),
        (("4", "Cộng đồng chung tay vì người nghèo", "", "", "", "", ""), "activity"),
        (("2", "Công chứng miễn phí cho hộ nghèo", "", "Toàn tỉnh", "Hộ nghèo", "", ""), "activity"),
        (("3", "Công sở xanh, sạch, đẹp", "", "", "", "", ""), "activity"),
        (("4", "Băng cờ, khẩu hiệu tuyên truyền", "", "", "", "", ""), "activity"),
        (("5", "Danh sách có công với cách mạng", "", "", "", "", ""), "activity"),
        (("1", "VĐ hỗ trợ làm nhà cho hộ nghèo", "21/10/2023", "", "", "", ""), "activity"),
        (("", "Đ/c Bí thư Huyện ủy đối thoại với nông dân", "", "", "", "", ""), "activity"),
        (("", "T/c giải bóng chuyền hơi", "", "", "", "", ""), "activity"),
        (("I", "BÍ THƯ CẤP ỦY ĐỐI THOẠI VỚI NHÂN DÂN", "", "", "", "", ""), "section"),
        (("", "CHỦ TỊCH UBND XÃ ĐỐI THOẠI VỚI NÔNG DÂN", "", "", "", "", ""), "section"),
        (("I", "Tuyên truyền", "", "", "", "", ""), "section"),
        (("A.", "Hoạt động chung", "", "", "", "", ""), "section"),
        (("", "HOẠT ĐỘNG TÌNH NGUYỆN", "", "", "", "", ""), "section"),
        (("II. Công tác tuyên truyền", "", "", "", "", "", ""), "section"),
        (("", "Các hoạt động khác:", "", "", "", "", ""), "section"),
        (("", "Cộng: 02 hoạt động", "", "", "", "", ""), "total"),
        (("Cộng", "", "", "", "", "", ""), "total"),
        (("Tổng cộng", "", "12 hoạt động", "", "", "", ""), "total"),
        (("", "(Bảng này có 05 hoạt động)", "", "", "", "", ""), "total"),
        (("", "Ghi chú: có thể thay đổi", "", "", "", "", ""), "section"),
        (("", "Danh sách này gồm 12 hoạt động./.", "", "", "", "", ""), "total"),
        (("", "TM. BAN THƯỜNG VỤ\nPHÓ BÍ THƯ", "", "", "", "", ""), "signature"),
        (("", "", "", "", "", "(Ký tên, đóng dấu)", ""), "signature"),
        (BLANK, "blank"),
        (("3", "", "", "", "", "", ""), "blank"),
        (("...", "....", "…", "", "-", "", ""), "blank"),
        ((), "blank"),
        (("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"), "header"),
        (("1", "2", "3", "4", "5", "6", "7"), "header"),
        (("A", "B", "1", "2", "3", "4", "5"), "header"),
        (("TT", "Nội dung", "Thời gian", "", "", "", ""), "header"),
        (("1", "VD: Tổ chức hội nghị", "15/10/2023", "", "", "", ""), "placeholder"),
        (("", "[Nhập tên hoạt động]", "[Nhập thời gian]", "", "", "", ""), "placeholder"),
        (("", "<tên hoạt động>", "<thời gian>", "<quy mô>", "<đối tượng>", "", ""), "placeholder"),
        (("", "‹tên hoạt động>", "", "", "", "", ""), "placeholder"),
        (("", "…(tên hoạt động)…", "", "", "", "", ""), "placeholder"),
        (("", "Điền tên nội dung, hoạt động", "Điền thời gian", "", "", "", ""), "placeholder"),
        (("1", "Nhập nội dung tại đây", "", "", "", "", ""), "placeholder"),
        (("", "Ghi rõ tên nội dung, hoạt động", "", "", "", "", ""), "placeholder"),
        (("1", "Điền kinh: giải chạy Báo Bắc Giang", "15/10", "", "", "", ""), "activity"),
        (("", "Nhập học cho con em công nhân", "", "", "", "", ""), "activity"),
        (("", "Tổng kinh phí", "", "", "", "1,2 tỷ đồng", ""), "total"),
        (("", "Tổng kinh phí: 1,2 tỷ đồng", "", "", "", "", ""), "total"),
        (("", "Tổng kinh phí thực hiện", "", "", "", "", ""), "total"),
        (("Cộng kinh phí", "", "", "20 tỷ đồng", "", "", ""), "total"),
        (("", "Tổng nguồn lực huy động: 20 tỷ đồng", "", "", "", "", ""), "total"),
        (("2", "Tổng kinh phí hỗ trợ hộ nghèo làm nhà", "", "05 hộ", "", "", ""), "activity"),
        (("", "Tổng kinh phí hỗ trợ hộ nghèo", "Tháng 10", "05 hộ", "", "", ""), "activity"),
        (("", "Yên Thế, ngày 25 tháng 9 năm 2023\nTM. BAN THƯỜNG VỤ", "", "", "", "", ""), "signature"),
        (("", "Lục Nam, ngày 20/9/2023", "", "", "", "", ""), "signature"),
        (("1", "Lục Nam, ngày 20/9/2023", "", "", "", "", ""), "activity"),
        (("", "Lục Nam, ngày 20/9/2023", "", "Toàn huyện", "", "", ""), "activity"),
        (("4", "Yên Dũng, ngày hội văn hóa", "", "", "", "", ""), "activity"),
    ],
)
def test_row_kind_is_told_by_what_stands_in_the_row(form, titles, row, kind):
    assert kinds_of(read_tab(form, Grid((titles, row)))) == [kind]


def test_every_row_below_the_header_keeps_its_sheet_row_number(form, titles):
    content = read_tab(form, Grid((("SỞ X",), titles, BLANK, activity(), BLANK), first_row=4))

    assert content.header_row == 5
    assert [row.number for row in content.rows] == [6, 7, 8]
    assert content.rows[1].cell("thoi_gian") == "C7"


def test_moved_columns_are_found_by_their_titles(form, titles):
    content = read_tab(form, Grid((titles[::-1], activity()[::-1])))

    assert content.rows[0].text("ten_noi_dung") == "Thăm hộ nghèo"
    assert content.rows[0].cell("ten_noi_dung") == "F2"


def test_known_columns_win_over_titles(form, titles):
    renamed = (*titles[:3], "Quy mô", "Cái khác", *titles[5:])

    content = read_tab(form, Grid((renamed, (*activity(), "phản hồi"))), {4: "doi_tuong", 3: "quy_mo", 7: "feedback"})

    assert content.rows[0].text("doi_tuong") == "target"
    assert content.problems == ()


def test_a_missing_column_is_named(form, titles):
    content = read_tab(form, Grid((titles[:2] + titles[3:], activity()[:2] + activity()[3:])))

    assert [(found.code, found.column, found.severity) for found in content.problems] == [
        ("COLUMN_MISSING", "thoi_gian", Severity.ERROR)
    ]
    assert "Thời gian tổ chức, triển khai" in content.problems[0].message()


def test_no_header_is_one_problem_and_no_rows(form):
    content = read_tab(form, Grid((("a", "b"), ("Số và ký hiệu", "12/KH"))))

    assert (content.header_row, content.rows) == (None, ())
    assert [found.code for found in content.problems] == ["HEADER_MISSING"]
    assert content.fields["so_ky_hieu"].text == "12/KH"


def test_a_merged_cell_takes_the_value_above_and_a_plain_blank_does_not(form, titles):
    rows = (titles, activity(), activity("2", "", "16/10/2023"), activity("3", "", "17/10/2023"))

    content = read_tab(form, Grid(rows, (Merge(1, 3, 1, 2),)))

    assert [row.value("ten_noi_dung") for row in content.rows] == ["Thăm hộ nghèo", "Thăm hộ nghèo", ""]
    assert content.rows[1].text("ten_noi_dung") == ""


def test_a_merge_over_a_row_without_text_of_its_own_makes_no_entry(form, titles):
    merges = tuple(Merge(1, 3, column, column + 1) for column in range(7))

    assert kinds_of(read_tab(form, Grid((titles, activity(), BLANK), merges))) == ["activity", "blank"]


def test_ditto_takes_the_value_of_the_activity_above_and_keeps_the_words(form, titles):
    rows = (titles, activity(scale="Toàn tỉnh"), ("I", "Nhóm khác"), activity("2", "B", "nt", scale='"'))

    row = read_tab(form, Grid(rows)).rows[2]

    assert (row.value("thoi_gian"), row.value("quy_mo")) == ("15/10/2023", "Toàn tỉnh")
    assert (row.text("thoi_gian"), row.text("quy_mo")) == ("nt", '"')


def test_ditto_with_nothing_above_is_blank(form, titles):
    assert read_tab(form, Grid((titles, activity(time="nt")))).rows[0].value("thoi_gian") == ""


def test_only_a_signature_ends_the_table(form, titles):
    rows = (
        titles,
        activity(),
        ("", "Tổng cộng: 01"),
        activity("2"),
        ("", "GIÁM ĐỐC"),
        ("", "Nguyễn Văn A"),
        activity("3"),
    )

    content = read_tab(form, Grid(rows))

    assert kinds_of(content) == ["activity", "total", "activity", "signature", "signature", "activity"]
    assert [row.below_signature for row in content.rows] == [False, False, False, False, True, True]


def test_signature_and_ditto_work_within_one_unit(form, titles):
    rows = (
        (*titles, "unit_code"),
        (*activity(), "A"),
        ("", "GIÁM ĐỐC", "", "", "", "", "", "A"),
        (*activity(time="nt"), "B"),
    )

    content = read_tab(form, Grid(rows))

    assert [row.unit for row in content.rows] == ["A", "A", "B"]
    assert content.rows[2].kind is RowKind.ACTIVITY
    assert not content.rows[2].below_signature
    assert content.rows[2].value("thoi_gian") == ""


def test_fields_are_found_by_their_labels_above_and_below(form, titles):
    rows = (
        ("", "SỐ VÀ KÝ HIỆU :", "12/KH-SCT", "", "Ngày ban hành", "25/9/2023"),
        titles,
        activity(),
        ("", "(Ký tên, đóng dấu)"),
        ("", "Xác nhận gửi", "x"),
    )

    content = read_tab(form, Grid(rows))

    fields = {key: (field.text, field.cell) for key, field in content.fields.items()}
    assert fields == {
        "so_ky_hieu": ("12/KH-SCT", "C1"),
        "ngay_ban_hanh": ("25/9/2023", "F1"),
        "xac_nhan_gui": ("x", "C5"),
    }
    assert kinds_of(content) == ["activity", "signature", "header"]


def test_a_field_value_stands_right_of_a_merged_label(form, titles):
    grid = Grid((("Số và ký hiệu", "", "12/KH"), titles), (Merge(0, 1, 0, 2),))

    assert read_tab(form, grid).fields["so_ky_hieu"].text == "12/KH"


def test_text_outside_the_columns_is_told_once_and_feedback_never(form, titles):
    rows = (
        (*titles, "Kiểm tra"),
        (*activity(), "Đã nhận", "ghi thêm"),
        (*activity("2"), "Đã nhận", "ghi thêm nữa"),
    )

    content = read_tab(form, Grid(rows))

    assert [(found.code, found.cell) for found in content.problems] == [("TEXT_OUTSIDE", "I2")]


@pytest.mark.parametrize(
    ("below", "kind"),
    [
        (("1.1", "Thăm hộ nghèo", "15/10"), "section"),
        (("", "- Thăm hộ nghèo", "15/10"), "section"),
        (("2", "Thăm hộ nghèo", "15/10"), "activity"),
        (("", "Thăm hộ nghèo", "15/10"), "activity"),
        ((), "activity"),
    ],
)
def test_a_name_alone_is_a_section_where_a_list_follows(form, titles, below, kind):
    assert kinds_of(read_tab(form, Grid((titles, ("1", "Công tác xã hội"), below))))[0] == kind


@pytest.mark.parametrize(
    "hostile", ["=IMPORTXML(1)", "<script>", "'; DROP TABLE", "\x00", "😀", "\ud800", "x" * 50_000]
)
def test_hostile_text_stays_as_typed(form, titles, hostile):
    row = (hostile,) * 7

    content = read_tab(form, Grid((titles, row)))

    assert set(content.rows[0].texts.values()) == {hostile}


def test_report_rows_are_found_by_code_and_title(report):
    rows = (
        tuple(column.title for column in report.columns),
        ("II.1", "Tuyên truyền", "Đã làm", "", "FALSE", ""),
        (" ii. 2. ", "Kỷ niệm", "", "", "FALSE", ""),
        ("II.3", "Tiếp xúc", "", "", "TRUE", ""),
        ("", "Đánh giá chung", "Tốt"),
        ("", "Khó khăn, vướng mắc", ""),
        ("", "", "Chữ lạc", "", "", ""),
        ("", "", "", "(Ký tên, đóng dấu)"),
    )

    content = read_tab(report, Grid(rows))

    assert [(str(row.kind), row.key, row.filled) for row in content.rows] == [
        ("content", "II.1", True),
        ("content", "II.2", False),
        ("content", "II.3", True),
        ("free", "danh_gia_chung", True),
        ("free", "kho_khan", False),
        ("content", "", True),
        ("signature", "", False),
    ]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("Đề xuất, kiến nghị: tăng kinh phí", "tăng kinh phí"),
        ("3. Đề xuất, kiến nghị\n- tăng kinh phí\n- thêm người", "- tăng kinh phí\n- thêm người"),
        ("ĐỀ XUẤT, KIẾN NGHỊ – " + "tăng kinh phí; " * 20, ("tăng kinh phí; " * 20).strip()),
        ("III. Đề xuất, kiến nghị:", ""),
        ("Đề xuất, kiến nghị", ""),
    ],
)
@pytest.mark.parametrize("column", [0, 1])
def test_words_behind_a_free_rows_label_are_its_result(report, cell, words, column):
    titles = tuple(column.title for column in report.columns)

    (row,) = read_tab(report, Grid((titles, ("",) * column + (cell,)))).rows

    assert (row.kind, row.key, row.filled) == (RowKind.FREE, "kien_nghi", bool(words))
    assert row.value("ket_qua") == words


def test_a_result_that_begins_like_a_label_stays_with_its_section(report):
    titles = tuple(column.title for column in report.columns)
    rows = (titles, ("II.1", "", "Khó khăn, vướng mắc: ít người"), ("II.2", "", "", "Khó khăn, vướng mắc"))

    content = read_tab(report, Grid(rows))

    assert [(row.key, row.value("ket_qua")) for row in content.rows] == [
        ("II.1", "Khó khăn, vướng mắc: ít người"),
        ("II.2", ""),
    ]


def test_a_cell_merged_downwards_says_its_words_in_every_row_of_a_report(report):
    titles = tuple(column.title for column in report.columns)
    rows = (
        titles,
        ("II.1", "Tuyên truyền", "Một", "20 buổi"),
        ("", "", "Hai", ""),
        ("", "", "", ""),
        ("II.2", "Kỷ niệm", "", "5 buổi"),
        ("II.3", "Tiếp xúc", "", ""),
    )
    merges = (Merge(1, 4, 0, 1), Merge(1, 4, 1, 2), Merge(2, 6, 2, 3))

    content = read_tab(report, Grid(rows, merges))

    assert [(row.key, row.value("ket_qua"), row.filled) for row in content.rows] == [
        ("II.1", "Một", True),
        ("II.1", "Hai", True),
        ("", "Hai", False),
        ("II.2", "Hai", True),
        ("II.3", "Hai", True),
    ]
    assert content.rows[3].text("ket_qua") == ""


def test_the_row_that_numbers_a_reports_columns_is_no_section(report):
    titles = tuple(column.title for column in report.columns)

    content = read_tab(report, Grid((titles, ("1", "2", "3", "4", "5", "6"), ("(1)", "(2)", "(3)", "(4)", "", ""))))

    assert kinds_of(content) == [RowKind.HEADER, RowKind.HEADER]
