"""`tonghop watch` as it is typed: what it makes, shows, stops, refuses; and kept running as a real process."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from service import data_folder
from service.cli.root import main
from service.embedded.storage.sqlite_store import FILE_NAME

HERE = "http://127.0.0.1:8080/hooks/drive"
NOW = "2023-09-20T08:00+07:00"


@pytest.fixture
def run(office):
    data_folder.make_rehearsal(office.settings.data_dir)

    def invoke(*args: str, now: str = NOW, **settings: str):
        environ = {"TONGHOP_DATA_DIR": str(office.settings.data_dir), "TONGHOP_REHEARSAL": "1"}
        environ |= {f"TONGHOP_{name}": value for name, value in settings.items()}
        if office.settings.database_url:
            environ["TONGHOP_DATABASE_URL"] = office.settings.database_url
        return CliRunner().invoke(main, ["watch", *args, "--now", now], env=environ)

    return invoke


def served(office) -> list[tuple[str, str]]:
    connection = sqlite3.connect(office.settings.data_dir / FILE_NAME)
    found = connection.execute("SELECT file, address FROM channel ORDER BY file").fetchall()
    connection.close()
    return found


def test_watch_makes_the_channels_and_prints_them(run, office):
    answer = run()

    assert answer.exit_code == 0, answer.output
    assert [address for _, address in served(office)] == [HERE, HERE]
    lines = answer.stdout.splitlines()
    assert lines[0] == f"Báo tin gửi tới {HERE}"
    assert " ".join(lines[1].split()) == "Bảng tính Kiểu Từ Đến Tin gần nhất Tình trạng"
    assert len(lines) == 4
    assert all("08:00 ngày 20/9/2023" in line and "08:00 ngày 21/9/2023" in line for line in lines[2:])
    assert all(line.endswith("  tốt") for line in lines[2:])


def test_watch_again_changes_nothing(run, office):
    run()
    before = served(office)

    assert (run().exit_code, served(office)) == (0, before)


def test_json_is_one_value_with_every_channel(run, office):
    answer = run("--format", "json")

    told = json.loads(answer.stdout)
    assert (told["mode"], told["address"], told["refusal"]) == ("files", HERE, None)
    assert sorted(line["spreadsheet_id"] for line in told["channels"]) == [file for file, _ in served(office)]
    assert [line | {"spreadsheet_id": ""} for line in told["channels"]] == [
        {
            "form": form,
            "shard": 0,
            "spreadsheet_id": "",
            "kind": "file",
            "since": "2023-09-20T08:00:00+07:00",
            "until": "2023-09-21T08:00:00+07:00",
            "last_message_at": None,
            "state": "good",
        }
        for form in office.forms
    ]


def test_changes_mode_shows_one_channel_on_all(run, office):
    run()
    answer = run(WATCH="changes")

    assert answer.exit_code == 0, answer.output
    assert served(office) == [("", HERE)]
    assert answer.stdout.splitlines()[2].startswith("(tất cả)")
    assert "mọi thay đổi" in answer.stdout
    assert "08:00 ngày 27/9/2023" in answer.stdout


def test_last_message_is_shown(run, office):
    run()
    with office.workspace() as workspace:
        channel = workspace.store.channels.channels_for(office.campaign.key)[0]
        workspace.store.channels.take_message(channel.id, 3, channel.resource_id, office.now + timedelta(minutes=7))

    assert "08:07 ngày 20/9/2023" in run().stdout


def test_off_stops_what_there_is_and_says_so(run, office):
    run()
    answer = run(WATCH="off")

    assert (answer.exit_code, served(office)) == (0, [])
    assert answer.stdout == "Báo tin đang tắt (TONGHOP_WATCH=off); dịch vụ tự quét định kỳ.\n"


def test_stop_ends_all_and_warns_of_who_makes_them_again(run, office):
    run()
    answer = run("--stop")

    assert (answer.exit_code, served(office)) == (0, [])
    assert answer.stdout == "Đã thôi 2 kênh báo tin.\n"
    assert "TONGHOP_WATCH=off" in answer.stderr
    assert run("--stop").stdout == "Không có kênh báo tin nào.\n"


def test_stop_as_json_counts(run):
    run()

    assert json.loads(run("--stop", "--format", "json").stdout) == {"stopped": 2, "left": 0}


def test_stop_works_whatever_the_address(run, office):
    run()

    assert run("--stop", PUBLIC_URL="http://10.0.0.5").exit_code == 0
    assert served(office) == []


@pytest.mark.parametrize("url", ["http://10.0.0.5:8080", "http://board.example.vn", "https://board.example.vn"])
def test_address_nobody_can_send_to_is_explained(run, office, url):
    answer = run(PUBLIC_URL=url)

    assert answer.exit_code == 2
    assert f"Lỗi: TONGHOP_PUBLIC_URL đang là {url}" in answer.stderr
    assert "TONGHOP_WATCH=off" in answer.stderr
    assert served(office) == []


def test_before_provisioning_it_says_what_to_do(new_office):
    office = new_office(name="trống")
    environ = {"TONGHOP_DATA_DIR": str(office.settings.data_dir)}
    if office.settings.database_url:
        environ["TONGHOP_DATABASE_URL"] = office.settings.database_url

    answer = CliRunner().invoke(main, ["watch"], env=environ)

    assert answer.exit_code == 2, answer.output
    assert "chạy: tonghop provision." in answer.output


@pytest.mark.parametrize("args", [["--stop", "--keep"], ["--format", "xml"], ["tệp"], ["--now", "hôm qua"]])
def test_what_makes_no_sense_is_refused(run, args):
    answer = CliRunner().invoke(main, ["watch", *args])

    assert answer.exit_code == 2
    assert "Traceback" not in answer.output


@pytest.mark.parametrize("value", ["drive", "files,changes", "ON", "…", "1"])
def test_mode_nobody_knows_is_refused(run, value):
    answer = run(WATCH=value)

    assert answer.exit_code == 2
    assert "Nhận: files, changes, off." in answer.stderr


def test_lapsing_channel_is_warned_of(run, office, caplog):
    run()
    path = office.settings.data_dir / FILE_NAME
    connection = sqlite3.connect(path)
    connection.execute("CREATE TRIGGER full BEFORE INSERT ON channel BEGIN SELECT RAISE(ABORT, 'full'); END")
    connection.commit()
    connection.close()

    # the server answers 500 to every watch: renewing fails
    answer = run(now="2023-09-21T06:00+07:00")

    assert answer.exit_code == 1
    assert "SẮP HẾT HẠN" in answer.stdout
    assert "hết hạn lúc 08:00 ngày 21/9/2023 mà chưa gia hạn được" in answer.stdout
    assert "push channels lapse: 2" in caplog.text


@pytest.fixture
def keep(office, tmp_path) -> Iterator[Callable[..., subprocess.Popen]]:
    """Return `keep(…)`: the command kept running over the office's folder, its words in a file."""
    started: list[subprocess.Popen] = []

    def start(*args: str, log: Path, **settings: str) -> subprocess.Popen:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("TONGHOP_")}
        environ |= {"TONGHOP_DATA_DIR": str(office.settings.data_dir), "PYTHONUNBUFFERED": "1"}
        environ |= {f"TONGHOP_{name}": value for name, value in settings.items()}
        if office.settings.database_url:
            environ["TONGHOP_DATABASE_URL"] = office.settings.database_url
        command = [sys.executable, "-c", "from service.cli import main; main()", "watch", "--keep", *args]
        with log.open("wb") as out:
            started.append(subprocess.Popen(command, env=environ, stdout=out, stderr=subprocess.STDOUT))
        return started[-1]

    yield start
    for process in started:
        process.terminate()
        process.wait(20)


