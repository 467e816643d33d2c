"""“Văn bản”: the papers to sign, each with a preview and files to take away, and their Word templates."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time
from http import HTTPStatus
from urllib.parse import quote

import flask
import werkzeug

from service.documents import pdf_conversion
from service.domain.papers import Figure, Paper, PaperContent, PaperName, PaperRequest
from service.domain.roles import may_change_templates, may_see_board
from service.domain.typed_instants import UnreadableInstantError, read_day
from service.domain.typed_lines import LONGEST_REASON, read_note
from service.errors import BusyError, DecisionRefusedError, PaperError, TemplateError, UnknownNameError
from service.papers import templates
from service.papers.gathering import frozen_label, paper_of
from service.papers.making import MEDIA_TYPES, MadePaper, PaperKind, file_name, make, make_shown
from service.papers.template_trial import LARGEST, tags_of
from service.web import current, queries
from service.web.pages import dashboard_content
from service.web.pages.moments import moment_form
from service.web.pages.paper_preview import classes_of, preview_of
from service.web.session import identity
from service.web.session.identity import signed_in
from service.workspace import Workspace
from sheets_schema.wording import message

SHOWN_SOURCES = 20  # of a figure, until all are asked for
ALL_ROWS = "all"  # of the argument `rows`
WAITED_AT_MOST = 20.0  # seconds
_making = threading.Lock()
_NAMES = f"<any({', '.join(PaperName)}):name>"

papers = flask.Blueprint("papers", __name__, url_prefix="/papers")


@dataclass(frozen=True, slots=True)
class AskedPaper:
    """What an address asks for: a paper, of a unit, about a form, as of a moment, with a new date."""

    request: PaperRequest
    as_of: datetime | None
    label: str
    new_before: datetime | None
    new_date: str

    @property
    def args(self) -> dict[str, str]:
        """Return it as an address's arguments."""
        found = {
            "unit": self.request.unit,
            "form": self.request.form,
            "as_of": self.label or (self.as_of.isoformat() if self.as_of else ""),
            "new_date": self.new_date,
            "analysis": "1" if self.request.analysed else "",
        }
        return {name: text for name, text in found.items() if text}


@dataclass(frozen=True, slots=True)
class TypedTemplate:
    """A template that was refused, and why."""

    name: str = ""
    reason: str = ""
    fault: str = ""


@papers.get("")
@signed_in(may_see_board)
def index() -> str:
    """Show the papers, and for the operator their templates."""
    return _index(TypedTemplate())


def _index(typed: TypedTemplate) -> str:
    words = current.words()
    moment = flask.request.args.get("as_of", "")
    as_of, workspace = current.as_of(moment)
    campaign = workspace.campaign
    return flask.render_template(
        "papers.html",
        campaign=campaign,
        as_of=(frozen_label(workspace, moment) or as_of.isoformat()) if as_of else None,
        at=dashboard_content.moment_words(workspace, as_of, as_of or workspace.clock()),
        moments=moment_form(workspace, as_of, words),
        names=list(PaperName),
        kinds=paper_kinds(),
        units=campaign.active_units,
        obligations=campaign.obligations,
        templates=[_template_line(workspace, one) for one in templates.templates_in_use(workspace)],
        may_change=may_change_templates(identity.require().role),
        has_pdf=pdf_conversion.converter() is not None,
        typed=typed,
        megabytes=LARGEST // 2**20,
    )


def paper_kinds() -> list[PaperKind]:
    """Return the kinds of files a paper is made as on this machine."""
    return [one for one in PaperKind if one is not PaperKind.PDF or pdf_conversion.converter() is not None]


def _template_line(workspace: Workspace, used: templates.TemplateInUse) -> dict[str, object]:
    words, record = current.words(), used.record
    said = words(f"cli.template_{used.source.value}")
    if record is not None:
        at = words.instant(dashboard_content.minute(record.recorded_at), workspace.campaign.zone)
        said = words("cli.template_by", source=said, name=record.file_name, who=record.actor, at=at)
    return {"name": used.name, "said": said, "uploaded": record is not None}


