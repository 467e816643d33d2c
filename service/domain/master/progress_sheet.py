"""“Theo dõi tiến độ”: a line a unit, its obligations side by side with what is beside their tables; the rates below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from service.domain import tab_faults
from service.domain.contents import Contents, shown_fields
from service.domain.instant_words import instant_words
from service.domain.master.content import MasterContent, conservation, tab_link, together, top
from service.domain.printed_tables import Block, Line, LineStyle, Sheet, Value, digest, fixed, line
from service.domain.rates import Rate, rates
from service.domain.standings import Standing
from sheets_schema.campaign import Form, Unit
from sheets_schema.vietnamese.dates import format_day

UNIT_COLUMNS: tuple[tuple[str, int], ...] = (
    ("master.line_number", 45),
    ("headings.unit", 260),
    ("headings.group", 150),
)
# of every obligation, before the values beside its table
OBLIGATION_COLUMNS: tuple[tuple[str, int], ...] = (
    ("headings.status", 230),
    ("headings.receipt", 150),
    ("headings.timeliness", 150),
    ("headings.received_at", 150),
    ("headings.days_late", 70),
    ("headings.review", 150),
    ("headings.entries", 70),
    ("headings.problems", 70),
    ("headings.due", 150),
    ("headings.last_day_of_limit", 90),
)
FIELD_WIDTH = 130
TAB_COLUMN = ("headings.tab", 70)
RATE_COLUMNS = (
    "",
    "headings.group",
    "",
    "headings.obligation",
    "",
    "headings.expected",
    "headings.sent",
    "headings.on_time",
    "headings.late",
    "headings.unconfirmed",
    "headings.missing",
    "headings.exempt",
    "headings.entries",
    "headings.sent_share",
    "headings.on_time_share",
)
SHARES = frozenset({13, 14})


def progress_sheet(content: MasterContent, stamp: str) -> Sheet:
    """Return every unit's standing with its obligations, a line a unit, then the rates of every group."""
    campaign = content.campaign
    forms = [campaign.form(owed.form) for owed in campaign.obligations]
    lines = top(campaign, content.text("master.progress_heading"), stamp)
    lines.append(line(LineStyle.NOTE, conservation(content, content.tally)))
    for fault in tab_faults.sentences(campaign, content.faults.values()):
        lines.append(line(LineStyle.NOTE, fault.text(content.language)))
    lines.append(_obligation_titles(content, forms))
    lines.append(line(LineStyle.HEADER, *_titles(content, forms)))
    below = [line(LineStyle.BLANK), line(LineStyle.SUBTITLE, content.text("master.rates_heading"))]
    below.append(line(LineStyle.HEADER, *(content.text(key) if key else "" for key in RATE_COLUMNS)))
    below += [_rate_line(content, rate) for rate in rates(campaign, content.standings)]
    below.append(line(LineStyle.NOTE, content.text("headings.shares_of")))
    blocks = (fixed("top", lines), *_unit_blocks(content, forms), fixed("rates", below))
    return Sheet(content.text("master.progress"), _widths(forms), blocks, SHARES, frozen_columns=2)


def _obligation_titles(content: MasterContent, forms: Sequence[Form]) -> Line:
    """Return the line above the headings: each obligation over its own columns."""
    values: list[Value] = [""] * len(UNIT_COLUMNS)
    for form, obligation in zip(forms, content.campaign.obligations, strict=True):
        values += [obligation.title, *[""] * (len(OBLIGATION_COLUMNS) + len(shown_fields(form)))]
    return line(LineStyle.GROUP, *values)


def _titles(content: MasterContent, forms: Sequence[Form]) -> Iterator[str]:
    yield from (content.text(key) for key, _ in UNIT_COLUMNS)
    for form in forms:
        yield from (content.text(key) for key, _ in OBLIGATION_COLUMNS)
        yield from (field.label for field in shown_fields(form))
        yield content.text(TAB_COLUMN[0])


