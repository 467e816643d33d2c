"""“Đôn đốc”: what goes out by tomorrow, what is in doubt, which units would be named; every button."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections import Counter
from dataclasses import replace

import openpyxl
import pytest

from service import workflows
from service.domain.decisions import Decision, DecisionKind
from service.domain.mail.keys import MailState
from service.domain.roles import Role
from service.facts.records import FactFilter, FactKind
from service.mail.ledger_planning import plan_due
from service.settings import campaign_folder
from sheets_schema.campaign import Contact, MailPolicy

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def board(office, browse):
    """Three units two days after the limit, one with a hostile name; `post(path, **fields)` sends a form."""
    office.campaign = replace(office.campaign, mail=MailPolicy(send=True))
    office.settings = replace(office.settings, smtp_url="smtp://127.0.0.1:9", mail_from="bdv@vidu.example")
    office.unit("S-CT", contacts=(Contact(HOSTILE, mail="a@so.vn", telephone="0912"),), name=f"Sở {HOSTILE}")
    office.at("2023-10-03 18:00")
    client = browse()

    def post(path: str, **fields):
        with client.session_transaction() as session:
            token = session["csrf"]
        return client.post(f"/mail{path}", data={"csrf_token": token, **fields})

    post.client, post.office = client, office
    return post


def lines(office, *states: MailState) -> list:
    with office.workspace() as workspace:
        return list(workspace.store.mail.lines(office.campaign.key, states))


def plan(office) -> list:
    with office.workspace() as workspace:
        plan_due(workspace)
    return sorted(lines(office, MailState.PLANNED), key=lambda line: line.id)


def test_page_shows_tomorrows_mails_and_both_readings(board):
    page = board.client.get("/mail").get_data(as_text=True)

    assert "Thư sẽ gửi đến 23:59 ngày 04/10/2023" in page
    assert page.count("mốc đôn đốc 5 ngày sau hạn") == 3
    assert "Ngày mốc tính là trễ: 3 đơn vị. Ngày mốc tính là đúng hạn: 3 đơn vị." in page
    assert "Chưa có máy chủ gửi thư" not in page
    assert "<script" not in page


def test_one_mail_is_sent_now_held_let_go_or_went_another_way(board):
    first, second, third = plan(board.office)[:3]
    answers = [
        board(f"/{first.id}/hold"), board(f"/{first.id}/release"), board(f"/{first.id}/send", letter="15-CV/BDVTU"),
        board(f"/{second.id}/hold"), board(f"/{third.id}/sent"),
    ]  # fmt: skip
    after = {line.id: line for line in lines(board.office)}

    assert [answer.status_code for answer in answers] == [303] * 5
    assert (after[first.id].urgent, after[first.id].letter, after[first.id].actor) == (
        True, "15-CV/BDVTU", "operator-@vidu.example",
    )  # fmt: skip
    assert (after[second.id].state, after[third.id].state) == (MailState.HELD, MailState.SENT)
    page = board.client.get("/mail").get_data(as_text=True)
    assert "kèm công văn số 15-CV/BDVTU" in page
    assert "gửi bằng cách khác" in page


def test_what_is_foreseen_is_held_before_it_is_due_and_stays_so(board):
    assert board("/units/S-CT/keep").status_code == 303
    board.office.at("2023-10-04 09:00")
    plan(board.office)

    assert {line.key.unit: line.state for line in lines(board.office) if line.key.unit} == {
        "S-CT": MailState.HELD, "VP-UBND": MailState.PLANNED, "S-GDDT": MailState.PLANNED,
    }  # fmt: skip


def test_what_is_foreseen_is_sent_now_instead_of_when_it_is_due(board):
    answers = [board("/units/S-CT/write", letter="1-CV"), board("/units/S-CT/write", letter="1-CV")]
    hurried = [(line.kind, line.urgent, line.letter) for line in lines(board.office) if line.key.form == "registration"]
    board.office.at("2023-10-04 09:00")
    plan(board.office)

    assert [answer.status_code for answer in answers] == [303, 303]
    assert hurried == [("urging", True, "1-CV")]
    assert len([line for line in lines(board.office) if line.key.unit == "S-CT" and line.kind == "urging"]) == 1


def test_unit_with_nothing_to_send_is_not_written_to(board):
    with board.office.workspace() as workspace:
        made = [
            Decision(DecisionKind.RECEIVE, "S-CT", form, board.office.now, "Trần B", "", received_at=board.office.now)
            for form in board.office.forms
        ]
        for one in made:
            workflows.decide(workspace, [one])
    answer = board("/units/S-CT/write")

    assert answer.status_code == 422
    assert "Chưa đến lúc viết cho" in answer.get_data(as_text=True)


def test_all_are_held_and_let_go_and_what_is_due_is_sent(board):
    board("/all/hold-all")
    held = board.client.get("/mail").get_data(as_text=True)
    board("/all/release-all")
    asked = board("/all/send-due", letter="9-CV").get_data(as_text=True)
    before = [line for line in lines(board.office, MailState.PLANNED) if line.urgent]
    board("/all/send-due", letter="9-CV", sure="1")

    assert "3 đơn vị sẽ được gửi thư" in asked
    assert 'name="letter" value="9-CV"' in asked
    assert not before
    assert "Mọi thư đang được giữ lại, từ 18:00 ngày 03/10/2023, bởi operator-@vidu.example." in held
    assert {line.letter for line in lines(board.office, MailState.PLANNED) if line.key.unit} == {"9-CV"}


def test_button_promises_no_mail_while_none_is_there_to_send_it(board):
    first = plan(board.office)[0]

    def said(path: str) -> str:
        board(path, sure="1")
        return board.client.get("/mail").get_data(as_text=True)

    paths = (f"/{first.id}/send", "/units/S-CT/write", "/all/send-due")
    silent = [said(path) for path in paths]
    with board.office.workspace() as workspace:
        workspace.store.work.heartbeat("worker", workspace.lease_clock())
    living = [said(path) for path in paths]

    assert all("hiện nay không có tiến trình nào chạy" in page and "trong ít phút" not in page for page in silent)
    assert all("trong ít phút" in page and "không có tiến trình nào chạy" not in page for page in living)


@pytest.fixture
def doubts(board):
    """Three mails, one of two lines, that may have been sent; their first lines."""
    first, second, third, fourth = plan(board.office)[:4]
    with board.office.workspace() as workspace:
        for number, several in enumerate(([first, fourth], [second], [third])):
            workspace.store.mail.begin(several, f"<{number}@so.vn>", ("a@so.vn",), "x", board.office.now)
            workspace.store.mail.give(several, "x", board.office.now, board.office.campaign.key)
            workspace.store.mail.settle(several, MailState.UNKNOWN, board.office.now)
    return first, second, third, fourth


def test_person_decides_on_unknown_mails_and_takes_it_back(board, doubts):
    def states() -> list[str]:
        known = {line.id: line.state.value for line in lines(board.office)}
        return [known[line.id] for line in doubts]

    first, second, _, _ = doubts
    page = board.client.get("/mail").get_data(as_text=True)
    asked = board(f"/{second.id}/not-sent").get_data(as_text=True)
    untouched = states()
    board(f"/{first.id}/sent")
    board(f"/{second.id}/not-sent", sure="1")
    decided = states()
    after = board.client.get("/mail").get_data(as_text=True)
    answers = [board(f"/{line.id}/take-back").status_code for line in (first, second, second)]
    taken_back = states()
    with board.office.workspace() as workspace:
        recorded = workspace.store.facts.newest(board.office.campaign.key, FactFilter((FactKind.MAIL,)), 9)

    assert ("Cả 3 thư:" in page, page.count("&lt;0@so.vn&gt;")) == (True, 1)
    assert "0912" in page
    assert "đơn vị nhận hai lần" in asked
    assert untouched == ["unknown"] * 4
    assert decided == ["sent", "planned", "unknown", "sent"]
    assert after.count("Rút quyết định này") == 3
    assert answers == [303, 303, 422]
    assert taken_back == ["unknown"] * 4
    assert Counter(str(fact.payload["event"]) for fact in recorded) == {
        "mail_sent": 2, "mail_not_sent": 1, "mail_taken_back": 3,
    }  # fmt: skip
    assert {fact.actor for fact in recorded} == {"operator-@vidu.example"}


def test_person_decides_on_all_unknown_mails_at_once(board, doubts):
    asked = board("/all/all-not-sent").get_data(as_text=True)
    board("/all/all-sent", sure="1")

    assert "3 thư sẽ được gửi lại" in asked
    assert len([line for line in lines(board.office, MailState.SENT)]) == len(doubts)


def test_mail_said_to_go_another_way_is_held_when_that_is_taken_back(board):
    first = plan(board.office)[0]
    board(f"/{first.id}/sent")
    board(f"/{first.id}/take-back")

    assert [line.state for line in lines(board.office) if line.id == first.id] == [MailState.HELD]


def test_faulty_template_is_named_with_what_waits_for_it(board, browse, tmp_path):
    folder = shutil.copytree(campaign_folder(board.office.settings), tmp_path / "season")
    (folder / "mail_urging.vi.txt").write_text("Subject: x\n\n{{ nothing }}\n", encoding="utf-8")
    client = browse(campaign=str(folder))
    page = client.get("/mail").get_data(as_text=True)
    with client.session_transaction() as session:
        answer = client.post("/mail/files/zip", data={"csrf_token": session["csrf"], "record": "1"})

    assert "Mẫu thư mail_urging.vi.txt, dòng 3:" in page
    assert "Thư chờ sửa mẫu: Đôn đốc (3 dòng" in page
    assert page.count("chờ sửa mẫu thư") == 3
    assert answer.status_code == 422
    assert "Chưa lập được 3 thư" in answer.get_data(as_text=True)
    assert not lines(board.office, MailState.SENT)


@pytest.mark.parametrize("path", ["/1/what", "/99/hold", "/units/KHONG-CO/write", "/all/nothing", "/files/exe"])
def test_what_there_is_not_is_refused_in_words(board, path):
    answer = board(path)

    assert answer.status_code in (404, 422)
    assert "Traceback" not in answer.get_data(as_text=True)


def test_files_for_those_who_send_by_hand(board):
    plan(board.office)
    sheet = board("/files/xlsx")
    texts = board("/files/txt").get_data(as_text=True)
    mails = zipfile.ZipFile(io.BytesIO(board("/files/zip", record="1").data))
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet.data)).active.values)
    links = [link for row in rows for link in re.findall(r"/sign-in/(\S+)", str(row[8]))]

    assert rows[0][:4] == ("Đơn vị", "Mã", "Gửi đến", "Điện thoại")
    assert (len(rows), len(set(links))) == (4, 3)
    assert ("a@so.vn", "0912") in {row[2:4] for row in rows}
    assert texts.count("Trang của đơn vị: http") == 3
    assert sorted(mails.namelist()) == ["S-CT-urging.eml", "S-GDDT-urging.eml", "VP-UBND-urging.eml"]
    assert {line.state for line in lines(board.office) if line.key.unit} == {MailState.SENT}


def test_board_sees_the_page_and_may_do_nothing(board, signed_in_client):
    viewer, unit = signed_in_client(Role.VIEWER), signed_in_client(Role.UNIT)
    page = viewer.get("/mail").get_data(as_text=True)

    assert "<form" not in page.partition("<main")[2].replace('<form class="asking', "")
    assert (unit.get("/mail").status_code, viewer.post("/mail/all/hold-all").status_code) in ((403, 400), (403, 403))


@pytest.mark.parametrize("path", ["/mail/all/send-due", "/mail/units/S-CT/write", "/mail/1/send"])
def test_nothing_is_left_waiting_where_no_server_takes_mails(board, browse, path):
    plan(board.office)
    client = browse(smtp_url="", mail_from="")
    assert "Chưa có máy chủ gửi thư" in client.get("/mail").get_data(as_text=True)
    with client.session_transaction() as session:
        token = session["csrf"]
    answer = client.post(path, data={"csrf_token": token, "sure": "1"})

    assert answer.status_code == 422
    assert "Chưa có máy chủ gửi thư" in answer.get_data(as_text=True)
    assert not [line for line in lines(board.office) if line.urgent]
