"""A request's body as bytes: JSON in UTF-8 without spaces, as it goes over the wire."""

from __future__ import annotations

import json
from typing import Any

import orjson


def json_bytes(value: Any) -> bytes:  # noqa: ANN401 – whatever JSON can hold
    """Return a value as JSON.

    What orjson refuses, half a letter pair that people pasted or a very large number, is written by json, in ASCII.
    A part may be JSON already, as a fragment.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":"), default=_of_fragment).encode()


def _of_fragment(part: object) -> Any:  # noqa: ANN401 – whatever JSON can hold
    if isinstance(part, orjson.Fragment):
        return json.loads(orjson.dumps(part))
    raise TypeError(type(part).__name__)
