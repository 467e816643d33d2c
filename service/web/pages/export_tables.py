"""The lists that are taken away as data: one table each, one line of titles, days and instants as such, no decoration.

Every row says where it came from. What people read and sign is a paper, and made elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from service.domain import deadlines
from service.domain.contents import Contents, shown_fields
from service.domain.history import Owed
from service.domain.master import MasterContent
from service.domain.printed_tables import CellLink, Line, LineStyle, Table, Value, line
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
    moment = at.astimezone(campaign.zone)
    lines = [_header([*(words(key) for key, _ in columns), *fields])]
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
            standing.received_at.astimezone(campaign.zone) if standing.received_at else "",
            standing.days_late,
            standing.entries,
            standing.problems,
            standing.limit.words.text(language),
            standing.limit.last_day,
            moment,
            _link(workspace, tabs.get((standing.unit, standing.form))),
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
    """Return the counts and rates of every obligation by group; the line of all groups says so."""
    counts = ("expected", "sent", "on_time", "late", "unconfirmed", "missing", "exempt")
    keys = ("obligation", "group", *counts, "sent_share", "on_time_share")
    lines = [_header([words(key) for key in keys])]
    for rate in rates:
        group = campaign.group(rate.group).name if rate.group else words("all")
        figures: list[Value] = [getattr(rate, key) for key in counts]
        title = campaign.obligation(rate.form).title
        lines.append(line(LineStyle.BODY, title, group, *figures, rate.sent_share, rate.on_time_share))
    percents = frozenset({len(keys) - 2, len(keys) - 1})
    return Table(words("by_group"), (280, 280, *(90 for _ in keys[2:])), tuple(lines), percents)


def plan_table(plan: MasterContent, words: Words) -> Table:
    """Return what the campaign declares, a line a part, with the state of the board's own tasks."""
    campaign, language = plan.campaign, words.language
    keys = ("plan_part", "code", "content", "due", "last_day_of_limit", "status")
    lines = [_header([words(key) for key in keys])]

    def add(part: str, code: str, text: str, *values: Value) -> None:
        lines.append(line(LineStyle.BODY, part, code, text, *values, *[""] * (len(keys) - 3 - len(values))))

    for owed in campaign.obligations:
        limit = deadlines.effective_limit(owed, (), campaign.zone)
        add(words("master.owed"), owed.form, owed.title, limit.words.text(language), limit.last_day)
    for item in campaign.contents:
        add(words("master.contents"), item.code, item.text)
    for standing in plan.board_tasks:
        task = standing.task
        due = task.due_before.astimezone(campaign.zone) - timedelta(microseconds=1) if task.due_before else None
        last, state = due.date() if due else "", standing.label_in(language)
        add(words("master.board_tasks", board=campaign.board), task.code, task.text, task.words, last, state)
    for number, slogan in enumerate(campaign.slogans, start=1):
        add(words("master.slogans"), str(number), slogan.text)
    for number, text in enumerate(campaign.recipients, start=1):
        add(words("master.recipients"), str(number), text)
    return Table(words("master.plan"), (200, 80, 700, 170, 110, 160), tuple(lines))


def entries_table(
    asked: tuple[Workspace, Words], form: Form, found: Iterator[tuple[Unit, Form, Contents]], received: Collection[Owed]
) -> Table:
    """Return the accepted rows of one form as the units wrote them, at the last good read.

    The rows of a tab that is not confirmed say so, but of a unit and form whose receipt is there all the same.
    """
    workspace, words = asked
    own = [(column.title, column.width) for column in form.columns]
    first = (("running_number", 45), ("unit_code", 90), ("unit", 220), ("group", 150))
    then = (("starts", 90), ("ends", 90), ("time_reading", 120), ("confirmed", 110), ("read_at", 150), ("row", 55))
    titles = [
        *(words(key) for key, _ in first),
        *(title for title, _ in own),
        *(words(key) for key, _ in then),
        words("tab"),
    ]
    lines = [_header(titles)]
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
    lines = [_header([words("form"), *titles])]
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
        _second(contents.seen_at, campaign),
        row if isinstance(row, int) else "",
        _address(workspace.link_to(contents.spreadsheet_id, contents.sheet_id, f"A{row}")),
    )


def _own_words(form: Form, key: str, texts: Mapping[str, object]) -> str:
    """Return the unit's words as typed; a tick as the board writes one."""
    column = next(column for column in form.columns if column.key == key)
    text = str(texts.get(key, ""))
    if column.type is ValueType.TICK:
        return "x" if is_ticked(text) else ""
    return text


def _day(text: object) -> Value:
    return date.fromisoformat(text) if isinstance(text, str) else ""


def _second(instant: datetime, campaign: Campaign) -> datetime:
    return instant.replace(microsecond=0).astimezone(campaign.zone)


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
    lines = [_header([words(key) for key, _ in columns])]
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
            _second(problem.seen_at, campaign),
            _address(workspace.link_to(problem.spreadsheet_id, problem.sheet_id, problem.cell)),
        )
        lines.append(line(LineStyle.BODY, *values))
    return Table(words("unit_problems"), _widths(columns), tuple(lines))


def _header(titles: Sequence[str]) -> Line:
    """Return the one line of titles; no two are the same, so that a program can ask for a column by its title."""
    taken: dict[str, int] = {}
    shown = []
    for title in titles:
        taken[title] = taken.get(title, 0) + 1
        shown.append(title if taken[title] == 1 else f"{title} ({taken[title]})")
    return line(LineStyle.HEADER, *shown)


def _widths(columns: Sequence[tuple[str, int]]) -> tuple[int, ...]:
    return tuple(width for _, width in columns)


def _link(workspace: Workspace, tab: RegisteredTab | None) -> Value:
    return _address(workspace.link_to(tab.spreadsheet_id, tab.sheet_id, "")) if tab else ""


def _address(url: str) -> CellLink:
    """Return a link that shows its own address: a program reads what a person opens."""
    return CellLink(url, url)
