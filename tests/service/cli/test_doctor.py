"""`tonghop doctor` as it is typed: lines, one JSON value, exit codes."""

import json

import pytest
from click.testing import CliRunner

from service.cli.root import main


@pytest.fixture
def doctor():
    def run(folder, *arguments, **settings):
        environ = {f"TONGHOP_{name}": text for name, text in settings.items()} | {"TONGHOP_DATA_DIR": str(folder)}
        return CliRunner().invoke(main, ["doctor", *arguments], env=environ)

    return run


def test_office_with_something_to_see_ends_with_one(doctor, tmp_path):
    answer = doctor(tmp_path)

    assert answer.exit_code == 1
    assert "[CẦN XEM] Bảng tính: chưa lập. Lập ở trang “Lập trang” (tonghop provision)." in answer.stdout.splitlines()
    assert answer.stdout.splitlines()[-1].endswith("mục.")


def test_json_is_one_value(doctor, office):
    answer = doctor(office.settings.data_dir, "--format", "json")

    told = json.loads(answer.stdout)
    assert (told["state"], answer.exit_code) == ("attention", 1)
    assert {tuple(finding) for finding in told["findings"]} == {("subject", "state", "message")}
    assert {finding["state"] for finding in told["findings"]} == {"ok", "attention"}


def test_office_that_cannot_work_ends_with_two(doctor, tmp_path):
    (tmp_path / "facts.sqlite").write_bytes(b"rac" * 1000)

    answer = doctor(tmp_path)

    assert (answer.exit_code, "[HỎNG] Mở dữ liệu của đợt:" in answer.stdout) == (2, True)


@pytest.mark.parametrize("shape", ["text", "json"])
def test_rubbish_settings_are_told_as_everywhere(doctor, tmp_path, shape):
    answer = doctor(tmp_path, "--format", shape, SHEETS="excel", KHONG_CO="1")

    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "TONGHOP_SHEETS" in answer.stderr
    assert "TONGHOP_KHONG_CO" in answer.stderr


@pytest.mark.parametrize(
    "settings",
    [
        {"SHEETS": "google", "GOOGLE_CREDENTIALS": "/khong/co.json", "SECRET_KEY": "0123456789abcdef"},
        {"CAMPAIGN": "khong_co"},
        {"DATABASE_URL": "sqlite:////khong/co/duoc/x.sqlite"},
        {"PUBLIC_URL": "http://[::1]:9/<b>"},
    ],
)
def test_no_setting_gives_a_traceback(doctor, tmp_path, settings):
    answer = doctor(tmp_path, **settings)

    assert answer.exit_code in {1, 2}
    assert isinstance(answer.exception, SystemExit)


def test_live_prints_each_and_says_where(doctor, tmp_path):
    answer = doctor(tmp_path, "--live", "--as", "thu@vidu.example")

    lines = answer.stdout.splitlines()
    assert answer.exit_code == 1
    assert lines[0] == "[đúng] locale-stored: ngôn ngữ vi_VN được giữ đúng như đặt"
    assert lines[-1].endswith("máy chủ bảng tính có sẵn, ngay trong thư mục dữ liệu.")
    assert answer.stderr.startswith("Thử trên: máy chủ bảng tính có sẵn")


def test_live_json_is_one_value(doctor, tmp_path):
    answer = doctor(tmp_path, "--live", "--format", "json")

    told = json.loads(answer.stdout)
    assert (told["holds"], told["fails"], told["untried"]) == (22, 1, 14)
    assert {tuple(result) for result in told["results"]} == {("name", "words", "needed_by", "outcome", "remark")}


@pytest.mark.parametrize("option", ["--scratch", "--as", "--group"])
def test_means_without_live_are_refused(doctor, tmp_path, option):
    answer = doctor(tmp_path, option, "x")

    assert (answer.exit_code, "chỉ đi cùng --live" in answer.stderr) == (2, True)


@pytest.mark.parametrize("arguments", [("--scratch", "<b>"), ("--scratch", "x" * 30), ("--as", "x")])
def test_live_with_rubbish_is_told(doctor, tmp_path, arguments):
    answer = doctor(tmp_path, "--live", *arguments)

    assert (answer.exit_code, answer.stdout) == (2, "")
    assert f"Lỗi: {arguments[0]}: " in answer.stderr
