"""A tab's content checked against its form."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_schema.campaign import Column, ColumnRole, Constraints, FieldRole, ValueType
from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.problems import Severity
from sheets_schema.reading.rows import Grid, RowKind, read_tab
from sheets_schema.rules.validation import MANY_ROWS, check


@pytest.fixture(scope="module")
def campaign():
    return load_campaign(builtin_campaign("thang_dan_van_2023"))


@pytest.fixture(scope="module")
def check_rows(campaign):
    """Check rows of the registration, with lines above and units beside them where asked."""
    form = campaign.form("registration")
    titles = (*(column.title for column in form.columns), "unit_code")

    def checked(*rows, above=()):
        return check(campaign, form, read_tab(form, Grid((*above, titles, *rows))))

    return checked


@pytest.fixture(scope="module")
def check_report(campaign):
    """Check sections of the report, with lines above where asked."""
    form = campaign.form("report")
    titles = tuple(column.title for column in form.columns)

    def checked(*rows, above=()):
        return check(campaign, form, read_tab(form, Grid((*above, titles, *rows))))

    return checked


def activity(
    number="1", name="Thăm hộ nghèo", time="15/10/2023", scale="03 xã", target="Hộ nghèo", goal="10 suất", note=""
):
    return (number, name, time, scale, target, goal, note)


def codes(problems):
    return [found.code for found in problems]


def test_a_good_row_is_accepted_without_a_problem(check_rows):
    row = check_rows(activity()).rows[0]

    assert (row.accepted, row.skipped, row.problems) == (True, False, ())
    assert (row.period.start, row.period.end, row.certainty) == (date(2023, 10, 15), date(2023, 10, 15), "exact")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (activity(name=""), ["MISSING_NAME"]),
        (activity(time=""), ["MISSING_TIME"]),
        (activity(time="..."), ["MISSING_TIME"]),
        (activity(name="", time=""), ["MISSING_NAME", "MISSING_TIME"]),
        (activity(scale="", target="", goal=""), ["MISSING_SCALE", "MISSING_TARGET", "MISSING_GOAL"]),
        (activity(time="Theo kế hoạch của tỉnh"), ["TIME_UNPARSEABLE"]),
        (activity(time="31/9/2023"), ["TIME_IMPOSSIBLE"]),
        (activity(time="Từ 25/10 đến 15/10/2023"), ["TIME_REVERSED"]),
        (activity(time="Quý III/2022"), ["TIME_OUT_OF_WINDOW"]),
        (activity(time="Thường xuyên"), ["TIME_ONGOING"]),
        (activity(time="Trước ngày 10/10/2023"), ["TIME_OPEN_START"]),
        (activity(time="Trước ngày 15/9/2023"), ["TIME_OUT_OF_WINDOW", "TIME_OPEN_START"]),
        (activity(name="#REF!"), ["FORMULA_ERROR"]),
        (activity(time="#VALUE!"), ["FORMULA_ERROR"]),
        (activity(name="qwerty"), ["GARBAGE"]),
        (activity(name="0"), ["GARBAGE"]),
        (activity(name="Uû ban nh©n d©n x·"), ["LEGACY_ENCODING"]),
        (activity(name='=IMPORTXML("http://x";"//a")'), ["FORMULA"]),
        (activity(name="- Thăm hộ nghèo"), []),
        (activity(name="x a" * 1000), ["TOO_LONG"]),
        (activity(goal="x a" * 17_000), ["CELL_LIMIT"]),
        (activity(name="Tháng 10/2023", time="Thăm hộ nghèo"), ["COLUMN_SHIFT"]),
        (("Thăm hộ nghèo tại các xã", "15/10/2023", "03 xã", "Hộ nghèo", "10 suất", "", ""), ["COLUMN_SHIFT"]),
        (("Thăm hộ nghèo tại các xã", "Thường xuyên", "03 xã", "Hộ nghèo", "10 suất", "", ""), ["COLUMN_SHIFT"]),
        (("1", "", "Thăm hộ nghèo", "15/10/2023", "03 xã", "Hộ nghèo", "10 suất"), ["COLUMN_SHIFT"]),
        (("1", "Thăm hộ nghèo; thời gian: 15/10/2023; quy mô: 03 xã", "", "", "", "", ""), ["ALL_IN_ONE_CELL"]),
        (("1", "Thăm hộ nghèo, từ 02/10 đến 20/10/2023, 03 xã, hộ nghèo", "", "", "", "", ""), ["ALL_IN_ONE_CELL"]),
        (("1", "Thăm hộ nghèo ngày 15/10/2023 tại xã A", "", "", "", "", ""), ["ALL_IN_ONE_CELL"]),
        (("1", "Thăm hộ nghèo\n15/10/2023\n03 xã\n10 suất", "", "", "", "", ""), ["ALL_IN_ONE_CELL"]),
        (
            ("1", "Kỷ niệm 93 năm (15/10/1930 - 15/10/2023)", "", "", "", "", ""),
            ["MISSING_TIME", "MISSING_SCALE", "MISSING_TARGET", "MISSING_GOAL"],
        ),
        (activity(scale="10/10 xã", time="Theo kế hoạch"), ["TIME_UNPARSEABLE"]),
    ],
)
def test_a_row_gets_all_its_problems_and_only_errors_reject_it(check_rows, row, expected):
    checked = check_rows(row).rows[0]

    assert codes(checked.problems) == expected
    assert checked.accepted is not any(found.severity is Severity.ERROR for found in checked.problems)


def test_a_problem_names_column_row_and_cell(check_rows):
    found = check_rows(activity(), activity("2", time="31/9/2023"), above=(("SỞ X",),)).rows[1].problems[0]

    assert (found.column, found.row, found.cell) == ("thoi_gian", 4, "C4")
    assert found.message() == "Ngày “31/9/2023” không có trong lịch."


@pytest.mark.parametrize(
    ("time", "message"),
    [
        ("Đầu tháng 9/2023", "Thời gian không nằm trong đợt “Tháng Dân vận” năm 2023."),
        ("Đầu tháng 10/2023", "Hiểu là: từ 01/10/2023 đến 10/10/2023."),
        ("Dự kiến ngày 17/10/2023", "Hiểu là: ngày 17/10/2023."),
        ("Trước ngày 10/10/2023", "Hiểu là: đến hết ngày 09/10/2023."),
        ("Từ ngày 20/9/2023", "Hiểu là: từ ngày 20/9/2023."),
        ("Thường xuyên", "Hiểu là: hoạt động thường xuyên."),
        ("10/17/2023", "Hiểu là ngày 17/10/2023; đề nghị kiểm tra."),
        ("Thứ Hai, 15/10/2023", "Thứ và ngày không khớp. Hiểu là ngày 15/10/2023; đề nghị kiểm tra."),
    ],
)
def test_a_unit_is_told_how_its_time_was_read(check_rows, time, message):
    assert check_rows(activity(time=time)).rows[0].problems[0].message() == message


def test_a_legacy_font_is_answered_with_what_it_says(check_rows):
    row = check_rows(activity(name="Tuyªn truyÒn, vËn ®éng nh©n d©n")).rows[0]

    assert not row.accepted
    assert "Gợi ý: “Tuyên truyền, vận động nhân dân”" in row.problems[0].message()


def test_a_duplicate_names_the_first_row_which_stays_accepted(check_rows):
    checked = check_rows(activity(), activity("2", "THĂM  HỘ NGHÈO", "15.10.2023"), activity("3", time="16/10/2023"))

    assert [row.accepted for row in checked.rows] == [True, False, True]
    assert checked.rows[1].problems[0].message() == "Trùng với dòng số 2 của đơn vị."
    assert checked.rows[1].problems[0].cell == "A3"


def test_a_duplicate_is_one_within_a_unit_only(check_rows):
    checked = check_rows((*activity(), "A"), (*activity(), "B"), (*activity(), "B"))

    assert [row.accepted for row in checked.rows] == [True, True, False]


@pytest.mark.parametrize(
    "other", [{"time": "16/10/2023"}, {"scale": "04 xã"}, {"target": "Trẻ em"}, {"name": "Tặng quà"}]
)
def test_a_row_with_one_thing_changed_is_no_duplicate(check_rows, other):
    assert check_rows(activity(), activity(**other)).accepted == 2


@pytest.mark.parametrize(
    ("one", "other", "accepted"),
    [
        ("Sáng 15/10", "Chiều 15/10", 2),
        ("8h ngày 12/10", "14h00 ngày 12/10", 2),
        ("5/10 và 20/10", "từ 5/10 đến 20/10", 2),
        ("8h ngày 12/10", "8h, 12/10/2023", 1),
    ],
)
def test_same_activity_at_another_hour_is_no_duplicate(check_rows, one, other, accepted):
    assert check_rows(activity(time=one), activity("2", time=other)).accepted == accepted


def test_lines_with_dashes_head_no_list_of_one_another(check_rows):
    checked = check_rows(activity(), ("", "- Treo băng rôn"), ("", "- Phát thanh"))

    assert [row.rejected for row in checked.rows] == [False, True, True]


def test_structure_is_skipped_without_blame_and_examples_with_a_soft_note(check_rows):
    checked = check_rows(
        ("I", "Tuyên truyền"), activity("1", "VD: Thăm hộ nghèo"), ("", "Cộng: 0"), (), ("", "GIÁM ĐỐC")
    )

    assert [row.skipped for row in checked.rows] == [True] * 5
    assert codes(checked.problems) == ["PLACEHOLDER"]
    assert (checked.accepted, checked.rejected, checked.skipped, checked.rows_in) == (0, 0, 4, 4)


def test_an_activity_below_the_signature_is_rejected_and_a_name_there_is_not(check_rows):
    checked = check_rows(
        activity(), ("", "GIÁM ĐỐC"), ("", "Nguyễn Văn A", "", "Trần Thị B"), activity("2", "Tặng quà")
    )

    assert [str(row.row.kind) for row in checked.rows] == ["activity", "signature", "signature", "activity"]
    assert [row.skipped for row in checked.rows] == [False, True, True, False]
    assert codes(checked.rows[3].problems) == ["ROW_BELOW_SIGNATURE"]
    assert checked.rows[3].rejected


def test_what_is_below_the_signature_without_a_time_belongs_to_it(check_rows):
    checked = check_rows(("", "GIÁM ĐỐC"), ("", "Nguyễn Văn A", "Trần Thị B"))

    assert checked.rows[1].skipped
    assert checked.rows[1].row.kind is RowKind.SIGNATURE


def test_a_missing_column_is_one_problem_and_not_one_a_row(campaign):
    form = campaign.form("registration")
    titles = tuple(column.title for column in form.columns if column.key != "quy_mo")

    checked = check(campaign, form, read_tab(form, Grid((titles, ("1", "A b", "15/10/2023", "C d", "E f", "")))))

    assert codes(checked.problems) == ["COLUMN_MISSING"]
    assert checked.accepted == 1


def test_too_many_rows_is_a_warning(check_rows):
    checked = check_rows(*(activity(str(n), f"Thăm hộ số {n}") for n in range(MANY_ROWS + 1)))

    assert codes(checked.problems) == ["TOO_MANY_ROWS"]
    assert checked.accepted == MANY_ROWS + 1


@pytest.mark.parametrize(
    "hostile",
    [
        "=IMPORTXML(1)",
        "<script>alert(1)</script>",
        "'; DROP TABLE units;--",
        "\x00",
        "😀😀",
        "\ud800",
        "{0}",
        "x" * 50_000,
    ],
)
def test_hostile_text_never_raises_anywhere(check_rows, check_report, hostile):
    above = tuple((label, hostile) for label in ("Số và ký hiệu", "Ngày ban hành", "Liên kết văn bản", "Xác nhận gửi"))

    checked = check_rows((hostile,) * 7, activity(name=hostile), activity(time=hostile), above=above)
    report = check_report(("II.1", "", hostile, hostile, hostile, hostile), (hostile,) * 6, above=above)

    assert all(
        found.message(language) for one in (checked, report) for found in one.problems for language in ("vi", "en")
    )


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ((), []),
        ((("Số và ký hiệu", "12/KH-SCT"), ("Ngày ban hành", "25/9/2023")), []),
        ((("Số và ký hiệu", "12/KH-SCT"), ("Ngày ban hành", "")), [("FIELD_NUMBER_WITHOUT_DATE", "B2")]),
        ((("Số và ký hiệu", ""), ("Ngày ban hành", "25/9/2023")), [("FIELD_DATE_WITHOUT_NUMBER", "B1")]),
        ((("Số và ký hiệu", "1"), ("Ngày ban hành", "hôm qua")), [("FIELD_DATE_UNREADABLE", "B2")]),
        ((("Số và ký hiệu", "1"), ("Ngày ban hành", "tháng 9/2023")), [("FIELD_DATE_VAGUE", "B2")]),
        ((("Liên kết văn bản", "https://a.vn/x"),), []),
        ((("Liên kết văn bản", "đã gửi Zalo"),), [("BAD_LINK", "B1")]),
        ((("Xác nhận gửi", "mai gửi"),), [("TICK_UNCLEAR", "B1")]),
        ((("Không phát sinh", "x"), ("Lý do", "")), [("NIL_WITHOUT_REASON", "B2"), ("NIL_WITH_ENTRIES", "B1")]),
        ((("Không phát sinh", "FALSE"), ("Lý do", "")), []),
    ],
)
def test_the_block_gets_its_problems_with_their_cells(check_rows, block, expected):
    checked = check_rows(activity(), above=block)

    assert [(found.code, found.cell) for found in checked.field_problems] == expected


def test_fields_and_ticks_are_read_by_what_they_mean(check_rows):
    checked = check_rows(activity(), above=(("Xác nhận gửi:", "Có"), ("Người ký", "Giám đốc")))

    assert checked.ticked(FieldRole.CONFIRM)
    assert not checked.ticked(FieldRole.NIL)
    assert checked.field(FieldRole.SIGNER).text == "Giám đốc"
    assert checked.field(FieldRole.DOCUMENT_DATE) is None


def test_nothing_to_report_in_words_asks_for_the_tick(check_report):
    checked = check_report(
        ("II.1", "", "Không phát sinh", "", "", ""),
        ("II.2", "", "", "không có.", "", ""),
        ("II.3", "", "Không phát sinh đơn thư", "", "", ""),
        ("II.4", "", "Không", "20 buổi", "", ""),
    )

    assert [(one.code, one.row) for one in checked.problems if one.row] == [("NIL_IN_WORDS", 2), ("NIL_IN_WORDS", 3)]
    assert checked.accepted == 4


def test_a_report_section_is_answered_by_result_figures_or_tick(check_report):
    checked = check_report(
        ("II.1", "", "Đã làm", "", "", ""),
        ("II.2", "", "", "20 buổi", "", ""),
        ("II.3", "", "", "", "TRUE", ""),
        ("II.4", "", "", "", "FALSE", ""),
        ("II.5", "", "Có làm", "", "x", ""),
        ("II.6", "", "", "", "", "ghi chú"),
        ("II.9", "", "Lạc mục", "", "", ""),
        ("", "Đánh giá chung", "Tốt"),
    )

    assert [row.accepted for row in checked.rows] == [True, True, True, False, True, False, False, True]
    assert codes(checked.problems) == ["REPORT_SECTIONS_EMPTY", "NIL_WITH_TEXT", "REPORT_NOTE_ONLY", "SECTION_UNKNOWN"]
    assert (checked.accepted, checked.rejected, checked.skipped, checked.rows_in) == (5, 2, 0, 7)


def test_a_report_not_begun_has_no_remark(check_report):
    checked = check_report(*((f"II.{n}", "", "", "", "FALSE", "") for n in range(1, 8)))

    assert checked.problems == ()
    assert checked.rows_in == 0


def test_sections_without_a_result_are_one_remark(check_report):
    checked = check_report(("II.1", "", "Đã làm", "", "", ""), *((f"II.{n}", "", "", "", "", "") for n in range(2, 8)))

    (remark,) = checked.problems
    assert (remark.code, remark.severity, remark.row) == ("REPORT_SECTIONS_EMPTY", Severity.WARNING, None)
    assert remark.message().startswith("Còn 6 mục chưa có kết quả: II.2, II.3, II.4, II.5, II.6, II.7.")


def test_a_section_answered_in_a_second_row_is_not_said_to_be_empty(check_report):
    checked = check_report(("II.1", "", "", "", "", ""), *((f"II.{n}", "", "Đã làm", "", "", "") for n in range(1, 8)))

    assert checked.problems == ()


def test_a_confirmed_report_without_a_result_is_an_error(check_report):
    checked = check_report(("II.1", "", "", "", "", ""), above=(("Xác nhận gửi", "x"),))

    assert [(found.code, found.cell) for found in checked.errors] == [("REPORT_EMPTY", "B1")]


def test_no_header_leaves_one_error(campaign):
    form = campaign.form("registration")

    checked = check(campaign, form, read_tab(form, Grid((("a", "b"),))))

    assert codes(checked.errors) == ["HEADER_MISSING"]
    assert checked.rows == ()


def test_a_window_moved_moves_the_verdict(campaign, check_rows):
    form = campaign.form("registration")
    titles = tuple(column.title for column in form.columns)
    moved = replace(campaign, window=replace(campaign.window, start=date(2023, 10, 16)))

    checked = check(moved, form, read_tab(form, Grid((titles, activity()))))

    assert codes(checked.rows[0].problems) == ["TIME_OUT_OF_WINDOW"]


def test_a_numbered_row_filled_all_over_below_the_signature_is_never_lost(check_rows):
    checked = check_rows(("", "GIÁM ĐỐC"), activity("2", time="Theo kế hoạch"))

    assert codes(checked.rows[1].problems) == ["ROW_BELOW_SIGNATURE", "TIME_UNPARSEABLE"]
    assert checked.rejected == 1


def test_a_column_without_a_declared_limit_has_one(campaign):
    form = campaign.form("report")
    unlimited = replace(form, columns=tuple(replace(column, constraints=Constraints()) for column in form.columns))
    rows = (tuple(column.title for column in form.columns), ("II.1", "", "Đã làm " * 1000, "", "", ""))

    checked = check(campaign, unlimited, read_tab(unlimited, Grid(rows)))

    assert "TOO_LONG" in codes(checked.problems)


def test_constraints_of_any_column_hold_and_its_own_words_tick(campaign):
    form = replace(
        campaign.form("registration"),
        columns=(
            Column("viec", "Việc", ColumnRole.NAME, constraints=Constraints(min_length=3)),
            Column("khi", "Khi nào", ColumnRole.PERIOD),
            Column(
                "tien", "Kinh phí", ColumnRole.OTHER, constraints=Constraints(required=True, pattern="[0-9.]+ đồng")
            ),
            Column("noi", "Nơi", ColumnRole.SCALE, constraints=Constraints(enum=("Trong nhà", "Ngoài trời"))),
            Column("xe", "Cần xe", ColumnRole.OTHER, ValueType.TICK, true_values=("Rồi",), false_values=("Chưa",)),
        ),
    )
    rows = (
        tuple(column.title for column in form.columns),
        ("Ab", "15/10", "nhiều", "Ở đâu", "Lúc khác"),
        ("Dọn sách", "15/10", "5.000 đồng", "Trong nhà", "Chưa"),
        ("Dọn nhà", "15/10", "", "Trong nhà", "Rồi"),
        ("", "", "", "", "FALSE"),
    )

    checked = check(campaign, form, read_tab(form, Grid(rows)))

    assert [codes(row.problems) for row in checked.rows] == [
        ["TOO_SHORT", "PATTERN", "NOT_A_CHOICE", "TICK_UNCLEAR"],
        [],
        ["REQUIRED"],
        [],
    ]
    assert [row.accepted for row in checked.rows] == [False, True, False, False]
    assert checked.rows[3].row.kind is RowKind.BLANK


CELLS = st.text(max_size=40) | st.sampled_from(["1", "nt", "15/10", "GIÁM ĐỐC", "#REF!"])


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.lists(st.text(max_size=40) | st.sampled_from(["1", "nt", "15/10", "GIÁM ĐỐC", "#REF!"]), max_size=9),
        max_size=6,
    )
)
def test_nothing_typed_anywhere_raises_and_every_row_is_accounted_for(check_rows, check_report, rows):
    for checked in (check_rows(*map(tuple, rows)), check_report(*map(tuple, rows))):
        assert len(checked.rows) == len(rows)
        assert checked.rows_in == sum(row.row.filled for row in checked.rows)
        assert all(found.message() for found in checked.problems)
