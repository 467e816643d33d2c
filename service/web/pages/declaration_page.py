"""What a season declares, edited part by part: faults beside their boxes, all it changes shown before it is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus

import flask
import werkzeug
from markupsafe import Markup

from service.domain.deadlines import limit_reading
from service.domain.roles import may_decide, may_see_board
from service.errors import DeclarationRefusedError, SeasonRefusedError, UnknownNameError
from service.seasons import changing, declared_sections, fault_words, new_forms
from service.seasons.changing import Foreseen, Proposal
from service.seasons.declared_sections import FORM_SECTIONS, SECTIONS, YES, DeclaredSection, Kind, TypedRow
from service.seasons.new_forms import NewForm
from service.web import current
from service.web.edited_season import edited_season, edited_season_pages, is_draft, url_of
from service.web.pages.printed_tab import printed_tab
from service.web.server.security_headers import POLICY
from service.web.session import identity
from service.web.session.identity import signed_in
from service.web.typed_texts import typed_text
from sheets_schema.campaign import Campaign, ColumnRole, FieldRole
from sheets_schema.declaration import DeclarationError, Fault, declare
from sheets_schema.wording import Message, message

LARGEST_BODY = 6 * 1024 * 1024
LONGEST_TEXT = 20_000
NEW_ROWS = 2  # blank ones at the end of a list
MOST_ROWS = 400

LONGEST_LINE = 300

declaration = flask.Blueprint("declaration", __name__, url_prefix="/declaration")
edited_season_pages(declaration)


@declaration.after_request
def with_script(response: flask.Response) -> flask.Response:
    """Let the pages' own script ask how a limit is read, and what the tabs would change."""
    response.headers["Content-Security-Policy"] = f"{POLICY}; script-src 'self'; connect-src 'self'"
    return response


@declaration.get("")
@signed_in(may_see_board)
def index() -> str:
    """Show what is declared, and every declaration there was."""
    season = edited_season()
    campaign = season.campaign
    return flask.render_template(
        "declaration.html",
        campaign=campaign,
        sections=tuple(SECTIONS.values()),
        readings={owed.form: _reading(owed.words, campaign) for owed in campaign.obligations},
        past=season.past(),
        may_change=may_decide(identity.require().role),
        language=current.words().language,
    )


@declaration.get("/reading")
@signed_in(may_decide)
def reading() -> flask.Response:
    """Answer how the words of a limit are read."""
    words = flask.request.args.get("words", "")[:300]
    return flask.jsonify(reading=_reading(words, edited_season().campaign) if words.strip() else "")


@declaration.route("/plan/<name>", methods=["GET", "POST"])
@signed_in(may_decide, largest_body=LARGEST_BODY)
def section(name: str) -> str | tuple[str, int]:
    """Show one part of the plan to be edited; sent, show what would come of it."""
    if name not in SECTIONS:
        raise UnknownNameError(message("web.no_page"))
    season, asked = edited_season(), SECTIONS[name]
    proposal = carried_proposal()
    if flask.request.form.get("asked") != YES:
        return _shown(asked, {asked.name: declared_sections.plan_rows(proposal.files, asked)}, proposal)
    rows = declared_sections.in_order(_typed(asked, asked.name))
    files = declared_sections.with_plan_rows(proposal.files, asked, rows, season.campaign.zone)
    foreseen = season.foresee(replace(proposal, files=files))
    if foreseen.faults:
        parts, others = _with_faults(
            {asked.name: rows}, {asked.name: asked}, foreseen.faults, declared_sections.PLAN_FILE
        )
        return _shown(asked, parts, proposal, others), HTTPStatus.UNPROCESSABLE_ENTITY
    return preview_page(foreseen, url_of("declaration.section", name=name))


@declaration.route("/forms/<key>", methods=["GET", "POST"])
@signed_in(may_decide, largest_body=LARGEST_BODY)
def form(key: str) -> str | tuple[str, int]:
    """Show a form to be edited, with its tab as it would be printed; sent, show what would come of it."""
    proposal = carried_proposal()
    if key not in {one.key for one in declared_by(proposal).forms}:
        raise UnknownNameError(message("web.no_page"))
    if flask.request.form.get("asked") != YES:
        return _form(key, _form_parts(proposal, key), proposal)
    parts = {name: declared_sections.in_order(_typed(one, name)) for name, one in FORM_SECTIONS.items()}
    files = declared_sections.with_form_rows(proposal.files, key, parts)
    foreseen = edited_season().foresee(replace(proposal, files=files))
    if foreseen.faults:
        found, others = _with_faults(parts, FORM_SECTIONS, foreseen.faults, f"{key}.json")
        return _form(key, found, proposal, others), HTTPStatus.UNPROCESSABLE_ENTITY
    return preview_page(foreseen, url_of("declaration.form", key=key), form_key=key)


