"""`summary`: the closing report, sections I to IV, its figures from the records alone, with annexes 1 to 3."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from service.domain.board_tasks import TaskState
from service.domain.made_as_asked import MadeAsAsked
from service.domain.papers.account import Share, share_of
from service.domain.papers.annexes import cell_words, is_received, registration_table, rows_of, unit_words
from service.domain.papers.content import BLANK, PaperContent, letterhead_words, recipients
from service.domain.papers.figures import FigureBook, TabRow
from service.domain.papers.lists import progress_table, unsent_table
from service.domain.papers.records import Paper, PaperName, PaperTable, Words
from service.domain.standing_labels import Timeliness
from service.domain.standings import Standing
from sheets_schema.campaign import ColumnRole, Content, Form, Obligation, TableKind
from sheets_schema.reading.ticks import is_ticked
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.wording import SHEET_LANGUAGE

# the free rows of a report in their order: what went well, what did not and why, what is proposed
ASSESSMENTS = ("strengths", "shortcomings", "proposals")


def summary(content: PaperContent) -> Paper:
    """Return the report; what was asked for beside annexes 1 to 3 follows them."""
    book = FigureBook(content)
    tables = (*annexes(content), *content.more)
    subject = content.text("summary_subject", campaign=content.campaign.title)
    first = [one for one in content.campaign.recipients if not _is_filing(content, one)]
    texts: dict[str, Words] = {
        **letterhead_words(content, content.text("symbol_report")),
        "title": content.text("summary_title").upper(),
        "subject": subject,
        "roster": book.count(content.text("figure_roster"), _roster(content), book.sources.of_unit),
        "documents": book.count(content.text("figure_documents"), _documents(content), book.sources.of_document),
        "obligations": [_obligation(book, one) for one in content.campaign.obligations],
        "activities": book.count(content.text("figure_activities"), _activities(content), book.sources.of_row),
        "activities_unconfirmed": book.count(
            content.text("figure_activities_unconfirmed"), _activities(content, unconfirmed=True), book.sources.of_row
        ),
        "tasks": _tasks(content),
        "tasks_done": str(sum(one.state is TaskState.DONE for one in content.tasks)),
        "tasks_all": str(len(content.tasks)),
        "contents": [_section(book, number, code.code, code.title) for number, code in _numbered(content)],
        **_assessments(book),
        "accounts": content.account_words([one.form for one in content.campaign.obligations]),
        "recipients": recipients(content, first),
    }
    return Paper(PaperName.SUMMARY, f"{texts['title']} {subject}", texts, tables, tuple(book.figures))


def annexes(content: PaperContent) -> tuple[PaperTable, ...]:
    """Return annexes 1 to 3: what was registered, the follow-up list, those who did not send or sent late."""
    campaign = content.campaign
    registered = [registration_table(content, form) for form in _forms(content, TableKind.OPEN)]
    followed = progress_table(content, campaign.obligations)
    missing = [unsent_table(content, one) for one in campaign.obligations]
    named: list[PaperTable] = []
    for title, tables in (("annex_registered", registered), ("annex_progress", [followed]), ("annex_unsent", missing)):
        for table in tables:
            of = f": {table.title}" if len(tables) > 1 and table.title else ""
            words = content.text(title, campaign=campaign.title) + of
            named.append(PaperTable(table.key, words, table.columns, table.rows, table.notes))
    return tuple(named)


def _is_filing(content: PaperContent, line: str) -> bool:
    return line.rstrip(",.") == content.campaign.letterhead.filing.rstrip(",.")


def _forms(content: PaperContent, kind: TableKind) -> list[Form]:
    owed = (content.campaign.form(one.form) for one in content.campaign.obligations)
    return [form for form in owed if form.table is kind]


def _standings(content: PaperContent, form: str) -> list[Standing]:
    return [content.standing(unit.code, form) for unit in content.campaign.active_units]


def _roster(content: PaperContent) -> list[Standing]:
    return _standings(content, content.campaign.obligations[0].form)


def _documents(content: PaperContent) -> Iterator[Standing]:
    return (one for one in _roster(content) if content.document(one.unit))


def _activities(content: PaperContent, *, unconfirmed: bool = False) -> Iterator[TabRow]:
    """Yield the activities that were registered, or those of units whose registration is not received whole."""
    for form in _forms(content, TableKind.OPEN):
        for unit in content.campaign.accounted_units:
            held = content.held.get((unit.code, form.key))
            if held is None or (unconfirmed and is_received(content, unit, form)):
                continue
            yield from ((unit, held, entry) for entry in held.entries)


def _obligation(book: FigureBook, owed: Obligation) -> dict[str, Words]:
    content = book.content
    standings = _standings(content, owed.form)

    def count(key: str, holds: Callable[[Standing], bool]) -> str:
        label = content.text("figure_of", figure=content.text(f"figure_{key}"), title=owed.title)
        return book.count(label, filter(holds, standings), book.sources.of_unit)

    def shared(share: Share) -> Callable[[Standing], bool]:
        return lambda one: share_of(one, content.campaign, content.at) is share

    return {
        "title": owed.title,
        "words": owed.words,
        "sent": count("sent", lambda one: share_of(one, content.campaign, content.at) in (Share.SENT, Share.NIL)),
        "on_time": count("on_time", lambda one: one.timeliness is Timeliness.ON_TIME),
        "late": count("late", lambda one: one.timeliness is Timeliness.LATE),
        "unconfirmed": count("unconfirmed", lambda one: one.timeliness is Timeliness.UNCONFIRMED),
        "nil": count("nil", shared(Share.NIL)),
        "unsent": count("unsent", shared(Share.UNSENT)),
        "extended": count("extended", shared(Share.EXTENDED)),
        "exempt": count("exempt", shared(Share.EXEMPT)),
        "account": content.account(owed.form).words.text(SHEET_LANGUAGE),
    }


def _tasks(content: PaperContent) -> list[dict[str, Words]]:
    return [
        {
            "code": one.task.code,
            "text": one.task.text,
            "mark": "☒" if one.state is TaskState.DONE else "☐",
            "state": one.label_in(SHEET_LANGUAGE)
            + (f" {content.text('on_day', day=format_day(one.done_on))}" if one.done_on else ""),
        }
        for one in content.tasks
    ]


def _numbered(content: PaperContent) -> Iterator[tuple[int, Content]]:
    yield from enumerate(content.campaign.contents, start=1)


def _section(book: FigureBook, number: int, code: str, title: str) -> dict[str, Words]:
    """Return what units reported under one content of the plan."""
    content = book.content
    reported: list[TabRow] = []
    nil: list[TabRow] = []
    for form in _forms(content, TableKind.FIXED):
        for found in rows_of(content, form, code):
            if _result_words(form, found[2]):
                reported.append(found)
            elif _is_nil(form, found[2]):
                nil.append(found)
    return {
        "number": str(number),
        "code": code,
        "title": title,
        "reported": book.count(content.text("figure_reported", code=code), reported, book.sources.of_row),
        "unconfirmed": book.count(
            content.text("figure_reported_unconfirmed", code=code),
            [row for row in reported if not is_received(content, row[0], content.campaign.form(row[1].form))],
            book.sources.of_row,
        ),
        "nil": book.count(content.text("figure_nil_content", code=code), nil, book.sources.of_row),
        "entries": MadeAsAsked(reported, partial(_said, content)),
    }


def _said(content: PaperContent, row: TabRow) -> dict[str, Words]:
    unit, held, entry = row
    form = content.campaign.form(held.form)
    return {"unit": unit_words(content, unit, form), "words": _result_words(form, entry)}


def _result_words(form: Form, entry: Mapping[str, object]) -> str:
    values = entry["values"]
    texts = values if isinstance(values, dict) else {}
    result, figures = form.column(ColumnRole.RESULT), form.column(ColumnRole.FIGURES)
    words = cell_words(texts, result).strip() if result else ""
    numbers = cell_words(texts, figures).strip() if figures else ""
    if not numbers:
        return words
    return f"{words} ({numbers})" if words else numbers


def _is_nil(form: Form, entry: Mapping[str, object]) -> bool:
    column, values = form.column(ColumnRole.NIL), entry["values"]
    texts = values if isinstance(values, dict) else {}
    return column is not None and is_ticked(str(texts.get(column.key, "")), column)


def _assessments(book: FigureBook) -> dict[str, Words]:
    """Return what units said of the whole: each list ends with a blank for the board's own words."""
    found: dict[str, Words] = {}
    content = book.content
    for index, name in enumerate(ASSESSMENTS):
        said: list[TabRow] = []
        for form in _forms(content, TableKind.FIXED):
            for free in form.free_rows[index : index + 1]:
                said += [row for row in rows_of(content, form, free.key) if _result_words(form, row[2])]
        found[name] = MadeAsAsked(said, partial(_said, content))
        found[f"{name}_count"] = book.count(content.text(f"figure_{name}"), said, book.sources.of_row)
    found["blank"] = BLANK
    return found
