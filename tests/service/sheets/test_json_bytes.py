"""A request's body: what a person pasted goes over the wire as it is."""

import json

import pytest

from service.sheets.json_bytes import json_bytes


@pytest.mark.parametrize(
    "value",
    [
        {"values": [["Tổ chức hội nghị", "", "=1+1", "\x00", "😀"]]},
        {"values": ["\ud83d"]},
        {"id": 2**70},
        {1: "một"},
        ("a", 1.5, None, True),
    ],
    ids=["words", "half a pair", "large number", "key", "tuple"],
)
def test_what_is_written_reads_as_it_was(value):
    assert json.loads(json_bytes(value)) == json.loads(json.dumps(value))


def test_letters_take_their_bytes_once():
    assert json_bytes({"a": "Đơn vị"}) == '{"a":"Đơn vị"}'.encode()
