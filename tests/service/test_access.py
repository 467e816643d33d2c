"""Granting, signing in and out, revoking; and the line each leaves in the log of facts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from service import access
from service.access import GrantRefusedError, LinkRefusedError
from service.domain.roles import Role
from service.errors import UnknownNameError

HOA = "hoa@vidu.example"


@pytest.fixture
def workspace(office):
    with office.workspace() as opened:
        yield opened


def events(workspace) -> list[tuple[str, str]]:
    return [
        (line.payload["event"], line.actor)
        for line in workspace.store.facts(workspace.campaign.key)
        if line.kind == "access"
    ]


def test_a_link_lets_in_once(workspace):
    invitation = access.invite(workspace, " Hoa@ViDu.example", Role.VIEWER)

    session = access.sign_in(workspace, invitation.token)

    assert (session.grant.email, session.grant.role, session.grant.unit) == (HOA, Role.VIEWER, "")
    assert access.grant_of(workspace, session.id) == session.grant
    with pytest.raises(LinkRefusedError):
        access.sign_in(workspace, invitation.token)
    assert access.grant_of(workspace, session.id) == session.grant


def test_of_many_at_once_one_gets_in(workspace):
    token = access.invite(workspace, HOA, Role.VIEWER).token

    def attempt(_number: int) -> bool:
        try:
            access.sign_in(workspace, token)
        except LinkRefusedError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, range(8))) == 1


def test_looking_uses_nothing_up(workspace):
    token = access.invite(workspace, HOA, Role.VIEWER).token

    assert [access.is_open(workspace, token) for _ in range(3)] == [True] * 3
    access.sign_in(workspace, token)
    assert access.is_open(workspace, token) is False


@pytest.mark.parametrize("token", ["", "x", "\x00", "đ" * 5000, "\ud800", "../..", "' OR 1=1 --"])
def test_a_token_nobody_was_given_is_refused_without_a_trace(workspace, token):
    before = workspace.store.facts(workspace.campaign.key)

    with pytest.raises(LinkRefusedError):
        access.sign_in(workspace, token)
    assert (access.is_open(workspace, token), access.grant_of(workspace, token)) == (False, None)
    assert workspace.store.facts(workspace.campaign.key) == before


def test_an_expired_link_is_refused_and_noted_once(workspace):
    token = access.invite(workspace, HOA, Role.VIEWER, link_life=timedelta(0)).token

    for _ in range(3):
        with pytest.raises(LinkRefusedError):
            access.sign_in(workspace, token)

    assert [event for event, _ in events(workspace)] == ["granted", "refused"]


def test_revoking_ends_link_and_session_at_once(workspace):
    session = access.sign_in(workspace, access.invite(workspace, HOA, Role.OPERATOR).token)
    unused = access.invite(workspace, HOA, Role.OPERATOR).token

    access.revoke(workspace, "HOA@vidu.example")

    assert access.grant_of(workspace, session.id) is None
    with pytest.raises(LinkRefusedError):
        access.sign_in(workspace, unused)
    with pytest.raises(UnknownNameError, match="không có quyền nào"):
        access.revoke(workspace, HOA)


def test_signing_out_ends_the_session_for_good(workspace):
    session = access.sign_in(workspace, access.invite(workspace, HOA, Role.OPERATOR).token)

    access.sign_out(workspace, session.id)
    access.sign_out(workspace, session.id)

    assert access.grant_of(workspace, session.id) is None
    assert events(workspace) == [("granted", workspace.actor), ("signed_in", HOA), ("signed_out", HOA)]


def test_the_audit_holds_the_address_and_no_secret(workspace):
    invitation = access.invite(workspace, HOA, Role.UNIT, "S-CT")
    session = access.sign_in(workspace, invitation.token)

    line = workspace.store.facts(workspace.campaign.key)[-1]

    assert dict(line.payload) == {
        "event": "signed_in",
        "email": HOA,
        "role": "unit",
        "unit": "S-CT",
        "grant": invitation.grant.id,
    }
    assert (line.unit, line.reason, line.document) == ("", "", "")
    for path in workspace.settings.data_dir.glob("facts.sqlite*"):
        content = path.read_bytes()
        assert invitation.token.encode() not in content
        assert session.id.encode() not in content


def test_the_audit_changes_no_standing(office, workspace):
    before = workspace.store.history(workspace.campaign.key)

    access.sign_in(workspace, access.invite(workspace, HOA, Role.UNIT, "S-CT").token)

    assert workspace.store.history(workspace.campaign.key) == before


def test_a_unit_is_found_by_its_address(workspace):
    unit = workspace.campaign.unit("S-CT")

    assert access.invite(workspace, unit.emails[0].upper(), Role.UNIT).grant.unit == "S-CT"


def test_an_address_of_two_units_must_say_which(office):
    office.unit("S-CT", emails=(HOA,))
    office.unit("S-GDDT", emails=(HOA,))
    with office.workspace() as workspace:
        with pytest.raises(GrantRefusedError, match="thuộc nhiều đơn vị"):
            access.invite(workspace, HOA, Role.UNIT)
        assert access.invite(workspace, HOA, Role.UNIT, "S-GDDT").grant.unit == "S-GDDT"


@pytest.mark.parametrize(
    ("email", "role", "unit", "words"),
    [
        ("x", Role.VIEWER, "", "không phải là địa chỉ"),
        ("<b>@vidu", Role.VIEWER, "", "không phải là địa chỉ"),
        (HOA, Role.UNIT, "", "Không đơn vị nào"),
        (HOA, Role.VIEWER, "S-CT", "Chỉ vai trò unit"),
        (HOA, Role.OPERATOR, "S-CT", "Chỉ vai trò unit"),
    ],
)
def test_a_grant_that_cannot_be_is_refused(workspace, email, role, unit, words):
    with pytest.raises(GrantRefusedError, match=words):
        access.invite(workspace, email, role, unit)

    assert workspace.store.grants(workspace.campaign.key) == ()


def test_a_grant_that_has_ended_already_is_refused(workspace):
    with pytest.raises(GrantRefusedError, match="đã qua"):
        access.invite(workspace, HOA, Role.VIEWER, until=workspace.lease_clock())
