"""What was promised beside what was done, in words. Knows no HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.domain.analysis.pairing import DoneClause, PairState, PromisedPair
from service.domain.analysis.rows import RegisteredActivity
from service.domain.pairings import PairJudgement
from service.web.pages import dashboard_content
from service.web.pages.figure_rows import content_titles, url_of
from service.web.texts import Words
from service.workspace import Workspace

STATES = tuple(PairState)


@dataclass(frozen=True, slots=True)
class PairLine:
    """One registered activity with what was done, in words."""

    unit: str
    code: str
    activity: RegisteredActivity
    activity_url: str
    state: PairState
    likeness: int
    done: tuple[DoneLine, ...]
    said: tuple[SaidLine, ...]
    choices: tuple[DoneLine, ...]


@dataclass(frozen=True, slots=True)
class DoneLine:
    """One part of a report, in words."""

    mark: str
    text: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class SaidLine:
    """A person's word on a pair."""

    mark: str
    text: str
    verdict: str
    by: str
    reason: str


def pair_lines(workspace: Workspace, pairs: Iterable[PromisedPair], words: Words) -> list[PairLine]:
    """Return activities beside what was done, in words."""
    campaign = workspace.campaign
    titles = content_titles(campaign, words)
    names = {unit.code: unit.name for unit in campaign.units}

    def done(clause: DoneClause) -> DoneLine:
        title = titles.get(clause.result.key, clause.result.key)
        return DoneLine(clause.mark, clause.text, title, url_of(clause.result.place))

    def said(one: PairJudgement, choices: Sequence[DoneClause]) -> SaidLine:
        clause = next(clause for clause in choices if clause.key == one.done)
        at = words.instant(dashboard_content.minute(one.recorded_at), campaign.zone)
        by = words("recorded_by", who=one.actor, at=at)
        return SaidLine(clause.mark, clause.text, one.verdict.value, by, one.reason)

    return [
        PairLine(
            unit=names[one.activity.place.unit],
            code=one.activity.place.unit,
            activity=one.activity,
            activity_url=url_of(one.activity.place),
            state=one.state,
            likeness=one.likeness,
            done=tuple(map(done, one.done)),
            said=tuple(said(judged, one.choices) for judged in one.judgements),
            choices=tuple(map(done, one.choices)),
        )
        for one in pairs
    ]
