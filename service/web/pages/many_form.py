"""One decision on many units as it is typed: which units are chosen, and how the form is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from werkzeug.datastructures import MultiDict

from service import workflows
from service.domain.decision_plan import chosen_units
from service.domain.decisions import Decision
from service.errors import DecisionRefusedError
from service.web.pages import decision_form
from service.web.pages.decision_form import Owed, Typed
from service.web.session import identity
from service.workspace import Workspace
from sheets_schema.campaign import Unit
from sheets_schema.wording import message


class Selection(StrEnum):
    """How the units of a decision on many are chosen."""

    ALL = "all"
    GROUP = "group"
    UNSENT = "unsent"  # of the group, where one is chosen
    TICKED = "ticked"


@dataclass(frozen=True, slots=True)
class TypedMany:
    """The form as it was typed."""

    decision: Typed
    chosen: str = ""
    group: str = ""
    ticked: tuple[str, ...] = ()

    def with_fault(self, fault: str) -> TypedMany:
        """Return the same with what speaks against it."""
        return replace(self, decision=replace(self.decision, fault=fault))


def typed_many(posted: MultiDict[str, str], workspace: Workspace) -> TypedMany:
    """Return what was typed; choices that the form does not offer are blank."""
    campaign = workspace.campaign
    form, group, chosen = (posted.get(name, "") for name in ("form", "group", "chosen"))
    known = {unit.code for unit in campaign.active_units}
    # the page that asks once more sends the units it showed as one field
    ticked = [*posted.getlist("unit"), *posted.get("units", "").split()]
    return TypedMany(
        decision=decision_form.typed_in(posted, form if form in {owed.form for owed in campaign.obligations} else ""),
        chosen=chosen if chosen in set(Selection) else "",
        group=group if group in {one.code for one in campaign.groups} else "",
        ticked=tuple(dict.fromkeys(code for code in ticked if code in known)),
    )


def chosen_in(asked: MultiDict[str, str], workspace: Workspace) -> TypedMany:
    """Return a form with the units that an address names; the rest of it is for the user to type."""
    of_units = [(name, value) for name in ("kind", "form", "group", "chosen", "unit") for value in asked.getlist(name)]
    return typed_many(MultiDict(of_units), workspace)


def read_many(typed: TypedMany, workspace: Workspace) -> list[Decision]:
    """Return the decision for each chosen unit; DecisionRefusedError names what is missing."""
    if not typed.decision.form:
        raise DecisionRefusedError(message("record.choose_form"))
    units = _units(typed, workspace)
    if not units:
        raise DecisionRefusedError(message("record.no_units"))
    now, actor, zone = workspace.clock(), identity.require().email, workspace.campaign.zone
    form = typed.decision.form
    first = decision_form.read_decision(typed.decision, Owed(units[0].code, form, actor, now, zone))
    return [replace(first, unit=unit.code) for unit in units]


def _units(typed: TypedMany, workspace: Workspace) -> Sequence[Unit]:
    campaign = workspace.campaign
    if typed.chosen == Selection.TICKED:
        return [campaign.unit(code) for code in typed.ticked]
    if typed.chosen == Selection.GROUP and not typed.group:
        raise DecisionRefusedError(message("record.choose_group"))
    if not typed.chosen:
        raise DecisionRefusedError(message("record.choose_units"))
    unsent = typed.chosen == Selection.UNSENT
    standings = workflows.standings(workspace, workspace.clock(), (typed.decision.form,)) if unsent else ()
    group = "" if typed.chosen == Selection.ALL else typed.group
    return chosen_units(campaign, standings, group=group, unsent=unsent)
