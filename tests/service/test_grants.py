"""Granting, signing in and out, revoking; and the line each leaves in the log of facts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from service import grants
from service.domain.roles import Role
from service.errors import UnknownNameError
from service.grants import AccountRefusal, AccountRefusedError, GrantRefusedError, LinkRefusedError, ProviderAccount

HOA = "hoa@vidu.example"


@pytest.fixture
def workspace(office):
    with office.workspace() as opened:
        yield opened


def events(workspace) -> list[tuple[str, str]]:
    return [
        (line.payload["event"], line.actor)
        for line in workspace.store.facts.lines(workspace.campaign.key)
        if line.kind == "access"
    ]


def test_a_link_lets_in_once(workspace):
    invitation = grants.invite(workspace, " Hoa@ViDu.example", Role.VIEWER)

    session = grants.sign_in(workspace, invitation.token)

    assert (session.grant.email, session.grant.role, session.grant.unit) == (HOA, Role.VIEWER, "")
    assert grants.grant_of(workspace, session.id) == session.grant
    with pytest.raises(LinkRefusedError):
        grants.sign_in(workspace, invitation.token)
    assert grants.grant_of(workspace, session.id) == session.grant


def test_letting_a_clerk_in_says_where_no_cell_is_open_to_the_unit(office):
    office.unit("S-CT", emails=())
    with office.workspace() as workspace:
        without = grants.invite(workspace, HOA, Role.UNIT, "S-CT").warning
        others = [grants.invite(workspace, HOA, Role.UNIT, "S-GDDT"), grants.invite(workspace, "a@b.vn", Role.VIEWER)]

    assert "chưa ô nào được mở để nhập" in str(without)
    assert [one.warning for one in others] == [None, None]


def test_of_many_at_once_one_gets_in(workspace):
    token = grants.invite(workspace, HOA, Role.VIEWER).token

    def attempt(_number: int) -> bool:
        try:
            grants.sign_in(workspace, token)
        except LinkRefusedError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, range(8))) == 1


def test_looking_uses_nothing_up(workspace):
    token = grants.invite(workspace, HOA, Role.VIEWER).token

    assert [grants.is_open(workspace, token) for _ in range(3)] == [True] * 3
    grants.sign_in(workspace, token)
    assert grants.is_open(workspace, token) is False


@pytest.mark.parametrize("token", ["", "x", "\x00", "đ" * 5000, "\ud800", "../..", "' OR 1=1 --"])
def test_a_token_nobody_was_given_is_refused_without_a_trace(workspace, token):
    before = workspace.store.facts.lines(workspace.campaign.key)

    with pytest.raises(LinkRefusedError):
        grants.sign_in(workspace, token)
    assert (grants.is_open(workspace, token), grants.grant_of(workspace, token)) == (False, None)
    assert workspace.store.facts.lines(workspace.campaign.key) == before


def test_an_expired_link_is_refused_and_noted_once(workspace):
    token = grants.invite(workspace, HOA, Role.VIEWER, link_life=timedelta(0)).token

    for _ in range(3):
        with pytest.raises(LinkRefusedError):
            grants.sign_in(workspace, token)

    assert [event for event, _ in events(workspace)] == ["granted", "refused"]


def test_revoking_ends_link_and_session_at_once(workspace):
    session = grants.sign_in(workspace, grants.invite(workspace, HOA, Role.OPERATOR).token)
    unused = grants.invite(workspace, HOA, Role.OPERATOR).token

    grants.revoke(workspace, "HOA@vidu.example")

    assert grants.grant_of(workspace, session.id) is None
    with pytest.raises(LinkRefusedError):
        grants.sign_in(workspace, unused)
    with pytest.raises(UnknownNameError, match="không có quyền nào"):
        grants.revoke(workspace, HOA)


def test_signing_out_ends_the_session_for_good(workspace):
    session = grants.sign_in(workspace, grants.invite(workspace, HOA, Role.OPERATOR).token)

    grants.sign_out(workspace, session.id)
    grants.sign_out(workspace, session.id)

    assert grants.grant_of(workspace, session.id) is None
    assert events(workspace) == [("granted", workspace.actor), ("signed_in", HOA), ("signed_out", HOA)]


def test_the_audit_holds_the_address_and_no_secret(workspace):
    invitation = grants.invite(workspace, HOA, Role.UNIT, "S-CT")
    session = grants.sign_in(workspace, invitation.token)

    line = workspace.store.facts.lines(workspace.campaign.key)[-1]

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
    before = workspace.store.facts.history(workspace.campaign.key)

    grants.sign_in(workspace, grants.invite(workspace, HOA, Role.UNIT, "S-CT").token)

    assert workspace.store.facts.history(workspace.campaign.key) == before


def test_a_unit_is_found_by_its_address(workspace):
    unit = workspace.campaign.unit("S-CT")

    assert grants.invite(workspace, unit.emails[0].upper(), Role.UNIT).grant.unit == "S-CT"


def test_an_address_of_two_units_must_say_which(office):
    office.unit("S-CT", emails=(HOA,))
    office.unit("S-GDDT", emails=(HOA,))
    with office.workspace() as workspace:
        with pytest.raises(GrantRefusedError, match="thuộc nhiều đơn vị"):
            grants.invite(workspace, HOA, Role.UNIT)
        assert grants.invite(workspace, HOA, Role.UNIT, "S-GDDT").grant.unit == "S-GDDT"


def access_lines(workspace) -> list[tuple[str, str, str]]:
    lines = workspace.store.facts.lines(workspace.campaign.key)
    return [(one.payload["event"], one.payload["role"], one.payload["unit"]) for one in lines if one.kind == "access"]


def test_an_address_serves_several_units_and_chooses(office):
    with office.workspace() as workspace:
        first = grants.invite(workspace, HOA, Role.UNIT, "S-CT")
        second = grants.invite(workspace, HOA, Role.UNIT, "S-GDDT")
        session = grants.sign_in(workspace, first.token)

        chosen = grants.choose_unit(workspace, session.grant.email, "S-GDDT")

        assert (first.ended, second.ended) == ((), ())
        assert {one.unit for one in grants.unit_grants(workspace, HOA)} == {"S-CT", "S-GDDT"}
        assert grants.grant_of(workspace, chosen.id).unit == "S-GDDT"
        assert grants.choose_unit(workspace, HOA, "VP-UBND") is None
        grants.revoke(workspace, HOA, "S-GDDT")
        assert grants.grant_of(workspace, chosen.id) is None
        assert grants.grant_of(workspace, session.id).unit == "S-CT"
        assert grants.choose_unit(workspace, HOA, "S-GDDT") is None
        with pytest.raises(UnknownNameError, match="S-GDDT"):
            grants.revoke(workspace, HOA, "S-GDDT")


def test_another_role_ends_what_an_address_had_and_says_so(workspace):
    for unit in ("S-CT", "S-GDDT"):
        grants.invite(workspace, HOA, Role.UNIT, unit)

    viewer = grants.invite(workspace, HOA, Role.VIEWER)
    back = grants.invite(workspace, HOA, Role.UNIT, "VP-UBND")

    assert [one.unit for one in viewer.ended] == ["S-CT", "S-GDDT"]
    assert [one.role for one in back.ended] == [Role.VIEWER]
    assert access_lines(workspace)[2:] == [
        ("revoked", "unit", "S-CT"),
        ("revoked", "unit", "S-GDDT"),
        ("granted", "viewer", ""),
        ("revoked", "viewer", ""),
        ("granted", "unit", "VP-UBND"),
    ]


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
        grants.invite(workspace, email, role, unit)

    assert workspace.store.access.grants(workspace.campaign.key) == ()


def test_a_grant_that_has_ended_already_is_refused(workspace):
    with pytest.raises(GrantRefusedError, match="đã qua"):
        grants.invite(workspace, HOA, Role.VIEWER, until=workspace.lease_clock())


def account(subject: str = "1", email: str = HOA, issuer: str = "https://cap.example") -> ProviderAccount:
    return ProviderAccount(issuer, subject, email)


def reason_of(workspace, someone: ProviderAccount) -> AccountRefusal:
    with pytest.raises(AccountRefusedError) as raised:
        grants.sign_in_with_account(workspace, someone)
    return raised.value.reason


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
def test_an_account_comes_in_by_the_grant_of_its_address(workspace, role):
    grant = grants.invite(workspace, HOA, role).grant

    session = grants.sign_in_with_account(workspace, account(email="Hoa@ViDu.example"))

    assert grants.grant_of(workspace, session.id) == session.grant == grant
    line = workspace.store.facts.lines(workspace.campaign.key)[-1]
    assert (line.actor, line.payload["event"], line.payload["by"]) == (HOA, "signed_in", "account")


def test_a_link_not_used_yet_stays_good_beside_the_account(workspace):
    token = grants.invite(workspace, HOA, Role.VIEWER).token

    grants.sign_in_with_account(workspace, account())

    assert grants.is_open(workspace, token)


def test_an_account_of_an_address_without_a_standing_grant_is_refused_without_a_trace(workspace):
    grants.invite(workspace, HOA, Role.VIEWER)
    grants.revoke(workspace, HOA)
    before = workspace.store.facts.lines(workspace.campaign.key)

    assert reason_of(workspace, account()) is AccountRefusal.NOT_GRANTED
    assert workspace.store.facts.lines(workspace.campaign.key) == before


@pytest.mark.parametrize(
    "email",
    [
        "",
        "x",
        "\x00",
        "@",
        "hoa@vidu.example\x00",
        "hoa@vidu.example, ban@vidu.example",
        "😀@vidu.example",
        "đ" * 9000,
        "\u212aim@vidu.example",  # KELVIN SIGN becomes k in lower case
        "\uff4bim@vidu.example",  # a full-width k
        "KI\u0307M@vidu.example",
    ],
)
def test_an_address_that_only_looks_granted_is_refused(workspace, email):
    grants.invite(workspace, HOA, Role.VIEWER)
    grants.invite(workspace, "kim@vidu.example", Role.OPERATOR)

    assert reason_of(workspace, account(email=email)) is AccountRefusal.NOT_GRANTED


def test_a_unit_comes_in_by_links_alone(workspace):
    grants.invite(workspace, HOA, Role.UNIT, "S-CT")

    assert reason_of(workspace, account()) is AccountRefusal.LINK_ONLY


def test_an_address_that_changed_hands_inherits_nothing(workspace, caplog):
    grant = grants.invite(workspace, HOA, Role.OPERATOR).grant
    first = grants.sign_in_with_account(workspace, account("1"))

    assert [reason_of(workspace, account("2")) for _ in range(3)] == [AccountRefusal.OTHER_ACCOUNT] * 3

    assert grants.grant_of(workspace, first.id) == grant
    assert grants.sign_in_with_account(workspace, account("1")).grant == grant
    # told once on the record, each time in the log, which names no address
    assert [event for event, _ in events(workspace)] == ["granted", "signed_in", "refused", "signed_in"]
    assert caplog.messages == [f"another account came with the address of grant {grant.id}, refused"] * 3
    assert workspace.store.access.grants(workspace.campaign.key)[0].other_account_at is not None


def test_a_grant_given_anew_takes_the_account_that_comes_next(workspace):
    grants.invite(workspace, HOA, Role.OPERATOR)
    grants.sign_in_with_account(workspace, account("1"))
    grants.revoke(workspace, HOA)
    grants.invite(workspace, HOA, Role.OPERATOR)

    assert grants.sign_in_with_account(workspace, account("2")).grant.email == HOA
    assert reason_of(workspace, account("1")) is AccountRefusal.OTHER_ACCOUNT


def test_the_database_keeps_no_providers_name_of_somebody(workspace):
    grants.invite(workspace, HOA, Role.OPERATOR)
    grants.sign_in_with_account(workspace, account("ten-rieng-cua-nguoi-nay"))

    for path in workspace.settings.data_dir.glob("facts.sqlite*"):
        assert b"ten-rieng-cua-nguoi-nay" not in path.read_bytes()
