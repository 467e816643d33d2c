"""The rows behind a figure of the analysis: which an address asks for, and what they say. Knows no HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.analysis import weeks
from service.domain.analysis.board_analysis import BoardAnalysis
from service.domain.analysis.rows import RowPlace
from service.domain.analysis.suggesting import UNSORTED
from service.domain.made_as_asked import MadeAsAsked
from service.domain.written_numbers import number_words
from service.web import current, queries
from service.web.failures import BadQueryError
from service.web.texts import Words
from sheets_schema.campaign import Campaign
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.vietnamese.quantities import QuantityKind
from sheets_schema.wording import message

NO_CONTENT = "none"  # what an address says instead of a blank code
ACTIVITIES, FIGURES, RESULTS, FREE_WORDS, MODELS = LISTS = ("activities", "figures", "results", "free", "models")
LONGEST_MEASURE = 500


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows a figure is made of; blank parts ask for all."""

    rows: str = ACTIVITIES
    content: str = ""  # its code, NO_CONTENT for activities without one
    group: str = ""
    week: str = ""
    measure: str = ""
    kind: str = ""  # of figures

    @property
    def as_args(self) -> dict[str, str]:
        """Return it as an address's arguments."""
        named = {name: getattr(self, name) for name in ("rows", "content", "group", "week", "measure", "kind")}
        return {name: text for name, text in named.items() if text}

    def has(self, place: RowPlace, content: str) -> bool:
        """Return True if a row of this place and content is asked for."""
        return self.group in ("", place.group) and self.content in ("", content or NO_CONTENT)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One row behind a figure, in words, and where it is opened."""

    unit: str
    code: str
    texts: tuple[str, ...]
    row: int
    url: str


def content_titles(campaign: Campaign, words: Words) -> dict[str, str]:
    """Return the titles of the contents by code, that of no content last."""
    titles = {item.code: f"{item.code}. {item.title}" for item in campaign.contents}
    return titles | {UNSORTED: words("analysis.unsorted")}


def read_filter(campaign: Campaign, args: Mapping[str, str]) -> RowFilter:
    """Read which rows an address asks for; BadQueryError says what is accepted."""
    contents = (*(item.code for item in campaign.contents), NO_CONTENT)
    measure = args.get("measure", "")
    if len(measure) > LONGEST_MEASURE:
        raise BadQueryError(message("web.bad_request"))
    return RowFilter(
        rows=queries.one_of(args.get("rows", ""), LISTS) or ACTIVITIES,
        content=queries.one_of(args.get("content", ""), contents),
        group=queries.one_of(args.get("group", ""), (group.code for group in campaign.groups)),
        week=queries.one_of(args.get("week", ""), weeks.weeks_of(campaign.window)),
        measure=measure,
        kind=queries.one_of(args.get("kind", ""), QuantityKind),
    )


def title_of(campaign: Campaign, wanted: RowFilter, words: Words) -> str:
    """Return what the rows asked for are, in words."""
    titles = content_titles(campaign, words)
    parts = [words(f"analysis.list_{wanted.rows}")]
    if wanted.content:
        parts.append(titles["" if wanted.content == NO_CONTENT else wanted.content])
    parts += [group.name for group in campaign.groups if group.code == wanted.group]
    if wanted.week in (weeks.BEFORE, weeks.AFTER, weeks.UNDATED):
        parts.append(words(f"analysis.only_{wanted.week}"))
    elif wanted.week:
        parts.append(words("analysis.only_week", day=format_day(date.fromisoformat(wanted.week))))
    if wanted.kind:
        parts.append(words(f"analysis.kind_{wanted.kind}"))
    return " · ".join([*parts, *([f"“{wanted.measure}”"] if wanted.measure else [])])


def headings_of(wanted: RowFilter) -> tuple[str, ...]:
    """Return the keys of the headings of a list's own columns."""
    return _HEADINGS[wanted.rows]


_HEADINGS = {
    ACTIVITIES: ("activity", "time", "suggested", "suggested_by"),
    FIGURES: ("of_content", "figure", "read_as"),
    RESULTS: ("of_content", "result", "figure"),
    FREE_WORDS: ("about_what", "words"),
    MODELS: ("where_said", "words", "said_word"),
}


def row_lines(found: BoardAnalysis, wanted: RowFilter, words: Words) -> Sequence[FigureRow]:
    """Return the rows that a figure is made of, in the plan's order, each made as it is asked for."""
    names = {unit.code: unit.name for unit in found.campaign.units}
    titles = content_titles(found.campaign, words)

    def make(line: _Texts) -> FigureRow:
        place, texts = line
        return FigureRow(names[place.unit], place.unit, texts, place.row, url_of(place))

    return MadeAsAsked(list(_LINES[wanted.rows](found, wanted, (words, titles))), make)


def url_of(place: RowPlace) -> str:
    """Return the address of a row's first cell."""
    return current.tab_url(place.spreadsheet_id, place.sheet_id, place.cell)


_Texts = tuple[RowPlace, tuple[str, ...]]
_Said = tuple[Words, Mapping[str, str]]


def _activity_texts(found: BoardAnalysis, wanted: RowFilter, said: _Said) -> Iterator[_Texts]:
    _, titles = said
    for one in found.activities:
        week = weeks.week_of(one.starts, found.campaign.window)
        if wanted.has(one.place, one.suggestion.content) and wanted.week in ("", week):
            spoken = ", ".join(f"“{word}”" for word in one.suggestion.words)
            yield one.place, (one.name, one.time, titles[one.suggestion.content], spoken)


def _figure_texts(found: BoardAnalysis, wanted: RowFilter, said: _Said) -> Iterator[_Texts]:
    words, titles = said
    for one in found.figures:
        quantity = one.quantity
        if not wanted.has(one.place, one.content) or wanted.kind not in ("", quantity.kind):
            continue
        if wanted.measure in ("", quantity.measure) and (not wanted.measure or quantity.kind is QuantityKind.COUNT):
            read = words(f"analysis.kind_{quantity.kind.value}")
            if quantity.kind is QuantityKind.COUNT and quantity.number is not None:
                read = f"{number_words(quantity.number, words.language)} {quantity.measure}"
            yield one.place, (titles.get(one.content, one.content), quantity.text, read)


def _result_texts(found: BoardAnalysis, wanted: RowFilter, said: _Said) -> Iterator[_Texts]:
    _, titles = said
    for one in found.rows.results:
        if one.is_content and not one.nil and wanted.has(one.place, one.key):
            figures = "; ".join(figure.text for figure in one.figures)
            yield one.place, (titles.get(one.key, one.key), one.result, figures)


def _free_texts(found: BoardAnalysis, wanted: RowFilter, _said: _Said) -> Iterator[_Texts]:
    for one in found.free_words:
        if wanted.group in ("", one.place.group):
            yield one.place, (one.title, one.result)


def _model_texts(found: BoardAnalysis, wanted: RowFilter, said: _Said) -> Iterator[_Texts]:
    words, _ = said
    for activity in found.models:
        if wanted.group in ("", activity.place.group):
            yield activity.place, (words("analysis.in_registration"), activity.name, f"“{activity.model_words}”")
    for result in found.reported_models:
        if wanted.group in ("", result.place.group):
            yield result.place, (words("analysis.in_report"), result.result, f"“{result.model_words}”")


_LINES: Mapping[str, Callable[[BoardAnalysis, RowFilter, _Said], Iterator[_Texts]]] = {
    ACTIVITIES: _activity_texts,
    FIGURES: _figure_texts,
    RESULTS: _result_texts,
    FREE_WORDS: _free_texts,
    MODELS: _model_texts,
}
