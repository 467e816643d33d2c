"""The whole analysis of a campaign at an instant: what is counted, what is paired, what is listed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.domain.analysis import counting
from service.domain.analysis.counting import CountTable, FigureLine, FigureTotal
from service.domain.analysis.pairing import PairState, PromisedPair, promised_pairs
from service.domain.analysis.rows import AnalysedRows, RegisteredActivity, ReportedResult, TabRows, analysed_rows
from service.domain.pairings import PairJudgement, PairKey
from sheets_schema.campaign import Campaign
from sheets_schema.vietnamese.quantities import QuantityKind


@dataclass(frozen=True, slots=True)
class BoardAnalysis:
    """Everything that the page, the master's sheet and annexes of papers show."""

    campaign: Campaign
    rows: AnalysedRows
    contents: CountTable  # content × group
    weeks: CountTable  # week of the first day × content
    reported: CountTable  # content × group: units that reported a result
    figures: tuple[FigureLine, ...]
    totals: tuple[FigureTotal, ...]
    pairs: tuple[PromisedPair, ...]
    judged_before: int  # judgements of rows that say something else since; they count for nothing

    @property
    def activities(self) -> tuple[RegisteredActivity, ...]:
        """Every activity that was registered and sent."""
        return self.rows.activities

    @property
    def pair_counts(self) -> dict[PairState, int]:
        """How many activities are in each state; they add up to all activities."""
        return {state: sum(one.state is state for one in self.pairs) for state in PairState}

    @property
    def figure_counts(self) -> dict[QuantityKind, int]:
        """How many figures are of each kind; they add up to all figures."""
        return {kind: sum(one.quantity.kind is kind for one in self.figures) for kind in QuantityKind}

    @property
    def models(self) -> tuple[RegisteredActivity, ...]:
        """Registered activities whose own words name a model."""
        return tuple(one for one in self.activities if one.model_words)

    @property
    def reported_models(self) -> tuple[ReportedResult, ...]:
        """Reported results that name a model, or are of the content on models."""
        return tuple(one for one in self.rows.results if one.model_words and not one.nil)

    @property
    def free_words(self) -> tuple[ReportedResult, ...]:
        """What units wrote below the contents: appraisal, difficulties, proposals."""
        return tuple(one for one in self.rows.results if not one.is_content)


def board_analysis(
    campaign: Campaign,
    tabs: Iterable[TabRows],
    received: frozenset[tuple[str, str]],
    judgements: Mapping[PairKey, PairJudgement],
) -> BoardAnalysis:
    """Analyse what units sent, by unit and form in `received`, with what people said of pairs."""
    rows = analysed_rows(campaign, tabs, received)
    figures = counting.figure_lines(rows.results)
    pairs = promised_pairs(rows, judgements)
    fitting = {(one.unit, one.promised, one.done) for pair in pairs for one in pair.judgements}
    return BoardAnalysis(
        campaign=campaign,
        rows=rows,
        contents=counting.by_content_and_group(campaign, rows.activities),
        weeks=counting.by_week_and_content(campaign, rows.activities),
        reported=counting.results_by_content_and_group(campaign, rows.results),
        figures=figures,
        totals=counting.figure_totals(campaign, figures),
        pairs=pairs,
        judged_before=len(judgements) - len(fitting),
    )
