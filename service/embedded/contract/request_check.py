"""Checks a request against Google's description of the API (contract.json) and puts its JSON into one form.

Null means "not set" and is dropped, snake_case names and numbers written as text are accepted, as Google accepts them.
"""

import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from importlib import resources
from typing import Literal

from service.embedded.api_errors import Json, JsonValue, bad_request, field_faults
from service.embedded.contract import colour_shares

Section = Literal["sheets", "drive"]
Path = tuple[JsonValue, str | int] | None
Faults = list[tuple[str, str]]
# Google's own names of the enums that a values method takes; its description of the API does not give them
_ENUMS = {
    "majorDimension": "Dimension",
    "valueInputOption": "ValueInputOption",
    "valueRenderOption": "ValueRenderOption",
    "dateTimeRenderOption": "DateTimeRenderOption",
    "responseValueRenderOption": "ValueRenderOption",
    "responseDateTimeRenderOption": "DateTimeRenderOption",
}
Check = Callable[[JsonValue, Path, Faults], JsonValue]

GLOBAL_QUERY = frozenset({
    "$.xgafv", "access_token", "alt", "callback", "fields", "key", "oauth_token", "prettyPrint", "quotaUser",
    "uploadType", "upload_protocol",
})  # fmt: skip
INT32 = range(-(2**31), 2**31)
INT64 = range(-(2**63), 2**64)
DEEPEST = 60
MOST_FAULTS = 100  # that are named


@cache
def contract() -> Json:
    """Return the whole description, read once."""
    text = resources.files("service.embedded.contract").joinpath("contract.json").read_text(encoding="utf-8")
    loaded: Json = json.loads(text)
    return loaded


@cache
def fields_of(section: Section, schema: str) -> dict[str, JsonValue]:
    """Return the fields of a schema with their type codes."""
    fields: dict[str, JsonValue] = contract()[section][schema]
    return fields


def camel(name: str) -> str:
    """Return a proto field name in its JSON form."""
    if "_" not in name:
        return name
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def snake(name: str) -> str:
    """Return a JSON field name in its proto form, as error messages have it."""
    return re.sub(r"([A-Z])", lambda match: "_" + match[1].lower(), name)


def render_path(path: Path) -> str:
    """Return a path as Google writes it: requests[0].update_cells.rows[2]."""
    parts: list[str | int] = []
    while path is not None:
        path, key = path
        parts.append(key)
    text = ""
    for key in reversed(parts):
        text += f"[{key}]" if isinstance(key, int) else ("." if text else "") + snake(key)
    return text


def _wrong(path: Path, kind: str, value: JsonValue, faults: Faults) -> None:
    if len(faults) >= MOST_FAULTS:
        return
    where = render_path(path)
    shown = json.dumps(value, ensure_ascii=False) if not isinstance(value, dict | list) else json.dumps(value)[:200]
    faults.append((where, f"Invalid value at '{where}' ({kind}), {shown}"))


def _string(value: JsonValue, path: Path, faults: Faults) -> JsonValue:
    if not isinstance(value, str):
        _wrong(path, "TYPE_STRING", value, faults)
    return value


def _boolean(value: JsonValue, path: Path, faults: Faults) -> JsonValue:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    _wrong(path, "TYPE_BOOL", value, faults)
    return value


def _as_number(value: JsonValue) -> float | int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,300}(\.\d{1,300})?([eE][+-]?\d{1,3})?", value):
        return int(value) if re.fullmatch(r"-?\d+", value) else float(value)
    return None


def _integer(
    value: JsonValue, path: Path, faults: Faults, *, span: range = INT32, kind: str = "TYPE_INT32"
) -> JsonValue:
    number = _as_number(value)
    if number is None or number != number or number in (float("inf"), float("-inf")) or int(number) != number:
        _wrong(path, kind, value, faults)
        return value
    if int(number) not in span:
        _wrong(path, kind, value, faults)
    return int(number)


