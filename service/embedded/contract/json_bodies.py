"""The JSON of a request's body, or the 400 for what is none."""

import json
import re

import orjson

from service.embedded.api_errors import ApiError, JsonValue, bad_request

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def parse_json(body: bytes) -> JsonValue:
    """Return the JSON of a body; an empty body is an empty message."""
    if not body.strip():
        return {}
    try:
        parsed = _parsed(body)
        return _whole_characters(parsed) if _SURROGATE.search(body) else parsed
    except (ValueError, RecursionError) as error:
        raise unreadable(str(error)) from error


def _parsed(body: bytes) -> JsonValue:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        # what else json reads, other encodings and the like, and how it says what is wrong
        return json.loads(body, parse_constant=_no_constant)


def _whole_characters(value: JsonValue) -> JsonValue:
    """Return a value with halves of characters, which no text can hold, replaced."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole_characters(entry) for entry in value]
    if isinstance(value, dict):
        return {_whole_characters(key): _whole_characters(entry) for key, entry in value.items()}
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"Unexpected token {name}")


def unreadable(reason: str) -> ApiError:
    """Return the 400 for a body that is no JSON."""
    return bad_request(f"Invalid JSON payload received. {reason}")
