"""What checking found, as JSON and as lines."""

import json

import click
import pytest

from service.documents import check_report
from service.documents.file_check import check_file
from service.documents.grid_file import FileSheet, TableFile
from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.grid import Gap, Grid


@pytest.fixture(scope="module")
def campaign():
    return load_campaign(builtin_campaign("thang_dan_van_2023"))


@pytest.fixture(scope="module")
def checked(campaign):
    form = campaign.form("registration")
    grid = Grid(
        (
            ("Liên kết văn bản", "không có"),
            tuple(column.title for column in form.columns),
            ("1", "Thăm hộ nghèo", "Từ 15/10/2023", "03 xã", "Hộ nghèo", "10 suất", ""),
            ("2", "Trực đường dây nóng", "Thường xuyên", "Toàn tỉnh", "Nhân dân", "100%", ""),
            ("3", "Họp\x1b[31m dân", "31/9/2023", "03 xã", "Nhân dân", "03 buổi", ""),
            ("", "Cộng: 03"),
            (),
        )
    )
    return check_file(campaign, form, TableFile((FileSheet("", grid),)))


def test_json_lists_every_row_in_order_with_its_verdict(checked):
    report = check_report.as_json(checked)

    assert [(row["row"], row["kind"], row["accepted"], row["skipped"]) for row in report["rows"]] == [
        (3, "activity", True, False),
        (4, "activity", True, False),
        (5, "activity", False, False),
        (6, "total", False, True),
        (7, "blank", False, True),
    ]
    assert (report["accepted"], report["rejected"], report["skipped"]) == (2, 1, 2)


def test_json_gives_periods_with_open_sides_and_none_without_dates(checked):
    rows = check_report.as_json(checked)["rows"]

    assert rows[0]["period"] == {"start": "2023-10-15", "end": None, "certainty": "open_end"}
    assert [(row["period"], row["certainty"]) for row in rows[1:4]] == [
        (None, "ongoing"),
        (None, "unreadable"),
        (None, None),
    ]


def test_json_gives_problems_of_rows_and_of_the_block(checked):
    report = check_report.as_json(checked, "en")

    assert report["rows"][2]["problems"][0] == {
        "code": "TIME_IMPOSSIBLE",
        "severity": "error",
        "column": "thoi_gian",
        "cell": "C5",
        "message": "The day “31/9/2023” is not in the calendar.",
    }
    assert [(one["code"], one["column"], one["cell"]) for one in report["fields"]] == [
        ("BAD_LINK", "lien_ket_van_ban", "B1")
    ]


def test_json_is_json(checked):
    assert json.loads(json.dumps(check_report.as_json(checked))) == check_report.as_json(checked)


def test_lines_tell_verdicts_problems_and_counts(checked):
    lines = [click.unstyle(line) for line in check_report.as_lines(checked)]

    assert lines[0] == "Phần chung"
    assert any("nhận" in line and "Thăm hộ nghèo" in line for line in lines)
    assert any("lỗi" in line and "C5" in line and "31/9/2023" in line for line in lines)
    assert lines[-1] == "Nhận 2, chưa nhận 1, bỏ qua 2 dòng."


def test_lines_carry_no_control_characters_of_the_unit(checked):
    assert all("\x1b[31m dân" not in line for line in check_report.as_lines(checked))


def test_printable_is_one_short_line():
    assert check_report.printable("a\tb\nc\x00d" + "x" * 50_000) == ("a b c d" + "x" * 52 + "…")


def lines_of(checked, language="vi"):
    return [click.unstyle(line) for line in check_report.as_lines(checked, language)]


def sheet(form, name, *rows, **more):
    return FileSheet(name, Grid((tuple(column.title for column in form.columns), *rows)), **more)


GOOD = ("1", "Thăm hộ nghèo", "15/10/2023", "03 xã", "Hộ nghèo", "10 suất", "")
BAD = ("1", "Phát quang đường", "31/9/2023", "03 xã", "Hộ nghèo", "10 suất", "")