@papers.get(f"/{_NAMES}")
@signed_in(may_see_board)
def preview(name: str) -> str | tuple[str, int]:
    """Show a paper as it will be printed, and the rows behind its figures."""
    try:
        asked, workspace = _asked(name)
        is_whole = flask.request.args.get("rows") == ALL_ROWS
        with _one_at_a_time():
            paper, content = _gathered(asked, workspace)
            made = make(workspace, paper) if is_whole else make_shown(workspace, paper)
    except (PaperError, UnreadableInstantError) as refused:
        fault = refused.text(current.words().language)
        return flask.render_template("paper_refused.html", name=name, fault=fault), HTTPStatus.UNPROCESSABLE_ENTITY
    return flask.render_template(
        "paper.html",
        campaign=content.campaign,
        name=name,
        at=dashboard_content.moment_words(workspace, content.at if content.of_the_past else None, content.at),
        asked=asked,
        args=asked.args,
        kinds=paper_kinds(),
        pages=preview_of(made.blocks(), is_whole=is_whole),
        left=made.left,
        all_rows={**asked.args, "rows": ALL_ROWS},
        classes_of=classes_of,
        figures=[_figure(one, asked, sys.maxsize if is_whole else SHOWN_SOURCES) for one in paper.figures],
        units=content.campaign.active_units,
        obligations=content.campaign.obligations,
    )


def _figure(figure: Figure, asked: AskedPaper, most: int) -> dict[str, object]:
    moment = asked.args.get("as_of")
    lines = [
        {
            "unit": one.unit,
            "url": flask.url_for("units.page", code=one.code, as_of=moment),
            "row": one.row,
            "cell": one.link.url if one.link else "",
            "words": one.words,
        }
        for one in figure.sources[:most]
    ]
    return {"figure": figure, "lines": lines, "left": max(0, figure.value - most)}


@papers.get(f"/{_NAMES}.<any(docx, xlsx, pdf):kind>")
@signed_in(may_see_board)
def download(name: str, kind: str) -> flask.Response:
    """Answer a paper as a file."""
    asked, workspace = _asked(name)
    wanted = PaperKind(kind)
    with _one_at_a_time():
        paper, content, made = _made(asked, workspace)
    body = _body(made, wanted)
    plain = file_name(paper, content, wanted)
    local = content.at.astimezone(content.campaign.zone)
    shown = f"{current.words()(f'papers.name_{name}')} {local:%Hh%M %d-%m-%Y}.{kind}"
    return _attached(body, MEDIA_TYPES[wanted], plain, shown)


def _body(made: MadePaper, kind: PaperKind) -> bytes:
    """Return a made paper as a file; LibreOffice has a queue of its own."""
    if kind is PaperKind.PDF:
        return made.file(kind)
    with _one_at_a_time():
        return made.file(kind)


@papers.get("/units/<code>/<form_key>.<any(docx, xlsx, pdf):kind>")
@signed_in()
def own_form(code: str, form_key: str, kind: str) -> flask.Response:
    """Answer a unit's form as it is now, to sign and seal; the unit itself may ask for it."""
    identity.require_unit(code)
    workspace = current.workspace()
    found = current.unit(code, workspace.campaign)
    wanted = PaperKind(kind)
    with _one_at_a_time():
        paper, content = paper_of(workspace, PaperRequest(PaperName.FORM, found.code, form_key))
        made = make(workspace, paper)
    body = _body(made, wanted)
    plain = file_name(paper, content, wanted)
    return _attached(body, MEDIA_TYPES[wanted], plain, plain)


def _attached(body: bytes, media_type: str, plain: str, shown: str) -> flask.Response:
    response = flask.Response(body, mimetype=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(shown)}"
    return response


