"""`tonghop versions` and `show`: what a tab held, in words for people and as JSON for programs."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from service.cli.root import main

SENT = {"Số và ký hiệu": "12-BC/SCT", "Xác nhận gửi": True}
ROW = ["II.1", "", "Tổ chức 3 hội nghị\n<b>lớn</b>", "3 hội nghị", "TRUE", ""]


@pytest.fixture
def run(office, monkeypatch):
    """Run a command on an office where S-CT sent one row of its report on 25 October 2023."""
    office.at("2023-10-25 08:00").type("S-CT", "report", [ROW], SENT)
    office.consolidate()
    monkeypatch.setenv("TONGHOP_DATA_DIR", str(office.settings.data_dir))
    return lambda *arguments: CliRunner().invoke(main, [*arguments, "--form", "report"])


def test_versions_are_listed_in_order(run):
    done = run("versions", "S-CT")

    assert done.exit_code == 0, done.output
    assert "08:00 ngày 25/10/2023: đã xác nhận gửi, 1 dòng được nhận" in done.stdout.splitlines()[-1]


def test_show_says_ticks_in_words_and_each_row_on_a_line(run):
    done = run("show", "S-CT")

    assert done.exit_code == 0, done.output
    assert "  Xác nhận gửi: đã đánh dấu" in done.stdout.splitlines()
    (row,) = [line for line in done.stdout.splitlines() if "II.1" in line]
    assert "Tổ chức 3 hội nghị <b>lớn</b> | 3 hội nghị | đã đánh dấu" in row
    assert "TRUE" not in done.stdout


def test_show_gives_a_program_what_is_kept(run):
    held = json.loads(run("show", "S-CT", "--format", "json").stdout)

    (row,) = held["rows"]
    assert (row["values"]["khong_phat_sinh"], held["fields"]["xac_nhan_gui"]) == ("TRUE", "TRUE")
    assert row["values"]["ket_qua"] == ROW[2]
