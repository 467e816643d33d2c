"""The list of seasons; opening one from another or from a file, its draft with every guess; closing one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from zoneinfo import ZoneInfo

import flask
import werkzeug

from service import grants, jobs, wiring
from service.domain import next_season
from service.domain.next_season import Guess, GuessKind
from service.domain.roles import may_decide, may_see_board
from service.errors import SeasonRefusedError
from service.jobs import JobKind
from service.seasons import drafts, fault_words, season_archive, season_list
from service.seasons.drafts import Draft, GuessesRefusedError
from service.seasons.season_list import ListedSeason, SeasonState
from service.sheets.components import Component
from service.web import current
from service.web.current import SITE
from service.web.pages import job_view, question
from service.web.pages.job_view import JobView
from service.web.session import identity
from service.web.session.identity import signed_in
from service.web.typed_texts import typed_text
from service.workspace import Workspace
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.wording import Language, message

LARGEST_UPLOAD = season_archive.LARGEST_ARCHIVE + 64 * 1024
LONGEST_VALUE = 5_000
SHOWN_CHANGES = 8
LARGEST_GUESSES = 1024 * 1024

seasons = flask.Blueprint("seasons", __name__, url_prefix="/seasons")


@dataclass(frozen=True, slots=True)
class SeasonLine:
    """A season as the list shows it."""

    season: ListedSeason
    units: int
    next_due: str  # the next limit in words; blank when all have passed
    to_confirm: int = 0
    fault: str = ""  # why it cannot be read
    closing: JobView | None = None  # under way, or what it failed of


@dataclass(frozen=True, slots=True)
class GuessLine:
    """A guess as its draft's page shows it: what was typed, and what to know of it."""

    guess: Guess
    title: str
    values: tuple[str, ...]
    changed: tuple[tuple[str, str], ...]  # which words became which
    notes: tuple[str, ...]
    is_doubtful: bool


@seasons.get("")
@signed_in(may_see_board)
def index() -> flask.Response:
    """List the seasons."""
    workspace = current.main()
    lines = [_line(one, workspace) for one in season_list.seasons(workspace)]
    page = flask.render_template(
        "seasons.html",
        campaign=workspace.campaign,
        lines=lines,
        may_open=may_decide(identity.require().role),
    )
    response = flask.make_response(page)
    if any(line.closing and line.closing.runs for line in lines):
        job_view.look_again(response)
    return response


@seasons.get("/new")
@signed_in(may_decide)
def new() -> str:
    """Show the ways to open a season."""
    return _new()


@seasons.post("/new")
@signed_in(may_decide)
def begin() -> werkzeug.Response | tuple[str, int] | str:
    """Make a draft from another season; where there is one of that year it asks which is meant."""
    workspace, posted = current.main(), flask.request.form
    source, year = posted.get("source", ""), posted.get("year", "").strip()
    try:
        number = _year(year)
        if (alike := _of_year(workspace, number)) and not question.is_sure():
            return _ask_for_another(alike, source, number)
        files = season_list.files_of_season(workspace, source)
        taken = season_list.keys_taken(workspace)
        draft = drafts.begin(workspace.settings, files, source, number, taken)
    except SeasonRefusedError as refused:
        return _new(refused.text(current.words().language), year), HTTPStatus.UNPROCESSABLE_ENTITY
    return flask.redirect(flask.url_for("seasons.draft", key=draft.key), HTTPStatus.SEE_OTHER)


def _of_year(workspace: Workspace, year: int) -> list[ListedSeason]:
    return [one for one in season_list.seasons(workspace) if one.year == year]


def _named(alike: Sequence[ListedSeason]) -> str:
    words = current.words()
    return "; ".join(f"{one.title} ({words(f'seasons.state_{one.state.value}')})" for one in alike)


def _ask_for_another(alike: Sequence[ListedSeason], source: str, year: int) -> str:
    """Return the question whether one more season of a year is meant, with the ways to those there are."""
    words = current.words()
    return question.ask(
        words("seasons.another_title", year=year),
        words("seasons.another_says", names=_named(alike)),
        {"source": source, "year": str(year)},
        flask.url_for("seasons.new"),
        sure=words("seasons.another_sure"),
        instead=[
            (words("seasons.another_go_on", title=one.title), flask.url_for("seasons.draft", key=one.key))
            for one in alike
            if one.state is SeasonState.DRAFT
        ],
    )


@seasons.post("/upload")
@signed_in(may_decide, largest_body=LARGEST_UPLOAD)
def upload() -> werkzeug.Response | tuple[str, int]:
    """Make a draft from an uploaded .zip."""
    workspace = current.main()
    try:
        name, files = season_archive.unpacked(_sent_file())
        draft = drafts.begin_uploaded(workspace.settings, files, name, season_list.keys_taken(workspace))
    except SeasonRefusedError as refused:
        return _new(upload_fault=refused.text(current.words().language)), HTTPStatus.UNPROCESSABLE_ENTITY
    if alike := [one for one in _of_year(workspace, draft.year) if one.key != draft.key]:
        flask.flash(current.words()("seasons.another_uploaded", names=_named(alike)))
    return flask.redirect(flask.url_for("seasons.draft", key=draft.key), HTTPStatus.SEE_OTHER)


