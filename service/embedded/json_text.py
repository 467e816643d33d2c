"""JSON as the server reads and writes it: by orjson, and by json where the two differ."""

import json
from typing import Any

import orjson


def dumped(value: Any) -> str:  # noqa: ANN401 – whatever JSON can hold
    """Return a value as JSON without spaces, every character as it is.

    What orjson refuses, half of a letter pair or a number of more than 64 bits, is written by json.
    """
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def sorted_text(value: Any) -> str:  # noqa: ANN401
    """Return the same with names in order: one text for what is equal."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def dumped_bytes(value: Any) -> bytes:  # noqa: ANN401
    """Return the same in UTF-8; half of a letter pair is a question mark."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return dumped(value).encode("utf-8", "replace")


def loaded(text: str | bytes) -> Any:  # noqa: ANN401
    """Return what JSON of our own says."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)
