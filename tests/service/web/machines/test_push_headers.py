"""What the headers of a push say."""

from __future__ import annotations

import pytest

from service.web.machines.push_headers import Push, read_push

GOOD = {
    "X-Goog-Channel-ID": "kenh-1",
    "X-Goog-Message-Number": "10",
    "X-Goog-Resource-ID": "r",
    "X-Goog-Resource-State": "update",
    "X-Goog-Channel-Token": "bi-mat",
}


def test_read_push_reads_the_headers():
    assert read_push(GOOD.get) == Push("kenh-1", "bi-mat", "r", 10, "update")


def test_read_push_without_a_token_reads_a_blank_one():
    headers = {name: text for name, text in GOOD.items() if name != "X-Goog-Channel-Token"}

    assert read_push(headers.get).token == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("X-Goog-Channel-ID", None),
        ("X-Goog-Channel-ID", ""),
        ("X-Goog-Channel-ID", "x" * 65),
        ("X-Goog-Channel-ID", "a'b"),
        ("X-Goog-Message-Number", None),
        ("X-Goog-Message-Number", "-1"),
        ("X-Goog-Message-Number", "1.5"),
        ("X-Goog-Message-Number", "９"),
        ("X-Goog-Message-Number", "9" * 19),
        ("X-Goog-Resource-ID", None),
        ("X-Goog-Resource-ID", "x" * 257),
        ("X-Goog-Resource-State", None),
        ("X-Goog-Resource-State", "exists?"),
    ],
)
def test_read_push_refuses(name, text):
    assert read_push((GOOD | {name: text}).get) is None
