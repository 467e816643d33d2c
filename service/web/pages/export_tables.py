"""The lists people take away, as tables: statuses, rates, entries, problems; every row says where it came from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from service.domain.contents import Contents, shown_fields
from service.domain.history import Owed
from service.domain.printed_tables import CellLink, Chart, Line, LineStyle, Table, Value, line
from service.domain.rates import Rate
from service.domain.standing_labels import label_of
from service.domain.standings import Standing
from service.facts.records import RegisteredTab
from service.web.problem_lines import ProblemLine, form_title
from service.web.texts import Words
from service.workspace import Workspace
from sheets_schema.campaign import Campaign, Form, Unit, ValueType
from sheets_schema.periods import Certainty
from sheets_schema.reading.ticks import is_ticked
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.wording import Language

FIELD_WIDTH = 130


def status_table(
    workspace: Workspace,
    standings: Sequence[Standing],
    kept: Iterable[Contents],
    at: datetime,
    tabs: Mapping[Owed, RegisteredTab],
    words: Words,
) -> Table:
    """Return the standing of units at an instant with what is beside their tables, one row a unit and obligation."""
    campaign, language = workspace.campaign, words.language
    columns = (
        ("number", 45),
        ("unit_code", 90),
        ("unit", 260),
        ("group", 150),
        ("obligation", 190),
        ("status", 230),
        ("eligibility", 110),
        ("receipt", 150),
        ("timeliness", 150),
        ("review", 150),
        ("received_at", 150),
        ("days_late", 70),
        ("entries", 70),
        ("problems", 70),
        ("due", 150),
        ("last_day_of_limit", 90),
        ("as_of", 150),
        ("tab", 80),
    )
    fields = _every_field(campaign)
    held = {(one.unit, one.form): one for one in kept}
    moment = words.instant(at, campaign.zone)
    lines = [*_top(campaign, words("status_list"), words), line(LineStyle.NOTE, words("as_of_at", at=moment))]
    lines.append(line(LineStyle.HEADER, *(words(key) for key, _ in columns), *fields))
    for number, standing in enumerate(standings, start=1):
        unit = campaign.unit(standing.unit)
        values: tuple[Value, ...] = (
            number,
            unit.code,
            unit.name,
            campaign.group(unit.group).name,
            campaign.obligation(standing.form).title,
            standing.label_in(language),
            label_of(standing.eligibility, language),
            label_of(standing.receipt, language),
            standing.timeliness_label(language),
            label_of(standing.review, language),
            words.instant(standing.received_at, campaign.zone) if standing.received_at else "",
            standing.days_late,
            standing.entries,
            standing.problems,
            standing.limit.words.text(language),
            format_day(standing.limit.last_day),
            moment,
            _link(workspace, tabs.get((standing.unit, standing.form)), words("open_tab")),
        )
        own = _field_texts(campaign.form(standing.form), held.get((standing.unit, standing.form)))
        lines.append(line(LineStyle.BODY, *values, *(own.get(label, "") for label in fields)))
    return Table(words("status_list"), (*_widths(columns), *(FIELD_WIDTH for _ in fields)), tuple(lines))


def _every_field(campaign: Campaign) -> list[str]:
    """Return the labels of the values beside the tables of all forms, each once."""
    forms = (campaign.form(owed.form) for owed in campaign.obligations)
    return list(dict.fromkeys(field.label for form in forms for field in shown_fields(form)))


def _field_texts(form: Form, held: Contents | None) -> dict[str, str]:
    return {field.label: held.field_text(field) for field in shown_fields(form)} if held else {}


def rates_table(campaign: Campaign, rates: Sequence[Rate], words: Words) -> Table:
    """Return the counts and rates of every obligation by group, with a chart for each."""
    counts = ("expected", "sent", "on_time", "late", "unconfirmed", "missing", "exempt")
    columns = (("group", 280), *((key, 90) for key in counts), ("sent_share", 90), ("on_time_share", 90))
    lines = [*_top(campaign, words("by_group"), words), line(LineStyle.NOTE, words("shares_of"))]
    charts: list[Chart] = []
    for obligation in campaign.obligations:
        lines += [line(LineStyle.BLANK), line(LineStyle.SUBTITLE, obligation.title)]
        header = len(lines)
        lines.append(_header(columns, words))
        owed = [rate for rate in rates if rate.form == obligation.form]
        lines += [_rate_line(campaign, rate, counts, words) for rate in owed if rate.group]
        charts.append(Chart(obligation.title, header, len(lines), 0, (3, 4, 5, 6)))
        lines += [_rate_line(campaign, rate, counts, words) for rate in owed if not rate.group]
    return Table(words("by_group"), _widths(columns), tuple(lines), frozenset({8, 9}), tuple(charts))


def _rate_line(campaign: Campaign, rate: Rate, counts: Sequence[str], words: Words) -> Line:
    name = campaign.group(rate.group).name if rate.group else words("all")
    figures: list[Value] = [getattr(rate, key) for key in counts]
    style = LineStyle.BODY if rate.group else LineStyle.TOTAL
    return line(style, name, *figures, rate.sent_share, rate.on_time_share)


def entries_table(
    asked: tuple[Workspace, Words], form: Form, found: Iterator[tuple[Unit, Form, Contents]], received: Collection[Owed]
) -> Table:
    """Return the accepted rows of one form as the units wrote them, at the last good read.

    The rows of a tab that is not confirmed say so, but of a unit and form whose receipt is there all the same.
    """
    workspace, words = asked
    campaign = workspace.campaign
    own = [(column.title, column.width) for column in form.columns]
    first = (("number", 45), ("unit_code", 90), ("unit", 220), ("group", 150))
    then = (("starts", 90), ("ends", 90), ("time_reading", 120), ("confirmed", 110), ("read_at", 150), ("row", 55))
    lines = [*_top(campaign, form_title(form, words), words), line(LineStyle.NOTE, words("entries_of_last_read"))]
    titles = [
        *(words(key) for key, _ in first),
        *(title for title, _ in own),
        *(words(key) for key, _ in then),
        words("tab"),
    ]
    lines.append(line(LineStyle.HEADER, *titles))
    number = 0
    for unit, _, contents in found:
        for entry in contents.entries:
            number += 1
            confirmed = contents.confirmed or (unit.code, form.key) in received
            mark = "" if confirmed else words("not_confirmed")
            lines.append(_entry_line(workspace, (number, unit, contents), entry, mark, words))
    widths = (*(width for _, width in (*first, *own, *then)), 80)
    return Table(form_title(form, words), widths, tuple(lines))


def joined(tables: Sequence[Table], words: Words) -> Table:
    """Return several lists as one: a column says which a row is from, and a title has one column for all of them.

    The running numbers are left out: each list has its own.
    """
    titles = list(dict.fromkeys(title for table in tables for title in _titles(table)))
    lines = [line(LineStyle.HEADER, words("form"), *titles)]
    for table in tables:
        own = _titles(table)
        for one in table.lines:
            if one.style is LineStyle.BODY:
                values = dict(zip(own, one.values[1:], strict=True))
                lines.append(line(LineStyle.BODY, table.title, *(values.get(title, "") for title in titles)))
    return Table(words("entries_list"), (90,) * (len(titles) + 1), tuple(lines))


def _titles(table: Table) -> list[str]:
    header = table.header_index
    return [] if header is None else [str(value) for value in table.lines[header].values[1:]]


def _entry_line(
    workspace: Workspace,
    of: tuple[int, Unit, Contents],
    entry: Mapping[str, object],
    mark: str,
    words: Words,
) -> Line:
    number, unit, contents = of
    campaign = workspace.campaign
    form = campaign.form(contents.form)
    texts, period = entry["values"], entry["period"]
    period = period if isinstance(period, dict) else {}
    certainty = str(entry["certainty"] or "")
    row = entry["row"]
    return line(
        LineStyle.BODY,
        number,
        unit.code,
        unit.name,
        campaign.group(unit.group).name,
        *(_own_words(form, key, texts if isinstance(texts, dict) else {}) for key in (c.key for c in form.columns)),
        _day(period.get("start")),
        _day(period.get("end")),
        _certainty(certainty, words),
        mark,
        words.instant(contents.seen_at.replace(microsecond=0), campaign.zone),
        row if isinstance(row, int) else "",
        CellLink(workspace.link_to(contents.spreadsheet_id, contents.sheet_id, f"A{row}"), words("open_row")),
    )


def _own_words(form: Form, key: str, texts: Mapping[str, object]) -> str:
    """Return the unit's words as typed; a tick as the board writes one."""
    column = next(column for column in form.columns if column.key == key)
    text = str(texts.get(key, ""))
    if column.type is ValueType.TICK:
        return "x" if is_ticked(text) else ""
    return text


