"""Decisions as forms: recorded by the same rules, refused with what was typed, for the operator alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from service import workflows
from service.domain.decisions import DecisionKind
from service.domain.roles import Role
from service.domain.standing_labels import Eligibility
from service.web.pages.decision_form import Owed, Typed, read_decision, typed_in
from sheets_schema.campaign import Campaign

PATH = "/units/S-CT/registration/decisions"
HOSTILE = "<script>alert('x')</script>"


@pytest.fixture
def post(browse):
    """Return `post(**fields)`: the operator's form sent, with the token it carries."""
    client = browse()

    def send(path: str = PATH, **fields):
        with client.session_transaction() as session:
            token = session["csrf"]
        return client.post(path, data={"csrf_token": token, **fields})

    send.client = client
    return send


def decisions(office) -> list:
    with office.workspace() as workspace:
        return list(workspace.store.facts.history(office.campaign.key).decisions_of("S-CT", "registration"))


def test_decide_records_and_shows_the_page_with_a_confirmation(office, post):
    answer = post(kind="extend", instant="2023-10-10T00:00", reason=" Bão \n số 4 ", document="5/CV-BDV")

    shown = post.client.get(answer.location).get_data(as_text=True)
    again = post.client.get(answer.location).get_data(as_text=True)
    made = decisions(office)[0]
    assert (answer.status_code, answer.location) == (303, "/units/S-CT")
    assert (made.kind, made.actor, made.reason, made.document) == (
        DecisionKind.EXTEND,
        "operator-@vidu.example",
        "Bão số 4",
        "5/CV-BDV",
    )
    assert made.before == datetime(2023, 10, 9, 17, 0, tzinfo=UTC)
    assert "Đã ghi quyết định số 1: Gia hạn" in shown
    assert "trước ngày 10/10/2023" in shown
    assert "Lý do: Bão số 4" in shown
    assert "Đã ghi quyết định số 1: Gia hạn" not in again


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "extend", "instant": "2023-09-01T00:00"}, "Hạn mới phải sau hạn gốc"),
        ({"kind": "extend", "instant": ""}, "Gia hạn cần hạn mới"),
        ({"kind": "extend", "instant": HOSTILE}, "không phải là thời điểm"),
        ({"kind": "extend", "instant": "9999-12-31T23:59"}, "năm phải từ 2000 đến 2099"),
        ({"kind": "receive", "instant": "2023-12-01T08:00"}, "chưa tới"),
        ({"kind": "receive", "instant": "0001-01-01T00:00"}, "năm phải từ 2000 đến 2099"),
        ({"kind": "exempt", "reason": " \u200b "}, "Thiếu lý do"),
        ({"kind": "accept"}, "chưa có gì để tiếp nhận"),
        ({"kind": "return"}, "chưa có gì để đề nghị chỉnh sửa"),
        ({"kind": "exempt", "reason": "x\x00y"}, "có ký tự không đọc được"),
        ({"kind": "exempt", "reason": "n" * 1001}, "dài quá 1000 ký tự"),
        ({"kind": "exempt", "reason": "lý do", "document": "n" * 201}, "dài quá 200 ký tự"),
        ({"kind": HOSTILE}, "Chọn một quyết định"),
        ({}, "Chọn một quyết định"),
    ],
)
def test_decide_refuses_with_what_was_typed(office, post, fields, message):
    answer = post(**({"reason": "Đã gõ: " + HOSTILE, "document": "7/CV"} | fields))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page
    assert "<script" not in page
    assert decisions(office) == []
    if fields.get("kind") in {"extend", "receive", "accept", "return"}:
        assert "Đã gõ: &lt;script&gt;" in page
        assert len(re.findall(r'id="d[0-9]-[a-z]+" open>', page)) == 1
        assert 'value="7/CV"' in page


def test_decide_refuses_without_the_forms_token(office, browse):
    answer = browse().post(PATH, data={"kind": "exempt", "reason": "x"})

    assert (answer.status_code, decisions(office)) == (403, [])


@pytest.mark.parametrize("path", ["/units/KHONG/registration/decisions", "/units/S-CT/khong/decisions"])
def test_decide_on_what_is_not_there_is_404(post, path):
    assert post(path, kind="nil").status_code == 404


@pytest.mark.parametrize(("role", "count"), [(Role.OPERATOR, 12), (Role.VIEWER, 0), (Role.UNIT, 0)])
def test_page_offers_decisions_to_the_operator_alone(signed_in_client, role, count):
    client = signed_in_client(role)

    assert client.get("/units/S-CT").get_data(as_text=True).count('name="kind"') == count
    assert 'name="kind"' not in client.get("/units/S-CT?as_of=2023-09-19T00:00").get_data(as_text=True)


def test_page_ids_are_given_once(browse):
    ids = re.findall(r' id="([^"]+)"', browse().get("/units/S-CT").get_data(as_text=True))

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("kind", DecisionKind)
def test_read_decision_takes_the_instant_its_kind_asks_for(office, kind):
    campaign: Campaign = office.campaign
    typed = typed_in({"kind": kind.value, "instant": "2023-10-02T17:00", "reason": "x"}, "report")

    made = read_decision(typed, Owed("S-CT", "report", "a@vidu.example", office.now, campaign.zone))

    assert (made.before is not None, made.received_at is not None) == (
        kind is DecisionKind.EXTEND,
        kind in {DecisionKind.RECEIVE, DecisionKind.NIL},
    )


