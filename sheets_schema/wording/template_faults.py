"""What is wrong with a template, in plain words and the language of who writes it, from what Jinja says of it."""

from __future__ import annotations

import re

from sheets_schema.wording.message import Message, message, verbatim
from sheets_schema.wording.one_line import one_line

_LONGEST = 200
_FAULTS = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        (r"'(?P<name>[^']+)' is undefined", "no_such_place"),
        (r"has no attribute '(?P<name>[^']+)'", "no_such_part"),
        (r"has no element (?P<name>\d+)", "no_such_element"),
        (r"No filter named '(?P<name>[^']+)'", "no_such_filter"),
        (r"No test named '(?P<name>[^']+)'", "no_such_test"),
        (r"innermost block that needs to be closed is '(?P<name>\w+)'", "block_unclosed"),
        (r"unexpected end of template, expected 'end of print statement'", "print_unclosed"),
        (r"unexpected '?end of template", "tag_unclosed"),
        (r"unknown tag '(?P<name>[^']+)'", "tag_misplaced"),
        (r"division by zero|unsupported operand|can only concatenate|not supported between", "no_reckoning"),
        (r"is not callable|is unsafe|no loader for", "not_allowed"),
        (r"Expected an expression, got '(?P<name>end of [a-z ]+)'", "ends_too_soon"),
        (r"(?:got|unexpected) '(?P<name>[^']+)'", "not_understood"),
    )
)


def template_fault(reason: str) -> Message:
    """Return what is wrong with a template; what has no words of ours is as Jinja says it."""
    for pattern, key in _FAULTS:
        found = pattern.search(reason)
        if found is not None:
            shown = {place: one_line(words, 60) for place, words in found.groupdict().items()}
            return message(f"template_faults.{key}", **shown)
    return verbatim(one_line(reason, _LONGEST).rstrip("."))