@seasons.get("/drafts/<key>")
@signed_in(may_decide)
def draft(key: str) -> str:
    """Show a draft with every guess; of a damaged one what is wrong, and how it is discarded."""
    return _shown(key)


@seasons.post("/drafts/<key>")
@signed_in(may_decide, largest_body=LARGEST_GUESSES)
def confirm(key: str) -> werkzeug.Response | tuple[str, int]:
    """Confirm the ticked guesses with the values typed for them."""
    workspace, words = current.main(), current.words()
    made = drafts.read(workspace.settings, key)
    typed = _typed(made)
    sure = {guess: typed[guess] for guess in flask.request.form.getlist("sure") if guess in typed}
    if not sure:
        return _draft(made, words("seasons.tick_first"), typed), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        drafts.confirm(workspace.settings, key, sure, identity.require().email, workspace.clock())
    except GuessesRefusedError as refused:
        return _draft(made, words("seasons.not_kept"), typed, refused), HTTPStatus.UNPROCESSABLE_ENTITY
    except SeasonRefusedError as refused:
        return _draft(made, refused.text(words.language), typed), HTTPStatus.UNPROCESSABLE_ENTITY
    flask.flash(words("seasons.confirmed_now", count=len(sure)))
    return flask.redirect(flask.url_for("seasons.draft", key=key), HTTPStatus.SEE_OTHER)


@seasons.post("/drafts/<key>/again")
@signed_in(may_decide)
def look_again(key: str) -> werkzeug.Response:
    """Take one confirmation back."""
    drafts.take_back(current.main().settings, key, flask.request.form.get("guess", ""))
    return flask.redirect(flask.url_for("seasons.draft", key=key), HTTPStatus.SEE_OTHER)


@seasons.post("/drafts/<key>/discard")
@signed_in(may_decide)
def discard(key: str) -> werkzeug.Response | tuple[str, int]:
    """Delete a draft, once its box was ticked."""
    workspace, words = current.main(), current.words()
    if flask.request.form.get("sure") != "yes":
        fault = words("seasons.tick_to_discard")
        return _shown(key, fault), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        season_list.discard_draft(workspace, key)
    except SeasonRefusedError as refused:
        return _shown(key, refused.text(words.language)), HTTPStatus.UNPROCESSABLE_ENTITY
    flask.flash(words("seasons.discarded"))
    return flask.redirect(flask.url_for("seasons.index"), HTTPStatus.SEE_OTHER)


@seasons.post("/drafts/<key>/open")
@signed_in(may_decide)
def open_draft(key: str) -> werkzeug.Response | tuple[str, int]:
    """Open the season, and go on in it."""
    workspace, words, who = _acting(), current.words(), identity.require()
    try:
        opened = season_list.open_season(workspace, key, who.email)
    except SeasonRefusedError as refused:
        return _shown(key, refused.text(words.language)), HTTPStatus.UNPROCESSABLE_ENTITY
    return _entered(opened, words("seasons.opened_now", title=opened.campaign.title), onward="/provision")


@seasons.get("/<key>.zip")
@signed_in(may_decide)
def take_out(key: str) -> flask.Response:
    """Give a season's folder as a .zip."""
    workspace = current.main()
    content = season_archive.packed(key, season_list.files_of_season(workspace, key), workspace.clock())
    response = flask.Response(content, mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=f"{key}.zip")
    return response


@seasons.post("/<key>/enter")
@signed_in(may_decide)
def enter(key: str) -> werkzeug.Response:
    """Go to another season, signed in there as the same person."""
    return _entered(season_list.workspace_of(current.main(), key))


@seasons.post("/<key>/close")
@signed_in(may_decide)
def close(key: str) -> werkzeug.Response:
    """Close a season in the background: every tab is read once more before."""
    asked = wiring.for_component(season_list.workspace_of(_acting(), key), Component.CONSOLIDATE)
    if jobs.start(asked, JobKind.CLOSE, _close) is None:
        flask.flash(current.words()("jobs.busy"))
    return flask.redirect(flask.url_for("seasons.index"), HTTPStatus.SEE_OTHER)


def _close(workspace: Workspace) -> Mapping[str, object]:
    season_list.close_season(workspace)
    return {}


@seasons.post("/<key>/reopen")
@signed_in(may_decide)
def reopen(key: str) -> werkzeug.Response:
    """Open a closed season again."""
    asked = season_list.workspace_of(_acting(), key)
    season_list.reopen_season(asked)
    flask.flash(current.words()("seasons.reopened_now", title=asked.campaign.title))
    return flask.redirect(flask.url_for("seasons.index"), HTTPStatus.SEE_OTHER)


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise SeasonRefusedError(message("seasons.year_needed"))
    return int(text)


def _sent_file() -> bytes:
    sent = flask.request.files.get("file")
    if sent is None or not sent.filename:
        raise SeasonRefusedError(message("seasons.file_needed"))
    return sent.stream.read(LARGEST_UPLOAD)


