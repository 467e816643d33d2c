"""tonghop season: listed, taken out, closed and opened again; a command for another season than the main one."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from service import workflows
from service.cli.root import OF_ALL_SEASONS
from service.cli.root import main as tonghop
from service.seasons import drafts, season_archive, season_folders, season_list
from service.seasons.drafts import Draft
from tests.refusing_machine import AS_A_PLAIN_USER, MAY_OPEN_EVERYTHING
from tests.seasons_office import MORNING, NEXT, SEASON, main

__all__ = ["main"]
OF_NEXT_YEAR = """\
Stt,"Tên nội dung, hoạt động","Thời gian tổ chức, triển khai","Quy mô, phạm vi triển khai",\
Đối tượng thực hiện hoặc đối tượng thụ hưởng,Mục tiêu hướng đến hoặc dự kiến kết quả đạt được,Ghi chú
1,Ra quân dọn vệ sinh môi trường,05/10/2024,Toàn tỉnh,"Cán bộ, đoàn viên","500 người tham gia",
"""


def test_seasons_from_the_command_line(main, tmp_path):
    environ = {"TONGHOP_DATA_DIR": str(main.settings.data_dir), "TONGHOP_CAMPAIGN": main.settings.campaign}

    def run(*arguments: str, status: int = 0) -> str:
        done = CliRunner().invoke(tonghop, ["season", *arguments], env=environ)
        assert done.exit_code == status, done.output
        return done.output

    listed = run("list")
    assert SEASON in listed
    assert "Đang mở" in listed
    run("take-out", SEASON, str(tmp_path / "a.zip"))
    taken = season_archive.unpacked((tmp_path / "a.zip").read_bytes())
    assert taken == (SEASON, season_list.files_of_season(main, SEASON))
    assert "Đã đóng đợt" in run("close", SEASON)
    assert "Đã đóng" in run("list")
    assert "Đã mở lại đợt" in run("reopen", SEASON)
    assert "Không có đợt nào tên" in run("close", "../x", status=2)


def drafted_next(main) -> Draft:
    files = season_list.files_of_season(main, SEASON)
    return drafts.begin(main.settings, files, SEASON, 2024, season_list.keys_taken(main))


def opened_next(main) -> dict[str, str]:
    draft = drafted_next(main)
    guessed = {one.id: [value.value for value in one.values] for one in draft.guesses}
    drafts.confirm(main.settings, NEXT, guessed, "chi Lan", MORNING)
    season_list.open_season(main, NEXT, "lan@vidu.example")
    return {
        "TONGHOP_DATA_DIR": str(main.settings.data_dir),
        "TONGHOP_CAMPAIGN": main.settings.campaign,
        "TONGHOP_PUBLIC_URL": "https://tonghop.vidu.vn",
    }


def test_a_command_is_of_the_season_it_names(main, tmp_path):
    environ = opened_next(main)

    def run(*arguments: str, status: int = 0, **more: str) -> str:
        done = CliRunner().invoke(tonghop, arguments, env=environ | more)
        assert done.exit_code == status, done.output
        return done.output

    assert f"tonghop --season {NEXT} …" in run("season", "list")
    # just opened, it is no season mistaken for another
    assert f"tonghop --season {NEXT} provision" in run("--season", NEXT, "status", status=2)
    assert "Đợt chưa bắt đầu" in run("status", status=2, TONGHOP_CAMPAIGN=NEXT)
    run("--season", NEXT, "provision")
    granted = run("--season", NEXT, "access", "grant", "an@vidu.example", "--role", "viewer")
    assert f"https://tonghop.vidu.vn/season/{NEXT}/sign-in/" in granted
    assert '"due_before": "2024-' in run("--season", NEXT, "status", "--format", "json")
    rows = tmp_path / "a.csv"
    rows.write_text(OF_NEXT_YEAR, encoding="utf-8")
    asked = ("check", str(rows), "--form", "registration", "--format", "json")
    assert run(*asked, status=1) == run("--season", SEASON, *asked, status=1)
    run("--season", NEXT, *asked)


# what would change something, carried out without a workflow that refuses it
OF_AN_OPEN_SEASON = (
    ("mail", "send"),
    ("mail", "plan", "--record"),
    ("mail", "plan", "--texts", "a.txt"),
    ("mail", "hold"),
    ("mail", "hold", "--release"),
    ("mail", "settle", "1", "--sent"),
    ("mail", "take-back", "1"),
    ("mail", "clear", "a@vidu.example"),
    ("watch",),
    ("workbook", "group", "nhom@vidu.example", "--master"),
    ("workbook", "add", "https://vidu.example", "--master"),
    ("intake", __file__, "--form", "registration"),
)


@pytest.mark.parametrize("command", OF_AN_OPEN_SEASON, ids=" ".join)
def test_a_closed_season_is_changed_by_no_command(main, command, monkeypatch, tmp_path):
    workflows.provision(main, ["registration"])
    season_list.close_season(main)
    monkeypatch.chdir(tmp_path)
    environ = {"TONGHOP_DATA_DIR": str(main.settings.data_dir), "TONGHOP_CAMPAIGN": main.settings.campaign}

    done = CliRunner().invoke(tonghop, command, env=environ)
    assert (done.exit_code, "Đợt này đã đóng" in done.output) == (2, True), done.output
    assert not (tmp_path / "a.txt").exists()


def test_commands_that_are_named_are_of_the_season(main):
    environ = opened_next(main)
    season = ("--season", NEXT)
    for given in ((*season, "provision"), (*season, "mail", "hold"), ("provision",)):
        answer = CliRunner().invoke(tonghop, given, env=environ)
        assert answer.exit_code == 0, answer.output
        assert ("tonghop --season" in answer.output) == (given == (*season, "mail", "hold"))
    sends = {"TONGHOP_SMTP_URL": "smtp://127.0.0.1:9", "TONGHOP_MAIL_FROM": "bdv@vidu.example"}
    found = CliRunner().invoke(tonghop, [*season, "doctor"], env=environ | sends)
    assert f"(tonghop --season {NEXT} mail hold --release)" in found.output
    assert "gửi tiếp" not in CliRunner().invoke(tonghop, ["doctor"], env=environ | sends).output


def test_no_command_is_about_a_draft(main):
    draft = drafted_next(main)
    environ = {"TONGHOP_DATA_DIR": str(main.settings.data_dir), "TONGHOP_CAMPAIGN": main.settings.campaign}
    folder = season_folders.season_folder(main.settings, NEXT)
    named = (("--season", NEXT, "status"), ("season", "close", NEXT), ("season", "reopen", NEXT))
    by_setting = (("provision",), ("status",), ("worker",), ("serve", "--port", "0"), ("backup",), ("season", "list"))
    refused = [(command, {}) for command in named]
    refused += [(command, {"TONGHOP_CAMPAIGN": one}) for one in (NEXT, str(folder)) for command in by_setting]

    for command, over in refused:
        done = CliRunner().invoke(tonghop, command, env=environ | over)
        assert (done.exit_code, "còn đang soạn" in done.output, "trang “Đợt”" in done.output) == (2, True, True), (
            command
        )

    listed = CliRunner().invoke(tonghop, ["season", "list"], env=environ)
    (line,) = [one for one in listed.stdout.splitlines() if one.startswith(NEXT)]
    assert "://" not in line
    assert "http://127.0.0.1:8080/seasons" in listed.stderr
    assert main.store.registry.campaigns() == (SEASON,)
    assert drafts.read(main.settings, NEXT).open_guesses == draft.open_guesses


@pytest.mark.skipif(MAY_OPEN_EVERYTHING, reason="root may open everything")
@pytest.mark.parametrize(
    ("command", "status"),
    [
        (("season", "list"), 0),
        (("--season", NEXT, "status"), 2),
        (("season", "reopen", NEXT), 2),
        (("season", "take-out", NEXT, "a.zip"), 2),
        (("backup", "b.zip"), 1),
        (("doctor",), 2),
    ],
)
def test_a_season_whose_folder_is_closed_to_us_is_named(main, tmp_path, command, status):
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TONGHOP_")}
    environ |= opened_next(main) | {"TONGHOP_REHEARSAL": "1", "PYTHONPATH": os.getcwd()}
    folder = season_folders.season_folder(main.settings, NEXT)
    folder.chmod(0)
    try:
        done = subprocess.run(
            [*AS_A_PLAIN_USER, sys.executable, "-c", "from service.cli import main; main()", *command],
            env=environ, cwd=tmp_path, capture_output=True, text=True,
        )  # fmt: skip
    finally:
        folder.chmod(0o700)

    assert (done.returncode, "Traceback" in done.stderr) == (status, False), done.stderr
    assert f"Không đọc được {folder}: không có quyền" in done.stdout + done.stderr


def test_a_season_on_record_is_found_on_another_machine(main, tmp_path):
    environ = opened_next(main)
    assert CliRunner().invoke(tonghop, ["provision"], env=environ).exit_code == 0
    environ |= {"TONGHOP_DATA_DIR": str(tmp_path / "khác")}
    environ["TONGHOP_DATABASE_URL"] = main.settings.facts_url
    (tmp_path / "khác").mkdir()

    named = CliRunner().invoke(tonghop, ["--season", NEXT, "access", "list"], env=environ)
    closed = CliRunner().invoke(tonghop, ["season", "close", NEXT], env=environ)

    assert "lan@vidu.example" in named.output
    assert (closed.exit_code, "Đã đóng đợt" in closed.output) == (0, True)


def test_the_address_to_register_is_the_roots_for_every_season(main):
    pytest.importorskip("authlib")
    accounts = {"TONGHOP_OIDC_CLIENT_ID": "x", "TONGHOP_OIDC_CLIENT_SECRET": "y" * 20}
    environ = opened_next(main) | accounts

    answers = [
        CliRunner().invoke(tonghop, [*named, "doctor"], env=environ | {"TONGHOP_DATA_DIR": place})
        for named in ((), ("--season", NEXT))
        for place in (environ["TONGHOP_DATA_DIR"], os.path.relpath(environ["TONGHOP_DATA_DIR"]))
    ]

    for answer in answers:
        assert "phải đăng ký: https://tonghop.vidu.vn/sign-in/oidc/callback." in answer.stdout


@pytest.mark.parametrize("name", ["x", "../x", "a/b", "x" * 300, "\N{ROCKET}"])
def test_a_season_that_is_none_is_refused(main, name):
    environ = {"TONGHOP_DATA_DIR": str(main.settings.data_dir), "TONGHOP_CAMPAIGN": main.settings.campaign}
    done = CliRunner().invoke(tonghop, ["--season", name, "status"], env=environ)
    assert (done.exit_code, "Không có đợt nào tên" in done.output) == (2, True)


@pytest.mark.parametrize("command", sorted(OF_ALL_SEASONS))
def test_what_all_seasons_share_is_not_done_for_one(command):
    done = CliRunner().invoke(tonghop, ["--season", NEXT, command])
    assert (done.exit_code, f"“{command}”" in done.output) == (2, True)
