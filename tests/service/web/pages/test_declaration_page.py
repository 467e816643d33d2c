"""The pages of the declaration and the roster: shown, refused beside their boxes, taken once it was seen."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace

import pytest

from service import grants
from service.domain.roles import Role
from service.seasons import season_list
from service.seasons.changing import Proposal
from service.web.app import create_app
from tests.seasons_office import SEASON, main

__all__ = ["main"]
HOSTILE = '"><script>alert(1)</script>'


def boxes_of(page: str) -> dict[str, str]:
    """Return the boxes of a page as a browser would send them."""
    found = {}
    for tag, name in re.findall(r'<input([^>]*?)name="([^"]+)"', page):
        rest = re.search(re.escape(f'name="{name}"') + r"([^>]*)>", page)[1]
        value = re.search(r'value="([^"]*)"', tag + rest)
        if 'type="checkbox"' not in tag or " checked" in rest:
            found[name] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        found[name] = html.unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        found[name] = chosen[1]
    return found


class Desk:
    """The operator's browser."""

    def __init__(self, main, role: Role = Role.OPERATOR) -> None:
        self.client = create_app(main).test_client()
        unit = "VP-UBND" if role is Role.UNIT else ""
        self.client.post(f"/sign-in/{grants.invite(main, 'lan@vidu.example', role, unit).token}")

    def post(self, path: str, **fields):
        with self.client.session_transaction() as session:
            token = session["csrf"]
        return self.client.post(path, data={"csrf_token": token, **fields})

    def boxes(self, path: str) -> dict[str, str]:
        """Return the boxes of a page's form as a browser would send them."""
        return boxes_of(self.client.get(path).text)

    def take(self, answer):
        proposal = html.unescape(re.search(r'name="proposal" value="([^"]+)"', answer.text)[1])
        return self.post("/declaration/take", proposal=proposal)


@pytest.fixture
def desk(main) -> Desk:
    return Desk(main)


def test_every_part_comes_back_as_it_was(desk):
    assert desk.client.get("/declaration").status_code == 200
    for name in (
        "plan",
        "letterhead",
        "mail",
        "obligations",
        "groups",
        "contents",
        "board_tasks",
        "slogans",
        "occasions",
    ):
        path = f"/declaration/plan/{name}"
        answer = desk.post(path, **desk.boxes(path))
        assert (answer.status_code, "Không có gì khác" in answer.text) == (200, True), name
    for form in ("registration", "report"):
        path = f"/declaration/forms/{form}"
        answer = desk.post(path, **desk.boxes(path))
        assert (answer.status_code, "Không có gì khác" in answer.text) == (200, True), form


def test_a_limit_is_read_shown_taken_and_taken_back(desk, main):
    reading = desk.client.get("/declaration/reading", query_string={"words": "trước ngày 02/10/2023"})
    assert "Chủ nhật" in reading.json["reading"]
    path = "/declaration/plan/obligations"
    boxes = desk.boxes(path)
    refused = desk.post(path, **{**boxes, "obligations.0.words": f"sớm {HOSTILE}"})
    assert refused.status_code == 422
    assert 'id="obligations.0.words-fault"' in refused.text
    assert HOSTILE not in refused.text
    shown = desk.post(path, **{**boxes, "obligations.0.words": "hết ngày 06/10/2023"})
    assert "hạn trước ngày 30/9/2023 thành trước ngày 07/10/2023" in shown.text
    assert main.store.declarations.at(SEASON).obligations[0].words == "trước ngày 30/9/2023"
    # going on editing has what was typed
    proposal = html.unescape(re.search(r'name="proposal" value="([^"]+)"', shown.text)[1])
    assert "hết ngày 06/10/2023" in desk.post(path, proposal=proposal).text
    assert "trang" in desk.post("/declaration/tabs", proposal=proposal).text

    assert desk.take(shown).status_code == 303
    assert main.store.declarations.at(SEASON).obligations[0].words == "hết ngày 06/10/2023"
    assert desk.take(shown).status_code == 409
    page = desk.client.get("/declaration").text
    assert "lan@vidu.example" in page
    assert desk.take(desk.post("/declaration/return/1")).status_code == 303
    assert main.store.declarations.at(SEASON).obligations[0].words == "trước ngày 30/9/2023"