def _acting() -> Workspace:
    """Return the main season's workspace in the name of the user: facts name who, never the program."""
    return replace(current.main(), actor=identity.require().email)


def _entered(workspace: Workspace, said: str = "", onward: str = "/") -> werkzeug.Response:
    """Redirect into a season with a session of its own there; without a grant its own sign-in page answers."""
    if workspace.campaign.key == current.main().campaign.key:
        return flask.redirect(current.office_path("/"), HTTPStatus.SEE_OTHER)
    target = f"{workspace.settings.public_path}{onward}"
    response = flask.redirect(target, HTTPStatus.SEE_OTHER)
    session = grants.enter(workspace, identity.require().email)
    site = flask.current_app.extensions.get(SITE)
    if session is not None and site is not None:
        identity.carry_session(session, site.application_of(workspace.campaign.key), response, said)
    return response


def _new(fault: str = "", year: str = "", upload_fault: str = "") -> str:
    workspace = current.main()
    known = [one for one in season_list.seasons(workspace) if one.state in (SeasonState.OPEN, SeasonState.CLOSED)]
    following = max((one.year for one in known), default=workspace.campaign.year) + 1
    return flask.render_template(
        "season_new.html",
        campaign=workspace.campaign,
        sources=known,
        year=year or str(following),
        fault=fault,
        upload_fault=upload_fault,
    )


def _shown(key: str, fault: str = "") -> str:
    """Return the page of a draft as it is, damaged or not."""
    workspace = current.main()
    try:
        made = drafts.read(workspace.settings, key)
    except SeasonRefusedError as refused:
        damage = refused.text(current.words().language)
        return flask.render_template(
            "season_damaged.html", campaign=workspace.campaign, key=key, faults=[damage, *filter(None, [fault])]
        )
    return _draft(made, fault)


def _draft(
    made: Draft,
    fault: str = "",
    typed: dict[str, tuple[str, ...]] | None = None,
    refused: GuessesRefusedError | None = None,
) -> str:
    workspace, words = current.main(), current.words()
    zone = (made.campaign or workspace.campaign).zone
    lines = [_guess_line(guess, zone, typed or {}, words.language) for guess in made.guesses]
    return flask.render_template(
        "season_draft.html",
        campaign=workspace.campaign,
        draft=made,
        lines=lines,
        fault=fault,
        beside={guess: said.text(words.language) for guess, said in refused.beside.items()} if refused else {},
        others=[said.text(words.language) for said in refused.others] if refused else (),
        faults=[fault_words.in_words(one).text(words.language) for one in made.faults],
        format_day=_day_words,
        ticked=flask.request.form.getlist("sure") if fault else (),
    )


def _guess_line(guess: Guess, zone: ZoneInfo, typed: Mapping[str, tuple[str, ...]], language: Language) -> GuessLine:
    values = typed.get(guess.id) or tuple(one.value for one in guess.values)
    notes = tuple(one.text(language) for one in next_season.notes(guess, zone))
    doubtful = bool(set(guess.shifts) & next_season.DOUBTFUL)
    texts = zip(guess.values, values, strict=True)
    changed = [
        pair for one, now in texts if one.kind is GuessKind.TEXT for pair in next_season.word_changes(one.before, now)
    ]
    return GuessLine(guess, guess.title.text(language), values, tuple(changed[:SHOWN_CHANGES]), notes, doubtful)


def _typed(made: Draft) -> dict[str, tuple[str, ...]]:
    return {
        guess.id: tuple(
            typed_text(f"{guess.id}.{place}", LONGEST_VALUE, value.value).replace("\r\n", "\n")
            for place, value in enumerate(guess.values)
        )
        for guess in made.guesses
    }


def _day_words(text: str) -> str:
    try:
        return format_day(next_season.read_typed_day(text))
    except next_season.GuessRefusedError:
        return text


def _line(season: ListedSeason, main: Workspace) -> SeasonLine:
    campaign = season.campaign
    if season.fault is not None:
        return SeasonLine(season, 0, "", fault=season.fault.text(current.words().language))
    units = len(campaign.active_units) if campaign else 0
    if season.state is SeasonState.DRAFT:
        to_confirm = drafts.read(main.settings, season.key).open_guesses
        return SeasonLine(season, units, "", to_confirm)
    now, words = main.clock(), current.words()
    coming = [owed for owed in campaign.obligations if owed.due_before > now] if campaign else []
    due = min(coming, key=lambda owed: owed.due_before, default=None)
    next_due = words("seasons.due_next", title=due.title, words=due.words) if due else ""
    return SeasonLine(season, units, next_due, closing=_closing(season, main))


def _closing(season: ListedSeason, main: Workspace) -> JobView | None:
    """Return the closing that is under way or did not end; None for a season that is closed or was never asked to."""
    if season.state is not SeasonState.OPEN:
        return None
    job = job_view.last_job(season_list.workspace_of(main, season.key), JobKind.CLOSE)
    return None if job is None or job.state == "ended" else job
