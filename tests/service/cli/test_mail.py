"""`tonghop mail`: plan with its files, send, log, settle, hold, clear."""

from __future__ import annotations

import json
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from click.testing import CliRunner

from service.cli.root import main
from service.data_folder import REHEARSAL_MARK
from sheets_schema.campaign import MailPolicy
from tests.mail_servers import SELF, Taken, smtp_server

NOW = ("--now", "2023-10-04T09:00:00+07:00")


@pytest.fixture
def run(office, monkeypatch):
    """Return `run(*args)`: exit status, standard output and standard error of a command over three units."""
    office.campaign = replace(office.campaign, mail=MailPolicy(send=True))
    with office.workspace():
        pass
    monkeypatch.setenv("TONGHOP_DATA_DIR", str(office.settings.data_dir))
    (office.settings.data_dir / REHEARSAL_MARK).touch()
    if office.settings.database_url:
        monkeypatch.setenv("TONGHOP_DATABASE_URL", office.settings.database_url)

    def call(*args: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(main, ["mail", *args], catch_exceptions=False)
        return done.exit_code, done.stdout, done.stderr

    return call


def test_season_from_the_command_line(run, tmp_path, monkeypatch):
    plan = run("plan", *NOW, "--format", "json")
    files = run(
        "plan",
        *NOW,
        "--eml",
        str(tmp_path / "thu"),
        "--xlsx",
        str(tmp_path / "a.xlsx"),
        "--texts",
        str(tmp_path / "a.txt"),
    )
    unwritable = run("plan", *NOW, "--xlsx", str(tmp_path / "khong-co" / "a.xlsx"))
    without_server = run("send", *NOW)
    taken = Taken()
    with smtp_server(taken) as port:
        monkeypatch.setenv("TONGHOP_SMTP_URL", f"smtp://127.0.0.1:{port}")
        monkeypatch.setenv("TONGHOP_MAIL_FROM", SELF)
        sent = run("send", *NOW, "--format", "json")
        one = run("send", *NOW, "--unit", "Sở Công Thương", "--letter", "12-CV/BDVTU", "--anytime")
    log = json.loads(run("log", "--format", "json")[1])

    assert {item["unit"] for item in json.loads(plan[1]) if item["unit"]} == {"VP-UBND", "S-CT", "S-GDDT"}
    assert "TONGHOP_SMTP_URL" in plan[2]
    assert "Lỗi: Không viết được" in unwritable[2]
    assert (files[0], len(list((tmp_path / "thu").iterdir())), "Zalo" in files[2]) == (0, 3, False)
    assert (unwritable[0], "Không viết được" in unwritable[2]) == (1, True)
    assert (without_server[0], "TONGHOP_SMTP_URL" in without_server[2]) == (1, True)
    assert json.loads(sent[1])["sent"] == 4
    assert (one[0], "12-CV/BDVTU" in taken.texts()[-1]) == (0, True)
    assert {line["state"] for line in log} == {"sent"}
    assert "S-CT" in run("log", "--unit", "S-CT")[1]
    assert "Chưa có thư nào." in run("log", "--state", "unknown")[1]


def test_recorded_as_sent_another_way_it_is_not_sent_again(run, tmp_path):
    recorded = run("plan", *NOW, "--texts", str(tmp_path / "a.txt"), "--record")

    assert recorded[0] == 0
    assert "đã gửi bằng cách khác" in recorded[2]
    assert {item["kind"] for item in json.loads(run("plan", *NOW, "--format", "json")[1])} <= {"digest"}


def test_hold_settle_and_clear_are_refused_in_words_where_there_is_nothing(run):
    held, released = run("hold"), run("hold", "--release")
    refused = [run("hold", "7"), run("settle", "7", "--sent"), run("clear", "a@so.vn")]

    assert (held[0], released[0]) == (0, 0)
    assert [code for code, _, _ in refused] == [2, 2, 2]
    assert all("Không có thư số 7" in error or "không bị đánh dấu" in error for _, _, error in refused)


def test_letters_made_by_hand_speak_of_now_and_not_of_when_they_would_be_due(run, tmp_path):
    now = ("--now", "2023-10-01T10:00:00+07:00")  # a Sunday: the next step is due on Monday
    run("plan", *now, "--texts", str(tmp_path / "a.txt"))
    run("plan", *now, "--at", "2023-10-03T10:00:00+07:00", "--eml", str(tmp_path / "thu"))

    letter = next((tmp_path / "thu").glob("S-CT-*.eml"))
    words = message_from_bytes(letter.read_bytes(), policy=default).get_body(("plain",)).get_content()
    assert "10:00 ngày 01/10/2023" in words
    assert "Quá hạn 2 ngày" in words
    assert "2 ngày" in (tmp_path / "a.txt").read_text(encoding="utf-8")


def test_a_plan_is_of_what_is_to_come(run, tmp_path):
    status, answer, error = run("plan", *NOW, "--at", "2023-10-04T08:59", "--texts", str(tmp_path / "a.txt"))

    assert (status, answer, (tmp_path / "a.txt").exists()) == (2, "", False)
    assert "08:59 ngày 04/10/2023 đã qua" in error
    assert run("plan", *NOW, "--at", "2023-10-04T09:00")[0] == 0


@pytest.fixture
def server(monkeypatch):
    """Let commands have a server; yield what it takes and what it answers."""
    taken, at = Taken(), {}
    with smtp_server(taken, at) as port:
        monkeypatch.setenv("TONGHOP_SMTP_URL", f"smtp://127.0.0.1:{port}")
        monkeypatch.setenv("TONGHOP_MAIL_FROM", SELF)
        yield taken, at


def test_round_that_sends_nothing_says_why_how_many_wait_and_what_to_do(run, server):
    def said(*args: str) -> str:
        status, _, error = run("send", *args)
        assert status == 0
        return "".join(line for line in error.splitlines() if "tonghop mail" in line)

    night = said("--now", "2023-10-04T19:00:00+07:00")
    sunday = json.loads(run("send", "--now", "2023-10-08T10:00:00+07:00", "--format", "json")[1])["waiting"]
    anytime = said("--now", "2023-10-04T19:00:00+07:00", "--anytime")
    again = said("--now", "2023-10-04T19:01:00+07:00", "--anytime")
    one = [said("--now", "2023-10-05T09:00:00+07:00", "--unit", "S-CT") for _ in range(2)]

    assert night == (
        "Ngoài giờ gửi (8–17 giờ ngày làm việc): 4 thư đợi đến 08:00 ngày 05/10/2023; "
        "gửi ngay: tonghop mail send --anytime"
    )
    assert sunday == [night.replace("05/10", "09/10")]
    assert (anytime, again) == ("", "Không có thư nào đến lúc gửi; sắp tới: tonghop mail plan")
    assert one == ["", "Thư này trong ngày đã có (Đã gửi): mỗi ngày một lần (xem tonghop mail log)."]


def test_plan_and_log_name_the_form_by_its_title(run, server, office):
    title = office.campaign.form("registration").title
    plan = run("plan", *NOW)[1]
    run("send", *NOW)
    log = run("log")[1]

    assert f"Đôn đốc · {title} · " in plan
    assert f"Đôn đốc · {title} · " in log
    assert "registration" not in plan + log


def test_what_is_held_or_put_off_is_said_with_its_number_and_hour(run, server):
    _taken, at = server
    at["RCPT"] = "451 later"
    later = run("send", *NOW, "--unit", "S-CT")[2]
    run("hold")
    held = run("send", *NOW)
    run("hold", "--release")
    number = str(next(line["number"] for line in json.loads(run("log", "--format", "json")[1]) if line["unit"]))
    run("hold", number)
    one = run("send", *NOW)[2]

    assert "1 thư đợi gửi lại từ " in later
    assert "thư đến lúc đang đợi; thôi giữ: tonghop mail hold --release" in held[2]
    assert f"1 thư đang được giữ lại riêng; thôi giữ: tonghop mail hold {number} --release" in one


def test_mail_that_waits_for_a_workbook_to_be_read_is_said_to(run, server, office):
    with office.workspace() as workspace:
        for book in office.books("registration"):
            workspace.mark_edited(book)
    now = ("--now", "2023-09-22T08:00:00+07:00")

    assert "đợi đọc bảng tính vừa được sửa; đọc ngay: tonghop consolidate" in run("send", *now)[2]