def _day(text: object) -> str:
    return format_day(date.fromisoformat(text)) if isinstance(text, str) else ""


def _certainty(text: str, words: Words) -> str:
    if text not in set(Certainty):
        return text
    return label_of(Certainty(text), words.language)


def problems_table(workspace: Workspace, problems: Iterator[ProblemLine], words: Words) -> Table:
    """Return what is to be corrected, at the last good read."""
    campaign = workspace.campaign
    columns = (
        ("number", 45),
        ("unit_code", 90),
        ("unit", 220),
        ("form", 150),
        ("severity", 100),
        ("row", 55),
        ("cell", 60),
        ("column", 200),
        ("message", 420),
        ("code", 150),
        ("read_at", 150),
        ("tab", 80),
    )
    lines = [*_top(campaign, words("unit_problems"), words), line(LineStyle.NOTE, words("problems_of_last_read"))]
    lines.append(_header(columns, words))
    for number, problem in enumerate(problems, start=1):
        values: tuple[Value, ...] = (
            number,
            problem.unit.code,
            problem.unit.name,
            problem.form,
            words(f"labels.severity_{problem.severity}"),
            problem.row or "",
            problem.cell,
            problem.column,
            problem.message,
            problem.code,
            words.instant(problem.seen_at.replace(microsecond=0), campaign.zone),
            CellLink(workspace.link_to(problem.spreadsheet_id, problem.sheet_id, problem.cell), words("open_cell")),
        )
        lines.append(line(LineStyle.BODY, *values))
    return Table(words("unit_problems"), _widths(columns), tuple(lines))


def _top(campaign: Campaign, title: str, words: Words) -> list[Line]:
    return [
        line(LineStyle.SUBTITLE, campaign.board.upper()),
        line(LineStyle.TITLE, title.upper() if words.language is Language.VIETNAMESE else title),
        line(LineStyle.SUBTITLE, campaign.title),
    ]


def _header(columns: Sequence[tuple[str, int]], words: Words) -> Line:
    return line(LineStyle.HEADER, *(words(key) for key, _ in columns))


def _widths(columns: Sequence[tuple[str, int]]) -> tuple[int, ...]:
    return tuple(width for _, width in columns)


def _link(workspace: Workspace, tab: RegisteredTab | None, label: str) -> Value:
    return CellLink(workspace.link_to(tab.spreadsheet_id, tab.sheet_id, ""), label) if tab else ""
