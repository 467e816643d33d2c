"""The moments a page can be seen as of: the limits that have passed, and those the operator froze."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.domain import deadlines
from service.domain.roles import may_see_board
from service.web.session import identity
from service.web.texts import Words
from service.workspace import Workspace


@dataclass(frozen=True, slots=True)
class MomentChoice:
    """A moment to choose: what the address says, and its words."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class MomentForm:
    """What a page needs to ask for a moment."""

    chosen: str  # as the browser's own field for times writes it
    choices: tuple[MomentChoice, ...]


def moment_form(workspace: Workspace, as_of: datetime | None, words: Words) -> MomentForm:
    """Return the form for a moment. The names of frozen ones are the board's own; a unit is not shown them."""
    zone = workspace.campaign.zone
    choices = _limits_passed(workspace, words)
    if may_see_board(identity.require().role):
        choices += _frozen(workspace, words)
    chosen = as_of.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if as_of else ""
    return MomentForm(chosen, tuple(choices))


def _limits_passed(workspace: Workspace, words: Words) -> list[MomentChoice]:
    zone = workspace.campaign.zone
    decisions = workspace.store.facts.decisions(workspace.campaign.key)
    instants = deadlines.limit_instants(workspace.campaign, decisions)
    passed = [instant.astimezone(zone) for instant in instants if instant <= workspace.clock()]
    return [MomentChoice(instant.isoformat(), words.instant(instant, zone)) for instant in passed]


def _frozen(workspace: Workspace, words: Words) -> list[MomentChoice]:
    zone = workspace.campaign.zone
    known = workspace.store.facts.freezes(workspace.campaign.key)
    return [
        MomentChoice(one.label, words("record.frozen_moment", label=one.label, at=words.instant(one.at, zone)))
        for one in known
    ]
