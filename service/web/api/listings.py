"""The seven lists: what each holds, in which order, for which roles. Routes and description share the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

import flask

from service import workflows
from service.consolidation.contents_loader import contents_in_order
from service.domain import standing_record
from service.domain.contents import MEANT, Contents
from service.domain.intake_rows import typed_texts
from service.domain.intakes import Intake, by_tab, source_of
from service.domain.roles import Role, may_see_access, may_see_board, may_sign_in
from service.domain.succession import own_codes
from service.facts.records import FactFilter, FactKind, Run
from service.web import current
from service.web.api import models, paging, parameters
from service.web.api.models import Item
from service.web.api.paging import Page, Position
from service.web.api.parameters import ListRequest, Parameter
from service.web.queries import Query
from service.web.session import identity
from service.web.texts import Words
from service.workspace import Workspace
from sheets_schema.campaign import Form, Unit


@dataclass(frozen=True, slots=True)
class Listing:
    """One list of the interface."""

    name: str
    summary: str
    item: type[Item]
    parameters: tuple[Parameter, ...]
    page: Callable[[Workspace, ListRequest], Page]
    may_ask: Callable[[Role], bool] = may_sign_in

    @property
    def of_an_instant(self) -> bool:
        """Return True if it can be asked for as of any past instant."""
        return parameters.AS_OF in self.parameters


def units(workspace: Workspace, asked: ListRequest) -> Page:
    """Return the roster."""
    tabs = {owed: tab for owed, tab in workflows.tabs_then(workspace, asked.as_of).items() if tab.orphaned_at is None}
    forms = paging.forms_of(workspace.campaign)

    def item(unit: Unit) -> Item:
        own = [tabs[unit.code, form] for form in forms if (unit.code, form) in tabs]
        return models.UnitItem(
            code=unit.code,
            name=unit.name,
            short_name=unit.short_name,
            group=unit.group,
            active=unit.active,
            tabs=[models.TabLink(form=tab.form, url=current.tab_url(tab.spreadsheet_id, tab.sheet_id)) for tab in own],
        )

    found = ((Position(0, number, 0), item(unit)) for number, unit in _wanted(workspace, asked))
    return _page(workspace, asked, found)


def statuses(workspace: Workspace, asked: ListRequest) -> Page:
    """Return the status of every unit at an instant."""
    campaign = workspace.campaign
    at = asked.as_of or workspace.clock()
    query = Query(form=asked.form, group=asked.group, timeliness=asked.timeliness)
    forms = paging.forms_of(campaign)
    places = {unit.code: number for number, unit in enumerate(campaign.units)}
    found = (
        (
            Position(forms.index(standing.form), places[standing.unit], 0),
            models.StatusItem.model_validate(
                standing_record.standing_record(campaign, standing, workspace.settings.lang)
            ),
        )
        for standing in workflows.standings(workspace, at, forms)
        if asked.unit in ("", standing.unit) and query.shows(campaign, standing)
    )
    return _page(workspace, replace(asked, as_of=at), found)


def entries(workspace: Workspace, asked: ListRequest) -> Page:
    """Return the rows that passed at the last good read, or at an instant."""

    at = asked.as_of or workspace.clock()
    taken = by_tab(workspace.store.intakes.of(workspace.campaign.key, until=at), workspace.campaign.code_now)

    def found() -> Iterator[tuple[Position, Item]]:
        for place, unit, contents in _contents(workspace, asked):
            sources = taken.get((unit.code, contents.form), ())
            form = workspace.campaign.form(contents.form)
            for number, entry in enumerate(contents.entries, start=1):
                source = _source(sources, form, entry)
                typed = {name: said for name, said in entry.items() if name != MEANT}
                item = _on_tab(unit, contents, "") | {**typed, "confirmed": contents.confirmed, "source": source}
                yield replace(place, number=number), models.EntryItem.model_validate(item)

    return _page(workspace, replace(asked, as_of=at), found())


def _source(sources: Sequence[Intake], form: Form, entry: Mapping[str, object]) -> dict[str, object] | None:
    """Return the line of a file that an entry is from; None where it was typed or changed since."""
    found = source_of(sources, typed_texts(form, entry["values"])) if sources else None
    if found is None:
        return None
    intake, line = found
    return {"name": intake.name, "sha256": intake.sha256, "sheet": line.sheet, "line": line.line}


def fields(workspace: Workspace, asked: ListRequest) -> Page:
    """Return what units typed beside the tables, at the last good read or at an instant."""

    def found() -> Iterator[tuple[Position, Item]]:
        for place, unit, contents in _contents(workspace, asked):
            beside = {"row": None, "confirmed": contents.confirmed, "fields": dict(contents.fields)}
            yield place, models.FieldsItem.model_validate(_on_tab(unit, contents, "") | beside)

    return _page(workspace, asked, found())


def problems(workspace: Workspace, asked: ListRequest) -> Page:
    """Return what the last good read found wrong, or what was wrong at an instant."""
    language = workspace.settings.lang

    def found() -> Iterator[tuple[Position, Item]]:
        for place, unit, contents in _contents(workspace, asked):
            for number, problem in enumerate(contents.problems, start=1):
                if asked.severity in ("", problem["severity"]) and asked.code in ("", problem["code"]):
                    said: dict[str, str] = problem["message"]  # type: ignore[assignment]
                    item = _on_tab(unit, contents, str(problem["cell"])) | {**problem, "message": said[language]}
                    yield replace(place, number=number), models.ProblemItem.model_validate(item)

    return _page(workspace, asked, found())


def runs(workspace: Workspace, asked: ListRequest) -> Page:
    """Return the consolidations, newest first."""
    before = paging.read_number(asked.after) if asked.after else None
    found = workspace.store.runs.last(workspace.campaign.key, asked.limit + 1, before)
    items = ((run.id, models.RunItem.model_validate(_spoken(run, current.words()))) for run in found)
    return paging.numbered_page(items, asked.limit)


def _spoken(run: Run, words: Words) -> Run:
    """Return a run with its error and notices in the language of the answer."""
    report = dict(run.report or {})
    if isinstance(notices := report.get("notices"), list):
        report["notices"] = [words.kept(str(notice)) for notice in notices]
    return replace(run, error=words.kept(run.error) if run.error else run.error, report=report if run.report else None)


def facts(workspace: Workspace, asked: ListRequest) -> Page:
    """Return the log as it was known at an instant, in the order of its numbers."""
    after = paging.read_number(asked.after) if asked.after else 0
    at = asked.as_of or workspace.clock()
    units = [own_codes(unit) for unit in workspace.campaign.units if unit.code == asked.unit]
    codes = units[0] if units else ((asked.unit,) if asked.unit else ())
    wanted = FactFilter(_kinds(asked), codes, asked.form, at)
    found = workspace.store.facts.page(workspace.campaign.key, wanted, after, asked.limit + 1)
    page = paging.numbered_page(((fact.id, models.FactItem.model_validate(fact)) for fact in found), asked.limit)
    return replace(page, as_of=at)


def _kinds(asked: ListRequest) -> tuple[FactKind, ...]:
    """Return the kinds that are asked for and may be seen: who signed in is for the operator alone."""
    who = identity.require()
    seen = [kind for kind in FactKind if kind is not FactKind.ACCESS or may_see_access(who.role)]
    if asked.kind and asked.kind not in seen:
        flask.abort(HTTPStatus.FORBIDDEN)
    return tuple(kind for kind in seen if asked.kind in ("", kind))


def _page(workspace: Workspace, asked: ListRequest, found: Iterator[tuple[Position, Item]]) -> Page:
    start = paging.read_position(asked.after, workspace.campaign)
    page = paging.page_of(found, start, asked.limit, workspace.campaign)
    return replace(page, as_of=asked.as_of or workspace.clock())


def _wanted(workspace: Workspace, asked: ListRequest) -> list[tuple[int, Unit]]:
    return [
        (number, unit)
        for number, unit in enumerate(workspace.campaign.units)
        if asked.unit in ("", unit.code) and asked.group in ("", unit.group)
    ]


def _contents(workspace: Workspace, asked: ListRequest) -> Iterator[tuple[Position, Unit, Contents]]:
    """Yield what the tabs hold from the cursor's tab on."""
    start, campaign = paging.read_position(asked.after, workspace.campaign), workspace.campaign
    wanted = {
        (unit.code, form): (Position(place, number, 0), unit)
        for place, form in enumerate(paging.forms_of(campaign))
        for number, unit in _wanted(workspace, asked)
        if asked.form in ("", form) and (place, number) >= (start.form, start.unit)
    }
    for found in contents_in_order(workspace.store, campaign.key, wanted, asked.as_of):
        yield *wanted[found.unit, found.form], found


