"""What a season declares, edited part by part: faults beside their boxes, all it changes shown before it is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus

import flask
import werkzeug

from service.domain.deadlines import limit_reading
from service.domain.roles import may_decide, may_see_board
from service.errors import DeclarationRefusedError, SeasonRefusedError, UnknownNameError
from service.seasons import changing, declared_sections
from service.seasons.changing import Foreseen, Proposal
from service.seasons.declared_sections import FORM_SECTIONS, SECTIONS, YES, DeclaredSection, Kind, TypedRow
from service.web import current
from service.web.server.security_headers import POLICY
from service.web.session import identity
from service.web.session.identity import signed_in
from service.workspace import Workspace
from sheets_schema.campaign import ColumnRole, FieldRole
from sheets_schema.declaration import Fault
from sheets_schema.wording import Message, message

LARGEST_BODY = 6 * 1024 * 1024
LONGEST_TEXT = 20_000
NEW_ROWS = 2  # blank ones at the end of a list
MOST_ROWS = 400

declaration = flask.Blueprint("declaration", __name__, url_prefix="/declaration")


@declaration.after_request
def with_script(response: flask.Response) -> flask.Response:
    """Let the pages' own script ask how a limit is read, and what the tabs would change."""
    response.headers["Content-Security-Policy"] = f"{POLICY}; script-src 'self'; connect-src 'self'"
    return response


@declaration.get("")
@signed_in(may_see_board)
def index() -> str:
    """Show what is declared, and every declaration there was."""
    workspace = current.workspace()
    return flask.render_template(
        "declaration.html",
        campaign=workspace.campaign,
        sections=tuple(SECTIONS.values()),
        readings={owed.form: _reading(owed.words, workspace) for owed in workspace.campaign.obligations},
        past=changing.past(workspace),
        may_change=may_decide(identity.require().role),
        language=current.words().language,
    )


@declaration.get("/reading")
@signed_in(may_decide)
def reading() -> flask.Response:
    """Answer how the words of a limit are read."""
    words = flask.request.args.get("words", "")[:300]
    return flask.jsonify(reading=_reading(words, current.workspace()) if words.strip() else "")


@declaration.route("/plan/<name>", methods=["GET", "POST"])
@signed_in(may_decide, largest_body=LARGEST_BODY)
def section(name: str) -> str | tuple[str, int]:
    """Show one part of the plan to be edited; sent, show what would come of it."""
    if name not in SECTIONS:
        raise UnknownNameError(message("web.no_page"))
    workspace, asked = current.workspace(), SECTIONS[name]
    proposal = carried_proposal(workspace)
    if flask.request.form.get("asked") != YES:
        return _shown(asked, {asked.name: declared_sections.plan_rows(proposal.files, asked)}, proposal)
    rows = declared_sections.in_order(_typed(asked, asked.name))
    files = declared_sections.with_plan_rows(proposal.files, asked, rows, workspace.campaign.zone)
    foreseen = changing.foresee(workspace, replace(proposal, files=files), with_tabs=False)
    if foreseen.faults:
        parts, others = _with_faults(
            {asked.name: rows}, {asked.name: asked}, foreseen.faults, declared_sections.PLAN_FILE
        )
        return _shown(asked, parts, proposal, others), HTTPStatus.UNPROCESSABLE_ENTITY
    return preview_page(foreseen, flask.url_for("declaration.section", name=name))


@declaration.route("/forms/<key>", methods=["GET", "POST"])
@signed_in(may_decide, largest_body=LARGEST_BODY)
def form(key: str) -> str | tuple[str, int]:
    """Show a form to be edited, with its tab as it would be printed; sent, show what would come of it."""
    workspace = current.workspace()
    if key not in {one.key for one in workspace.campaign.forms}:
        raise UnknownNameError(message("web.no_page"))
    proposal = carried_proposal(workspace)
    if flask.request.form.get("asked") != YES:
        parts = {name: declared_sections.form_rows(proposal.files, key, one) for name, one in FORM_SECTIONS.items()}
        return _form(key, parts, proposal)
    parts = {name: declared_sections.in_order(_typed(one, name)) for name, one in FORM_SECTIONS.items()}
    files = declared_sections.with_form_rows(proposal.files, key, parts)
    foreseen = changing.foresee(workspace, replace(proposal, files=files), with_tabs=False)
    if foreseen.faults:
        found, others = _with_faults(parts, FORM_SECTIONS, foreseen.faults, f"{key}.json")
        return _form(key, found, proposal, others), HTTPStatus.UNPROCESSABLE_ENTITY
    return preview_page(foreseen, flask.url_for("declaration.form", key=key), form_key=key)


@declaration.post("/tabs")
@signed_in(may_decide, largest_body=LARGEST_BODY)
def tabs() -> str:
    """Show what a proposal would change on the tabs: every spreadsheet is read for it, which takes a while."""
    foreseen = changing.foresee(current.workspace(), Proposal.unpacked(flask.request.form.get("proposal", "")))
    language = current.words().language
    said = [one.text(language) for one in foreseen.tabs]
    return flask.render_template("declaration_tabs.html", campaign=current.workspace().campaign, tabs=said)


