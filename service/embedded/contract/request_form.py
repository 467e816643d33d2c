"""Bodies that have the contract's one form already, as those of programs do: of them only colours are rewritten.

Any other is read by `request_check` with its paths, which mends what may be mended and names what is at fault.
"""

from collections.abc import Callable
from functools import cache, partial

from service.embedded.api_errors import Json, JsonValue
from service.embedded.contract import colour_shares, request_check
from service.embedded.contract.request_check import INT32, Section

Form = Callable[[JsonValue], bool]
_LARGEST = 10**308


def _is_text(value: JsonValue) -> bool:
    return type(value) is str


def _is_truth(value: JsonValue) -> bool:
    return value is True or value is False


def _is_integer(value: JsonValue) -> bool:
    return type(value) is int and value in INT32


def _is_number(value: JsonValue) -> bool:
    return type(value) in (int, float) and -_LARGEST <= value <= _LARGEST


def _is_row(value: JsonValue) -> bool:
    return type(value) is list


def _is_never(_value: JsonValue) -> bool:
    return False


def _is_anything(_value: JsonValue) -> bool:
    return True


def _is_named(names: frozenset[str], value: JsonValue) -> bool:
    return type(value) is str and value in names


def _is_list(inner: Form, value: JsonValue) -> bool:
    return type(value) is list and all(map(inner, value))


def _is_message(forms: dict[str, Form], value: JsonValue) -> bool:
    if type(value) is not dict:
        return False
    for key, entry in value.items():
        form = forms.get(key)
        if form is None or not form(entry):
            return False
    return True


def _is_colour(forms: dict[str, Form], value: JsonValue) -> bool:
    if not _is_message(forms, value):
        return False
    # put right on the way: to read a whole body again for its colours costs more
    colour_shares.keep_steps(value)
    return True


_SIMPLE: dict[str, Form] = {
    "string": _is_text,
    "boolean": _is_truth,
    "integer": _is_integer,
    "number": _is_number,
    "any": _is_anything,
}


def _form_of(code: JsonValue, section: Section) -> Form:
    if isinstance(code, list):
        return _is_row if code == ["any"] else partial(_is_list, _form_of(code[0], section))
    if not isinstance(code, str):
        return _is_never
    if code.startswith("@"):
        return _message_form(section, code[1:])
    if code.startswith("e:"):
        return partial(_is_named, frozenset(code[2:].split("|")))
    return _SIMPLE.get(code, _is_never)


@cache
def _message_form(section: Section, schema: str) -> Form:
    fields = request_check.fields_of(section, schema)  # none of the schemas is within itself
    forms = {name: _form_of(code, section) for name, code in fields.items()}
    return partial(_is_colour if schema == "Color" else _is_message, forms)


def has_form(section: Section, schema: str, body: JsonValue) -> bool:
    """Return True if a body has its one form, and nothing of it is at fault; put its colours at their steps."""
    return _message_form(section, schema)(body)


def checked(section: Section, schema: str, body: JsonValue, root: str = "") -> Json:
    """Return the body in one form, or raise the 400 that names every field at fault."""
    if isinstance(body, dict) and has_form(section, schema, body):
        return body
    return request_check.check_body(section, schema, body, root)
