"""What a command answers is what became of it: a failure recorded nothing, and what is recorded is answered."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import nullcontext

import click
import pytest
from click.testing import CliRunner, Result

from service.cli.root import SeasonGroup, main
from service.leases import LEASE
from tests.refusing_machine import AS_A_PLAIN_USER, MAY_OPEN_EVERYTHING, full_disk

pytestmark = pytest.mark.sqlite_file
DECISION = ("S-CT", "--form", "registration", "--reason", "x" * 1000, "--document", "312-CV/HU")
MAIN = "from service.cli import main; main()"
COMMANDS = {
    "extend": ("extend", *DECISION, "--before", "2030-01-01"),
    "nil": ("nil", *DECISION),
    "access grant": ("access", "grant", "hoa@vidu.example", "--role", "viewer"),
}


def environment(office, **settings: str) -> dict[str, str]:
    given = {"DATA_DIR": str(office.settings.data_dir), "REHEARSAL": "1"} | settings
    return {f"TONGHOP_{name}": value for name, value in given.items()}


def command(office, *arguments, limit: int | None = None, **settings: str) -> Result:
    """Run a command; no file may grow beyond the limit."""
    with full_disk(limit) if limit is not None else nullcontext():
        return CliRunner().invoke(main, arguments, env=environment(office, **settings))


def is_handled(answer: Result) -> bool:
    """Return True if a command ended by itself, its failure in words."""
    return isinstance(answer.exception, SystemExit | None) and "Traceback" not in answer.stderr


def recorded(office) -> int:
    """Count what was decided and granted."""
    with office.workspace() as workspace:
        lines = workspace.store.facts.lines(office.campaign.key)
    return sum(line.kind in {"decision", "access"} for line in lines)


LONG = "Thiếu " * 11_000


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        (("return", *DECISION, "--reason", LONG), "“Lý do” dài quá 1000 ký tự."),
        (("extend", *DECISION, "--before", "2030-01-01", "--reason", LONG), "“Lý do” dài quá 1000 ký tự."),
        (("exempt", *DECISION, "--reason", "a", "--document", LONG), "“Số, ký hiệu văn bản” dài quá 200 ký tự."),
        (("nil", *DECISION, "--by", LONG), "“Tên người ghi” dài quá 200 ký tự."),
        (("withdraw", "1", "--reason", LONG), "“Lý do” dài quá 1000 ký tự."),
        (("freeze", "Mốc", "--reason", LONG), "“Ghi chú” dài quá 1000 ký tự."),
        (("paper-template", "withdraw", "urging", "--reason", LONG), "“Ghi chú” dài quá 1000 ký tự."),
        (("intake", __file__, "--form", "registration", "--reason", LONG), "“Lý do” dài quá 1000 ký tự."),
        (("mail", "hold", "--by", LONG), "“Tên người ghi” dài quá 200 ký tự."),
    ],
)
def test_long_text_is_refused_as_on_the_web_and_nothing_is_recorded(office, arguments, title):
    answer = command(office, *arguments)

    assert is_handled(answer)
    assert (answer.exit_code != 0, title in answer.stderr) == (True, True), answer.stderr
    assert recorded(office) == 0


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("room", [0, 12_000, 36_000, 50_000, 90_000])
def test_full_disk_records_all_or_nothing_and_the_answer_says_which(office, name, room):
    before = recorded(office)

    answer = command(office, *COMMANDS[name], limit=room)

    done = answer.exit_code == 0
    assert recorded(office) - before == (1 if done else 0)
    assert is_handled(answer)
    assert done or ("Đĩa chứa" in answer.stderr and "facts.sqlite" in answer.stderr)
    # a run is asked for together with a decision
    with office.workspace() as workspace:
        state = workspace.store.work.state(office.campaign.key)
    assert not done or name == "access grant" or (state is not None and state.dirty_since is not None)


def test_second_try_after_a_failure_records_it_once(office):
    failed = command(office, *COMMANDS["extend"], limit=12_000)
    done = command(office, *COMMANDS["extend"])

    assert (failed.exit_code, done.exit_code, recorded(office)) == (2, 0, 1)


@pytest.mark.parametrize(("asked", "facts"), [(COMMANDS["nil"], 1), (("paper", "progress", "-o", "-"), 0)])
def test_answer_that_a_full_disk_does_not_take_says_that_it_may_be_recorded(office, asked, facts):
    # as people have it: what is printed is kept back until there is enough of it, or until the end
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with open("/dev/full", "w") as full:
        answer = subprocess.run(
            [sys.executable, "-c", MAIN, *asked],
            env=environment | {"TONGHOP_DATA_DIR": str(office.settings.data_dir)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )

    assert (answer.returncode, "Traceback" in answer.stderr, recorded(office)) == (2, False, facts)
    assert "đĩa đã đầy. Việc vừa rồi có thể đã được ghi" in answer.stderr


def test_full_disk_of_the_spreadsheets_is_said_once_and_in_the_readers_language(tmp_path):
    code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, -1));{MAIN}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TONGHOP_")}
    answer = subprocess.run(
        [sys.executable, "-c", code, "provision"],
        env=environment | {"TONGHOP_DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
    )

    assert answer.returncode == 2
    assert "Đĩa chứa" in answer.stderr
    assert "the store cannot be used" not in answer.stderr


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EACCES, "Permission denied", "/nơi/khác"), "Không mở được tệp hoặc thư mục /nơi/khác"),
        (OSError(errno.ENOSPC, "No space left on device"), "Máy không cho làm tiếp: đĩa đã đầy"),
    ],
)
def test_what_the_system_refuses_is_no_answer_that_was_not_printed(error, words):
    @click.command(cls=SeasonGroup, invoke_without_command=True)
    def fails() -> None:
        click.echo("đã in")
        raise error

    done = CliRunner().invoke(fails, [])

    assert (done.exit_code, done.stdout) == (2, "đã in\n")
    assert words in done.stderr
    assert "câu trả lời" not in done.stderr


@pytest.mark.parametrize("command", ["use", "try"])
def test_template_that_is_not_there_is_named(office, tmp_path, command):
    answer = CliRunner().invoke(
        main,
        ["paper-template", command, "urging", str(tmp_path / "thieu.docx")],
        env={"TONGHOP_DATA_DIR": str(office.settings.data_dir)},
    )

    assert (answer.exit_code, "thieu.docx: không có tệp này" in answer.stderr) == (2, True)


@pytest.mark.parametrize("name", COMMANDS)
def test_database_that_another_holds_is_named_and_nothing_is_recorded(office, name):
    file = office.settings.data_dir / "facts.sqlite"
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    answer = command(office, *COMMANDS[name], DATABASE_URL=f"sqlite:///{file}?timeout=0.2")
    holder.execute("ROLLBACK")
    holder.close()

    assert (answer.exit_code, recorded(office)) == (2, 0)
    assert f"đang giữ tệp {file} quá lâu" in answer.stderr
    assert "chưa được ghi" in answer.stderr


@pytest.mark.skipif(MAY_OPEN_EVERYTHING, reason="root may write everything")
@pytest.mark.parametrize("closed", ["facts.sqlite", "facts.sqlite-wal"])
def test_file_that_may_not_be_written_is_named_with_its_owner(office, closed):
    folder = office.settings.data_dir
    path = folder / closed
    # while another has it open, SQLite keeps its journal beside the file
    other = sqlite3.connect(folder / "facts.sqlite")
    other.execute("SELECT count(*) FROM facts").fetchone()
    path.chmod(0o400)
    owner = path.owner()

    answer = subprocess.run(
        [*AS_A_PLAIN_USER, sys.executable, "-c", MAIN, *COMMANDS["nil"]],
        env=os.environ | environment(office),
        capture_output=True,
        text=True,
    )
    path.chmod(0o600)
    other.close()

    assert (answer.returncode, "Traceback" in answer.stderr, recorded(office)) == (2, False, 0)
    # SQLite may have made its journal anew by then: the database's own file is named at the least
    assert f"không ghi được {path} (của {owner})" in answer.stderr or (
        closed != "facts.sqlite" and str(path.with_name("facts.sqlite")) in answer.stderr
    )


def test_disk_that_is_read_only_is_named(office):
    folder = office.settings.data_dir
    mounted = f"mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}"
    unshared = ["unshare", "--mount", "sh", "-c"]
    if os.geteuid() or shutil.which("unshare") is None or subprocess.run([*unshared, mounted], check=False).returncode:
        pytest.skip("only root may mount a disk read-only, and not everywhere")

    answer = subprocess.run(
        [*unshared, f'{mounted} && exec "$@"', "sh", sys.executable, "-c", MAIN, *COMMANDS["nil"]],
        env=os.environ | environment(office),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (answer.returncode, "Traceback" in answer.stderr, recorded(office)) == (2, False, 0)
    assert f"Ổ đĩa giữ {folder} đang chỉ đọc" in answer.stderr


@pytest.mark.parametrize("room", [60_000])
def test_full_disk_within_a_run_is_named_and_the_next_run_makes_it_whole(office, room):
    office.type("S-CT", "registration", [["1", "Ra quân làm sạch kênh mương", "15/10/2023"]])

    answer = command(office, "consolidate", limit=room)

    assert is_handled(answer)
    assert answer.exit_code == 0 or "Đĩa chứa" in answer.stderr, answer.stderr
    office.forget_lease()
    again = command(office, "consolidate")
    assert again.exit_code == 0, again.stderr
    shown = [cell for rows in office.master().values() for row in rows for cell in row]
    assert "Ra quân làm sạch kênh mương" in shown


@pytest.mark.parametrize("room", [250_000])
def test_full_disk_within_provisioning_is_named_and_the_next_makes_the_rest(new_office, room):
    empty = new_office()

    answer = command(empty, "provision", "--form", "registration", limit=room)

    assert (answer.exit_code, is_handled(answer)) == (2, True), answer.stderr
    assert "Đĩa chứa" in answer.stderr
    if (empty.settings.data_dir / "facts.sqlite").stat().st_size:
        with empty.workspace() as workspace:
            later = workspace.lease_clock()
            workspace.store.work.claim_all(empty.campaign.key, later + 2 * LEASE, "test", -2 * LEASE)
    again = command(empty, "provision", "--form", "registration")
    assert again.exit_code == 0, again.stderr
    assert "53" in again.stdout + again.stderr
