"""The roster: a table edited in place, a list pasted or uploaded, and a unit's own line; shown before it is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

import flask

from service.domain.roles import may_decide
from service.errors import SeasonRefusedError, UnknownNameError
from service.seasons import fault_words, roster_edits, roster_lists
from service.seasons.changing import Proposal
from service.seasons.roster_edits import TYPED, ListLine
from service.web import current, queries
from service.web.edited_season import edited_season, edited_season_pages, url_of
from service.web.pages.declaration_page import carried_proposal, preview_page, with_script
from service.web.session.identity import signed_in
from service.web.typed_texts import typed_text
from sheets_schema.declaration import Fault
from sheets_schema.declaration.assembly import ROSTER_FILE
from sheets_schema.declaration.edited_files import RosterText, roster_text
from sheets_schema.declaration.switch import OFF, ON, is_on
from sheets_schema.wording import Message, message

LARGEST_BODY = 6 * 1024 * 1024
LONGEST_CELL = 1_000
A_PAGE = 100
NEW_LINES = 3
YES = "yes"
_BLANK = dict.fromkeys(("code", *TYPED, "active", "merged_into"), "")  # where a column is left out

roster = flask.Blueprint("roster", __name__, url_prefix="/roster")
roster.after_request(with_script)
edited_season_pages(roster)


@roster.get("")
@signed_in(may_decide)
def page() -> str:
    """Show the roster as a table to type into."""
    return _shown(_roster())


@roster.post("")
@signed_in(may_decide, largest_body=LARGEST_BODY)
def typed() -> str | tuple[str, int]:
    """Show what would come of the table as typed."""
    posted, before = flask.request.form, _roster()
    if "table" not in posted:
        return _shown(before)  # to go on from what was typed
    lines = {
        line["code"]: {name: typed_text(f"{line['code']}.{name}", LONGEST_CELL) for name in TYPED}
        | {"active": ON if posted.get(f"{line['code']}.active") == YES else OFF}
        for line in before.lines
        if all(f"{line['code']}.{name}" in posted for name in TYPED)
    }
    added = [
        {name: typed_text(f"new.{place}.{name}", LONGEST_CELL) for name in ("code", *TYPED)}
        for place in range(NEW_LINES)
    ]
    return _foreseen(roster_edits.with_typed(before, lines, added))


@roster.post("/lists/compare")
@signed_in(may_decide, largest_body=LARGEST_BODY)
def bring() -> str | tuple[str, int]:
    """Show what would come of a list that was pasted or uploaded."""
    before, words = _roster(), current.words()
    try:
        rows = _sent_rows()
        switch_off = flask.request.form.get("absent") == OFF
        brought = roster_edits.laid_over(before, edited_season().campaign, rows, switch_off=switch_off)
    except SeasonRefusedError as refused:
        return _shown(before, list_fault=refused.text(words.language)), HTTPStatus.UNPROCESSABLE_ENTITY
    return _foreseen(brought.roster, brought.notes)


@roster.get("/<unit_code>")
@signed_in(may_decide)
def line(unit_code: str) -> str:
    """Show one unit's line with what can be done with it."""
    return _unit(unit_code)


@roster.post("/<unit_code>")
@signed_in(may_decide, largest_body=LARGEST_BODY)
def change(unit_code: str) -> str | tuple[str, int]:
    """Show what would come of one unit's line as typed, its merger or its split."""
    before, posted = _roster(), flask.request.form
    if not before.line(unit_code):
        raise UnknownNameError(message("web.no_unit", text=unit_code[:60]))
    try:
        if posted.get("do") == "merge":
            made = roster_edits.merged(before, unit_code, posted.get("into", ""))
        elif posted.get("do") == "split":
            names = typed_text("names", 20 * LONGEST_CELL).splitlines()
            made = roster_edits.split(before, unit_code, names, stays=posted.get("stays") == YES)
        else:
            cells = {
                name: typed_text(f"cell.{name}", LONGEST_CELL) for name in before.columns if f"cell.{name}" in posted
            }
            cells["active"] = ON if posted.get("cell.active") == YES else OFF
            if cells["active"] == ON:
                cells["merged_into"] = ""
            made = roster_edits.with_unit(before, unit_code, cells)
    except SeasonRefusedError as refused:
        return _unit(unit_code, refused.text(current.words().language)), HTTPStatus.UNPROCESSABLE_ENTITY
    return _foreseen(made)


def _roster() -> RosterText:
    return roster_text(carried_proposal().files[ROSTER_FILE])


def _sent_rows() -> tuple[ListLine, ...]:
    sent = flask.request.files.get("file")
    if sent is not None and sent.filename:
        return roster_lists.rows_of_list(sent.stream.read(LARGEST_BODY), sent.filename)
    pasted = flask.request.form.get("pasted", "")
    if not pasted.strip():
        raise SeasonRefusedError(message("roster.nothing_sent"))
    return roster_lists.rows_of_list(pasted.encode())


def _foreseen(made: RosterText, notes: Sequence[Message] = ()) -> str | tuple[str, int]:
    """Return the preview of a roster; one with faults comes back as the table with each beside its line."""
    carried = carried_proposal()
    proposal = replace(carried, files={**carried.files, ROSTER_FILE: made.content})
    foreseen = edited_season().foresee(proposal)
    if foreseen.faults:
        return _shown(made, faults=foreseen.faults, proposal=proposal), HTTPStatus.UNPROCESSABLE_ENTITY
    return preview_page(foreseen, url_of("roster.page"), notes=notes)


def _of_line(fault: Fault) -> Message:
    """Return a fault as it is said beside its line: with its column alone."""
    return fault_words.in_words(replace(fault, line=None))


def _shown(
    roster_now: RosterText, list_fault: str = "", faults: Sequence[Fault] = (), proposal: Proposal | None = None
) -> str:
    language = current.words().language
    beside: dict[int, list[str]] = {}
    for fault in faults:
        if fault.file == ROSTER_FILE and fault.line is not None:
            beside.setdefault(fault.line - 2, []).append(_of_line(fault).text(language))
    others = [fault_words.in_words(one).text(language) for one in faults if one.file != ROSTER_FILE or one.line is None]
    asked = queries.read_page(flask.request.args.get("page", ""))
    page, last = queries.pages_of(asked, len(roster_now.lines), A_PAGE)
    numbered = [(place, _BLANK | dict(one)) for place, one in enumerate(roster_now.lines)]
    # lines with a fault are shown whatever their page
    wanted = [(place, one) for place, one in numbered if place in beside] if beside else []
    return flask.render_template(
        "roster.html",
        campaign=edited_season().campaign,
        lines=wanted or numbered[(page - 1) * A_PAGE : page * A_PAGE],
        beside=beside,
        others=others,
        list_fault=list_fault,
        proposal=(proposal or carried_proposal()).packed(),
        new_lines=range(NEW_LINES),
        page=page,
        last=last,
        is_on=is_on,
        yes=YES,
    )


def _unit(code: str, fault: str = "") -> str:
    now, campaign = _roster(), edited_season().campaign
    found = now.line(code)
    if not found:
        raise UnknownNameError(message("web.no_unit", text=code[:60]))
    return flask.render_template(
        "roster_unit.html",
        campaign=campaign,
        line={**dict.fromkeys(now.columns, ""), **_BLANK, **found},
        columns=[name for name in now.columns if name not in ("code", "name", "group", "active", "merged_into")],
        others=[one for one in now.lines if is_on(one.get("active")) and one.get("code") != code],
        fault=fault,
        is_on=is_on,
        yes=YES,
    )