def _widths(forms: Sequence[Form]) -> tuple[int, ...]:
    own = tuple(width for _, width in OBLIGATION_COLUMNS)
    of_forms = ((*own, *[FIELD_WIDTH] * len(shown_fields(form)), TAB_COLUMN[1]) for form in forms)
    widths = (*(width for _, width in UNIT_COLUMNS), *(width for widths in of_forms for width in widths))
    return widths + (FIELD_WIDTH,) * (len(RATE_COLUMNS) - len(widths))


def _unit_blocks(content: MasterContent, forms: Sequence[Form]) -> Iterator[Block]:
    """Yield the units' lines, a few a block; the words beside the tables are fetched for a block that is written."""
    of_unit: dict[str, list[Standing]] = {}
    for standing in content.standings:
        of_unit.setdefault(standing.unit, []).append(standing)
    units = [content.campaign.unit(code) for code in of_unit]
    first = 1
    for _, few in together(units):
        rows = [_plain_cells(content, of_unit[unit.code]) for unit in few]
        tabs = [[content.tabs.get((unit.code, form.key)) for form in forms] for unit in few]
        beside = [["" if tab is None else tab.beside for tab in own] for own in tabs]
        links = [[str(tab_link(content, tab)) for tab in own] for own in tabs]
        source = digest([first, [_unit_cells(content, unit) for unit in few], rows, beside, links])
        yield Block(f"units {first}", source, len(few), partial(_unit_lines, content, few, rows, first))
        first += len(few)


def _unit_lines(
    content: MasterContent, units: Sequence[Unit], rows: Sequence[Sequence[Sequence[Value]]], first: int
) -> list[Line]:
    campaign, codes = content.campaign, [unit.code for unit in units]
    forms = [campaign.form(owed.form) for owed in campaign.obligations]
    held = {form.key: content.contents_of(form.key, codes) for form in forms}
    lines = []
    for index, (unit, cells) in enumerate(zip(units, rows, strict=True), start=first):
        values: list[Value] = [index, *_unit_cells(content, unit)]
        for form, own in zip(forms, cells, strict=True):
            link = tab_link(content, content.tabs.get((unit.code, form.key)))
            values += [*own, *_field_cells(form, held[form.key], unit), link]
        lines.append(line(LineStyle.BODY, *values))
    return lines


def _unit_cells(content: MasterContent, unit: Unit) -> list[str]:
    return [unit.name, content.campaign.group(unit.group).name]


def _field_cells(form: Form, held: Mapping[str, Contents], unit: Unit) -> list[str]:
    tab = held.get(unit.code)
    return [tab.field_text(field) if tab else "" for field in shown_fields(form)]


def _plain_cells(content: MasterContent, standings: Sequence[Standing]) -> list[list[Value]]:
    """Return what the standings of one unit say, obligation by obligation."""
    return [_standing_cells(content, standing) for standing in standings]


def _standing_cells(content: MasterContent, standing: Standing) -> list[Value]:
    zone, language = content.campaign.zone, content.language
    return [
        _status(content, standing),
        content.label(standing.receipt),
        standing.timeliness_label(language),
        instant_words(standing.received_at, zone, language) if standing.received_at else "",
        standing.days_late or "",
        content.label(standing.review),
        standing.entries,
        standing.problems,
        standing.limit.words.text(language),
        format_day(standing.limit.last_day),
    ]


def _status(content: MasterContent, standing: Standing) -> str:
    status = standing.label_in(content.language)
    is_at_fault = (standing.unit, standing.form) in content.faults
    return content.text("tab_faults.marked", status=status) if is_at_fault else status


def _rate_line(content: MasterContent, rate: Rate) -> Line:
    campaign = content.campaign
    return line(
        LineStyle.BODY if rate.group else LineStyle.TOTAL,
        "",
        campaign.group(rate.group).name if rate.group else content.text("headings.all"),
        "",
        campaign.obligation(rate.form).title,
        "",
        rate.expected,
        rate.sent,
        rate.on_time,
        rate.late,
        rate.unconfirmed,
        rate.missing,
        rate.exempt,
        rate.entries,
        rate.sent_share if rate.sent_share is not None else "",
        rate.on_time_share if rate.on_time_share is not None else "",
    )