@pytest.mark.parametrize("path", ["/declaration/plan/obligations", "/declaration/forms/registration"])
@pytest.mark.parametrize(("box", "words"), [(".was", "9999"), (".was", "²"), (".count", "²"), (".count", "9" * 5_000)])
def test_a_box_that_was_garbled_on_its_way_is_refused_or_left(desk, path, box, words):
    boxes = desk.boxes(path)
    garbled = [name for name in boxes if name.endswith(box)][-1]

    answer = desk.post(path, **{**boxes, garbled: words})

    assert answer.status_code in ({422} if words == "9999" else {200, 422})


def test_a_letterhead_and_the_days_of_mails_are_typed(desk, main):
    path = "/declaration/plan/mail"
    typed = {"mail.0.mail_reminder_days": "10, 5; 2", "mail.0.mail_days_off": "02/10/2023\n2023-10-03"}
    refused = desk.post(path, **{**desk.boxes(path), "mail.0.mail_reminder_days": "bảy", "mail.0.mail_from_hour": "25"})
    assert refused.status_code == 422
    assert all(f'id="mail.0.mail_{name}-fault"' in refused.text for name in ("reminder_days", "from_hour"))
    assert desk.take(desk.post(path, **{**desk.boxes(path), **typed})).status_code == 303
    path = "/declaration/plan/letterhead"
    typed = {"letterhead.0.letterhead_symbol": "BDVTU", "letterhead.0.letterhead_signer_title": "KT. TRƯỞNG BAN\nPHÓ"}
    assert desk.take(desk.post(path, **{**desk.boxes(path), **typed})).status_code == 303

    made = main.store.declarations.at(SEASON)
    assert (made.mail.reminder_days, len(made.mail.days_off), made.mail.urging_days) == ((10, 5, 2), 2, (1, 5, 10))
    assert (made.letterhead.symbol, made.letterhead.signer_title) == ("BDVTU", "KT. TRƯỞNG BAN\nPHÓ")
    assert "10, 5, 2" in desk.client.get("/declaration/plan/mail").text


def test_a_slogan_is_added_and_one_taken_out(desk, main):
    path = "/declaration/plan/slogans"
    boxes = desk.boxes(path)
    new = f"slogans.{int(boxes['slogans.count']) - 2}"
    typed = {**boxes, f"{new}.heading": "H", f"{new}.text": HOSTILE, f"{new}.place": "0", "slogans.1.gone": "yes"}

    assert desk.take(desk.post(path, **typed)).status_code == 303
    made = main.store.declarations.at(SEASON).slogans
    assert (made[0].text, len(made)) == (HOSTILE, 9)
    assert HOSTILE not in desk.client.get("/declaration").text


def test_a_form_shows_its_tab_as_printed(desk):
    path = "/declaration/forms/registration"
    boxes = {**desk.boxes(path), "columns.1.title": "Tên hoạt động", "block.0.constraints_required": "yes"}
    shown = desk.post(path, **boxes)

    assert "Mẫu thay đổi" in shown.text
    assert "Tên hoạt động *</th>" in shown.text
    assert '<td class="unit" colspan="4">VĂN PHÒNG ỦY BAN NHÂN DÂN TỈNH</td>' in shown.text
    faulty = desk.post(path, **{**boxes, "columns.2.title": ""})
    assert faulty.status_code == 422
    assert 'id="columns.2.title-fault"' in faulty.text


NEW_FORM = {"asked": "yes", "title": "Báo cáo nhanh", "owed": "", "words": "hết ngày 06/10/2023", "base": ""}


