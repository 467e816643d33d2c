"""`tonghop backup` and `tonghop restore` as people type them, and as machines cut them off."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from service import data_folder
from service.cli.root import main
from service.operations.backup import restoring
from service.settings import Settings, campaign_of


def run(*arguments: object, data: Path, **settings: str):
    env = {f"TONGHOP_{name}": value for name, value in settings.items()} | {"TONGHOP_DATA_DIR": str(data)}
    return CliRunner().invoke(main, [str(argument) for argument in arguments], env=env)


@pytest.fixture
def data(office) -> Path:
    """A data folder in use."""
    office.consolidate()
    return office.settings.data_dir


def begin(*arguments: object, data: Path, limit: int | None = None) -> subprocess.Popen:
    """Start a command as a process of its own; no file may grow beyond the limit."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TONGHOP_")}

    def confine() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.Popen(
        [sys.executable, "-c", "from service.cli import main; main()", *map(str, arguments)],
        env=environ | {"TONGHOP_DATA_DIR": str(data)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=confine,
    )


def test_restoring_in_place_names_the_backup_of_before_with_its_folder_and_the_seasons_hour(data, tmp_path):
    assert run("backup", tmp_path / "b.zip", data=data).exit_code == 0
    zone = campaign_of(Settings()).zone

    done = run("restore", tmp_path / "b.zip", "--in-place", data=data)

    kept, at = re.search(r"Đã sao lưu vào (\S+-truoc-khoi-phuc-(\d{8}-\d{6})\.zip) và", done.stdout).groups()
    written = datetime.fromtimestamp(Path(kept).stat().st_mtime, zone)
    assert written - datetime.strptime(at, "%Y%m%d-%H%M%S").replace(tzinfo=zone) < timedelta(minutes=5)


def test_nothing_is_recorded_where_a_restored_folder_waits_to_take_the_place(data):
    order = data_folder.swap_order(data)
    order.write_text("{}")
    decision = ("exempt", "S-CT", "--form", "registration", "--reason", "lý do", "--document", "1/CV")

    refused, looked = run(*decision, data=data), run("doctor", data=data)
    order.unlink()
    after = run("explain", "S-CT", "--form", "registration", data=data)

    assert refused.exit_code == 2
    assert "Một bản khôi phục đang chờ thay chỗ" in refused.stderr
    assert "Một bản khôi phục đang chờ thay chỗ" in looked.stdout
    assert "Không thuộc diện" not in after.stdout


def test_backup_and_restore_say_what_was_done_and_what_comes_next(data, tmp_path):
    (tmp_path / "kho").mkdir()

    first = run("backup", tmp_path / "kho", "--keep", "5", data=data)
    (made,) = (tmp_path / "kho").iterdir()
    second = run("restore", made, data=tmp_path / "khac")

    assert (first.exit_code, first.stdout.startswith(f"Đã sao lưu: {made} (")) == (0, True)
    assert (second.exit_code, second.stdout.splitlines()[-1]) == (
        0,
        "Tiếp theo: tonghop doctor, tonghop status, rồi tonghop serve.",
    )
    assert (
        run("status", data=tmp_path / "khac").stdout.splitlines()[1:]
        == run("status", data=data).stdout.splitlines()[1:]
    )


def test_secrets_come_with_a_warning(data, tmp_path):
    answer = run("backup", tmp_path / "b.zip", "--with-secrets", data=data)

    assert "ai có tệp là mở được mọi bảng tính" in answer.stderr


def test_workbook_that_cannot_be_had_ends_with_one(data, office, tmp_path):
    office.owner.del_spreadsheet(office.books("report")[0])

    answer = run("backup", tmp_path / "b.zip", "--spreadsheets", data=data)

    assert (answer.exit_code, "Không lấy được bảng tính report-1" in answer.stderr) == (1, True)
    assert (tmp_path / "b.zip").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("backup", "b.zip", "--keep", "3"), 2, "--keep cần TỆP là một thư mục"),
        (("backup", "--keep", "3"), 2, "--keep cần TỆP là một thư mục"),
        (("backup", ".", "--keep", "0"), 2, "--keep"),
        (("backup", "khong/co/b.zip"), 2, "Không có thư mục"),
        (("restore",), 2, "TỆP"),
        (("restore", "khong-co.zip"), 2, "không có tệp hay thư mục này"),
        (("restore", "🏚\udcff.zip"), 2, "không có tệp hay thư mục này"),
        (("restore", ""), 2, "Giá trị đang trống"),
        (("restore", "."), 2, "đây là thư mục, không phải tệp"),
    ],
)
def test_rubbish_is_answered_with_a_message(data, tmp_path, monkeypatch, arguments, status, words):
    monkeypatch.chdir(tmp_path)

    answer = run(*arguments, data=data)

    assert (answer.exit_code, words in answer.stderr, "Traceback" in answer.stderr) == (status, True, False)


