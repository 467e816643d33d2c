"""Every version of a unit's tab, any of them word for word, and how it differs from the one before and from now."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import flask

from service import workflows
from service.documents.file_writing import guarded
from service.domain.contents import Contents
from service.domain.differences import difference
from service.domain.roles import may_see_board
from service.domain.shown_values import shown_value
from service.errors import UnknownNameError
from service.facts.tab_contents import Version
from service.web import current, queries
from service.web.pages import dashboard_content
from service.web.pages.moments import moment_form
from service.web.session import identity
from service.web.texts import Words
from service.workspace import Workspace
from sheets_schema.campaign import Form, Unit
from sheets_schema.wording import message

A_PAGE = 50

versions = flask.Blueprint("versions", __name__, url_prefix="/units")


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the list."""

    at: str  # in words
    value: str  # as an address says it
    state: str
    rows: int | None  # None: from then on the tab was no longer read
    is_shown: bool


@dataclass(frozen=True, slots=True)
class RowLine:
    """A row of a version: its number on the sheet, its cells as shown and as kept, and if it passed."""

    number: str
    cells: tuple[str, ...]
    kept: tuple[str, ...]
    accepted: bool


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version word for word."""

    read: str
    confirmed: bool
    fields: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: tuple[RowLine, ...]
    text: str  # the rows as a spreadsheet pastes them


@versions.get("/<code>/<form_key>/versions")
@identity.signed_in()
def index(code: str, form_key: str) -> str:
    """Show the versions of a unit's tab and the one in force at an instant."""
    identity.require_unit(code)
    here, words = current.workspace(), current.words()
    as_of, then = current.as_of(flask.request.args.get("as_of", ""), by_name=may_see_board(identity.require().role))
    unit, form = _named(code, form_key, here, then)
    at = as_of or here.clock()
    known = _own(workflows.versions(here, unit.code, form_key), unit)
    shown = next((one for one in reversed(known) if one.recorded_at <= at), None)
    held, now = _held(here, unit, form_key, at), _held(here, unit, form_key, here.clock())
    page, last = queries.pages_of(_page(known, at), len(known), A_PAGE)
    lines = [_line(one, one is shown, here, words) for one in reversed(known)]
    return flask.render_template(
        "versions.html",
        campaign=here.campaign,
        unit=unit,
        form=form,
        at=dashboard_content.moment_words(here, as_of, at),
        as_of=as_of.isoformat() if as_of else None,
        moments=moment_form(here, as_of, words),
        lines=lines[(page - 1) * A_PAGE : page * A_PAGE],
        count=len(known),
        page=page,
        last=last,
        shown=_shown(held, form, here, words) if held else None,
        since_before=_since(_before(here, unit, known, shown), held, form, words),
        since_then=_since(held, now, form, words),
        is_latest=shown is not None and shown is known[-1],
    )


def _named(code: str, form_key: str, here: Workspace, then: Workspace) -> tuple[Unit, Form]:
    """Return the unit as it is called today, and the form as it was; UnknownNameError where there is none."""
    unit = current.unit(code, here.campaign)
    for campaign in (then.campaign, here.campaign):
        if form_key in {one.form for one in campaign.obligations}:
            return unit, campaign.form(form_key)
    raise UnknownNameError(message("web.no_page"))


def _page(known: Sequence[Version], at: datetime) -> int:
    """Return the page of the list that is asked for; where none is, the one with what was known at an instant."""
    asked = flask.request.args.get("page", "")
    newer = sum(one.recorded_at > at for one in known)
    return queries.read_page(asked) if asked.strip() else newer // A_PAGE + 1


def _own(known: Sequence[Version], unit: Unit) -> tuple[Version, ...]:
    """Return the versions of the unit's own tab; those of units that were merged into it are on their own pages."""
    return tuple(one for one in known if one.unit in (unit.code, *unit.former_codes))


def _held(workspace: Workspace, unit: Unit, form_key: str, at: datetime) -> Contents | None:
    try:
        return workflows.version_at(workspace, unit.code, form_key, at)
    except UnknownNameError:
        return None


def _before(workspace: Workspace, unit: Unit, known: Sequence[Version], shown: Version | None) -> Contents | None:
    """Return what the tab held before the version that is shown; None where that is the first."""
    place = known.index(shown) if shown is not None else 0
    earlier = next((one for one in reversed(known[:place]) if one.digest), None)
    return _held(workspace, unit, earlier.form, earlier.recorded_at) if earlier else None


def _since(before: Contents | None, after: Contents | None, form: Form, words: Words) -> tuple[str, ...] | None:
    """Return what changed between two versions, in words; None where one of them is missing."""
    if before is None or after is None:
        return None
    return tuple(one.text(words.language) for one in difference(before, after, form).messages(form))


def _line(version: Version, is_shown: bool, workspace: Workspace, words: Words) -> VersionLine:
    zone = workspace.campaign.zone
    state = "explanation.confirmed" if version.confirmed else "explanation.not_confirmed"
    return VersionLine(
        at=words.instant(version.recorded_at, zone),
        value=version.recorded_at.astimezone(zone).isoformat(),
        state=words(state if version.digest else "record.no_longer_read"),
        rows=version.rows if version.digest else None,
        is_shown=is_shown,
    )


def _shown(held: Contents, form: Form, workspace: Workspace, words: Words) -> ShownVersion:
    rows = tuple(_rows(held, form, words))
    return ShownVersion(
        read=words.instant(held.seen_at, workspace.campaign.zone),
        confirmed=held.confirmed,
        fields=tuple(_fields(held, form, words)),
        columns=tuple(column.title for column in form.columns),
        rows=rows,
        text=_pasted(rows),
    )


def _fields(held: Contents, form: Form, words: Words) -> Iterator[tuple[str, str]]:
    """Yield the values beside the table with their labels, in the form's order; a tick is shown as set or not."""
    known = {field.key: field for field in form.fields}
    for key in (*(key for key in known if key in held.fields), *(held.fields.keys() - known.keys())):
        text, field = held.fields[key], known.get(key)
        yield field.label if field else key, shown_value(text, field, words.language)


def _rows(held: Contents, form: Form, words: Words) -> Iterator[RowLine]:
    for row, passed in held.rows:
        values = row["values"]
        texts = values if isinstance(values, Mapping) else {}
        typed = tuple(str(texts.get(column.key, "")) for column in form.columns)
        shown = [text and shown_value(text, one, words.language) for text, one in zip(typed, form.columns, strict=True)]
        yield RowLine(str(row["row"] or ""), tuple(shown), typed, passed)


def _pasted(rows: Sequence[RowLine]) -> str:
    """Return rows as the clipboard holds cells; none of them becomes a formula where it is pasted."""
    text = io.StringIO()
    csv.writer(text, dialect="excel-tab", lineterminator="\n").writerows(map(guarded, row.kept) for row in rows)
    return text.getvalue()
