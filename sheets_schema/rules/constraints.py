"""The Table Schema constraints of one text, each a function in one table. What a breach is called is not known here."""

from __future__ import annotations

from collections.abc import Callable

from sheets_schema.campaign import Constraints
from sheets_schema.rules import patterns
from sheets_schema.vietnamese import folding


def violations(constraints: Constraints, text: str) -> tuple[str, ...]:
    """Return the names of the constraints a text breaks, in Table Schema's spelling and order.

    A choice and a pattern are compared by what a person sees: no letter that cannot be seen decides. An empty text is
    a missing value and can break `required` alone.
    """
    if not text:
        return ("required",) if constraints.required else ()
    composed = folding.nfc(text)
    return tuple(name for name, holds in _CHECKS.items() if not holds(constraints, composed))


def _long_enough(constraints: Constraints, text: str) -> bool:
    return constraints.min_length is None or len(text) >= constraints.min_length


def _short_enough(constraints: Constraints, text: str) -> bool:
    return constraints.max_length is None or len(text) <= constraints.max_length


def _matching(constraints: Constraints, text: str) -> bool:
    if constraints.pattern is None:
        return True
    return any(patterns.matches(constraints.pattern, one) for one in (text, folding.as_seen(text)))


def _listed(constraints: Constraints, text: str) -> bool:
    return not constraints.enum or folding.as_seen(text) in map(folding.as_seen, constraints.enum)


_CHECKS: dict[str, Callable[[Constraints, str], bool]] = {
    "minLength": _long_enough,
    "maxLength": _short_enough,
    "pattern": _matching,
    "enum": _listed,
}