@declaration.route("/new-form", methods=["GET", "POST"])
@signed_in(may_decide, largest_body=LARGEST_BODY)
def new_form() -> str | tuple[str, int]:
    """Ask for a new form and what is owed by it; sent, show the form's columns to go on with."""
    season, proposal = edited_season(), carried_proposal()
    if flask.request.form.get("asked") != YES:
        return _new_form(NewForm(), proposal)
    posted = flask.request.form
    new = NewForm(*(posted.get(name, "") for name in ("title", "owed", "words", "base")))
    long = [name for name in ("title", "owed", "words") if len(getattr(new, name)) > LONGEST_LINE]
    if long:
        return _new_form(new, proposal, long=long), HTTPStatus.UNPROCESSABLE_ENTITY
    files, key = new_forms.with_new_form(proposal.files, new, season.campaign.zone)
    made = replace(proposal, files=files)
    foreseen = season.foresee(made)
    if foreseen.faults:
        return _new_form(new, proposal, foreseen.faults), HTTPStatus.UNPROCESSABLE_ENTITY
    return _form(key, _form_parts(made, key), made, is_new=True)


@declaration.post("/forms/<key>/gone")
@signed_in(may_decide, largest_body=LARGEST_BODY)
def without_form(key: str) -> str:
    """Show what would come of a season without a form and what is owed by it."""
    proposal = carried_proposal()
    files = new_forms.without_form(proposal.files, key)
    foreseen = edited_season().foresee(replace(proposal, files=files))
    return preview_page(foreseen, url_of("declaration.index"), carries=False)


@declaration.post("/tabs")
@signed_in(may_decide, largest_body=LARGEST_BODY)
def tabs() -> str:
    """Show what a proposal would change on the tabs: every spreadsheet is read for it, which takes a while."""
    season = edited_season()
    foreseen = season.foresee(Proposal.unpacked(flask.request.form.get("proposal", "")), with_tabs=True)
    language = current.words().language
    said = [one.text(language) for one in foreseen.tabs]
    return flask.render_template("declaration_tabs.html", campaign=season.campaign, tabs=said)


@declaration.post("/take")
@signed_in(may_decide, largest_body=LARGEST_BODY)
def take() -> werkzeug.Response | tuple[str, int]:
    """Put what was shown on record."""
    season, words = edited_season(), current.words()
    proposal = Proposal.unpacked(flask.request.form.get("proposal", ""))
    try:
        changed = season.take(proposal)
    except (SeasonRefusedError, DeclarationRefusedError) as refused:
        foreseen = replace(season.foresee(proposal), refusal=refused.message)
        return preview_page(foreseen, url_of("declaration.index"), carries=False), HTTPStatus.CONFLICT
    taken = "declared.taken_in_draft" if is_draft() else "declared.taken"
    said = words(taken if changed else "declared.nothing_new", count=len(changed))
    flask.flash(_with_way_on(said) if changed and not is_draft() else said)
    return flask.redirect(url_of("declaration.index"), HTTPStatus.SEE_OTHER)


@declaration.post("/return/<int:number>")
@signed_in(may_decide)
def return_to(number: int) -> str:
    """Show what would come of a former declaration, put in force again."""
    if is_draft():
        raise UnknownNameError(message("web.no_page"))
    foreseen = edited_season().foresee(changing.return_to(current.workspace(), number))
    return preview_page(foreseen, url_of("declaration.index"), carries=False)


def _with_way_on(said: str) -> Markup:
    link = Markup('<a href="{}">{}</a>').format(flask.url_for("provisioning.index"), current.words()("provision.title"))
    return Markup("{} {}").format(said, link)


def carried_proposal() -> Proposal:
    """Return what the page goes on from: a proposal that is not taken yet, else the season as it is."""
    carried = flask.request.form.get("proposal", "")
    return Proposal.unpacked(carried) if carried else edited_season().proposal()


def declared_by(proposal: Proposal) -> Campaign:
    """Return what a proposal's files declare; SeasonRefusedError where they have faults."""
    try:
        return declare(proposal.files, edited_season().campaign.key)
    except DeclarationError as error:
        raise SeasonRefusedError(fault_words.all_in_words(error.faults)) from error


def _typed(asked: DeclaredSection, prefix: str) -> list[TypedRow]:
    posted = flask.request.form
    told = posted.get(f"{prefix}.count", "1")
    count = min(int(told), MOST_ROWS) if _is_number(told) else 1
    rows = []
    for place in range(count):
        start = f"{prefix}.{place}"
        was = posted.get(f"{start}.was", "")
        texts = {box.name: typed_text(f"{start}.{box.name}", LONGEST_TEXT) for box in asked.boxes}
        rows.append(
            TypedRow(
                int(was) if _is_number(was) else None,
                texts,
                posted.get(f"{start}.place", str(place + 1)),
                asked.grows and asked.is_list and posted.get(f"{start}.gone") == YES,
            )
        )
    return rows


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _with_faults(
    parts: Mapping[str, Sequence[TypedRow]], sections: Mapping[str, DeclaredSection], faults: Sequence[Fault], file: str
) -> tuple[dict[str, list[TypedRow]], list[str]]:
    """Return the rows with the loader's faults beside their boxes, and the faults that belong to none of them."""
    language = current.words().language
    left = [(one.key, one.message.text(language)) for one in faults if one.file == file]
    others = [one for one in faults if one.file != file]
    short = {one.message.text(language): _beside(one) for one in faults}
    found: dict[str, list[TypedRow]] = {}
    for name, rows in parts.items():
        placed, said = declared_sections.with_faults(rows, sections[name], left)
        found[name] = [
            replace(row, faults={box: short.get(text, text) for box, text in row.faults.items()}) for row in placed
        ]
        left = [pair for pair in left if pair[1] in said]
    unplaced = {said for _, said in left}
    others += [one for one in faults if one.file == file and one.message.text(language) in unplaced]
    return found, [fault_words.in_words(one).text(language) for one in others]


