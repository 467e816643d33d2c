"""An address that can be written to is one that a header of a mail holds as it is, and a sign-in too."""

from __future__ import annotations

from email.headerregistry import Address

import pytest

from service.domain.roles import read_address
from sheets_schema.addresses import can_be_written_to

GOOD = ("a@b.vn", "vp-ubnd.so+1@mail.tinh-1.gov.vn", "A_b@X9.vn", f"{'a' * 64}@b.vn", "x@xn--tnh-xya.vn")
BAD = (
    "tên@tỉnh.vn", "tên@tinh.vn", "a..b@c.vn", ".x@b.vn", "x.@b.vn", "x@-b.vn", "x@b-.vn", "x@b..vn", "x@.vn",
    "x@b.vn.", "x@b", "x", "", "@b.vn", "x@", "a b@c.vn", '"a b"@c.vn', "a@b@c.vn", "o'b@c.vn", "a@b_c.vn", "a@b.vn\n",
    "a\r\n@b.vn", "mailto:a@b.vn", f"{'a' * 65}@b.vn", f"a@{'b' * 64}.vn", f"a@{'b.' * 120}vn", "<a@b.vn>",
    "a@[127.0.0.1]", "a@so.vn\nBcc: b", "a@só.vn",
)  # fmt: skip


@pytest.mark.parametrize("address", GOOD)
def test_good_address_goes_through_every_reader(address):
    user, _, domain = address.rpartition("@")

    assert can_be_written_to(address)
    assert Address(username=user, domain=domain).addr_spec == address
    assert read_address(address) == address.lower()


@pytest.mark.parametrize("address", BAD)
def test_bad_address_is_known(address):
    assert not can_be_written_to(address)
