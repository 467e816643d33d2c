"""JSON as the database keeps it."""

from __future__ import annotations

import json
from typing import Any

import orjson


def to_json(value: object) -> str:
    """Return a value as a JSON text that any database takes: NUL is written as `\\u0000`."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        # half a letter pair that people pasted: no database takes it but in ASCII
        return json.dumps(value, separators=(",", ":"))


def from_json(kept: str) -> Any:  # noqa: ANN401 – whatever was kept
    """Return the value of a JSON text; ValueError where it is none."""
    try:
        return orjson.loads(kept)
    except orjson.JSONDecodeError:
        # half a letter pair that people pasted, which json wrote and orjson refuses
        return json.loads(kept)
