"""A unit's page to send a file: what would come of it, then taking it; and the files that were taken, as they came.

Nothing is kept between the two steps: the file goes to the browser and comes back with the second one.
"""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import quote

import flask
import werkzeug

from service import wiring
from service.domain.intakes import IntakeMode
from service.domain.roles import may_decide, may_edit_tabs, may_see_board
from service.domain.succession import own_codes
from service.domain.typed_lines import LONGEST_DOCUMENT, LONGEST_REASON, read_document, read_line, read_reason
from service.errors import BusyError, DecisionRefusedError, IntakeRefusedError, UnknownNameError, UnreadableFileError
from service.intake import report
from service.intake.acceptance import IntakeOutcome, accept
from service.intake.file_reading import LONGEST_NAME, SentFile
from service.intake.preview import Doubt, IntakePreview, IntakeRequest, foresee
from service.sheets.components import Component
from service.sheets.verbs import Sheets
from service.web import current
from service.web.editor import tab_access
from service.web.editor.editor_routes import keyring
from service.web.pages.decision_form import read_typed_instant
from service.web.session import identity
from service.workspace import Workspace
from sheets_schema.campaign import Form, Unit
from sheets_schema.wording import message, one_line

LARGEST_FILE = 4 * 1024 * 1024
LARGEST_BODY = 6 * 1024 * 1024  # it comes back a third larger
SHOWN_ROWS = 300
CONFIRMED = (Doubt.OTHER_UNIT, Doubt.OTHER_YEAR, Doubt.LEFT_OUT, Doubt.NO_ROW)  # by a tick

intakes = flask.Blueprint("intakes", __name__, url_prefix="/units")
WAITED_AT_MOST = 20.0  # seconds
_reading = threading.Lock()


@dataclass(frozen=True, slots=True)
class TypedIntake:
    """The form as it was typed."""

    name: str = ""
    content: str = ""  # of the file, in base 64
    received: str = ""
    number: str | None = None
    day: str | None = None
    mode: str = ""
    confirmed: tuple[str, ...] = ()
    reason: str = ""
    token: str = ""
    shown: str = ""  # the fingerprint of the preview
    fault: str = ""


@intakes.get("/<code>/<form_key>/intake")
@identity.signed_in(may_edit_tabs)
def page(code: str, form_key: str) -> str:
    """Show the form to send a file."""
    unit, form = _asked(code, form_key)
    return _shown(unit, form, TypedIntake())


@intakes.post("/<code>/<form_key>/intake")
@identity.signed_in(may_edit_tabs, largest_body=LARGEST_BODY)
def send(code: str, form_key: str) -> werkzeug.Response | str | tuple[str, int]:
    """Show what would come of a file, or take it; a refusal is shown with what was typed."""
    unit, form = _asked(code, form_key)
    typed = _typed()
    try:
        asked = _request(unit, form, typed)
        with _one_at_a_time():
            if flask.request.form.get("step") == "accept":
                return _taken(unit, accept(*_accepting(unit, asked), expected=typed.shown, token=typed.token))
            found = foresee(_workspace(), asked)
        typed = replace(typed, content=base64.b64encode(asked.file.content).decode("ascii"), shown=found.fingerprint)
        return _shown(unit, form, typed, found)
    except (IntakeRefusedError, UnreadableFileError, DecisionRefusedError) as refused:
        return _refused(unit, form, typed, refused.text(current.words().language))