def test_restore_into_a_folder_in_use_is_refused(data, tmp_path):
    run("backup", tmp_path / "b.zip", data=data)

    answer = run("restore", tmp_path / "b.zip", data=data)

    assert (answer.exit_code, "không trống: " in answer.stderr) == (2, True)


def test_half_restored_folder_is_opened_by_nothing(data):
    (data / "RESTORING").touch()

    answers = [run(*command, data=data) for command in (("status",), ("consolidate",), ("backup",), ("doctor",))]

    assert {(answer.exit_code, "Chạy lại: tonghop restore TỆP" in answer.output) for answer in answers} == {(2, True)}


def test_full_disk_is_told_and_leaves_nothing(data, tmp_path):
    (tmp_path / "kho").mkdir()

    # the spreadsheets' copy is what no longer fits
    process = begin("backup", tmp_path / "kho", data=data, limit=(data / "sheets.sqlite").stat().st_size - 4096)
    _, said = process.communicate(timeout=60)

    assert (process.returncode, "Không để lại tệp dở" in said, "Traceback" in said) == (2, True, False)
    assert list((tmp_path / "kho").iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_backup_that_is_stopped_leaves_no_half_file(data, tmp_path, number):
    (tmp_path / "kho").mkdir()

    process = begin("backup", tmp_path / "kho", "--spreadsheets", data=data)
    # it is under way once its own folder is there
    latest = time.monotonic() + 30
    while not list((tmp_path / "kho").iterdir()):
        assert time.monotonic() < latest
        time.sleep(0.002)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)

    assert (process.returncode, said.splitlines()[-1]) == (130, "Đã dừng; không để lại tệp dở.")
    assert list((tmp_path / "kho").iterdir()) == []


def cut_off(archive: Path, there: Path, number: int) -> tuple[int, str]:
    """Restore into a folder and send a signal once it is under way; return how it ended and what it said last."""
    process = begin("restore", archive, data=there)
    latest = time.monotonic() + 30
    while not restoring.leftovers(there) and process.poll() is None:
        assert time.monotonic() < latest
        time.sleep(0.001)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    return process.returncode, (said.splitlines() or [""])[-1]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_restore_that_is_stopped_starts_over_cleanly(data, tmp_path, number):
    run("backup", tmp_path / "b.zip", data=data)
    # a restore takes a moment only: one that was whole before the signal came proves nothing
    for attempt in range(10):
        there = tmp_path / f"khac-{attempt}"
        status, said = cut_off(tmp_path / "b.zip", there, number)
        if status != 0:
            break

    assert not there.exists()
    if number == signal.SIGTERM:
        assert (status, said) == (130, "Đã dừng; không khôi phục gì, thư mục dữ liệu vẫn trống.")
        assert restoring.leftovers(there) == ()
    else:
        assert (status, len(restoring.leftovers(there))) == (-signal.SIGKILL, 1)
    assert run("restore", tmp_path / "b.zip", data=there).exit_code == 0
    assert restoring.leftovers(there) == ()
    assert run("status", data=there).exit_code == 0
