"""A folder that holds no season is never read as a season in which nothing was sent, and nothing is made in it."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from service import wiring
from service.cli.root import main
from service.settings import Settings
from tests.refusing_machine import AS_A_PLAIN_USER, MAY_OPEN_EVERYTHING

DECISION = ("S-CT", "--form", "registration", "--reason", "x", "--document", "y")
COMMANDS = (
    ("status",),
    ("status", "--format", "json"),
    ("status", "--now", "2023-10-01"),
    ("explain", "S-CT"),
    ("consolidate",),
    ("backup",),
    ("access", "list"),
    ("access", "grant", "a@vidu.example", "--role", "viewer"),
    ("access", "revoke", "a@vidu.example"),
    ("workbook", "list"),
    ("workbook", "group", "--none", "--form", "registration"),
    ("watch",),
    ("watch", "--stop"),
    ("extend", *DECISION, "--before", "2030-01-01"),
    ("receive", *DECISION, "--at", "2023-09-20"),
    ("exempt", *DECISION),
    ("return", *DECISION),
    ("accept", *DECISION),
    ("nil", *DECISION),
    ("board-task", "1.1", "--done", "2023-10-01"),
    ("restore", "--accept-facts"),
)


def run(*arguments, **settings):
    env = {f"TONGHOP_{name}": str(value) for name, value in settings.items()}
    return CliRunner().invoke(main, arguments, env=env)


def everything(folder):
    return sorted((str(path), path.stat().st_size) for path in folder.rglob("*"))


def lay_nothing(_place):
    pass


def lay_an_empty_folder(place):
    place.mkdir()


def lay_a_file(place):
    place.write_text("ghi chú")


def lay_an_empty_database(place):
    place.mkdir()
    (place / "facts.sqlite").touch()


def lay_other_files(place):
    place.mkdir()
    (place / "bao-cao.docx").write_bytes(b"PK")
    (place / "facts-count.json").write_text('{"last": 0, "backup": "", "accepted": []}')


PLACES = {
    "missing": (lay_nothing, "không có thư mục"),
    "empty folder": (lay_an_empty_folder, "Chưa có đợt nào ở"),
    "file": (lay_a_file, "là một tệp, không phải thư mục"),
    "empty database": (lay_an_empty_database, "Chưa có đợt nào ở"),
    "folder of something else": (lay_other_files, "Chưa có đợt nào ở"),
}


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize("rehearsal", ["0", "1"])
def test_command_makes_nothing_and_says_what_to_do(tmp_path, monkeypatch, kind, rehearsal):
    monkeypatch.chdir(tmp_path)
    lay, words = PLACES[kind]
    place = tmp_path / "o day"
    lay(place)
    before = everything(tmp_path)

    answers = {command: run(*command, DATA_DIR=place, REHEARSAL=rehearsal) for command in COMMANDS}

    ended = {command: answer.exit_code for command, answer in answers.items()}
    assert set(ended.values()) == {2}
    # a clock is set for rehearsals alone, which is answered first
    asked = [command for command in COMMANDS if "--now" not in command or rehearsal == "1"]
    assert [command for command in asked if words not in answers[command].stderr] == []
    assert [command for command in asked if str(place) not in answers[command].stderr] == []
    assert {answer.stdout for answer in answers.values()} == {""}
    assert everything(tmp_path) == before


def test_doctor_and_a_plan_make_nothing(tmp_path):
    place = tmp_path / "chua-co"

    doctor, plan = run("doctor", DATA_DIR=place), run("provision", "--dry-run", DATA_DIR=place)

    assert (doctor.exit_code, plan.exit_code) == (1, 0)
    assert f"chưa có đợt nào ở đây: không có thư mục {place}" in doctor.stdout
    assert list(tmp_path.iterdir()) == []


def test_database_that_waits_for_its_season_is_no_season_where_nothing_was_sent(tmp_path):
    with wiring.open_workspace(Settings(data_dir=tmp_path / "data")):
        pass

    answers = [run(*command, DATA_DIR=tmp_path / "data") for command in (("status",), ("explain", "S-CT"), ("backup",))]

    assert {answer.exit_code for answer in answers} == {2}
    assert {"Đợt chưa bắt đầu ở" in answer.stderr for answer in answers} == {True}


@pytest.mark.parametrize(
    "command", [("status",), ("backup",), ("access", "list"), ("nil", "TV-01", "--form", "ket_qua")]
)
def test_folder_of_another_campaign_is_named(office, reading_week, command):
    folder, asked = office.settings.data_dir, reading_week.settings.campaign

    answer = run(*command, DATA_DIR=folder, CAMPAIGN=asked, REHEARSAL="1")

    assert answer.exit_code == 2
    assert f"giữ đợt thang_dan_van_2023, không có đợt của TONGHOP_CAMPAIGN={asked}" in answer.stderr


@pytest.fixture
def folder(office):
    """A season's folder that can be deleted again whatever rights a test leaves on it."""
    yield office.settings.data_dir
    office.settings.data_dir.chmod(0o700)


@pytest.mark.skipif(MAY_OPEN_EVERYTHING, reason="root may open everything")
@pytest.mark.parametrize(
    ("command", "mode"),
    [
        (("status",), 0o000),
        (("backup", "x.zip"), 0o200),
        (("provision",), 0o600),
        (("nil", "S-CT", "--form", "report"), 0o600),
    ],
)
def test_folder_without_rights_is_named(folder, tmp_path, command, mode):
    folder.chmod(mode)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TONGHOP_")}

    answer = subprocess.run(
        [*AS_A_PLAIN_USER, sys.executable, "-c", "from service.cli import main; main()", *command],
        env=environ | {"TONGHOP_DATA_DIR": str(folder), "TONGHOP_REHEARSAL": "1", "PYTHONPATH": os.getcwd()},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert (answer.returncode, "Traceback" in answer.stderr) == (2, False)
    assert f"Không mở được thư mục dữ liệu {folder}: không có quyền" in answer.stderr
