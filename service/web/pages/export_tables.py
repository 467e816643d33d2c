"""The lists that are taken away as data: one table each, one line of titles, days and instants as such, no decoration.

Every row says where it came from. What people read and sign is a paper, and made elsewhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from service.domain import deadlines
from service.domain.contents import Contents, shown_fields, shown_values
from service.domain.history import Owed
from service.domain.master import MasterContent
from service.domain.printed_tables import CellLink, Line, LinesMade, LineStyle, Table, Value, line
from service.domain.rates import Rate
from service.domain.standing_labels import label_of
from service.domain.standings import Standing
from service.facts.records import RegisteredTab
from service.web.problem_lines import ProblemLine, form_title
from service.web.texts import Words
from service.workspace import Workspace
from sheets_schema.campaign import Campaign, Form, Unit, ValueType
from sheets_schema.periods import Certainty
from sheets_schema.problems import Severity
from sheets_schema.reading.ticks import is_ticked

FIELD_WIDTH = 130
LONG, SENTENCES = 300, 400  # a column of sentences is wider than in a tab, where another line costs nothing
_UNIT_COLUMNS = 3  # a number or a form, then the unit's code and name: they say of whose row the others are


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
    )
    unprinted = (("as_of", 150), ("tab", 80))
    fields = _every_field(campaign)
    # of what tabs hold no more than is shown: the rows of thousands would be held at once
    beside = {(one.unit, one.form): _field_texts(campaign.form(one.form), one) for one in kept}
    moment = at.astimezone(campaign.zone)
    lines = [_header([*(words(key) for key, _ in columns), *fields, *(words(key) for key, _ in unprinted)])]
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
        )
        origin = moment, _link(workspace, tabs.get((standing.unit, standing.form)))
        own = beside.get((standing.unit, standing.form), {})
        lines.append(line(LineStyle.BODY, *values, *(own.get(label, "") for label in fields), *origin))
    printed = (*_widths(columns), *(FIELD_WIDTH for _ in fields))
    return Table(
        words("status_list"),
        (*printed, *_widths(unprinted)),
        tuple(lines),
        repeated_columns=_UNIT_COLUMNS,
        printed_columns=len(printed),
    )


def _every_field(campaign: Campaign) -> list[str]:
    """Return the labels of the values beside the tables of all forms, each once."""
    forms = (campaign.form(owed.form) for owed in campaign.obligations)
    return list(dict.fromkeys(field.label for form in forms for field in shown_fields(form)))


def _field_texts(form: Form, held: Contents) -> dict[str, str]:
    return {field.label: held.field_text(field) for field in shown_fields(form)}


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
    asked: tuple[Workspace, Words],
    form: Form,
    find: Callable[[], Iterator[tuple[Unit, Form, Contents]]],
    received: Collection[Owed],
) -> Table:
    """Return the accepted rows of one form as the units wrote them, at the last good read, which `find` goes over.

    The rows of a tab that is not confirmed say so, but of a unit and form whose receipt is there all the same.
    """
    words = asked[1]
    own = [(column.title, SENTENCES if column.width >= LONG else column.width) for column in form.columns]
    first = (("running_number", 45), ("unit_code", 90), ("unit", 220), ("group", 150))
    then = (("starts", 90), ("ends", 90), ("time_reading", 120), ("confirmed", 110))
    unprinted = (("read_at", 150), ("row", 55), ("tab", 80))
    titles = [
        *(words(key) for key, _ in first),
        *(title for title, _ in own),
        *(words(key) for key, _ in (*then, *unprinted)),
    ]

    def lines() -> Iterator[Line]:
        yield _header(titles)
        numbers = itertools.count(1)
        made = _EntryLines(*asked, form)
        for unit, _, held in find():
            yield from made.of(unit, held, numbers, is_received=(unit.code, form.key) in received)

    printed = _widths((*first, *own, *then))
    return Table(
        form_title(form, words),
        (*printed, *_widths(unprinted)),
        LinesMade(lines),
        repeated_columns=_UNIT_COLUMNS,
        printed_columns=len(printed),
    )


def joined(tables: Sequence[Table], words: Words) -> Table:
    """Return several lists as one: a column says which a row is from, and a title has one column for all of them.

    The running numbers are left out: each list has its own.
    """
    titles = list(dict.fromkeys(title for table in tables for title in _titles(table)))

    def lines() -> Iterator[Line]:
        yield _header([words("form"), *titles])
        for table in tables:
            own = _titles(table)
            for one in table.lines:
                if one.style is LineStyle.BODY:
                    values = dict(zip(own, one.values[1:], strict=True))
                    yield line(LineStyle.BODY, table.title, *(values.get(title, "") for title in titles))

    widths: dict[str, int] = {}
    for table in tables:
        for title, width in zip(_titles(table), table.widths[1:], strict=True):
            widths[title] = max(width, widths.get(title, 0))
    return Table(
        words("entries_list"),
        (150, *(widths[title] for title in titles)),
        LinesMade(lines),
        repeated_columns=_UNIT_COLUMNS,
    )


def _titles(table: Table) -> list[str]:
    header = next((one for one in table.lines if one.style is LineStyle.HEADER), None)
    return [] if header is None else [str(value) for value in header.values[1:]]


class _EntryLines:
    """What the lines of all accepted rows of a form have in common."""

    def __init__(self, workspace: Workspace, words: Words, form: Form) -> None:
        self._workspace = workspace
        self._columns = [(column.key, column.type is ValueType.TICK) for column in form.columns]
        self._readings = {one.value: label_of(one, words.language) for one in Certainty}
        self._unconfirmed = words("not_confirmed")

    def of(self, unit: Unit, held: Contents, numbers: Iterator[int], *, is_received: bool) -> Iterator[Line]:
        """Yield the lines of one tab, with the next running numbers."""
        campaign = self._workspace.campaign
        named = (unit.code, unit.name, campaign.group(unit.group).name)
        mark = "" if held.confirmed or is_received else self._unconfirmed
        seen = _second(held.seen_at, campaign)
        for entry, number in zip(held.entries, numbers, strict=False):
            texts, period, row = shown_values(entry), entry["period"], entry["row"]
            period = period if isinstance(period, dict) else {}
            certainty = str(entry["certainty"] or "")
            own = [str(texts.get(key, "")) if not is_tick else _tick(texts.get(key)) for key, is_tick in self._columns]
            yield line(
                LineStyle.BODY,
                number,
                *named,
                *own,
                _day(period.get("start")),
                _day(period.get("end")),
                self._readings.get(certainty, certainty),
                mark,
                seen,
                row if isinstance(row, int) else "",
                _address(self._workspace.link_to(held.spreadsheet_id, held.sheet_id, f"A{row}")),
            )


def _tick(text: object) -> str:
    """Return a tick as the board writes one."""
    return "x" if is_ticked(str(text or "")) else ""


@lru_cache(maxsize=1_024)  # the days of a season are few
def _day(text: str | None) -> Value:
    return date.fromisoformat(text) if text else ""


def _second(instant: datetime, campaign: Campaign) -> datetime:
    return instant.replace(microsecond=0).astimezone(campaign.zone)


def problems_table(workspace: Workspace, find: Callable[[], Iterator[ProblemLine]], words: Words) -> Table:
    """Return what is to be corrected, at the last good read, which `find` goes over."""
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
    )
    unprinted = (("code", 150), ("read_at", 150), ("tab", 80))
    severities = {one: words(f"labels.severity_{one}") for one in Severity}

    def lines() -> Iterator[Line]:
        yield _header([words(key) for key, _ in (*columns, *unprinted)])
        for number, problem in enumerate(find(), start=1):
            yield line(
                LineStyle.BODY,
                number,
                problem.unit.code,
                problem.unit.name,
                problem.form,
                severities[Severity(problem.severity)],
                problem.row or "",
                problem.cell,
                problem.column,
                problem.message,
                problem.code,
                _second(problem.seen_at, campaign),
                _address(workspace.link_to(problem.spreadsheet_id, problem.sheet_id, problem.cell)),
            )

    return Table(
        words("unit_problems"),
        _widths((*columns, *unprinted)),
        LinesMade(lines),
        repeated_columns=_UNIT_COLUMNS,
        printed_columns=len(columns),
    )


def _header(titles: Sequence[str]) -> Line:
    """Return the one line of titles; no two are the same, so that a program can ask for a column by its title."""
    taken: dict[str, int] = {}
    shown = []
    for title in titles:
        taken[title] = taken.get(title, 0) + 1
        shown.append(title if taken[title] == 1 else f"{title} ({taken[title]})")
    return line(LineStyle.HEADER, *shown)


def _widths(columns: Iterable[tuple[str, int]]) -> tuple[int, ...]:
    return tuple(width for _, width in columns)


def _link(workspace: Workspace, tab: RegisteredTab | None) -> Value:
    return _address(workspace.link_to(tab.spreadsheet_id, tab.sheet_id, "")) if tab else ""


def _address(url: str) -> CellLink:
    """Return a link that shows its own address: a program reads what a person opens."""
    return CellLink(url, url)
