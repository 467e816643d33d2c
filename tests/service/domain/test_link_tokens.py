"""A link's token is typed from paper without doubt, and its address is broken where nothing can be added."""

from __future__ import annotations

import secrets
from itertools import pairwise

import pytest

from service.domain.link_tokens import LETTERS, address_lines, link_token


def test_a_token_has_no_sign_and_no_letter_like_another():
    token = link_token(secrets.choice)

    assert len(token) == 28
    assert len(LETTERS) == len(set(LETTERS))
    assert not set(token) & set("ilo01-_IO")


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.7:8000/sign-in/k7mqabcdefghjkmnpqrstuvwxyz2",
        "https://dang-ky-thang-dan-van.ban-dan-van-tinh-uy.bacgiang.gov.vn/a-b/sign-in/i-J1DISl4m2PCvk_M0-2iz1SIs2",
        "http://x/",
    ],
)
def test_lines_end_after_a_slash_or_between_two_letters(url):
    parts = list(address_lines(url))

    assert "".join(map("".join, parts)) == url
    assert all(pieces[-1].endswith("/") for pieces in parts[:-1])
    for pieces in parts:
        assert all(left[-1].isalnum() and right[0].isalnum() for left, right in pairwise(pieces))