def _beside(fault: Fault) -> str:
    """Return a fault as it is written beside its box: a limit that cannot be read says how it is written."""
    return fault_words.beside(fault).text(current.words().language)


def _shown(
    asked: DeclaredSection, parts: Mapping[str, Sequence[TypedRow]], proposal: Proposal, others: Sequence[str] = ()
) -> str:
    campaign = edited_season().campaign
    return flask.render_template(
        "declaration_section.html",
        **_common(proposal, others),
        section=asked,
        rows=_with_new(parts[asked.name], asked),
        readings=[_reading(row.texts.get("words", ""), campaign) for row in parts[asked.name]],
    )


def _form_parts(proposal: Proposal, key: str) -> dict[str, list[TypedRow]]:
    return {name: declared_sections.form_rows(proposal.files, key, one) for name, one in FORM_SECTIONS.items()}


def _form(
    key: str,
    parts: Mapping[str, Sequence[TypedRow]],
    proposal: Proposal,
    others: Sequence[str] = (),
    *,
    is_new: bool = False,
) -> str:
    campaign = declared_by(proposal)
    return flask.render_template(
        "declaration_form.html",
        **_common(proposal, others),
        form=campaign.form(key),
        tab=printed_tab(campaign, campaign.form(key)),
        is_new=is_new,
        sections=FORM_SECTIONS,
        parts={name: _with_new(rows, FORM_SECTIONS[name]) for name, rows in parts.items()},
        roles={"columns": tuple(ColumnRole), "block": tuple(FieldRole), "head": ()},
    )


def _new_form(new: NewForm, proposal: Proposal, faults: Sequence[Fault] = (), long: Sequence[str] = ()) -> str:
    campaign, words = edited_season().campaign, current.words()
    language = words.language
    beside = {box: _beside(fault) for fault in faults if (box := _box_of_new_form(fault))}
    beside |= {box: words("declared.too_long", longest=LONGEST_LINE) for box in long}
    others = [fault_words.in_words(fault).text(language) for fault in faults if not _box_of_new_form(fault)]
    if "title" in beside and not new.owed.strip():
        beside.pop("owed", None)  # it would have been the title
    return flask.render_template(
        "declaration_new_form.html",
        **_common(proposal, others),
        new=new,
        beside=beside,
        reading=_reading(new.words, campaign),
    )


def _box_of_new_form(fault: Fault) -> str:
    """Return beside which box of a new form a fault is shown; blank: beside none."""
    if fault.file.endswith(".json"):
        return "title" if fault.key.startswith(("tonghop:title", "tonghop:heading")) else ""
    if not fault.key.startswith(f"{new_forms.OWED}["):
        return ""
    return "words" if fault.key.endswith((".words", ".due_before")) else "owed"


def _with_new(rows: Sequence[TypedRow], asked: DeclaredSection) -> list[TypedRow]:
    blank = [TypedRow(None, {box.name: "" for box in asked.boxes}, str(len(rows) + one + 1)) for one in range(NEW_ROWS)]
    return [*rows, *(blank if asked.is_list and asked.grows else ())]


def _common(proposal: Proposal, others: Sequence[str]) -> dict[str, object]:
    return {
        "campaign": edited_season().campaign,
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
    campaign = edited_season().campaign
    shown = foreseen.campaign.form(form_key) if form_key and foreseen.campaign else None
    return flask.render_template(
        "declaration_preview.html",
        campaign=campaign,
        proposal=foreseen.proposal.packed(),
        notes=[one.text(language) for one in notes],
        changes=[one.text(language) for one in foreseen.changes],
        refusal=foreseen.refusal.text(language) if foreseen.refusal else "",
        faults=[fault_words.in_words(one).text(language) for one in foreseen.faults],
        may_take=foreseen.may_be_taken and bool(foreseen.changes),
        back=back,
        carries=carries,
        tab=printed_tab(foreseen.campaign, shown) if foreseen.campaign and shown else None,
    )


def _reading(words: str, campaign: Campaign) -> str:
    if not words.strip():
        return ""
    language = current.words().language
    return " ".join(one.text(language) for one in limit_reading(words, campaign.zone))
