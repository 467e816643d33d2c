"""Letting in: links of all units at once, people one by one, programs; shown once, asked twice before it ends."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import segno
from openpyxl import load_workbook

from service import clock as clocks
from service import grants
from service.domain.roles import Role

LINK = re.compile(r"http://localhost/sign-in/([\w-]{20,})")


def post(client, path, **fields):
    with client.session_transaction() as session:
        return client.post(path, data={"csrf_token": session["csrf"], **fields})


@pytest.fixture
def desk(office, browse):
    """The operator's browser; every unit has an address of its own."""
    for unit in office.campaign.active_units:
        office.unit(unit.code, emails=(f"{unit.code.lower()}@vidu.example",))
    return browse()


def test_slips_have_a_link_that_signs_in_and_a_code_for_each_unit(office, desk, browse):
    page = post(desk, "/access/links", who="absent", days="14", shape="slips").get_data(as_text=True)

    tokens = LINK.findall(page)
    assert len(tokens) == len(office.campaign.active_units) == page.count("<svg") == page.count('class="slip"')
    # what is read and typed is what the code holds
    links = re.findall(r'data-address="([^"]+)"', page)
    typed = [re.sub(r"<[^>]*>|\s", "", one) for one in re.findall(r'data-address="[^"]+">(.*?)</p>', page, re.S)]
    assert typed == links
    qr = segno.make(links[-1], error="m", micro=False).svg_inline(scale=3, omitsize=True, svgclass="qr")
    assert page.count(qr) == 1
    assert browse(None).post(f"/sign-in/{tokens[0]}").status_code == 303
    listed = desk.get("/access").get_data(as_text=True)
    assert "1/3 đơn vị đã vào; 3 đơn vị đã có quyền." in listed
    # those who have come keep their way in; the others get a new link
    asked = post(desk, "/access/links", who="absent", days="7", shape="slips").get_data(as_text=True)
    assert "2 người đã được cấp liên kết mà chưa dùng" in asked
    again = post(desk, "/access/links", who="absent", days="7", shape="slips", sure="1").get_data(as_text=True)
    assert len(LINK.findall(again)) == 2
    # no page shows a link again
    assert LINK.findall(listed) == []
    assert "no-store" in desk.get("/access").headers["Cache-Control"]


def test_links_are_a_workbook_for_mail_merge(desk):
    answer = post(desk, "/access/links", who="all", shape="xlsx")

    rows = list(load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert rows[0][-3:] == ("Địa chỉ thư", "Liên kết", "Dùng được đến")
    assert [row[4] for row in rows[1:]] == ["vp-ubnd@vidu.example", "s-ct@vidu.example", "s-gddt@vidu.example"]
    assert all(LINK.fullmatch(row[5]) for row in rows[1:])


def test_an_operators_own_address_is_never_made_a_units(office, browse):
    office.unit("S-CT", emails=("operator-@vidu.example",))
    client = browse()

    page = post(client, "/access/links", who="all", shape="slips").get_data(as_text=True)

    assert "operator-@vidu.example: Địa chỉ operator-@vidu.example đang có vai trò khác" in page
    assert client.get("/access").status_code == 200


def test_people_are_added_renewed_and_revoked_after_a_second_question(office, desk):
    first = post(desk, "/access/people", email="hoa@vidu.example", role="unit", unit="S-CT").get_data(as_text=True)
    second = post(desk, "/access/people", email="Hoa@vidu.example", role="unit", unit="S-CT").get_data(as_text=True)
    with office.workspace() as workspace:
        assert not grants.is_open(workspace, LINK.findall(first)[0])
        assert grants.is_open(workspace, LINK.findall(second)[0])

    asked = post(desk, "/access/revocation", email="hoa@vidu.example", unit="S-CT").get_data(as_text=True)
    with office.workspace() as workspace:
        assert grants.is_open(workspace, LINK.findall(second)[0])
    done = post(desk, "/access/revocation", email="hoa@vidu.example", unit="S-CT", sure="1")

    assert "Thu hồi quyền của hoa@vidu.example?" in asked
    assert (done.status_code, done.location) == (303, "/access/units/S-CT")
    with office.workspace() as workspace:
        assert not grants.is_open(workspace, LINK.findall(second)[0])
    assert "đã thu hồi" in desk.get("/access/units/S-CT").get_data(as_text=True)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"email": "khong-phai", "role": "unit", "unit": "S-CT"}, "“khong-phai”"),
        ({"email": "", "role": "viewer"}, "“”"),
        ({"email": "a@b.vn", "role": "viewer", "unit": "S-CT"}, ""),
    ],
)
def test_what_cannot_be_granted_is_refused_in_words(desk, fields, why):
    answer = post(desk, "/access/people", **fields)

    assert answer.status_code == 422
    assert why in answer.get_data(as_text=True)
    assert LINK.findall(answer.get_data(as_text=True)) == []