@declaration.post("/take")
@signed_in(may_decide, largest_body=LARGEST_BODY)
def take() -> werkzeug.Response | tuple[str, int]:
    """Put what was shown on record."""
    workspace = replace(current.workspace(), actor=identity.require().email)
    proposal = Proposal.unpacked(flask.request.form.get("proposal", ""))
    words = current.words()
    try:
        changed = changing.take(workspace, proposal)
    except (SeasonRefusedError, DeclarationRefusedError) as refused:
        foreseen = replace(changing.foresee(workspace, proposal, with_tabs=False), refusal=refused.message)
        return preview_page(foreseen, flask.url_for("declaration.index"), carries=False), HTTPStatus.CONFLICT
    flask.flash(words("declared.taken" if changed else "declared.nothing_new", count=len(changed)))
    return flask.redirect(flask.url_for("declaration.index"), HTTPStatus.SEE_OTHER)


@declaration.post("/return/<int:number>")
@signed_in(may_decide)
def return_to(number: int) -> str:
    """Show what would come of a former declaration, put in force again."""
    workspace = current.workspace()
    foreseen = changing.foresee(workspace, changing.return_to(workspace, number), with_tabs=False)
    return preview_page(foreseen, flask.url_for("declaration.index"), carries=False)


def carried_proposal(workspace: Workspace) -> Proposal:
    """Return what the page goes on from: a proposal that is not taken yet, else the season as it is."""
    carried = flask.request.form.get("proposal", "")
    return Proposal.unpacked(carried) if carried else changing.propose(workspace, {})


def _typed(asked: DeclaredSection, prefix: str) -> list[TypedRow]:
    posted = flask.request.form
    count = min(
        int(posted.get(f"{prefix}.count", "1")) if posted.get(f"{prefix}.count", "1").isdigit() else 1, MOST_ROWS
    )
    rows = []
    for place in range(count):
        start = f"{prefix}.{place}"
        was = posted.get(f"{start}.was", "")
        texts = {box.name: posted.get(f"{start}.{box.name}", "")[:LONGEST_TEXT] for box in asked.boxes}
        rows.append(
            TypedRow(
                int(was) if was.isdigit() else None,
                texts,
                posted.get(f"{start}.place", str(place + 1)),
                asked.grows and asked.is_list and posted.get(f"{start}.gone") == YES,
            )
        )
    return rows


def _with_faults(
    parts: Mapping[str, Sequence[TypedRow]], sections: Mapping[str, DeclaredSection], faults: Sequence[Fault], file: str
) -> tuple[dict[str, list[TypedRow]], list[str]]:
    """Return the rows with the loader's faults beside their boxes, and the faults that belong to none of them."""
    language = current.words().language
    left = [(one.key, one.message.text(language)) for one in faults if one.file == file]
    others = [one.message.text(language) for one in faults if one.file != file]
    found: dict[str, list[TypedRow]] = {}
    for name, rows in parts.items():
        found[name], said = declared_sections.with_faults(rows, sections[name], left)
        left = [pair for pair in left if pair[1] in said]
    return found, [said for _, said in left] + others


def _shown(
    asked: DeclaredSection, parts: Mapping[str, Sequence[TypedRow]], proposal: Proposal, others: Sequence[str] = ()
) -> str:
    workspace = current.workspace()
    return flask.render_template(
        "declaration_section.html",
        **_common(proposal, others),
        section=asked,
        rows=_with_new(parts[asked.name], asked),
        readings=[_reading(row.texts.get("words", ""), workspace) for row in parts[asked.name]],
    )


def _form(key: str, parts: Mapping[str, Sequence[TypedRow]], proposal: Proposal, others: Sequence[str] = ()) -> str:
    campaign = current.workspace().campaign
    return flask.render_template(
        "declaration_form.html",
        **_common(proposal, others),
        form=campaign.form(key),
        sections=FORM_SECTIONS,
        parts={name: _with_new(rows, FORM_SECTIONS[name]) for name, rows in parts.items()},
        roles={"columns": tuple(ColumnRole), "block": tuple(FieldRole), "head": ()},
    )


def _with_new(rows: Sequence[TypedRow], asked: DeclaredSection) -> list[TypedRow]:
    blank = [TypedRow(None, {box.name: "" for box in asked.boxes}, str(len(rows) + one + 1)) for one in range(NEW_ROWS)]
    return [*rows, *(blank if asked.is_list and asked.grows else ())]


def _common(proposal: Proposal, others: Sequence[str]) -> dict[str, object]:
    return {
        "campaign": current.workspace().campaign,
        "proposal": proposal.packed(),
        "others": others,
        "kinds": Kind,
        "yes": YES,
    }


def preview_page(
    foreseen: Foreseen, back: str, form_key: str = "", notes: Sequence[Message] = (), *, carries: bool = True
) -> str:
    """Return the page that shows all a proposal would change, with the button that takes it.

    `back` is the page to go on editing; with `carries` it goes on from what was typed.
    """
    language = current.words().language
    campaign = current.workspace().campaign
    return flask.render_template(
        "declaration_preview.html",
        campaign=campaign,
        proposal=foreseen.proposal.packed(),
        notes=[one.text(language) for one in notes],
        changes=[one.text(language) for one in foreseen.changes],
        refusal=foreseen.refusal.text(language) if foreseen.refusal else "",
        faults=[one.message.text(language) for one in foreseen.faults],
        may_take=foreseen.may_be_taken and bool(foreseen.changes),
        back=back,
        carries=carries,
        form=foreseen.campaign.form(form_key) if form_key and foreseen.campaign else None,
        now=foreseen.campaign or campaign,
    )


def _reading(words: str, workspace: Workspace) -> str:
    if not words.strip():
        return ""
    language = current.words().language
    return " ".join(one.text(language) for one in limit_reading(words, workspace.campaign.zone))