def test_a_form_is_made_with_what_is_owed_by_it_and_taken_out(desk, main):
    assert desk.client.get("/declaration/new-form").status_code == 200
    for change, box in (
        ({"title": " "}, "title"),
        ({"title": "Báo cáo " * 40}, "title"),
        ({"words": f"sớm {HOSTILE}"}, "words"),
    ):
        refused = desk.post("/declaration/new-form", **{**NEW_FORM, **change})
        assert (refused.status_code, f'id="{box}-fault"' in refused.text) == (422, True)
        assert HOSTILE not in refused.text
        # beside a box the reason alone, without file and key
        assert "obligations[" not in refused.text
        assert refused.text.count("Không đọc được ngày của hạn") == (box == "words")
        # nothing is cut in silence
        assert change.get("title", "").strip() in refused.text
    begun = desk.post("/declaration/new-form", **NEW_FORM)
    assert "Mẫu mới chưa được ghi" in begun.text
    boxes = boxes_of(begun.text)
    added = {"columns.3.title": "Tỉnh duyệt", "columns.3.role": "other", "columns.3.type": "yes"}
    added["columns.3.place"] = "3"
    shown = desk.post("/declaration/forms/bao_cao_nhanh", **{**boxes, **added})
    assert "Báo cáo nhanh: nội dung phải gửi mới" in shown.text
    # it takes the place that was typed
    assert re.findall(r'class="head">([^<]+)<', shown.text) == ["Stt", "Nội dung", "Tỉnh duyệt", "Ghi chú"]
    assert '<td class="title" colspan="4">BÁO CÁO NHANH</td>' in shown.text
    proposal = html.unescape(re.search(r'name="proposal" value="([^"]+)"', shown.text)[1])
    assert "3 trang" in desk.post("/declaration/tabs", proposal=proposal).text
    assert "Tỉnh duyệt" in desk.post("/declaration/forms/bao_cao_nhanh", proposal=proposal).text
    assert desk.take(shown).status_code == 303

    declared = main.store.declarations.at(SEASON)
    assert [one.form for one in declared.obligations] == ["registration", "report", "bao_cao_nhanh"]
    assert declared.forms[2].columns[2].type.value == "tick"
    assert desk.client.get("/declaration/forms/bao_cao_nhanh").status_code == 200
    copied = desk.post("/declaration/new-form", **{**NEW_FORM, "title": "Báo cáo năm", "base": "report"})
    assert "Kết quả thực hiện" in copied.text
    gone = desk.post("/declaration/forms/bao_cao_nhanh/gone")
    assert "không còn phải gửi" in gone.text
    assert desk.take(gone).status_code == 303
    assert len(main.store.declarations.at(SEASON).forms) == 2


def test_every_part_of_a_draft_is_edited_before_it_opens(desk, main):
    assert desk.post("/seasons/new", source=SEASON, year="2024").status_code == 303
    place = "/seasons/drafts/thang_dan_van_2024"
    assert f'href="{place}/declaration"' in desk.client.get(place).text
    shown = desk.client.get(f"{place}/declaration").text
    for path in re.findall(rf'href="({place}/[^"]+)"', shown):
        assert desk.client.get(path).status_code == 200, path
        assert "/declaration/plan" not in desk.client.get(path).text.replace(f"{place}/declaration/plan", "")
    path = f"{place}/roster"
    preview = desk.post(path, **{**desk.boxes(path), "S-CT.name": "Sở Công Thương mới"})
    assert "Các trang tính sẽ đổi" not in preview.text
    proposal = html.unescape(re.search(r'name="proposal" value="([^"]+)"', preview.text)[1])
    assert desk.post(f"{place}/declaration/take", proposal=proposal).status_code == 303
    assert "Sở Công Thương mới" in desk.client.get(path).text
    assert "đã sửa trong bản soạn" in desk.client.get(place).text
    assert main.store.declarations.at("thang_dan_van_2024") is None
    assert main.store.declarations.at(SEASON).unit("S-CT").name == "Sở Công Thương"
    assert desk.client.get("/seasons/drafts/khong-co/declaration").status_code == 404
    assert Desk(main, Role.VIEWER).client.get(f"{place}/declaration").status_code == 403


