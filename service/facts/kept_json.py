"""JSON as the database keeps it, read."""

from __future__ import annotations

import json
from typing import Any

import orjson


def from_json(kept: str) -> Any:  # noqa: ANN401 – whatever was kept
    """Return the value of a JSON text; ValueError where it is none."""
    try:
        return orjson.loads(kept)
    except orjson.JSONDecodeError:
        # half a letter pair that people pasted, which json wrote and orjson refuses
        return json.loads(kept)
