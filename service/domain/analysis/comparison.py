"""This season beside the one before, figure by figure; what only one of them has is said to be so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.analysis.board_analysis import BoardAnalysis
from service.domain.analysis.suggesting import UNSORTED
from service.domain.rates import Rate


@dataclass(frozen=True, slots=True)
class SeasonFigures:
    """What one season came to."""

    year: int
    title: str
    analysis: BoardAnalysis
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """One figure of both seasons; None where a season has no such thing. `name` is a key of words, or blank."""

    name: str
    detail: str  # the obligation's or the content's own title
    now: int | None
    before: int | None

    @property
    def change(self) -> int | None:
        """Return by how much it grew."""
        return None if self.now is None or self.before is None else self.now - self.before


def compared(now: SeasonFigures, before: SeasonFigures) -> tuple[ComparedFigure, ...]:
    """Return every figure of both seasons, those of the one before last where only it has them."""
    figures, former = dict(_figures(now)), dict(_figures(before))
    names = [*figures, *(name for name in former if name not in figures)]
    return tuple(ComparedFigure(*name, figures.get(name), former.get(name)) for name in names)


def _figures(season: SeasonFigures) -> Sequence[tuple[tuple[str, str], int]]:
    analysis, found = season.analysis, list[tuple[tuple[str, str], int]]()
    for rate in season.rates:
        if rate.group:
            continue
        title = analysis.campaign.obligation(rate.form).title
        found += [
            (("expected", title), rate.expected),
            (("sent", title), rate.sent),
            (("on_time", title), rate.on_time),
        ]
    found.append((("activities", ""), len(analysis.activities)))
    titles = {item.code: f"{item.code}. {item.title}" for item in analysis.campaign.contents}
    found += [(("of_content", titles[code]), analysis.contents.row_total(code)) for code in titles]
    found.append((("unsorted", ""), analysis.contents.row_total(UNSORTED)))
    found.append((("models", ""), len(analysis.models)))
    found += [(("reported_of", titles[code]), analysis.reported.row_total(code)) for code in titles]
    return found