def test_the_roster_is_typed_pasted_uploaded(desk, main):
    boxes = desk.boxes("/roster")
    shown = desk.post("/roster", **{**boxes, "S-CT.name": "Sở Công thương", "new.0.name": "Sở Du lịch"})
    assert "S-CT: tên “Sở Công Thương” thành “Sở Công thương”" in shown.text
    assert "SDL – Sở Du lịch: đơn vị mới" in shown.text
    # going on editing has what was typed
    proposal = html.unescape(re.search(r'name="proposal" value="([^"]+)"', shown.text)[1])
    assert 'value="Sở Du lịch"' in desk.post("/roster", proposal=proposal).text
    assert desk.take(shown).status_code == 303
    assert main.store.declarations.at(SEASON).unit("SDL").group == "so_ban_nganh"
    faulty = desk.post("/roster", **{**desk.boxes("/roster"), "S-CT.emails": "khong-phai", "VP-UBND.name": "Sở X"})
    assert faulty.status_code == 422
    assert "Chưa nhận: 1 dòng có lỗi" in faulty.text
    assert 'value="khong-phai"' in faulty.text
    # the lines without a fault keep what was typed, and the faulty one is mended alone
    carried = html.unescape(re.search(r'name="proposal" value="([^"]+)"', faulty.text)[1])
    line = {"S-CT.name": "Sở Công thương", "S-CT.short_name": "SCT", "S-CT.group": "so_ban_nganh", "S-CT.active": "yes"}
    mended = desk.post("/roster", table="yes", proposal=carried, **line, **{"S-CT.emails": "sct@bg.example"})
    assert "VP-UBND: tên “Văn phòng Ủy ban nhân dân tỉnh” thành “Sở X”" in mended.text
    pasted = desk.post("/roster/lists/compare", pasted="Tên đơn vị\tKhối\nSở Mới\tSở, ban, ngành\n", absent="false")
    assert "SM – Sở Mới" in pasted.text
    assert "thôi phải gửi" in pasted.text
    content = "Tên đơn vị,Email\nSở Du lịch,sdl@bg.example\n".encode()
    uploaded = desk.post("/roster/lists/compare", file=(io.BytesIO(content), "ds.csv"))
    assert "sdl@bg.example" in uploaded.text
    for nothing in ({}, {"pasted": " "}, {"file": (io.BytesIO(b"%PDF-1.7 \0\0"), "x.pdf")}):
        assert desk.post("/roster/lists/compare", **nothing).status_code == 422


def test_a_new_code_without_a_name_is_refused_and_nothing_recorded(desk, main):
    before = main.store.declarations.at(SEASON)
    pasted = desk.post("/roster/lists/compare", pasted="Mã;Thư điện tử\nS-NVX;a@b.vn\nS-YT;c@d.vn\n")
    assert pasted.status_code == 422
    assert "Dòng 2: chưa có đơn vị nào mang mã “S-NVX”, có phải “S-NV”?" in pasted.text
    typed = desk.post("/roster", **{**desk.boxes("/roster"), "new.0.code": "SM"})
    assert typed.status_code == 422
    assert "Chưa nhận: 1 dòng có lỗi" in typed.text
    assert main.store.declarations.at(SEASON) == before


def test_a_roster_that_excel_saved_is_shown_as_it_is_read(desk):
    boxes = desk.boxes("/roster")
    now = Proposal.unpacked(boxes["proposal"])
    saved = now.files["units.csv"].replace(b",true", b",TRUE").replace(b",false", b",FALSE")
    proposal = replace(now, files={**now.files, "units.csv": saved}).packed()

    assert saved.count(b",TRUE") > 1
    assert boxes_of(desk.post("/roster", proposal=proposal).text) == {**boxes, "proposal": proposal}
    unit = boxes_of(desk.post("/roster/S-CT", proposal=proposal, do="merge", into="").text)
    assert unit["cell.active"] == "yes"


def test_a_unit_is_renamed_merged_and_split(desk, main):
    boxes = {name: text for name, text in desk.boxes("/roster/S-CT").items() if name.startswith("cell.")}
    assert desk.take(desk.post("/roster/S-CT", **{**boxes, "cell.code": "SCT"})).status_code == 303
    assert main.store.declarations.at(SEASON).unit("SCT").former_codes == ("S-CT",)
    assert "đã sáp nhập vào VP-HDND" in desk.post("/roster/SCT", do="merge", into="VP-HDND").text
    assert "đơn vị mới" in desk.post("/roster/SCT", do="split", names="Sở A\nSở B").text
    assert desk.post("/roster/SCT", do="split", names="").status_code == 422
    assert desk.client.get("/roster/khong-co").status_code == 404


@pytest.mark.parametrize(("role", "reads", "status"), [(Role.VIEWER, 200, 403), (Role.UNIT, 403, 403)])
def test_others_read_or_do_not(main, role, reads, status):
    desk = Desk(main, role)

    assert desk.client.get("/declaration").status_code == reads
    for path in ("/declaration/plan/plan", "/declaration/forms/report", "/roster", "/roster/S-CT", "/provision"):
        assert desk.client.get(path).status_code == status
    for path in (
        "/declaration/take",
        "/declaration/return/1",
        "/declaration/tabs",
        "/roster",
        "/roster/lists/compare",
        "/roster/S-CT",
    ):
        assert desk.post(path).status_code == status


def test_a_closed_season_keeps_its_declaration(desk, main):
    season_list.close_season(main)

    assert desk.client.get("/declaration").status_code == 200
    assert desk.post("/declaration/take", proposal="x").status_code == 422
