"""The addresses of a unit's own page: the page, and the cells and checks its script asks for."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import asdict, replace
from http import HTTPStatus
from typing import cast

import flask
import werkzeug

from service.domain.roles import may_edit_tabs, may_see_board
from service.domain.signers import APART
from service.domain.tab_notices import notice_of
from service.errors import ServiceError, SheetsError, UnknownNameError
from service.web import current
from service.web.editor import live_check, posted_cells, tab_access
from service.web.editor.posted_cells import Edit
from service.web.editor.tab_access import Desk, EditedTab, Keyring, TabGoneError
from service.web.editor.tab_page import PageMaker, grade_of
from service.web.editor.tab_view import EditorTab
from service.web.editor.weighing import Weighed
from service.web.problem_lines import form_title
from service.web.server.security_headers import POLICY
from service.web.session import identity
from service.web.session.identity import Identity
from service.workspace import Workspace
from sheets_schema.campaign import ColumnRole, Form, Unit
from sheets_schema.reading import ticks
from sheets_schema.wording import Message, message
from sheets_schema.wording.catalogue import area

log = logging.getLogger(__name__)
KEYRING = "tonghop.editor"
LARGEST_BODY = 2 * 1024 * 1024
POLL_SECONDS = 4

editor = flask.Blueprint("editor", __name__, url_prefix="/units")
# the same addresses' other half, whose failures are JSON
cells = flask.Blueprint("editor_cells", __name__, url_prefix="/units")


@editor.get("/<code>/<form_key>/edit")
def page(code: str, form_key: str) -> werkzeug.Response:
    """Show a unit's tab of a form; at Google it is opened there."""
    who = identity.require_unit(code)
    workspace = current.workspace()
    unit, form, place = _asked(code, form_key)
    if workspace.settings.sheets == "google":
        return flask.redirect(current.tab_url(place.spreadsheet_id, place.sheet_id))
    try:
        tab = _desk(who, unit, place).look(drawn=True)
        if not may_edit_tabs(who.role):
            tab = replace(tab, inputs=())
        shown = PageMaker(tab, form, unit).make()
    except (SheetsError, TabGoneError) as error:
        return _last_read(unit, form, error.message)
    except ServiceError:
        raise
    except Exception as slip:
        log.exception("tab not shown", extra={"unit": unit.code, "form": form.key})
        return _last_read(unit, form, message("consolidation.unforeseen", name=type(slip).__name__))
    words = current.words()
    html = flask.render_template(
        "editor.html",
        unit=unit,
        form=form,
        form_title=form_title(form, words),
        forms=[(key, form_title(workspace.campaign.form(key), words)) for key in _forms(workspace)],
        page=shown,
        layout=tab.layout,
        may_write=bool(tab.inputs),
        given=_given(tab),
        spoken={
            "texts": area("spoken", words.language),
            "hints": shown.hints,
            "choices": shown.choices,
            **_read_by(form),
        },
        apart=APART,
        shortcuts=area("shortcuts", words.language).values(),
        keep=hashlib.sha256(f"{who.email}|{place.sheet_id}|{form.key}".encode()).hexdigest()[:16],
        poll=POLL_SECONDS,
    )
    response = flask.make_response(html)
    response.headers["Content-Security-Policy"] = f"{POLICY}; script-src 'self'; connect-src 'self'"
    return response


def _read_by(form: Form) -> dict[str, object]:
    """Return what the page reads pasted cells by: columns by their names, the one that numbers rows, words of ticks."""
    ordinals = [column.key for column in form.columns if column.role is ColumnRole.ORDINAL]
    return {
        "columns": [{"key": column.key, "title": column.title, "aliases": column.aliases} for column in form.columns],
        "ordinal": next(iter(ordinals), ""),
        "ticks": {"yes": sorted(ticks.YES), "no": sorted(ticks.NO)},
    }


def _last_read(unit: Unit, form: Form, reason: Message) -> werkzeug.Response:
    """Show what was read last of a tab that cannot be read now."""
    workspace, words = current.workspace(), current.words()
    kept = workspace.store.contents.read(workspace.campaign.key, form.key, [unit.code])
    at = words.instant(kept[0].seen_at, workspace.campaign.zone) if kept else ""
    html = flask.render_template(
        "editor_last_read.html",
        unit=unit,
        form=form,
        reason=reason.text(words.language),
        at=at,
        entries=kept[0].entries if kept else (),
    )
    return flask.make_response(html)


@cells.get("/<code>/<form_key>/cells")
def read(code: str, form_key: str) -> flask.Response:
    """Answer the texts of the tab; `since` names a version that the browser has."""
    who = identity.require_unit(code)
    unit, _form, place = _asked_here(code, form_key)
    tab = _desk(who, unit, place).look()
    if flask.request.args.get("since", "") == tab.version:
        return flask.jsonify(version=tab.version, layout=tab.layout, unchanged=True)
    return flask.jsonify(_given(tab))


