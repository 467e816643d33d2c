"""What an address of the interface asks: which parameters there are, and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from service import workflows
from service.domain.standing_labels import Timeliness
from service.errors import ServiceError
from service.facts.records import FactKind
from service.web import queries
from service.web.failures import BadQueryError
from service.workspace import Workspace
from sheets_schema.problems import TABLE, Severity
from sheets_schema.wording import message

MOST, USUAL = 500, 100
LONGEST_CURSOR = 200


class FutureInstantError(ServiceError):
    """An instant that has not come yet is asked for."""

    http_status = 422


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What is asked for; blank parts ask for everything."""

    limit: int = USUAL
    after: str = ""
    unit: str = ""
    form: str = ""
    group: str = ""
    timeliness: str = ""
    severity: str = ""
    code: str = ""
    kind: str = ""
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: how it is described, and how its text is read."""

    name: str
    description: str
    schema: Mapping[str, object]
    read: Callable[[str, Workspace], object]


def _known(name: str, of: Callable[[Workspace], Iterable[str]]) -> Callable[[str, Workspace], str]:
    def read(text: str, workspace: Workspace) -> str:
        if text not in of(workspace):
            raise BadQueryError(message("api.unknown_value", name=name, text=text[:60]))
        return text

    return read


def _choice(name: str, description: str, values: Iterable[str]) -> Parameter:
    accepted = tuple(values)
    return Parameter(name, description, {"type": "string", "enum": list(accepted)}, _known(name, lambda _: accepted))


def _limit(text: str, _: Workspace) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MOST):
        raise BadQueryError(message("api.bad_limit", most=MOST))
    return int(text)


def _cursor(text: str, _: Workspace) -> str:
    if len(text) > LONGEST_CURSOR:
        raise BadQueryError(message("api.bad_cursor"))
    return text


def _instant(text: str, workspace: Workspace) -> datetime:
    instant = workflows.moment(workspace, text)
    if instant > workspace.clock():
        raise FutureInstantError(message("api.future_instant"))
    return instant


_TEXT: Mapping[str, object] = {"type": "string"}
LIMIT = Parameter(
    "limit", "How many items at most.", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, _limit
)
AFTER = Parameter("after", "The cursor in `next` of the page before; opaque.", _TEXT, _cursor)
UNIT = Parameter(
    "unit", "A unit's code.", _TEXT, _known("unit", lambda here: [unit.code for unit in here.campaign.units])
)
FORM = Parameter(
    "form", "A form's key.", _TEXT, _known("form", lambda here: [owed.form for owed in here.campaign.obligations])
)
GROUP = Parameter(
    "group", "A group's code.", _TEXT, _known("group", lambda here: [group.code for group in here.campaign.groups])
)
TIMELINESS = _choice("timeliness", "`exempt` for units that owe nothing.", [*Timeliness, queries.EXEMPT])
SEVERITY = _choice("severity", "How much the problem weighs.", Severity)
CODE = _choice("code", "A problem's code.", TABLE)
KIND = _choice("kind", "A kind of fact.", FactKind)
AS_OF = Parameter(
    "as_of",
    "As was known at this instant, now or past; without an offset in the campaign's zone. Or, for the board, a frozen "
    "moment's name.",
    {"type": "string"},
    _instant,
)


def read(args: MultiDict[str, str], accepted: Iterable[Parameter], workspace: Workspace) -> ListRequest:
    """Read an address; BadQueryError names every parameter that is unknown or given twice."""
    known = {parameter.name: parameter for parameter in accepted}
    unknown = [name[:60] for name in args if name not in known]
    if unknown:
        raise BadQueryError(message("api.unknown_parameters", names=", ".join(unknown), known=", ".join(known)))
    twice = [name for name in args if len(args.getlist(name)) > 1]
    if twice:
        raise BadQueryError(message("api.given_twice", names=", ".join(twice)))
    typed = {name: text.strip() for name, text in args.items() if text.strip()}
    given: dict[str, Any] = {name: known[name].read(text, workspace) for name, text in typed.items()}
    return replace(ListRequest(), **given)