def _on_tab(unit: Unit, contents: Contents, cell: str) -> dict[str, object]:
    return {
        "unit": unit.code,
        "name": unit.name,
        "group": unit.group,
        "form": contents.form,
        "url": current.tab_url(contents.spreadsheet_id, contents.sheet_id, cell),
        "seen_at": contents.seen_at,
    }


_PAGED = (parameters.LIMIT, parameters.AFTER)
_WHOSE = (parameters.UNIT, parameters.GROUP)
_OWED = (parameters.UNIT, parameters.FORM, parameters.GROUP)

LISTINGS = (
    Listing("units", "The roster.", models.UnitItem, (*_PAGED, *_WHOSE, parameters.AS_OF), units),
    Listing(
        "statuses",
        "The status of every unit with every form, now or at any past instant.",
        models.StatusItem,
        (*_PAGED, *_OWED, parameters.TIMELINESS, parameters.AS_OF),
        statuses,
    ),
    Listing(
        "entries",
        "The rows that passed, at the last good read or at any past instant.",
        models.EntryItem,
        (*_PAGED, *_OWED, parameters.AS_OF),
        entries,
    ),
    Listing(
        "fields",
        "What was typed beside the table: number, date and link of the document, signer, signed copy, reason.",
        models.FieldsItem,
        (*_PAGED, *_OWED, parameters.AS_OF),
        fields,
    ),
    Listing(
        "problems",
        "What is to be corrected, at the last good read or at any past instant.",
        models.ProblemItem,
        (*_PAGED, *_OWED, parameters.SEVERITY, parameters.CODE, parameters.AS_OF),
        problems,
    ),
    Listing("runs", "The consolidations, newest first.", models.RunItem, _PAGED, runs, may_see_board),
    Listing(
        "facts",
        "The append-only log, in the order in which it was written.",
        models.FactItem,
        (*_PAGED, parameters.UNIT, parameters.FORM, parameters.KIND, parameters.AS_OF),
        facts,
    ),
)
