"""Letting in: the links of all units at once as slips or a table, people one by one, programs; each link shown once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from http import HTTPStatus
from io import BytesIO
from urllib.parse import urlsplit

import flask
import werkzeug
from markupsafe import Markup

from service import grants
from service.documents import file_writing
from service.domain.link_tokens import address_lines
from service.domain.printed_tables import LineStyle, Table, line
from service.domain.roles import Role, may_see_access, role_label
from service.domain.typed_instants import UnreadableInstantError, read_day
from service.errors import UnknownNameError
from service.grants import GrantRefusedError, Guest
from service.web import current, queries
from service.web.pages import access_lists, question
from service.web.pages.access_lists import Slip
from service.web.session import identity
from service.web.session.identity import signed_in
from service.web.typed_texts import typed_text
from service.workspace import Workspace
from sheets_schema.wording import Message

A_PAGE = 200
LINK_DAYS = (7, 14, 30, 60, 90)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

access = flask.Blueprint("access", __name__, url_prefix="/access")


@dataclass(frozen=True, slots=True)
class JustMade:
    """What a link or token just made is shown with, this once."""

    title: str
    text: str
    note: str


@access.get("")
@signed_in(may_see_access)
def index() -> str:
    """Show who was let in and who has come."""
    return _index()


@access.get("/units/<unit_code>")
@signed_in(may_see_access)
def of_unit(unit_code: str) -> str:
    """Show the people of one unit."""
    return _unit_page(unit_code)


@access.post("/people")
@signed_in(may_see_access)
def invite() -> str | tuple[str, int]:
    """Let an address in, or give it another link, and show the link once."""
    posted = flask.request.form
    workspace = _mine()
    role, unit = posted.get("role", ""), posted.get("unit", "")
    try:
        known = Role(queries.one_of(role, Role) or Role.UNIT)
        life = timedelta(days=_days(posted.get("days", "")))
        made = grants.invite(workspace, typed_text("email", 300), known, _code(unit), link_life=life)
    except (GrantRefusedError, UnknownNameError) as refused:
        return _refused(refused.message, unit)
    words = current.words()
    until = words.instant(made.expires_at.replace(second=0, microsecond=0), workspace.campaign.zone)
    whose = role_label(made.grant.role).text(words.language)
    named = workspace.campaign.unit(made.grant.unit).name if made.grant.unit else ""
    ended = [role_label(one.role).text(words.language) for one in made.ended]
    note = words("access.link_note", at=until)
    if ended:
        note += " " + words("access.role_ended", role=", ".join(ended))
    if made.warning is not None:
        note += " " + made.warning.text(words.language)
    title = words("access.link_of", email=made.grant.email, role=f"{whose} {named}".strip())
    return _made(JustMade(title, made.url(_base()), note), made.grant.unit)


@access.post("/links")
@signed_in(may_see_access)
def links() -> str | flask.Response | tuple[str, int]:
    """Make the links of many units: as slips to be printed, or a table for mail merge. They are shown this once."""
    posted, words, workspace = flask.request.form, current.words(), _mine()
    units = access_lists.units_of(workspace, access_lists.people_of(workspace, words))
    group = queries.one_of(posted.get("group", ""), (one.code for one in workspace.campaign.groups))
    chosen = [one for one in units if group in ("", one.unit.group)]
    guests = access_lists.guests_of(chosen, only_absent=posted.get("who") != "all")
    waiting = access_lists.waiting(chosen, guests)
    if waiting and not question.is_sure():
        fields = {name: posted.get(name, "") for name in ("who", "group", "days", "shape")}
        says = words("access.links_again_says", count=waiting)
        return question.ask(words("access.links_again_title"), says, fields, flask.url_for("access.index"))
    made = grants.invite_units(workspace, guests, link_life=timedelta(days=_days(posted.get("days", ""))))
    slips = access_lists.slips_of(workspace, made.made, _base(), words)
    without = [one.unit for one in chosen if not one.unit.emails and not one.people]
    if posted.get("shape") == "xlsx" and slips:
        return _workbook(workspace, slips)
    return flask.render_template(
        "access_slips.html",
        campaign=workspace.campaign,
        slips=[(slip, list(address_lines(slip.url)), _qr(slip.url)) for slip in slips],
        without=without,
        left_out=[_left_out(workspace, guest, why) for guest, why in made.left_out],
        is_local=_is_local(_base()),
    )


@access.post("/revocation")
@signed_in(may_see_access)
def revoke() -> str | werkzeug.Response | tuple[str, int]:
    """Ask once more, then end an address's right for a unit, or all it has, at once."""
    posted, words = flask.request.form, current.words()
    email, unit = typed_text("email", 300), posted.get("unit", "")
    if not question.is_sure():
        try:
            whose = current.unit(unit, _mine().campaign).name if unit else ""
        except UnknownNameError as refused:
            return _refused(refused.message, "")
        key = "access.revoke_says" if unit else "access.revoke_all_says"
        says, fields = words(key, email=email, unit=whose), {"email": email, "unit": unit}
        return question.ask(words("access.revoke_title", email=email), says, fields, flask.url_for("access.index"))
    try:
        ended = grants.revoke(_mine(), email, unit)
    except (GrantRefusedError, UnknownNameError) as refused:
        return _refused(refused.message, unit)
    flask.flash(words("access.revoked_now", email=ended[0].email))
    target = flask.url_for("access.of_unit", unit_code=unit) if unit else flask.url_for("access.index")
    return flask.redirect(target, HTTPStatus.SEE_OTHER)