@cells.post("/<code>/<form_key>/cells")
def write(code: str, form_key: str) -> flask.Response:
    """Write single cells as the unit; what others changed meanwhile is handed back, not written over."""
    who = identity.require_unit(code)
    if not may_edit_tabs(who.role):
        flask.abort(HTTPStatus.FORBIDDEN)
    unit, _form, place = _asked_here(code, form_key)
    edit = posted_cells.read_edit(_body())
    tab, weighed = _save(who, unit, place, edit)
    return flask.jsonify(
        version=tab.version,
        layout=tab.layout,
        saved=[list(cell) for cell in (*weighed.writes, *weighed.settled)],
        conflicts=[asdict(conflict) for conflict in weighed.conflicts],
        locked=[list(cell) for cell in weighed.locked],
    )


@cells.post("/<code>/<form_key>/check")
def check(code: str, form_key: str) -> flask.Response:
    """Check the grid that the browser shows; nothing is read or kept."""
    identity.require_unit(code)
    workspace, form, unit = current.workspace(), _form(form_key), current.unit(code, current.workspace().campaign)
    notice = notice_of(workspace.campaign, (code, form.key), workspace.history(unit=unit), workspace.clock())
    found = live_check.check_grid(workspace.campaign, form, posted_cells.read_grid(_body()), notice)
    return flask.jsonify(
        summary=found.summary,
        rows=[{"row": row, "text": text, "grade": grade_of(text)} for row, text in found.rows],
        cells=dict(found.cells),
        sending=asdict(found.sending),
    )


def _body() -> bytes:
    # all other pages take smaller bodies
    flask.request.max_content_length = LARGEST_BODY
    return flask.request.get_data(cache=False)


def _save(who: Identity, unit: Unit, place: EditedTab, edit: Edit) -> tuple[EditorTab, Weighed]:
    workspace = current.workspace()
    lock = keyring(workspace).writing(place.spreadsheet_id)

    def announce() -> None:
        tab_access.announce_edit(workspace, place.spreadsheet_id)

    return _desk(who, unit, place).save(edit, lock, announce)


def _asked(code: str, form_key: str) -> tuple[Unit, Form, EditedTab]:
    """Return what an address names; UnknownNameError when there is none, or no tab of it."""
    workspace = current.workspace()
    unit, form = current.unit(code, current.workspace().campaign), _form(form_key)
    tabs = workspace.store.registry.tabs(workspace.campaign.key)
    tab = next((tab for tab in tabs if (tab.unit, tab.form) == (code, form.key)), None)
    if tab is None:
        raise UnknownNameError(message("editor.no_tab", unit=unit.name, form=form.title))
    return unit, form, EditedTab(tab.spreadsheet_id, tab.sheet_id)


def _asked_here(code: str, form_key: str) -> tuple[Unit, Form, EditedTab]:
    """Return what an address names; 404 where units type at Google."""
    if current.settings().sheets == "google":
        flask.abort(HTTPStatus.NOT_FOUND)
    return _asked(code, form_key)


def _form(form_key: str) -> Form:
    workspace = current.workspace()
    if form_key not in _forms(workspace):
        raise UnknownNameError(message("editor.no_form", form=form_key[:60]))
    return workspace.campaign.form(form_key)


def _forms(workspace: Workspace) -> list[str]:
    return list(dict.fromkeys(obligation.form for obligation in workspace.campaign.obligations))


def _desk(who: Identity, unit: Unit, place: EditedTab) -> Desk:
    """Return the tab as the user may use it: a unit by its address, the board as the owner."""
    workspace = current.workspace()
    if may_see_board(who.role):
        return Desk(workspace.sheets, workspace.sheets, place)
    return Desk(keyring(workspace).sheets(tab_access.address_of(unit, who.email)), workspace.sheets, place)


def keyring(workspace: Workspace) -> Keyring:
    """Return the spreadsheets by identity, of this application."""
    kept = flask.current_app.extensions.setdefault(KEYRING, Keyring(workspace))
    return cast("Keyring", kept)


def _given(tab: EditorTab) -> dict[str, object]:
    """Return what a page's script needs of the tab."""
    return {
        "version": tab.version,
        "layout": tab.layout,
        "cells": _texts(tab),
        "merges": [[merge.start_row, merge.end_row, merge.start_column, merge.end_column] for merge in tab.merges],
        "columns": {str(index): key for index, key in tab.columns.items()},
    }


def _texts(tab: EditorTab) -> list[list[str]]:
    """Return the texts without trailing blanks."""
    lines = [list(line) for line in tab.cells]
    for line in lines:
        while line and not line[-1]:
            line.pop()
    while lines and not lines[-1]:
        lines.pop()
    return lines
