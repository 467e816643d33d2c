"""Decisions by number, and one decision on many units: shown before it is recorded, recorded once."""

from __future__ import annotations

import html
import re

import pytest

from service.domain.decisions import DecisionKind
from service.domain.roles import Role

FORM = "registration"
SENT = {"Số và ký hiệu": "12-KH/SCT", "Ngày ban hành": "15/9/2023", "Xác nhận gửi": True}
ROW = [["1", "Ra quân", "20/10/2023", "3 xã", "300 hộ dân", "Sạch đẹp", ""]]
HOSTILE = "<script>alert('x')</script>"
EXTENSION = {
    "kind": "extend",
    "form": FORM,
    "instant": "2023-10-10T00:00",
    "reason": f"Bão {HOSTILE}",
    "document": "5/CV",
}


@pytest.fixture
def post(browse):
    """Return `post(path, **fields)`: the operator's form sent, with the token it carries."""
    client = browse()

    def send(path: str, **fields):
        with client.session_transaction() as session:
            token = session["csrf"]
        return client.post(path, data={"csrf_token": token, **fields})

    send.client = client
    return send


def hidden(page: str) -> dict[str, str]:
    """Return the fields of the form that asks once more."""
    form = re.search(r'<form method="post" action="/decisions">.*?</form>', page, re.DOTALL).group()
    found = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    return {name: html.unescape(value) for name, value in found.items() if name != "csrf_token"}


def recorded(office) -> list[tuple[str, DecisionKind, int]]:
    with office.workspace() as workspace:
        made = workspace.store.facts.decisions(office.campaign.key)
    return sorted((one.unit, one.kind, one.number) for one in made)


def test_preview_records_nothing_and_a_decision_on_all_is_one_number(office, post):
    seen = post("/decisions/preview", **EXTENSION, chosen="all").get_data(as_text=True)
    before = recorded(office)

    answers = [post("/decisions", **hidden(seen)) for _ in range(2)]

    pages = [post.client.get(answer.location).get_data(as_text=True) for answer in answers[-1:]]
    assert before == []
    assert "sẽ ghi cho 3 đơn vị, 0 đơn vị đã có, 0 đơn vị không ghi được" in seen
    assert "<script" not in seen + pages[0]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/decisions/1")] * 2
    assert recorded(office) == [(unit, DecisionKind.EXTEND, 1) for unit in ("S-CT", "S-GDDT", "VP-UBND")]
    assert "Đã ghi quyết định số 1 cho 3 đơn vị." in pages[0]
    assert "Quyết định này đã ghi lúc 08:00 ngày 20/9/2023 (số 1). Không ghi thêm." in pages[0]
    assert "Hạn mới: trước ngày 10/10/2023 (hết ngày 09/10/2023)." in pages[0]


def test_preview_names_who_has_it_who_is_left_out_and_why(office, post):
    office.at("2023-09-28 09:00").type("S-CT", FORM, ROW, SENT)
    office.consolidate()
    post("/units/S-GDDT/registration/decisions", kind="nil", reason="x", document="1")

    seen = post("/decisions/preview", kind="nil", form=FORM, reason="x", document="1", chosen="all")

    page = seen.get_data(as_text=True)
    assert "sẽ ghi cho 1 đơn vị, 1 đơn vị đã có, 1 đơn vị không ghi được" in page
    assert "đã ghi lúc 09:00 ngày 28/9/2023 (quyết định số 1)" in page
    assert hidden(page)["units"] == "VP-UBND"
    post("/decisions", **hidden(page))
    assert [line for line in recorded(office) if line[2] == 2] == [("VP-UBND", DecisionKind.NIL, 2)]


def test_preview_when_no_unit_can_have_it(office, post):
    page = post("/decisions/preview", kind="accept", form=FORM, chosen="all").get_data(as_text=True)

    assert "sẽ ghi cho 0 đơn vị, 0 đơn vị đã có, 3 đơn vị không ghi được" in page
    assert 'action="/decisions"' not in page