def _int64(value: JsonValue, path: Path, faults: Faults) -> JsonValue:
    number = _integer(value, path, faults, span=INT64, kind="TYPE_INT64")
    return str(number) if isinstance(number, int) else number


def _number(value: JsonValue, path: Path, faults: Faults) -> JsonValue:
    number = _as_number(value)
    if number is None:
        _wrong(path, "TYPE_DOUBLE", value, faults)
        return value
    if abs(number) > 10**308:
        _wrong(path, "TYPE_DOUBLE", value, faults)
    return number


def _anything(value: JsonValue, _path: Path, _faults: Faults) -> JsonValue:
    return value


def _enum_check(names: frozenset[str]) -> Check:
    def check(value: JsonValue, path: Path, faults: Faults) -> JsonValue:
        if not isinstance(value, str) or value not in names:
            kind = _ENUMS.get(str(path[1]), "") if path else ""
            _wrong(path, f"type.googleapis.com/google.apps.sheets.v4.{kind}".rstrip("."), value, faults)
        return value

    return check


def _list_check(inner_code: JsonValue, section: Section) -> Check:
    inner = _check_of(inner_code, section)
    listed = inner_code == ["any"]
    of_requests = inner_code == "@Request"

    def check(value: JsonValue, path: Path, faults: Faults) -> JsonValue:
        if of_requests and isinstance(value, list):
            value = flat(value)
        if not isinstance(value, list):
            kind = "type.googleapis.com/google.protobuf.ListValue" if listed else "TYPE_MESSAGE"
            _wrong(path, kind, value, faults)
            return value
        for index, entry in enumerate(value):
            checked = inner(entry, (path, index), faults)
            if checked is not entry:
                value[index] = checked
        return value

    return check


def flat(requests: list[JsonValue]) -> list[JsonValue]:
    """Return the requests of a batch in one list: Google takes lists within it, and leaves out nulls."""
    found: list[JsonValue] = []
    waiting = [iter(requests)]
    while waiting:
        for entry in waiting[-1]:
            if isinstance(entry, list):
                waiting.append(iter(entry))
                break
            if entry is not None:
                found.append(entry)
        else:
            waiting.pop()
    return found


def _row_of_values(value: JsonValue, path: Path, faults: Faults) -> JsonValue:
    if not isinstance(value, list):
        _wrong(path, "type.googleapis.com/google.protobuf.ListValue", value, faults)
    return value


def _map_check(inner_code: JsonValue, section: Section) -> Check:
    inner = _check_of(inner_code, section)

    def check(value: JsonValue, path: Path, faults: Faults) -> JsonValue:
        if not isinstance(value, dict):
            _wrong(path, "TYPE_MESSAGE", value, faults)
            return value
        for key, entry in list(value.items()):
            if entry is not None:
                value[key] = inner(entry, (path, key), faults)
        return value

    return check


def _too_deep(path: Path) -> bool:
    depth = 0
    while path is not None:
        path, depth = path[0], depth + 1
    return depth > DEEPEST


class _Fields:
    """The checks of a schema's fields, each made when first needed: schemas refer to themselves."""

    def __init__(self, schema: str, section: Section) -> None:
        self._types = fields_of(section, schema)
        self._section = section
        self._checks: dict[str, Check] = {}

    def get(self, key: str) -> Check | None:
        if key not in self._checks and key in self._types:
            self._checks[key] = _check_of(self._types[key], self._section)
        return self._checks.get(key)

    def tidy(self, value: Json, key: str, path: Path, faults: Faults) -> None:
        """Take out a null, rename a snake_case name, record an unknown name."""
        entry = value.pop(key)
        name = camel(key)
        check = self.get(name)
        if check is not None and entry is not None:
            value[name] = check(entry, (path, name), faults)
        elif check is None and self._section == "sheets" and len(faults) < MOST_FAULTS:
            faults.append(_unknown(key, path))


