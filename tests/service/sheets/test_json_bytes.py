"""A request's body: what a person pasted goes over the wire as it is."""

import json

import orjson
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


def test_what_is_json_already_is_taken_as_it_is_beside_half_a_pair_too():
    rows = [orjson.Fragment(json_bytes({"a": "Đơn vị"})), orjson.Fragment(json_bytes({"a": "\ud83d"}))]
    assert json_bytes({"rows": rows[:1]}) == '{"rows":[{"a":"Đơn vị"}]}'.encode()
    assert json.loads(json_bytes({"rows": rows, "title": "\ud83d"})) == {
        "rows": [{"a": "Đơn vị"}, {"a": "\ud83d"}],
        "title": "\ud83d",
    }
    with pytest.raises(TypeError):
        json_bytes({"a": object()})
