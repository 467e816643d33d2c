"""A clerk of two units: one link for the address, then the choice; each unit by its own grant."""

from __future__ import annotations

import pytest

from service import grants
from service.domain.roles import Role

HOA = "hoa@vidu.example"


@pytest.fixture
def clerk(office, browse):
    """Return the browser of a clerk of S-CT and S-GDDT, signed in by the link that was given for S-CT."""
    client = browse(None)
    with office.workspace() as workspace:
        token = grants.invite(workspace, HOA, Role.UNIT, "S-CT").token
        grants.invite(workspace, HOA, Role.UNIT, "S-GDDT")
    assert client.post(f"/sign-in/{token}").location == "/units"
    return client


def choose(client, unit: str):
    with client.session_transaction() as session:
        token = session["csrf"]
    return client.post("/units", data={"csrf_token": token, "unit": unit})


def test_choosing_opens_that_unit_and_closes_the_other(clerk):
    offered = clerk.get("/units").get_data(as_text=True)

    answer = choose(clerk, "S-GDDT")

    assert [name in offered for name in ("Sở Công Thương", "Sở Giáo dục và Đào tạo", "Văn phòng")] == [
        True,
        True,
        False,
    ]
    assert (answer.status_code, answer.location) == (303, "/units/S-GDDT")
    assert "Đổi đơn vị" in clerk.get("/units/S-GDDT").get_data(as_text=True)
    assert clerk.get("/units/S-CT").status_code == 403
    assert choose(clerk, "S-CT").location == "/units/S-CT"
    assert clerk.get("/units/S-CT").status_code == 200


@pytest.mark.parametrize("unit", ["VP-UBND", "", "khong", "s-gddt", "S-GDDT\x00"])
def test_choosing_what_the_address_does_not_serve_is_refused(clerk, unit):
    assert choose(clerk, unit).status_code == 403
    assert clerk.get("/units/S-CT").status_code == 200


def test_choosing_ends_with_the_grant(office, clerk):
    with office.workspace() as workspace:
        grants.revoke(workspace, HOA, "S-GDDT")

    assert choose(clerk, "S-GDDT").status_code == 403
    assert clerk.get("/units").location == "/units/S-CT"
    assert "Đổi đơn vị" not in clerk.get("/units/S-CT").get_data(as_text=True)


def test_the_session_before_the_choice_is_over(office, clerk):
    with clerk.session_transaction() as session:
        before = session["id"]
    choose(clerk, "S-GDDT")

    with office.workspace() as workspace:
        assert grants.grant_of(workspace, before) is None


def test_those_with_one_unit_or_the_board_are_sent_home(browse):
    assert browse(Role.UNIT, "S-CT").get("/units").location == "/units/S-CT"
    assert browse(Role.VIEWER).get("/units").location == "/"
    assert "Đổi đơn vị" not in browse(Role.UNIT, "S-CT").get("/units/S-CT").get_data(as_text=True)