def test_every_sheet_is_judged_or_named_with_why_it_was_not(campaign):
    form = campaign.form("registration")
    file = TableFile(
        (
            sheet(form, "Khối 1", GOOD),
            sheet(form, "Khối 2", BAD),
            sheet(form, "Cũ", GOOD, GOOD, hidden=True),
            FileSheet("Hướng dẫn", Grid((("Cách điền",),)), has_table=False),
            sheet(form, "Khối 3"),
        )
    )

    report = check_report.as_json(check_file(campaign, form, file), "en")

    assert [(row["sheet"], row["row"], row["accepted"]) for row in report["rows"]] == [
        ("Khối 1", 2, True),
        ("Khối 2", 2, False),
    ]
    assert [(one["name"], one["read"], one["left_out"], one["empty"]) for one in report["sheets"]] == [
        ("Khối 1", True, None, False),
        ("Khối 2", True, None, False),
        ("Cũ", False, "hidden", False),
        ("Hướng dẫn", False, "no_table", False),
        ("Khối 3", True, None, True),
    ]
    assert all(one["rows_in"] == one["accepted"] + one["rejected"] + one["skipped"] for one in report["sheets"])
    assert (report["accepted"], report["rejected"]) == (1, 1)
    assert lines_of(check_file(campaign, form, file))[-4:-1] == [
        "Trang “Cũ”: trang đang ẩn nên không tính, có 2 dòng. Nếu cần, đề nghị bỏ ẩn rồi lưu lại.",
        "Trang “Hướng dẫn”: không có bảng theo mẫu nên không đọc.",
        "Trang “Khối 3”: mẫu còn trống.",
    ]


@pytest.mark.parametrize(
    ("more", "clean"),
    [
        ({}, True),
        ({"beyond": "HA7"}, False),
        ({"uncomputed": ("C2",)}, False),
        ({"hidden_rows": 1}, True),
        ({"ignored": ("Kinh phí",)}, True),
    ],
)
def test_file_is_clean_where_nothing_was_left_unread(campaign, more, clean):
    form = campaign.form("registration")

    checked = check_file(campaign, form, TableFile((sheet(form, "", GOOD, **more),)))

    assert checked.is_clean is clean


def test_file_with_rows_on_a_hidden_sheet_is_not_clean_and_one_with_an_empty_form_there_is(campaign):
    form = campaign.form("registration")
    shown = sheet(form, "A", GOOD)

    assert not check_file(campaign, form, TableFile((shown, sheet(form, "B", GOOD, hidden=True)))).is_clean
    assert check_file(campaign, form, TableFile((shown, sheet(form, "B", hidden=True)))).is_clean


def test_empty_form_is_said_to_be_empty(campaign):
    form = campaign.form("registration")
    checked = check_file(campaign, form, TableFile((sheet(form, "", ("1",), ("...",)),)))

    assert not checked.is_clean
    assert check_report.as_json(checked)["empty"] is True
    assert lines_of(checked) == [
        "Không dòng nào được điền: mẫu còn trống.",
        "Nhận 0, chưa nhận 0, bỏ qua 2 dòng.",
    ]


def test_long_gap_is_named_and_rows_below_it_keep_their_numbers(campaign):
    form = campaign.form("registration")
    other = ("2", "Trồng tre", *GOOD[2:])
    grid = Grid((tuple(column.title for column in form.columns), GOOD, other), gaps=(Gap(2, 3, 7_000),))
    checked = check_file(campaign, form, TableFile((FileSheet("", grid),)))

    report = check_report.as_json(checked)

    assert [row["row"] for row in report["rows"]] == [2, 7_003]
    assert report["sheets"][0]["gaps"] == [{"first_row": 3, "last_row": 7_002}]
    assert "từ dòng 3 đến dòng 7002 là dòng trống." in lines_of(checked)


def test_rows_of_units_in_turn_are_judged_by_unit(campaign):
    form = campaign.form("registration")
    titles = ("Mã đơn vị", *(column.title for column in form.columns))
    units = ("HU-LG", "S-GDDT", "HU-LG", "hu-lg", "XA-LA", "")
    grid = Grid((titles, *((unit, *GOOD) for unit in units)))

    report = check_report.as_json(check_file(campaign, form, TableFile((FileSheet("", grid),))))

    assert [[one["code"] for one in row["problems"]] for row in report["rows"]] == [
        [],
        [],
        ["DUPLICATE"],
        ["DUPLICATE"],
        ["UNIT_UNKNOWN"],
        ["UNIT_MISSING"],
    ]
    assert [row["accepted"] for row in report["rows"]] == [True, True, False, False, False, True]
    assert report["sheets"][0]["unknown_units"] == ["XA-LA"]
