"""What each role may do; what is an address and what is not."""

from __future__ import annotations

import pytest

from service.domain import roles
from service.domain.roles import RIGHTS, Role, read_address


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("hoa@donvi.example", "hoa@donvi.example"),
        ("  Hoa@DonVi.Example \n", "hoa@donvi.example"),
        ("hoa.nguyen+ban@so-ct.bacgiang.example", "hoa.nguyen+ban@so-ct.bacgiang.example"),
        ("operator@localhost", "operator@localhost"),
        ("ho\u0061\u0300@vidu.example", "hoà@vidu.example"),
    ],
)
def test_address_is_kept_trimmed_and_in_lower_case(typed, kept):
    assert read_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "hoa",
        "@",
        "hoa@",
        "@vidu.example",
        "a@b@c",
        "a b@c",
        "a@b c",
        "a@b\nc@d",
        "a@b\x00",
        "a\u202e@b",
        "a\u200b@b",
        "<a@b>",
        "a@b,c@d",
        "a@b;c",
        'a"@b',
        "a" * 65 + "@b",
        "a@" + "b" * 200,
        "\ud800@b",
    ],
)
def test_what_is_no_address_is_none(typed):
    assert read_address(typed) is None


@pytest.mark.parametrize(
    ("may", "operator", "viewer", "unit"),
    [
        (roles.may_sign_in, True, True, True),
        (roles.may_see_board, True, True, False),
        (roles.may_decide, True, False, False),
        (roles.may_edit_tabs, True, False, True),
        (roles.may_see_access, True, False, False),
        (roles.may_use_account, True, True, False),
        (roles.may_read_master_file, False, True, False),
        (roles.belongs_to_unit, False, False, True),
    ],
)
def test_table_of_rights(may, operator, viewer, unit):
    assert [may(role) for role in (Role.OPERATOR, Role.VIEWER, Role.UNIT)] == [operator, viewer, unit]


@pytest.mark.parametrize(
    ("role", "own_unit", "unit", "sees"),
    [
        (Role.OPERATOR, "", "S-CT", True),
        (Role.VIEWER, "", "S-CT", True),
        (Role.UNIT, "S-CT", "S-CT", True),
        (Role.UNIT, "S-CT", "HU-YD", False),
        (Role.UNIT, "S-CT", "s-ct", False),
        (Role.UNIT, "S-CT", "S-CT ", False),
        (Role.UNIT, "S-CT", "", False),
        (Role.UNIT, "", "S-CT", False),
        (Role.UNIT, "", "", False),
    ],
)
def test_unit_sees_itself_alone(role, own_unit, unit, sees):
    assert roles.may_see_unit(role, own_unit, unit) is sees


def test_every_role_has_rights_and_a_label():
    assert set(RIGHTS) == set(Role)
    assert len({roles.role_label(role).text() for role in Role}) == len(Role)
