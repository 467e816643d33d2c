"""What is an address and what is not."""

from __future__ import annotations

import pytest

from service.domain.roles import Role, read_address
from service.domain.standing_labels import label_of


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


def test_every_role_has_its_label():
    assert [label_of(role) for role in Role] == ["người điều hành", "lãnh đạo Ban", "đơn vị"]