def until(condition: Callable[[], object], seconds: float = 40.0) -> None:
    latest = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < latest
        time.sleep(0.05)


def test_keep_makes_good_what_is_lost_and_ends_when_told(office, keep, tmp_path):
    """By SIGTERM; by Ctrl-C in test_pushed_edits.py."""
    log = tmp_path / "lời"
    process = keep(log=log)
    until(lambda: "Dừng: Ctrl-C." in log.read_text())
    first = served(office)
    with office.workspace() as workspace:
        for channel in workspace.store.channels.channels_for(office.campaign.key):
            workspace.store.channels.drop_channel(channel.id)

        until(lambda: len(workspace.store.channels.channels_for(office.campaign.key)) == len(first))
    process.send_signal(signal.SIGTERM)

    assert process.wait(20) == 0
    assert "Traceback" not in log.read_text()
    assert "tonghop watch --stop" in log.read_text()
    assert len(served(office)) > 0


def test_keep_waits_out_an_outage_of_the_database(office, keep, tmp_path):
    if office.settings.database_url:
        pytest.skip("about the SQLite file itself")
    log = tmp_path / "lời"
    process = keep(log=log)
    until(lambda: "Dừng: Ctrl-C." in log.read_text())
    connection = sqlite3.connect(office.settings.data_dir / "facts.sqlite")
    connection.execute("ALTER TABLE channels RENAME TO channels_away")
    connection.commit()
    until(lambda: "channels cannot be kept" in log.read_text())
    connection.execute("ALTER TABLE channels_away RENAME TO channels")
    connection.execute("DELETE FROM channels")
    connection.commit()

    until(lambda: connection.execute("SELECT count(*) FROM channels").fetchone() == (2,))
    connection.close()
    assert process.poll() is None
