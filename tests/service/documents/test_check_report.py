"""What checking found, as JSON and as lines."""

import json

import click
import pytest

from service.documents import check_report
from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.reading.rows import Grid, read_tab
from sheets_schema.rules.validation import check


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
    return check(campaign, form, read_tab(form, grid))


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