def test_a_program_reads_within_its_scope_until_its_end_and_no_longer(office, desk, browse):
    tomorrow = (clocks.system() + timedelta(days=1)).strftime("%Y-%m-%d")
    page = post(desk, "/access/tokens", name="Kho dữ liệu", unit="S-CT", until=tomorrow).get_data(as_text=True)
    text = re.search(r"readonly>([\w-]{20,})</textarea>", page)[1]
    program = browse(None)
    bearer = {"Authorization": f"Bearer {text}"}

    own = program.get("/api/v1/statuses", headers=bearer)
    assert {item["unit"] for item in own.json["items"]} == {"S-CT"}
    assert program.get("/api/v1/statuses?unit=S-GDDT", headers=bearer).status_code == 403
    # the interface alone, and only as it stands
    assert program.get("/units/S-CT", headers=bearer).status_code == 303
    refused = program.get("/api/v1/statuses", headers={"Authorization": "Bearer x"})
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")

    assert "riêng Sở Công Thương" in desk.get("/access").get_data(as_text=True)
    assert "Thu hồi mã của Kho dữ liệu?" in post(desk, "/access/tokens/1/revocation").get_data(as_text=True)
    assert post(desk, "/access/tokens/1/revocation", sure="1").status_code == 303
    assert program.get("/api/v1/statuses", headers=bearer).status_code == 401
    assert post(desk, "/access/tokens/1/revocation", sure="1").status_code == 404
    with office.workspace() as workspace:
        events = [
            one.payload["event"] for one in workspace.store.facts.lines(office.campaign.key) if one.kind == "access"
        ]
    assert events[-2:] == ["token_made", "token_revoked"] or set(events) >= {"token_made", "token_revoked"}


@pytest.mark.parametrize(
    "fields", [{"name": "", "until": "2099-01-01"}, {"name": "x", "until": "2001-01-01"}, {"name": "x", "until": "mai"}]
)
def test_a_token_without_a_name_or_an_end_is_refused(desk, fields):
    assert post(desk, "/access/tokens", **fields).status_code == 422


@pytest.mark.parametrize("path", ["people", "revocation", "tokens"])
def test_a_unit_of_no_roster_is_refused_by_its_name(desk, path):
    refused = post(desk, f"/access/{path}", email="a@b.vn", role="unit", unit="<X>", name="Kho", until="2023-12-01")

    assert refused.status_code == 422
    assert "&lt;X&gt;" in refused.get_data(as_text=True)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.UNIT])
def test_only_the_operator_lets_in(signed_in_client, role):
    client = signed_in_client(role)

    assert client.get("/access").status_code == 403
    for path in ("links", "people", "revocation", "tokens", "tokens/1/revocation"):
        assert post(client, f"/access/{path}", who="all").status_code == 403
    assert "/access" not in client.get("/" if role is Role.VIEWER else "/units/S-CT").get_data(as_text=True)


def test_forms_need_their_sessions_token(desk):
    assert desk.post("/access/links", data={"who": "all"}).status_code == 403
