"""A unit's page: reasons, problems with links, escaping."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from service import workflows
from service.domain.decisions import Decision, DecisionKind
from service.domain.roles import Role
from service.mail.ledger_planning import plan_due
from sheets_schema.campaign import MailPolicy, Slogan

DOCUMENT = {"Số và ký hiệu": "12/KH-SCT", "Ngày ban hành": "12/9/2023"}
HOSTILE = "<script>alert('x')</script>"


def test_page_explains_every_obligation(office, browse):
    office.consolidate()

    page = browse().get("/units/S-CT").get_data(as_text=True)

    assert [title in page for title in ("Văn bản triển khai và đăng ký hoạt động", "Báo cáo kết quả hoạt động")] == [
        True,
        True,
    ]
    assert page.count("<dt>Quy tắc</dt>") == 2
    assert "00:00 ngày 30/9/2023, giờ Việt Nam" in page


def test_page_lists_problems_with_a_link_to_the_cell(office, browse):
    tab = office.type("S-CT", "registration", [["1", HOSTILE, "hôm nào đó"]], DOCUMENT)
    office.consolidate()

    page = browse().get("/units/S-CT").get_data(as_text=True)
    link, cell = re.search(r'href="(/sheets/[^"]+)">(C\d+)</a>', page).groups()

    assert link.endswith(f"/{tab.id}#{cell}")
    assert "hôm nào đó" in page
    assert "<script" not in page
    assert "hôm nào đó" not in browse().get("/units/S-GDDT").get_data(as_text=True)


def test_page_follows_the_master(office, browse):
    office.consolidate()
    client = browse()
    before = client.get("/units/S-CT").get_data(as_text=True)

    office.type("S-CT", "registration", [["1", "Ra quân", "hôm nào đó"]], DOCUMENT)
    office.at("2023-09-21 08:00").consolidate()

    assert "hôm nào đó" not in before
    assert "hôm nào đó" in client.get("/units/S-CT").get_data(as_text=True)


def test_page_before_there_is_a_master(new_office, enter):
    with new_office().workspace() as workspace:
        page = enter(workspace).get("/units/S-CT").get_data(as_text=True)

    assert "Chưa đọc được danh sách cần sửa lúc này." in page


def test_page_of_a_past_instant(office, browse):
    office.consolidate()

    page = browse().get("/units/S-CT?as_of=2023-10-02T17:00").get_data(as_text=True)

    assert "Quá hạn 3 ngày, chưa gửi" in page
    assert browse().get("/units/S-CT?as_of=x").status_code == 400


def test_page_tells_what_happened_newest_first(office, browse):
    office.consolidate()
    office.type("S-CT", "registration", [["1", HOSTILE, "15/10/2023"]], DOCUMENT | {"Xác nhận gửi": True})
    office.at("2023-09-28 17:00").consolidate()

    page = browse().get("/units/S-CT").get_data(as_text=True)
    past = browse().get("/units/S-CT?as_of=2023-09-21T00:00").get_data(as_text=True)

    events = re.findall(r"<strong>([^<]+)</strong> · Đăng ký hoạt động", page)
    assert events == ["Đã gửi", "Chưa có dữ liệu"]
    assert "sau 08:00 ngày 20/9/2023, chậm nhất 17:00 ngày 28/9/2023" in page
    assert re.findall(r"<strong>([^<]+)</strong> · Đăng ký hoạt động", past) == ["Chưa có dữ liệu"]


def test_page_links_to_the_editor_once_there_is_a_tab(office, browse, new_office, enter):
    page = browse().get("/units/S-CT").get_data(as_text=True)
    with new_office(name="moi").workspace() as workspace:
        bare = enter(workspace).get("/units/S-CT").get_data(as_text=True)

    assert 'href="/units/S-CT/registration/edit"' in page
    assert "/edit" not in bare
    assert "Chưa có sự kiện nào." in bare


def test_page_shows_the_plan_and_its_slogans_to_the_unit(office, browse):
    slogan = Slogan("", f"“Dân vận khéo” {HOSTILE}")
    office.campaign = replace(office.campaign, slogans=(slogan,), plan_number="45-KH/BDV", recipients=())

    page = browse(Role.UNIT, "S-CT").get("/units/S-CT").get_data(as_text=True)

    assert "“Dân vận khéo” &lt;script&gt;" in page
    assert "<script" not in page
    assert "Kế hoạch số 45-KH/BDV, ngày" in page
    assert html.escape(office.campaign.contents[0].text, quote=False)[:40] in page
    assert "<summary>Nơi nhận</summary>" not in page


def test_page_shows_what_is_beside_the_table_and_what_is_still_missing(office, browse):
    rows = [["1", "Ra quân", "05/10/2023", "xã", "dân", "sạch", ""]]
    office.type("S-CT", "registration", rows, {"Số và ký hiệu": HOSTILE, "Người ký": "Ông A", "Xác nhận gửi": True})
    office.consolidate()

    page = browse().get("/units/S-CT").get_data(as_text=True)

    assert "<dt>Người ký</dt><dd>Ông A</dd>" in page
    assert "<dt>Còn thiếu</dt><dd>văn bản triển khai: “Ngày ban hành” (ô C7), hoặc “Liên kết văn bản” (ô C8)" in page
    assert "<script" not in page
    assert "Văn bản, người ký" not in browse().get("/units/S-GDDT").get_data(as_text=True)


def test_page_carries_papers_and_mails_of_the_unit(office, browse):
    office.campaign = replace(office.campaign, mail=MailPolicy(send=True))
    office.at("2023-10-04 09:00")
    with office.workspace() as workspace:
        plan_due(workspace)
        for kind, received in ((DecisionKind.RECEIVE, office.now), (DecisionKind.RETURN, None)):
            made = Decision(kind, "S-CT", "report", office.now, "Trần B", "thiếu chữ ký", received_at=received)
            workflows.decide(workspace, [made])
    page = browse().get("/units/S-CT").get_data(as_text=True)
    before = browse().get("/units/S-CT?as_of=2023-10-04T08:00").get_data(as_text=True)
    own = browse(Role.UNIT, "S-CT").get("/units/S-CT").get_data(as_text=True)
    mails = html.unescape(page.partition('id="mails"')[2])

    assert re.findall(r'href="/papers/(form|return)\?unit=S-CT&amp;form=(\w+)"', page) == [
        ("form", "registration"), ("form", "report"), ("return", "report"),
    ]  # fmt: skip
    assert "mốc đôn đốc 5 ngày sau hạn" in mails
    assert "đề nghị bổ sung, theo quyết định số 2" in mails
    assert '/mail?unit=S-CT"' in mails
    assert ("/papers/return" in before, 'id="mails"' in before) == (False, False)
    assert ("/papers/form" in own, 'id="mails"' in own) == (False, False)


def test_a_past_page_tells_a_tab_without_problems_from_one_not_read(office, enter):
    office.type(
        "S-CT",
        "registration",
        [["1", "Ra quân dọn vệ sinh", "05/10/2023", "Toàn tỉnh", "Đoàn viên", "Đường sạch", ""]],
        DOCUMENT,
    )
    office.at("2023-09-21 08:00").consolidate()
    with office.workspace() as workspace:
        client = enter(workspace)
        office.at("2023-09-22 08:00")
        read = client.get("/units/S-CT?as_of=2023-09-21T09:00").get_data(as_text=True)
        unread = client.get("/units/S-CT?as_of=2023-09-20T09:00").get_data(as_text=True)

    assert "Không có nội dung nào cần sửa" in read
    assert "Chưa đọc được danh sách cần sửa lúc này." not in read
    assert "Chưa đọc được danh sách cần sửa lúc này." in unread