def test_nil_takes_when_the_unit_reported_it_or_the_present(office, post):
    post(kind="nil", instant="2023-09-18T09:30", reason="công văn 3")
    (reported,) = decisions(office)

    page = post.client.get("/units/S-CT").get_data(as_text=True)
    assert reported.received_at == datetime(2023, 9, 18, 2, 30, tzinfo=UTC)
    assert "Đơn vị báo không phát sinh lúc 09:30 ngày 18/9/2023." in page
    assert post("/units/S-GDDT/registration/decisions", kind="nil").status_code == 303
    assert post("/units/VP-UBND/registration/decisions", kind="nil", instant="2023-09-21T09:30").status_code == 422


def withdrawal(number: int, unit: str = "S-CT") -> str:
    return f"/units/{unit}/decisions/{number}/withdrawal"


def test_withdraw_is_shown_with_its_author_and_reason(office, post):
    post(kind="exempt", reason="nhầm đơn vị", document="5/CV")
    post(kind="extend", instant="2023-10-10T00:00", path="/units/S-GDDT/registration/decisions")
    offered = post.client.get("/units/S-CT").get_data(as_text=True)
    office.at("2023-09-21 10:00")

    answer = post(withdrawal(1), reason=f" ghi nhầm {HOSTILE}", document="6/CV")

    page = post.client.get("/units/S-CT").get_data(as_text=True)
    (made,) = decisions(office)
    assert (answer.status_code, made.withdrawn.actor, made.withdrawn.document) == (
        303,
        "operator-@vidu.example",
        "6/CV",
    )
    assert 'action="/units/S-CT/decisions/1/withdrawal"' in offered
    assert "/decisions/1/withdrawal" not in page
    assert "Đã thu hồi quyết định số 1." in page
    assert "ĐÃ THU HỒI lúc 10:00 ngày 21/9/2023, operator-@vidu.example ghi, lý do: ghi nhầm &lt;script&gt;" in page
    assert "<strong>Thu hồi quyết định số 1</strong>" in page
    assert 'class="decision withdrawn"' in page
    before = post.client.get("/units/S-CT?as_of=2023-09-20T20:00").get_data(as_text=True)
    assert ("ĐÃ THU HỒI" in before, "quyết định số 1" in before) == (False, True)


@pytest.mark.parametrize(
    ("number", "fields", "status", "said"),
    [
        (1, {"reason": "  ", "document": "7/CV"}, 422, "Thiếu lý do thu hồi"),
        (1, {"reason": "n" * 1001, "document": "7/CV"}, 422, "dài quá 1000 ký tự"),
        (9, {"reason": "x"}, 404, "Không có quyết định số 9. Số của các quyết định có ở trang “Quyết định”"),
        (10**30, {"reason": "x"}, 404, "Không có quyết định số"),
        (2, {"reason": "x"}, 404, "Quyết định số 2 không ghi cho: S-CT"),
    ],
)
def test_withdraw_refuses_with_what_was_typed(office, post, number, fields, status, said):
    post(kind="exempt", reason="a")
    post(kind="exempt", reason="b", path="/units/S-GDDT/registration/decisions")

    answer = post(withdrawal(number), **fields)

    page = answer.get_data(as_text=True)
    assert (answer.status_code, said in page) == (status, True)
    assert decisions(office)[0].withdrawn is None
    if status == 422:
        assert 'value="7/CV"' in page
        assert page.count('<details class="withdrawing no-print" open>') == 1


def test_withdraw_needs_the_forms_token_and_the_right(office, post, browse):
    post(kind="exempt", reason="a")

    assert browse().post(withdrawal(1), data={"reason": "x"}).status_code == 403
    for role, unit in ((Role.VIEWER, ""), (Role.UNIT, "S-CT")):
        client = browse(role, unit)
        with client.session_transaction() as session:
            token = session["csrf"]
        assert client.post(withdrawal(1), data={"reason": "x", "csrf_token": token}).status_code == 403
        assert "withdrawal" not in client.get("/units/S-CT").get_data(as_text=True)
    assert decisions(office)[0].withdrawn is None


def test_a_decision_recorded_under_a_former_code_is_withdrawn(office, post, renamed):
    post(kind="exempt", reason="a")
    renamed(office.at("2023-09-25 08:00"), "S-CT", "S-CTM")
    with office.workspace() as workspace:
        standings = workflows.withdraw(workspace, 1, units=["S-CTM"], actor="Chị Hoa", reason="nhầm")

    assert [(one.unit, one.eligibility) for one in standings] == [("S-CTM", Eligibility.EXPECTED)]


def test_typed_of_another_form_is_blank():
    typed = Typed("report", "extend", "lý do", fault="sai")

    assert typed.of("report", "extend") is typed
    assert typed.of("registration", "extend") == Typed("registration", "extend")
