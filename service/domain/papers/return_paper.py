"""`return`: the slip that asks one unit to complete or correct what it sent."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.decisions import DecisionKind, in_force
from service.domain.missing_parts import missing_parts
from service.domain.papers.content import PaperContent, counted, letterhead_words, recipients
from service.domain.papers.lists import last_seen, short_state, state_words
from service.domain.papers.records import Align, Paper, PaperColumn, PaperName, PaperTable, body
from service.domain.standings import Standing
from service.errors import PaperError
from sheets_schema.campaign import Unit
from sheets_schema.problems import Severity
from sheets_schema.wording import SHEET_LANGUAGE, message

GRAVE = (Severity.ERROR.value, Severity.WARNING.value)


def return_paper(content: PaperContent, unit: Unit, form_key: str) -> Paper:
    """Return the slip; PaperError where the unit has nothing to complete or correct."""
    owed = content.campaign.obligation(form_key)
    standing = content.standing(unit.code, form_key)
    asked = [*_reasons(content, unit.code, form_key), *_lacking(content, unit.code, form_key)]
    asked += list(_problems(content, unit.code, form_key))
    if not asked:
        raise PaperError(message("papers.nothing_to_return", unit=unit.name, title=owed.title, at=content.moment))
    texts = {
        **letterhead_words(content, content.text("symbol_slip")),
        "title": content.text("return_title").upper(),
        "subtitle": content.text("return_subtitle", obligation=owed.title),
        "to": [unit.name],
        "obligation": owed.title,
        "state": _state(content, standing),
        "count": counted(len(asked)),
        "account": content.account(form_key).words.text(SHEET_LANGUAGE),
        "new_limit": content.new_limit_of(standing.limit),
        "recipients": recipients(content, [content.text("as_above")]),
    }
    named = (("stt", 11.0), ("place", 24.0), ("column", 42.0), ("asked", 88.0))
    columns = tuple(
        PaperColumn(key, content.text(f"column_{key}"), width, Align.CENTER if key in ("stt", "place") else Align.LEFT)
        for key, width in named
    )
    rows = tuple(body(str(number), *cells) for number, cells in enumerate(asked, start=1))
    table = PaperTable("asked", "", columns, rows)
    return Paper(PaperName.RETURN, str(texts["title"]), texts, (table,), file_words=(unit.code, form_key))


def _state(content: PaperContent, standing: Standing) -> str:
    """Return where the unit is with what it sent; without the days that it is late by."""
    if standing.receipt.counts:
        return state_words(content, standing).replace("\n", ", ")
    return short_state(content, standing).lower()


def _reasons(content: PaperContent, unit: str, form: str) -> Iterator[tuple[str, str, str]]:
    """Yield why the board returned it, for decisions in force; what was accepted since is done with."""
    decided = in_force(content.history.decisions_of(unit, form), content.at)
    accepted = max((made.recorded_at for made in decided if made.kind is DecisionKind.ACCEPT), default=None)
    for made in decided:
        is_open = accepted is None or made.recorded_at > accepted
        if made.kind is DecisionKind.RETURN and made.reason and is_open:
            yield "", content.text("board_word"), made.reason


def _lacking(content: PaperContent, unit: str, form: str) -> Iterator[tuple[str, str, str]]:
    """Yield what the tab still lacks to be a receipt, with the cells where it goes."""
    standing = content.standing(unit, form)
    held, seen = content.held.get((unit, form)), last_seen(content, standing)
    if held is None or seen is None:
        return
    for part in missing_parts(content.campaign.form(form), standing, seen, held):
        yield "", content.text("lacking_word"), part.text(SHEET_LANGUAGE)


def _problems(content: PaperContent, unit: str, form_key: str) -> Iterator[tuple[str, str, str]]:
    held = content.held.get((unit, form_key))
    form = content.campaign.form(form_key)
    titles = {column.key: column.title for column in form.columns} | {one.key: one.label for one in form.fields}
    for problem in held.problems if held else ():
        if problem["severity"] not in GRAVE:
            continue
        words = problem["message"]
        said = str(words.get(SHEET_LANGUAGE.value, "")) if isinstance(words, dict) else str(words)
        yield str(problem["cell"]), titles.get(str(problem["column"]), ""), said
