"""The analysis of a campaign at any instant, from what is on record; and a person's word on a pair.

pandas and rapidfuzz are loaded by it: import it where an analysis is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from service import workflows
from service.analysed_tabs import AnalysedTabs
from service.domain import rates
from service.domain.analysis.board_analysis import BoardAnalysis, board_analysis
from service.domain.analysis.comparison import ComparedFigure, SeasonFigures, compared
from service.domain.analysis.pairing import DoneClause
from service.domain.analysis.rows import RegisteredActivity, TabRows, is_sent
from service.domain.contents import TabSummary
from service.domain.pairings import PairJudgement, PairVerdict, judgements_at
from service.errors import DecisionRefusedError
from service.workspace import Workspace
from sheets_schema.wording import message

_TABS = AnalysedTabs()  # of this process


def analyse(workspace: Workspace, as_of: datetime | None = None) -> BoardAnalysis:
    """Return the analysis of what units had sent, now or at an instant, by the declaration of then."""
    return _season(workspace, as_of).analysis


def beside_last_season(
    workspace: Workspace, as_of: datetime | None = None
) -> tuple[SeasonFigures, SeasonFigures] | None:
    """Return this season and the one of the year before as they were at an instant; None where none is on record."""
    before = _season_before(workspace)
    return None if before is None else (_season(workspace, as_of), _season(before, as_of))


def comparison(workspace: Workspace, as_of: datetime | None = None) -> tuple[ComparedFigure, ...]:
    """Return this season's figures beside the last one's; none where no last one is on record."""
    seasons = beside_last_season(workspace, as_of)
    return compared(*seasons) if seasons else ()


def _season(workspace: Workspace, as_of: datetime | None) -> SeasonFigures:
    then = workflows.as_declared(workspace, as_of)
    campaign, store = then.campaign, then.store
    at = as_of or then.clock()
    forms = [owed.form for owed in campaign.obligations]
    standings = workflows.standings(then, at, forms)
    received = frozenset((one.unit, one.form) for one in standings if one.is_received)
    known = store.contents.summaries(campaign.key, as_of)
    owed = [(unit.code, form) for form in forms for unit in campaign.accounted_units]
    tabs = [known[one] for one in owed if one in known]
    sent: list[TabSummary] = []
    drafts: list[TabRows] = []
    for one in tabs:
        if is_sent(campaign, one, received):
            sent.append(one)
        else:
            drafts.append(_counted(one))
    rows = [*_TABS.rows(store, campaign, sent, as_of), *drafts]
    judged = judgements_at(at, store.facts.pairings(campaign.key), campaign.code_now)
    found = board_analysis(campaign, rows, received, judged)
    return SeasonFigures(campaign.year, campaign.title, found, rates.rates(campaign, standings))


def _counted(draft: TabSummary) -> TabRows:
    """Return a tab that was not sent as the analysis has it: its accepted rows are counted, none is read."""
    return TabRows(draft.unit, draft.form, draft.confirmed, sum(draft.kept.values()))


def _season_before(workspace: Workspace) -> Workspace | None:
    """Return a workspace of the campaign of the latest earlier year that is on record."""
    declarations = workspace.store.declarations
    keys = (key for key in declarations.campaigns() if key != workspace.campaign.key)
    known = [campaign for key in keys if (campaign := declarations.at(key)) is not None]
    earlier = [campaign for campaign in known if campaign.year < workspace.campaign.year]
    latest = max(earlier, key=lambda campaign: (campaign.year, campaign.key), default=None)
    return None if latest is None else replace(workspace, campaign=latest, previews_from=None)


@dataclass(frozen=True, slots=True)
class NamedPair:
    """A pair as an address names it: by the marks of the activity and of what was done."""

    unit: str
    promised: str
    done: str


def judge_pair(workspace: Workspace, named: NamedPair, verdict: PairVerdict, reason: str = "") -> PairVerdict:
    """Record a person's word on a pair; DecisionRefusedError where the rows no longer say so.

    The same word again records nothing.
    """
    workspace = workflows.as_declared(workspace)
    activity, done = _named_rows(analyse(workspace), named)
    store, campaign = workspace.store, workspace.campaign
    with store.alone(campaign.key):
        now = store.facts.stamp(campaign.key, workspace.clock())
        judged = PairJudgement(named.unit, activity.key, done.key, verdict, now, workspace.actor, reason)
        in_force = judgements_at(now, store.facts.pairings(campaign.key), campaign.code_now)
        before = in_force.get((judged.unit, judged.promised, judged.done))
        if verdict is not (before.verdict if before else PairVerdict.TAKEN_BACK):
            store.facts.record_pairing(campaign.key, judged)
    return verdict


def _named_rows(found: BoardAnalysis, named: NamedPair) -> tuple[RegisteredActivity, DoneClause]:
    for pair in found.pairs:
        if (pair.activity.place.unit, pair.activity.mark) == (named.unit, named.promised):
            for clause in pair.choices:
                if clause.mark == named.done:
                    return pair.activity, clause
    raise DecisionRefusedError(message("analysis.pair_gone"))
