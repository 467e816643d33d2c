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
    assert "[CẦN XEM] Bảng tính: chưa lập. Chạy: tonghop provision." in answer.stdout.splitlines()
    assert answer.stdout.splitlines()[-1].endswith("mục.")


def test_json_is_one_value(doctor, office):
    answer = doctor(office.settings.data_dir, "--format", "json")

    told = json.loads(answer.stdout)
    assert (told["state"], answer.exit_code) == ("look", 1)
    assert {tuple(finding) for finding in told["findings"]} == {("subject", "state", "said")}
    assert {finding["state"] for finding in told["findings"]} == {"ok", "look"}


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
