"""`tonghop check` as it is typed."""

import json

import pytest
from click.testing import CliRunner

from service.cli.check import check
from service.cli.root import SeasonGroup

HEADER = "stt;ten_noi_dung;thoi_gian;quy_mo;doi_tuong;muc_tieu;ghi_chu"
GOOD = "1;Thăm hộ nghèo;15/10/2023;03 xã;Hộ nghèo;10 suất;"
BAD = "2;Tặng quà;31/9/2023;03 xã;Hộ nghèo;10 suất;"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("TONGHOP_DATA_DIR", str(tmp_path / "data"))

    def invoke(*lines, name="a.csv", options=()):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        group = SeasonGroup(commands={"check": check})
        return CliRunner().invoke(group, ["check", str(path), "--form", "registration", *options])

    return invoke


@pytest.mark.parametrize(
    ("lines", "status"), [((HEADER, GOOD), 0), ((HEADER, GOOD, BAD), 1), ((HEADER,), 1), (("a;b",), 2)]
)
def test_check_exit_status_says_whether_all_is_accepted(run, lines, status):
    assert run(*lines).exit_code == status


def test_check_prints_one_json_value_and_notes_elsewhere(run):
    result = run(HEADER + ";Kinh phí", GOOD + ";5", BAD + ";6", options=("--format", "json"))

    report = json.loads(result.stdout)
    assert (report["accepted"], report["rejected"], report["skipped"]) == (1, 1, 0)
    assert result.stderr == "Bỏ qua các cột không có trong mẫu: Kinh phí.\n"


def test_check_tells_a_unit_where_and_what_is_wrong(run):
    result = run(HEADER, BAD)

    assert "C2" in result.stdout
    assert "Ngày “31/9/2023” không có trong lịch." in result.stdout


def test_check_names_the_bad_line_of_json_lines(run):
    result = run(json.dumps({"thoi_gian": "15/10"}), "{", name="a.jsonl")

    assert result.exit_code == 2
    assert "dòng 2" in result.stderr


def test_check_follows_the_language_setting(run, monkeypatch):
    monkeypatch.setenv("TONGHOP_LANG", "en")

    assert "is not in the calendar" in run(HEADER, BAD).stdout


def test_check_refuses_an_unknown_form(run):
    result = run(HEADER, GOOD, options=("--form", "none"))

    assert result.exit_code == 2
    assert "registration" in result.stderr