@intakes.get("/<code>/files/<sha256>")
@identity.signed_in()
def original(code: str, sha256: str) -> flask.Response:
    """Answer a file that was taken for a unit, as it came."""
    identity.require_unit(code)
    workspace = current.workspace()
    taken = workspace.store.intakes.of(workspace.campaign.key, own_codes(current.unit(code, workspace.campaign)))
    name = next((one.name for one in taken if one.sha256 == sha256), None)
    content = workspace.store.intakes.file(sha256) if name is not None else None
    if name is None or content is None:
        raise UnknownNameError(message("web.no_page"))
    response = flask.Response(content, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return response


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Run the block while no other file is read in this process: a hostile one takes up to 130 MB; else BusyError."""
    if not _reading.acquire(timeout=WAITED_AT_MOST):
        raise BusyError(message("intake.busy"))
    try:
        yield
    finally:
        _reading.release()


def _refused(unit: Unit, form: Form, typed: TypedIntake, fault: str) -> tuple[str, int]:
    """Show why a file is not taken, with the preview where there can be one."""
    found = None
    try:
        with _one_at_a_time():
            found = foresee(_workspace(), _request(unit, form, typed))
        typed = replace(typed, shown=found.fingerprint)
    except (IntakeRefusedError, UnreadableFileError, DecisionRefusedError):
        typed = replace(typed, content="", name="")
    return _shown(unit, form, replace(typed, fault=fault), found), HTTPStatus.UNPROCESSABLE_ENTITY


def _asked(code: str, form_key: str) -> tuple[Unit, Form]:
    identity.require_unit(code)
    campaign = current.workspace().campaign
    if form_key not in {owed.form for owed in campaign.obligations}:
        raise UnknownNameError(message("web.no_page"))
    return current.unit(code, campaign), campaign.form(form_key)


def _workspace() -> Workspace:
    """Return the workspace with a connection that may write; the pages' own asks Google for less."""
    here = current.workspace()
    if here.settings.sheets != "google":
        return here
    return wiring.for_component(here, Component.CONSOLIDATE)


def _accepting(unit: Unit, asked: IntakeRequest) -> tuple[Workspace, IntakeRequest, Sheets | None]:
    """Return with what a file is taken: a unit writes as itself, so that the cells' own protection decides."""
    workspace, who = _workspace(), identity.require()
    if may_see_board(who.role) or workspace.settings.sheets == "google":
        return workspace, asked, None
    return workspace, asked, keyring(workspace).sheets(tab_access.address_of(unit, who.email))


def _typed() -> TypedIntake:
    posted = flask.request.form
    decides = may_decide(identity.require().role)
    return TypedIntake(
        name=one_line(posted.get("name", ""), LONGEST_NAME),
        content=posted.get("content", ""),
        received=posted.get("received", "")[:60] if decides else "",
        number=posted["number"][: 2 * LONGEST_DOCUMENT] if "number" in posted else None,
        day=posted["day"][: 2 * LONGEST_DOCUMENT] if "day" in posted else None,
        mode=posted.get("mode", "") if posted.get("mode", "") in set(IntakeMode) else "",
        confirmed=tuple(one.value for one in CONFIRMED if posted.get(one.value)),
        reason=posted.get("reason", "")[: 2 * LONGEST_REASON] if decides else "",
        token=posted.get("token", "")[:100],
        shown=posted.get("shown", "")[:64],
    )


def _request(unit: Unit, form: Form, typed: TypedIntake) -> IntakeRequest:
    who, zone = identity.require(), current.workspace().campaign.zone
    received = read_typed_instant(typed.received, zone) if typed.received.strip() else None
    return IntakeRequest(
        file=_file(typed),
        form=form.key,
        actor=who.email,
        unit=unit.code,
        received_at=received,
        number=None if typed.number is None else read_document(typed.number),
        day=None if typed.day is None else read_line(typed.day, LONGEST_DOCUMENT, message("intake.document_day")),
        mode=IntakeMode(typed.mode) if typed.mode else None,
        confirmed=frozenset(Doubt(one) for one in typed.confirmed),
        reason=read_reason(typed.reason),
        sees_others=may_see_board(who.role),
    )


def _file(typed: TypedIntake) -> SentFile:
    """Return the file that was chosen, or the one of the preview that comes back."""
    chosen = flask.request.files.get("file")
    if chosen is not None and chosen.filename:
        content = chosen.stream.read(LARGEST_FILE + 1)
        chosen.stream.seek(0)
        name = one_line(chosen.filename, LONGEST_NAME)
    else:
        try:
            content, name = base64.b64decode(typed.content, validate=True), typed.name
        except (binascii.Error, ValueError) as error:
            raise UnreadableFileError(message("intake.choose_file")) from error
    if not content:
        raise UnreadableFileError(message("intake.choose_file"))
    if len(content) > LARGEST_FILE:
        raise UnreadableFileError(message("documents.too_large", megabytes=LARGEST_FILE // 2**20))
    return SentFile(name, content)


def _taken(unit: Unit, outcome: IntakeOutcome) -> werkzeug.Response:
    words, campaign = current.words(), current.workspace().campaign
    said = list(report.outcome_lines(outcome, campaign, words.language))
    if outcome.repeated:
        recorded = outcome.intake.sentence(campaign.zone)
        said.insert(0, message("intake.taken_already", recorded=recorded).text(words.language))
    flask.flash(" ".join(said))
    return flask.redirect(flask.url_for("units.page", code=unit.code), HTTPStatus.SEE_OTHER)


def _shown(unit: Unit, form: Form, typed: TypedIntake, found: IntakePreview | None = None) -> str:
    words, workspace = current.words(), current.workspace()
    language = words.language
    rows = list(report.row_reports(found, language)) if found else []
    pending = {doubt: why.text(language) for doubt, why in found.doubts} if found else {}
    return flask.render_template(
        "intake.html",
        campaign=workspace.campaign,
        unit=unit,
        form=form,
        typed=replace(typed, name=found.reading.file.name) if found else typed,
        found=found,
        heads=[one.text(language) for one in report.head_messages(found)] if found else [],
        changes=[one.text(language) for one in report.change_messages(found)] if found else [],
        notes=[one.text(language) for one in report.note_messages(found, language)] if found else [],
        faults=[one.text(language) for one in found.faults] if found else [],
        already=_already(found),
        rows=rows[:SHOWN_ROWS],
        left=max(0, len(rows) - SHOWN_ROWS),
        counts=found.reading.checked if found else None,
        pending=pending,
        by_tick=CONFIRMED,
        asks_mode=Doubt.TAB_FILLED in pending,
        document=report.document_values(found) if found else [],
        decides=may_decide(identity.require().role),
        megabytes=LARGEST_FILE // 2**20,
    )


def _already(found: IntakePreview | None) -> str:
    if found is None or not found.is_repeated or found.earlier is None:
        return ""
    recorded = found.earlier.sentence(current.workspace().campaign.zone)
    return message("intake.taken_already", recorded=recorded).text(current.words().language)