def _object_check(schema: str, section: Section) -> Check:
    fields = _Fields(schema, section)

    def check(value: JsonValue, path: Path, faults: Faults) -> JsonValue:
        if not isinstance(value, dict):
            _wrong(path, "TYPE_MESSAGE", value, faults)
            return value
        if _too_deep(path):
            faults.append(("", "Message too deep."))
            return value
        for key in list(value):
            entry = value[key]
            field = fields.get(key)
            if entry is None or field is None:
                fields.tidy(value, key, path, faults)
                continue
            checked = field(entry, (path, key), faults)
            if checked is not entry:
                value[key] = checked
        if schema == "Color":
            colour_shares.keep_steps(value)
        return value

    return check


def _unknown(key: str, path: Path) -> tuple[str, str]:
    where = render_path(path)
    at = f" at '{where}'" if where else ""
    return where, f'Invalid JSON payload received. Unknown name "{key}"{at}: Cannot find field.'


_SIMPLE: dict[str, Check] = {
    "string": _string,
    "boolean": _boolean,
    "integer": _integer,
    "int64": _int64,
    "number": _number,
    "any": _anything,
}


def _check_of(code: JsonValue, section: Section) -> Check:
    if isinstance(code, list):
        return _row_of_values if code == ["any"] else _list_check(code[0], section)
    if isinstance(code, dict):
        return _map_check(code["*"], section)
    if code.startswith("@"):
        return schema_check(section, code[1:])
    if code.startswith("e:"):
        return _enum_check(frozenset(code[2:].split("|")))
    return _SIMPLE[code]


@cache
def schema_check(section: Section, schema: str) -> Check:
    """Return the check of one schema, built once."""
    return _object_check(schema, section)


def check_body(section: Section, schema: str, body: JsonValue, root: str = "") -> Json:
    """Return the body in one form, or raise the 400 that names every field at fault."""
    if not isinstance(body, dict):
        raise bad_request(
            'Invalid JSON payload received. Unknown name "": Root element must be a message.'
            if section == "sheets"
            else "Parse Error"
        )
    faults: Faults = []
    start: Path = (None, root) if root else None
    schema_check(section, schema)(body, start, faults)
    if faults:
        raise field_faults(faults) if section == "sheets" else bad_request(faults[0][1])
    return body


def check_number(text: str) -> int:
    """Return the number that a path names, or raise the 400."""
    faults: Faults = []
    number = _integer(text, (None, "path"), faults)
    if faults:
        raise field_faults(faults)
    return int(number)


def _flag(text: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False, "": False}.get(text.lower())


def _query_value(name: str, code: JsonValue, text: str, faults: Faults) -> JsonValue:
    if code == "boolean":
        flag = _flag(text)
        if flag is None:
            _wrong((None, name), "TYPE_BOOL", text, faults)
        return flag
    return _check_of(code, "sheets")(text, (None, name), faults)


def check_query(method: str, pairs: Iterable[tuple[str, str]]) -> Json:
    """Return the query of a Sheets method with its types, or raise the 400 naming what is unknown."""
    known: dict[str, JsonValue] = contract()["methods"][method]["query"]
    faults: Faults = []
    query: Json = {}
    for raw, text in pairs:
        name = raw if raw in GLOBAL_QUERY else camel(raw)
        if raw in GLOBAL_QUERY or raw == "$fields":
            query[raw.removeprefix("$")] = text
        elif name not in known:
            faults.append(
                (
                    "",
                    f'Invalid JSON payload received. Unknown name "{raw}": Cannot bind query parameter. '
                    f"Field '{raw}' could not be found in request message.",
                )
            )
        elif isinstance(known[name], list):
            query.setdefault(name, []).append(_query_value(name, known[name][0], text, faults))
        else:
            query[name] = _query_value(name, known[name], text, faults)
    if faults:
        raise field_faults(faults)
    return query