@access.post("/tokens")
@signed_in(may_see_access)
def make_token() -> str | tuple[str, int]:
    """Make a token for a program and show it once."""
    posted, words, workspace = flask.request.form, current.words(), _mine()
    unit = posted.get("unit", "")
    try:
        until = _end_of_day(posted.get("until", ""), workspace)
        role = Role.UNIT if unit else Role.VIEWER
        made = grants.make_api_token(workspace, typed_text("name", 300), role, _code(unit), until)
    except (GrantRefusedError, UnknownNameError, UnreadableInstantError) as refused:
        return _refused(refused.message, "")
    note = words("access.token_note", page=f"{_base()}/api/v1/openapi.json")
    return _made(JustMade(words("access.token_of", name=made.kept.name), made.text, note), "")


@access.post("/tokens/<int:number>/revocation")
@signed_in(may_see_access)
def revoke_token(number: int) -> str | werkzeug.Response:
    """Ask once more, then end a program's token at once."""
    words, workspace = current.words(), _mine()
    name = next((one.name for one in workspace.store.api_tokens.all(workspace.campaign.key) if one.id == number), "")
    if not question.is_sure():
        title, says = (words(f"access.revoke_token_{part}", name=name) for part in ("title", "says"))
        return question.ask(title, says, {}, flask.url_for("access.index"))
    ended = grants.revoke_api_token(workspace, number)
    flask.flash(words("access.token_revoked_now", name=ended.name))
    return flask.redirect(flask.url_for("access.index", _anchor="programs"), HTTPStatus.SEE_OTHER)


def _index(fault: str = "") -> str:
    words, workspace = current.words(), current.workspace()
    people = access_lists.people_of(workspace, words)
    units = access_lists.units_of(workspace, people)
    page, last = queries.pages_of(queries.read_page(flask.request.args.get("page", "")), len(units), A_PAGE)
    return flask.render_template(
        "access.html",
        campaign=workspace.campaign,
        units=units[(page - 1) * A_PAGE : page * A_PAGE],
        count=len(units),
        come=sum(one.has_come for one in units),
        invited=sum(any(not person.is_ended for person in one.people) for one in units),
        without=sum(not one.unit.emails and not one.people for one in units),
        board=[one for one in people if not one.unit],
        programs=access_lists.programs_of(workspace, words),
        roles=[(role.value, role_label(role).text(words.language)) for role in (Role.VIEWER, Role.OPERATOR)],
        days=LINK_DAYS,
        fault=fault,
        page=page,
        last=last,
        own=identity.require().email,
    )


