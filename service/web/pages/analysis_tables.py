"""The analysis as data to take away: activities, figures and pairs, a line each, with where it is written."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from service.domain.analysis.board_analysis import BoardAnalysis
from service.domain.analysis.rows import RowPlace
from service.domain.analysis.weeks import week_of
from service.domain.printed_tables import CellLink, Line, LineStyle, Table, Value, line
from service.web.texts import Words
from service.workspace import Workspace

_PLACE = ("headings.row", "headings.tab")
_UNIT = ("web.unit_code", "headings.unit", "headings.group")


def analysis_tables(workspace: Workspace, found: BoardAnalysis, words: Words) -> list[Table]:
    """Return the activities with their suggested content and state, then the figures."""
    maker = _Maker(workspace, found, words)
    return [maker.activities(), maker.figures()]


class _Maker:
    def __init__(self, workspace: Workspace, found: BoardAnalysis, words: Words) -> None:
        self._workspace, self._found, self._words = workspace, found, words
        self._units = {unit.code: unit.name for unit in found.campaign.units}
        self._groups = {group.code: group.name for group in found.campaign.groups}

    def activities(self) -> Table:
        """Return a line an activity, what was done beside it."""
        own = (
            "activity",
            "time",
            "starts_on",
            "week",
            "suggested",
            "suggested_by",
            "said_word",
            "pair_state",
            "likeness",
            "done",
        )
        lines = [self._header(*(f"analysis.{key}" for key in own))]
        window = self._found.campaign.window
        for pair in self._found.pairs:
            one = pair.activity
            lines.append(
                self._line(
                    one.place,
                    one.name,
                    one.time,
                    one.starts or "",
                    week_of(one.starts, window),
                    one.suggestion.content,
                    "; ".join(one.suggestion.words),
                    one.model_words,
                    self._words(f"analysis.pair_{pair.state.value}"),
                    pair.likeness or "",
                    "; ".join(done.text for done in pair.done),
                )
            )
        widths = (90, 220, 150, 300, 150, 90, 90, 90, 150, 110, 170, 70, 300, 60, 260)
        return Table(self._words("analysis.list_activities"), widths, tuple(lines))

    def figures(self) -> Table:
        """Return a line a figure, as written and as read."""
        own = ("of_content", "figure", "read_as", "number", "measure", "planned")
        lines = [self._header(*(f"analysis.{key}" for key in own))]
        for one in self._found.figures:
            quantity = one.quantity
            kind = self._words(f"analysis.kind_{quantity.kind.value}")
            number, planned = _number(quantity.number), _number(quantity.planned)
            lines.append(self._line(one.place, one.content, quantity.text, kind, number, quantity.measure, planned))
        widths = (90, 220, 150, 90, 260, 170, 130, 200, 90, 60, 260)
        return Table(self._words("analysis.list_figures"), widths, tuple(lines))

    def _header(self, *own: str) -> Line:
        return line(LineStyle.HEADER, *(self._words(key) for key in (*_UNIT, *own, *_PLACE)))

    def _line(self, place: RowPlace, *own: Value) -> Line:
        url = self._workspace.link_to(place.spreadsheet_id, place.sheet_id, place.cell)
        unit: Sequence[Value] = (place.unit, self._units[place.unit], self._groups[place.group])
        return line(LineStyle.BODY, *unit, *own, place.row, CellLink(url, url))


def _number(number: Decimal | None) -> Value:
    """Return a number as a cell holds one, blank for none."""
    if number is None:
        return ""
    return int(number) if number == number.to_integral_value() else float(number)
