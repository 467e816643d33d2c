"""Two readings of “before the day” side by side, and what else another policy would change; nothing is recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import flask

from service import workflows
from service.domain.roles import may_see_board
from service.domain.standing_labels import Eligibility, Timeliness, label_of
from service.domain.standings import Standing
from service.domain.what_if import TwoReadings
from service.web import current
from service.web.pages import dashboard_content
from service.web.pages.dashboard import timeliness_choice
from service.web.pages.moments import moment_form
from service.web.session.identity import signed_in
from service.web.texts import Words
from service.workspace import Workspace
from sheets_schema.campaign import Obligation

KEYS = ("count_boundary_day", "due_soon_days")

what_if = flask.Blueprint("what_if", __name__)


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """One unit under both readings."""

    code: str
    name: str
    as_is: str
    as_if: str
    differs: bool


@dataclass(frozen=True, slots=True)
class ReadingsOfForm:
    """One obligation under both readings: its units, those that differ first, and how many are what."""

    obligation: Obligation
    lines: tuple[ReadingLine, ...]
    counts: tuple[tuple[str, int, int], ...]
    differing: int


@what_if.get("/what-if")
@signed_in(may_see_board)
def index() -> str:
    """Show both readings."""
    args = flask.request.args
    as_of, workspace = current.as_of(args.get("as_of", ""))
    words, campaign = current.words(), workspace.campaign
    asked = {key: text.strip() for key in KEYS if (text := args.get(key, "")).strip()}
    if not asked:
        # the question that is asked most: the other reading of the day
        asked = {KEYS[0]: "false" if campaign.policy.count_boundary_day_as_on_time else "true"}
    at = as_of or workspace.clock()
    forms = [owed.form for owed in campaign.obligations]
    texts = [f"{key}={value}" for key, value in asked.items()]
    readings = workflows.what_if(workspace, at, forms, texts)
    return flask.render_template(
        "what_if.html",
        campaign=campaign,
        at=dashboard_content.moment_words(workspace, as_of, at),
        as_of=as_of.isoformat() if as_of else None,
        moments=moment_form(workspace, as_of, words),
        asked=asked,
        sections=[_section(owed, readings, workspace, words) for owed in campaign.obligations],
    )


def _section(owed: Obligation, readings: Sequence[TwoReadings], workspace: Workspace, words: Words) -> ReadingsOfForm:
    own = [one for one in readings if one.as_is.form == owed.form]
    return ReadingsOfForm(
        obligation=owed,
        lines=tuple(_line(one, workspace, words) for one in own),
        counts=_counts([one.as_is for one in own], [one.as_if for one in own], words),
        differing=sum(one.differs for one in own),
    )


def _line(readings: TwoReadings, workspace: Workspace, words: Words) -> ReadingLine:
    unit = workspace.campaign.unit(readings.as_is.unit)
    labels = (readings.as_is.label_in(words.language), readings.as_if.label_in(words.language))
    return ReadingLine(unit.code, unit.name, *labels, readings.differs)


def _counts(as_is: Sequence[Standing], as_if: Sequence[Standing], words: Words) -> tuple[tuple[str, int, int], ...]:
    here, there = (Counter(one.timeliness for one in standings) for standings in (as_is, as_if))
    names = [(value, timeliness_choice(value, words)) for value in Timeliness]
    found = [(name, here[value], there[value]) for value, name in names]
    exempt = (label_of(Eligibility.EXEMPT, words.language), here[None], there[None])
    return tuple(line for line in (*found, exempt) if line[1] or line[2])