@pytest.mark.parametrize(
    ("fields", "units"),
    [
        ({"chosen": "unsent"}, "VP-UBND S-GDDT"),
        ({"chosen": "group", "group": "A"}, "S-CT S-GDDT VP-UBND"),
        ({"chosen": "ticked", "unit": ["S-CT", "S-CT", "KHONG"]}, "S-CT"),
    ],
)
def test_preview_chooses_the_units(office, post, fields, units):
    office.at("2023-09-28 09:00").type("S-CT", FORM, ROW, SENT)
    office.consolidate()
    group = office.campaign.unit("S-CT").group
    members = {unit.code for unit in office.campaign.active_units if unit.group == group}
    fields = fields | ({"group": group} if "group" in fields else {})

    seen = post("/decisions/preview", **EXTENSION, **fields).get_data(as_text=True)

    expected = members if "group" in fields else set(units.split())
    assert set(hidden(seen)["units"].split()) == expected


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"chosen": ""}, "Chọn quyết định cho những đơn vị nào."),
        ({"chosen": HOSTILE}, "Chọn quyết định cho những đơn vị nào."),
        ({"chosen": "group"}, "Chọn khối."),
        ({"chosen": "ticked"}, "Không có đơn vị nào như vậy"),
        ({"form": "khong"}, "Chọn nội dung phải gửi."),
        ({"kind": "xoa"}, "Chọn một quyết định"),
        ({"instant": "hôm qua"}, "không phải là thời điểm"),
        ({"reason": "n" * 1001}, "dài quá 1000 ký tự"),
    ],
)
def test_preview_refuses_with_what_was_typed(office, post, fields, said):
    answer = post("/decisions/preview", **(EXTENSION | {"chosen": "all"} | fields))

    page = answer.get_data(as_text=True)
    assert (answer.status_code, said in page) == (422, True)
    assert 'value="5/CV"' in page
    assert "<script" not in page
    assert recorded(office) == []


def test_record_leaves_out_who_sent_since_the_preview(office, post):
    office.at("2023-09-28 09:00")
    seen = post("/decisions/preview", kind="nil", form=FORM, reason="x", chosen="unsent").get_data(as_text=True)
    office.type("S-CT", FORM, ROW, SENT)
    office.at("2023-09-28 10:00").consolidate()

    page = post.client.get(post("/decisions", **hidden(seen)).location).get_data(as_text=True)

    assert {unit for unit, _, _ in recorded(office)} == {"S-GDDT", "VP-UBND"}
    assert "Không ghi được cho 1 đơn vị" in page


def test_withdraw_takes_it_back_for_every_unit(office, post):
    seen = post("/decisions/preview", **EXTENSION, chosen="all").get_data(as_text=True)
    post("/decisions", **hidden(seen))
    office.at("2023-09-21 08:00")
    post("/units/S-CT/decisions/1/withdrawal", reason="riêng đơn vị này")

    refused = post("/decisions/1/withdrawal", reason=" ", document="9/CV")
    half = post.client.get("/decisions").get_data(as_text=True)
    done = post("/decisions/1/withdrawal", reason="nhầm đợt")

    page = post.client.get("/decisions/1").get_data(as_text=True)
    assert (refused.status_code, done.status_code) == (422, 303)
    assert "Thiếu lý do thu hồi" in refused.get_data(as_text=True)
    assert "còn hiệu lực với 2/3" in half
    assert page.count("ĐÃ THU HỒI") == 3
    assert page.count("nhầm đợt") == 2
    assert 'action="/decisions/1/withdrawal"' not in page
    assert post("/decisions/1/withdrawal", reason="lần nữa").status_code == 422


@pytest.mark.parametrize("path", ["/decisions", "/decisions/1", "/decisions/new"])
def test_pages_are_for_the_board_and_recording_for_the_operator(browse, post, path):
    post("/units/S-CT/registration/decisions", kind="nil", reason="x")

    viewer = browse(Role.VIEWER)
    assert viewer.get(path).status_code == (403 if path.endswith("new") else 200)
    assert browse(Role.UNIT, "S-CT").get(path).status_code == 403
    assert 'method="post" action="/decisions' not in viewer.get(path).get_data(as_text=True)
    for target in ("/decisions", "/decisions/preview", "/decisions/1/withdrawal"):
        with viewer.session_transaction() as session:
            token = session["csrf"]
        assert viewer.post(target, data={"csrf_token": token, **EXTENSION, "chosen": "all"}).status_code == 403
        assert post.client.post(target, data={**EXTENSION, "chosen": "all"}).status_code == 403


def test_a_number_that_is_not_there_is_404(post):
    assert post.client.get("/decisions/7").status_code == 404
    assert post("/decisions/7/withdrawal", reason="x").status_code == 404
    assert "Chưa ghi quyết định nào." in post.client.get("/decisions").get_data(as_text=True)


def test_taking_back_a_return_says_that_what_was_sent_is_returned_by_itself(office, browse):
    office.at("2023-09-25 08:00")
    good = ["1", "Thăm, tặng quà", "15/10/2023", "Toàn tỉnh", "Nhân dân", "Giúp dân"]
    office.type("S-CT", "registration", [["1", "Ra quân", "32/10/2023"], good], SENT)
    office.consolidate()
    office.at("2023-09-26 08:00")
    client = browse()
    with client.session_transaction() as session:
        token = session["csrf"]
    posted = {"csrf_token": token, "kind": "return", "reason": "thiếu cột"}
    client.post("/units/S-CT/registration/decisions", data=posted)
    client.post("/units/S-CT/decisions/1/withdrawal", data={"csrf_token": token, "reason": "nhầm"})
    page = client.get("/units/S-CT").get_data(as_text=True)

    assert "Đã thu hồi quyết định số 1." in page
    assert "vẫn ở tình trạng “Đề nghị bổ sung, chỉnh sửa”" in page