def _asked(name: str) -> tuple[AskedPaper, Workspace]:
    here = current.workspace()
    args = flask.request.args
    moment = args.get("as_of", "")
    as_of, _ = current.as_of(moment)
    unit = args.get("unit", "").strip()
    if unit and unit not in {one.code for one in here.campaign.units}:
        raise UnknownNameError(message("web.no_unit", text=unit[:60]))
    form = queries.one_of(args.get("form", ""), (one.form for one in here.campaign.obligations))
    new_date = args.get("new_date", "").strip()
    new_before = datetime.combine(read_day(new_date), time.min, here.campaign.zone) if new_date else None
    label = frozen_label(here, moment) if moment.strip() else ""
    paper = PaperRequest(PaperName(name), unit, form, analysed=args.get("analysis", "") == "1")
    return AskedPaper(paper, as_of, label, new_before, new_date), here


def _gathered(asked: AskedPaper, workspace: Workspace) -> tuple[Paper, PaperContent]:
    return paper_of(workspace, asked.request, asked.as_of, label=asked.label, new_before=asked.new_before)


def _made(asked: AskedPaper, workspace: Workspace) -> tuple[Paper, PaperContent, MadePaper]:
    paper, content = _gathered(asked, workspace)
    return paper, content, make(workspace, paper)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Run the block while no other paper is made in this process: a long one takes its memory; else BusyError."""
    if not _making.acquire(timeout=WAITED_AT_MOST):
        raise BusyError(message("papers.busy"))
    try:
        yield
    finally:
        _making.release()


@papers.get(f"/templates/{_NAMES}.docx")
@signed_in(may_change_templates)
def copy(name: str) -> flask.Response:
    """Answer the template in use, to be edited in Word."""
    content = templates.template_in_use(current.workspace(), PaperName(name))
    shown = f"{current.words()(f'papers.name_{name}')}.docx"
    return _attached(content, MEDIA_TYPES[PaperKind.DOCX], f"tonghop-template-{name}.docx", shown)


@papers.get(f"/templates/{_NAMES}")
@signed_in(may_change_templates)
def tags(name: str) -> str:
    """Show the tags that a template of a paper may use."""
    workspace = current.workspace()
    return flask.render_template("paper_tags.html", name=name, tags=tags_of(workspace.campaign, PaperName(name)))


@papers.post(f"/templates/{_NAMES}")
@signed_in(may_change_templates, largest_body=LARGEST + 64 * 1024)
def upload(name: str) -> werkzeug.Response | tuple[str, int]:
    """Try an uploaded template and use it, or take the one in use back; a refusal names the place of the fault."""
    workspace = replace(current.workspace(), actor=identity.require().email)
    words = current.words()
    typed = TypedTemplate(name, flask.request.form.get("reason", "")[: 2 * LONGEST_REASON])
    try:
        reason = read_note(typed.reason)
        if flask.request.form.get("withdraw") == "1":
            templates.withdraw_template(workspace, PaperName(name), reason)
            flask.flash(words("papers.template_withdrawn", name=words(f"papers.name_{name}")))
        else:
            file = _file()
            with _one_at_a_time():
                templates.use_template(workspace, PaperName(name), file[1], file[0], reason)
            flask.flash(words("papers.template_used", name=words(f"papers.name_{name}")))
    except (TemplateError, DecisionRefusedError) as refused:
        return _index(replace(typed, fault=refused.text(words.language))), HTTPStatus.UNPROCESSABLE_ENTITY
    return flask.redirect(flask.url_for("papers.index", _anchor="templates"), HTTPStatus.SEE_OTHER)


def _file() -> tuple[str, bytes]:
    chosen = flask.request.files.get("file")
    if chosen is None or not chosen.filename:
        raise TemplateError(message("papers.choose_template"))
    return chosen.filename, chosen.stream.read(LARGEST + 1)