def _unit_page(unit_code: str, fault: str = "", shown: JustMade | None = None) -> str:
    words, workspace = current.words(), current.workspace()
    unit = current.unit(unit_code, workspace.campaign)
    found = next(
        one for one in access_lists.units_of(workspace, access_lists.people_of(workspace, words)) if one.unit == unit
    )
    return flask.render_template(
        "access_unit.html", campaign=workspace.campaign, found=found, days=LINK_DAYS, fault=fault, shown=shown
    )


def _made(shown: JustMade, unit: str) -> str:
    """Show what was just made, on a page of its own: it is in no other answer."""
    return flask.render_template(
        "access_made.html",
        campaign=current.workspace().campaign,
        shown=shown,
        qr=_qr(shown.text) if "://" in shown.text else "",
        back=flask.url_for("access.of_unit", unit_code=unit) if unit else flask.url_for("access.index"),
        is_local="://" in shown.text and _is_local(shown.text),
    )


def _code(unit: str) -> str:
    """Return the code of the unit that a form names, blank for none; UnknownNameError: it is on no roster."""
    return current.unit(unit, _mine().campaign).code if unit else ""


def _refused(why: Message, unit: str) -> tuple[str, int]:
    fault = why.text(current.words().language)
    known = unit in {one.code for one in current.workspace().campaign.active_units}
    page = _unit_page(unit, fault) if known else _index(fault)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _mine() -> Workspace:
    """Return the workspace in the user's own name."""
    return replace(current.workspace(), actor=identity.require().email)


def _days(typed: str) -> int:
    return int(queries.one_of(typed, map(str, LINK_DAYS)) or grants.LINK_LIFE.days)


def _end_of_day(typed: str, workspace: Workspace) -> datetime:
    day = read_day(typed)
    return datetime.combine(day, time(), workspace.campaign.zone) + timedelta(days=1)


def _base() -> str:
    """Return where links lead: the address people use, or the one this page was reached by while there is none."""
    settings = current.settings()
    return flask.request.url_root.rstrip("/") if _is_local(settings.public_url) else settings.public_url


def _is_local(url: str) -> bool:
    """Return True if an address leads to this machine alone."""
    return (urlsplit(url).hostname or "") in {"127.0.0.1", "localhost", "::1"}


def _qr(url: str) -> Markup:
    import segno  # noqa: PLC0415 – loaded where slips are made alone

    # of letters we made: segno writes path data and nothing of the text
    return Markup(segno.make(url, error="m", micro=False).svg_inline(scale=3, omitsize=True, svgclass="qr"))  # noqa: S704


def _left_out(workspace: Workspace, guest: Guest, why: Message) -> tuple[str, str, str]:
    return workspace.campaign.unit(guest.unit).name, guest.email, why.text(current.words().language)


def _workbook(workspace: Workspace, slips: Sequence[Slip]) -> flask.Response:
    words, campaign = current.words(), workspace.campaign
    heads = ("number", "unit_code", "unit", "group", "access.email", "access.link", "access.link_until")
    lines = [line(LineStyle.HEADER, *(words(key) for key in heads))]
    for number, slip in enumerate(slips, start=1):
        unit = slip.unit
        group = campaign.group(unit.group).name
        lines.append(line(LineStyle.BODY, number, unit.code, unit.name, group, slip.email, slip.url, slip.until))
    table = Table(words("access.links_title"), (45, 90, 260, 150, 200, 420, 150), tuple(lines))
    file = BytesIO()
    file_writing.write_xlsx([table], file)
    response = flask.Response(file.getvalue(), mimetype=XLSX)
    response.headers["Content-Disposition"] = 'attachment; filename="tonghop-lien-ket.xlsx"'
    return response
