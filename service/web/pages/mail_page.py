"""“Đôn đốc”: which mails go out by tomorrow and why, which units would be named, what became of every mail."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import flask
import werkzeug

from service.domain.mail.keys import MailState
from service.domain.mail.ledger_lines import MailLine
from service.domain.mail.naming import named_units
from service.domain.mail.working_days import WorkingDays
from service.domain.roles import may_decide, may_see_board
from service.errors import MailRefusedError, UnknownNameError
from service.mail import deciding, ledger_planning, mail_drafts
from service.mail.ledger_planning import ForeseenMail
from service.mail.means import MailMeans
from service.mail.own_templates import wording_of
from service.mail.trying import faulty_kinds
from service.web import current
from service.web.machines.health import living_workers
from service.web.pages import dashboard_content, question
from service.web.pages.mail_lines import LineShown, shown_line, shown_lines, shown_moment
from service.web.session import identity
from service.web.session.identity import signed_in
from service.web.texts import Words
from service.workspace import Workspace
from sheets_schema.campaign import MailKind
from sheets_schema.wording import Message, joined, message

mail = flask.Blueprint("mail", __name__, url_prefix="/mail")

SHOWN_LOG, SHOWN_PLAN, SHOWN_NAMES = 200, 300, 80
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class DoubtShown:
    """One mail that may have been sent: what is known of it, and people to ask."""

    line: LineShown  # the first of its lines
    forms: tuple[str, ...]
    given_at: str
    message_id: str
    people: tuple[str, ...]  # with telephones


@dataclass(frozen=True, slots=True)
class NamesShown:
    """One form with the units that a letter would name."""

    title: str
    limit: str
    strict: int
    lenient: int
    names: tuple[str, ...]
    by_strict_alone: tuple[str, ...]


@mail.get("")
@signed_in(may_see_board)
def index() -> str:
    """Show what is to be sent, what is in doubt and what was sent."""
    return _shown("")


def _shown(fault: str) -> str:
    workspace, words = current.workspace(), current.words()
    unit = flask.request.args.get("unit", "").strip()
    key, ledger = workspace.campaign.key, workspace.store.mail
    until = deciding.end_of_tomorrow(workspace)
    plan = ledger_planning.foresee(workspace, until)
    faulty = faulty_kinds(wording_of(workspace))
    room, lack = ledger.room(key), MailMeans.of(workspace).lack(workspace.settings)
    log = ledger.lines(key, (MailState.SENT, MailState.CANCELLED, MailState.SENDING), unit, SHOWN_LOG)
    return flask.render_template(
        "mail.html",
        campaign=workspace.campaign,
        fault=fault,
        at=dashboard_content.moment_words(workspace, None, workspace.clock()),
        until=words.instant(until.replace(second=0), workspace.campaign.zone),
        lack=lack.text(words.language) if lack else "",
        sends=workspace.campaign.mail.send,
        held=shown_moment(workspace, room.held_at),
        held_by=room.held_by,
        error=_error(words, room.error, known=bool(faulty)) if lack is None else "",
        faults=_faults(words, faulty, plan),
        plan=[_foreseen(workspace, words, one, faulty) for one in plan[:SHOWN_PLAN]],
        plan_left=max(0, len(plan) - SHOWN_PLAN),
        unknown=_doubts(workspace, words, ledger.lines(key, (MailState.UNKNOWN,))),
        sender=workspace.settings.mail_from,
        has_mailbox=bool(workspace.settings.imap_url),
        failed=shown_lines(workspace, words, ledger.lines(key, (MailState.FAILED,), limit=SHOWN_LOG)),
        log=shown_lines(workspace, words, log),
        named=_named(workspace, words),
        named_at=words.instant(_named_at(workspace), workspace.campaign.zone),
        bounced=list(ledger.bounced(key).values()),
        units=workspace.campaign.active_units,
        asked=unit,
        decides=may_decide(identity.require().role),
    )


def _named_at(workspace: Workspace) -> datetime:
    """Return the instant for which units are named: when mails go out next, tomorrow at the earliest."""
    days = WorkingDays.of(workspace.campaign)
    tomorrow = deciding.end_of_tomorrow(workspace).astimezone(days.zone).date()
    return days.opening(days.on_or_after(tomorrow))


def _named(workspace: Workspace, words: Words) -> list[NamesShown]:
    campaign = workspace.campaign
    found = named_units(campaign, workspace.history(workspace.clock()), _named_at(workspace))
    return [
        NamesShown(
            campaign.obligation(one.form).title,
            one.strict[0].limit.full_words.text(words.language) if one.strict else campaign.obligation(one.form).words,
            len(one.strict),
            len(one.lenient),
            tuple(campaign.unit(each.unit).name for each in one.lenient[:SHOWN_NAMES]),
            tuple(campaign.unit(each.unit).name for each in one.by_strict_alone[:SHOWN_NAMES]),
        )
        for one in found
    ]


def _error(words: Words, error: Message | None, *, known: bool) -> str:
    """Return why no mail can be sent just now; blank where templates are at fault and are named as they are now."""
    if error is None or (known and error.key == "mail.templates_faulty"):
        return ""
    return error.text(words.language)


def _faults(words: Words, faulty: Mapping[MailKind, Message], plan: Iterable[ForeseenMail]) -> list[str]:
    """Return what is said of templates at fault, each with how many lines of the plan wait for it."""
    waiting = Counter(one.line.kind for one in plan)
    kinds: dict[Message, list[MailKind]] = {}
    for kind, fault in faulty.items():
        kinds.setdefault(fault, []).append(kind)
    return [
        words(
            "mail.template_waits",
            fault=fault.text(words.language),
            kinds=", ".join(words(f"mail.kind_{kind.value}") for kind in several),
            count=sum(waiting[kind] for kind in several),
        )
        for fault, several in kinds.items()
    ]


def _foreseen(workspace: Workspace, words: Words, one: ForeseenMail, faulty: Mapping[MailKind, Message]) -> LineShown:
    shown = shown_line(workspace, words, one.line)
    if one.line.kind in faulty:
        shown = replace(shown, note=words("mail.waits_for_template"))
    at = shown_moment(workspace, one.line.due_at)
    return replace(shown, at=at, to=", ".join(one.addresses) or words("mail.no_address"))


def _doubts(workspace: Workspace, words: Words, lines: Iterable[MailLine]) -> list[DoubtShown]:
    """Return mails that may have been sent, those first that are longest in doubt."""
    mails: dict[str, list[MailLine]] = {}
    for line in lines:
        mails.setdefault(line.message_id or str(line.id), []).append(line)
    units = {unit.code: unit for unit in workspace.campaign.units}
    found = []
    for several in reversed(mails.values()):
        first = min(several, key=lambda line: line.id)
        unit = units.get(first.key.unit)
        people = tuple(", ".join(filter(None, (one.name, one.telephone))) for one in unit.contacts) if unit else ()
        forms = tuple(shown_line(workspace, words, line).form for line in several if line.key.form)
        given_at = shown_moment(workspace, first.given_at)
        found.append(DoubtShown(shown_line(workspace, words, first), forms, given_at, first.message_id, people))
    return found


@mail.post("/<int:number>/<verb>")
@signed_in(may_decide)
def decide(number: int, verb: str) -> werkzeug.Response | tuple[str, int] | str:
    """Send one mail now, hold it, let it go, or decide whether it was sent."""
    workspace = _acting()
    verbs: dict[str, Callable[[], object]] = {
        "send": lambda: deciding.hurry(workspace, number, flask.request.form.get("letter", "")),
        "hold": lambda: deciding.hold(workspace, number, back=True),
        "release": lambda: deciding.hold(workspace, number, back=False),
        "sent": lambda: deciding.decide_unknown(workspace, number, sent=True),
        "not-sent": lambda: deciding.decide_unknown(workspace, number, sent=False),
        "take-back": lambda: deciding.take_back(workspace, number),
    }
    if verb == "not-sent" and not question.is_sure():
        about = shown_line(workspace, current.words(), deciding.line_numbered(workspace, number))
        return _ask(verb, unit=about.unit, to=about.to, number=number)
    return _done(verbs, verb, number=number)


@mail.post("/units/<code>/<verb>")
@signed_in(may_decide)
def decide_unit(code: str, verb: str) -> werkzeug.Response | tuple[str, int]:
    """Write to one unit now, or hold back what is foreseen for it."""
    workspace = _acting()
    unit = current.unit(code, workspace.campaign)
    until = deciding.end_of_tomorrow(workspace)
    verbs: dict[str, Callable[[], object]] = {
        "write": lambda: deciding.hurry_foreseen(workspace, unit, until, flask.request.form.get("letter", "")),
        "keep": lambda: deciding.hold_foreseen(workspace, unit, until),
    }
    return _done(verbs, verb, unit=unit.name)


@mail.post("/all/<verb>")
@signed_in(may_decide)
def decide_all(verb: str) -> werkzeug.Response | tuple[str, int] | str:
    """Hold every mail, let them go, send at once what is due, or decide on all that may have been sent."""
    workspace = _acting()
    verbs: dict[str, Callable[[], object]] = {
        "hold-all": lambda: deciding.hold_all(workspace, back=True),
        "release-all": lambda: deciding.hold_all(workspace, back=False),
        "send-due": lambda: deciding.hurry_due(workspace, flask.request.form.get("letter", "")),
        "all-sent": lambda: deciding.decide_all_unknown(workspace, sent=True),
        "all-not-sent": lambda: deciding.decide_all_unknown(workspace, sent=False),
    }
    if verb in ("send-due", "all-sent", "all-not-sent") and not question.is_sure() and not _lack(workspace, verb):
        letter = flask.request.form.get("letter", "")
        return _ask(verb, {"letter": letter} if letter else {}, count=_how_many(workspace, verb))
    return _done(verbs, verb)


def _how_many(workspace: Workspace, verb: str) -> int:
    """Return how many mails a verb is about."""
    if verb == "send-due":
        now = workspace.clock()
        due = (one.line for one in ledger_planning.foresee(workspace, now) if one.line.state is MailState.PLANNED)
        return len({line.key.unit for line in due if line.key.unit})
    unknown = workspace.store.mail.lines(workspace.campaign.key, (MailState.UNKNOWN,))
    return len({line.message_id or line.id for line in unknown})


def _ask(verb: str, fields: dict[str, str] | None = None, **about: str | int) -> str:
    """Ask once more before something that cannot be taken back, or is about many."""
    key, words = f"mail.sure_{verb.replace('-', '_')}", current.words()
    return question.ask(words(f"{key}_title"), words(key, **about), fields or {}, flask.url_for("mail.index"))


@mail.post("/addresses")
@signed_in(may_decide)
def clear() -> werkzeug.Response | tuple[str, int]:
    """Write to an address again from which mail came back."""
    workspace, address = _acting(), flask.request.form.get("address", "")
    return _done({"clear": lambda: deciding.clear_bounced(workspace, address)}, "clear", address=address[:80])


@mail.post("/files/<kind>")
@signed_in(may_decide)
def files(kind: str) -> flask.Response | tuple[str, int]:
    """Answer the mails of the plan as a file, for those who send by hand; each has a new link."""
    workspace, makers = _acting(), {"xlsx": _sheet, "txt": _texts, "zip": _mails}
    if kind not in makers:
        raise UnknownNameError(message("web.no_page"))
    found = mail_drafts.drafts(workspace, deciding.end_of_tomorrow(workspace), links=True, short=kind != "zip")
    made, words = found.made, current.words()
    left_out = message("mail.left_out", count=found.left_out, faults=joined(found.faults)).text(words.language)
    if found.faults and not made:
        return _shown(left_out), HTTPStatus.UNPROCESSABLE_ENTITY
    if found.faults:
        flask.flash(left_out)  # beside a file the page is not shown: it is said when the page is next
    content, type_ = makers[kind](workspace, made)
    if flask.request.form.get("record", "") == "1":
        mail_drafts.record_as_sent(workspace, made)
    response = flask.Response(content, mimetype=type_)
    name = f"{words('mail.file_name')}.{kind}"
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _sheet(workspace: Workspace, made: tuple[mail_drafts.MailDraft, ...]) -> tuple[bytes, str]:
    from service.documents.file_writing import write_xlsx  # noqa: PLC0415 – only a sheet needs it

    file = io.BytesIO()
    write_xlsx([mail_drafts.merge_table(workspace, made, current.words().language)], file)
    return file.getvalue(), _XLSX


def _texts(_workspace: Workspace, made: tuple[mail_drafts.MailDraft, ...]) -> tuple[bytes, str]:
    return mail_drafts.short_texts(made).encode("utf-8-sig"), "text/plain; charset=utf-8"


def _mails(workspace: Workspace, made: tuple[mail_drafts.MailDraft, ...]) -> tuple[bytes, str]:
    packed = io.BytesIO()
    with TemporaryDirectory() as folder, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        mail_drafts.write_files(workspace, made, Path(folder))
        for file in _sorted_files(Path(folder)):
            archive.write(file, file.name)
    return packed.getvalue(), "application/zip"


def _sorted_files(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.iterdir())


def _acting() -> Workspace:
    """Return the workspace with the user as the actor."""
    return replace(current.workspace(), actor=identity.require().email)


_SENDING = frozenset({"send", "write", "send-due"})


def _lack(workspace: Workspace, verb: str) -> Message | None:
    """Return why a verb that sends can send nothing: said now, not left waiting for whenever a server is set."""
    return MailMeans.of(workspace).lack(workspace.settings) if verb in _SENDING else None


def _done(verbs: dict[str, Callable[[], object]], verb: str, **about: str | int) -> werkzeug.Response | tuple[str, int]:
    """Do what was asked and show the page again; a refusal is shown on it."""
    if verb not in verbs:
        raise UnknownNameError(message("web.no_page"))
    words, lack = current.words(), _lack(current.workspace(), verb)
    if lack is not None:
        return _shown(lack.text(words.language)), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        verbs[verb]()
    except (MailRefusedError, UnknownNameError) as refused:
        return _shown(refused.text(words.language)), HTTPStatus.UNPROCESSABLE_ENTITY
    sends = verb not in _SENDING or living_workers(current.workspace())
    flask.flash(words(f"mail.done_{verb.replace('-', '_')}", **about) if sends else words("mail.done_no_sender"))
    return flask.redirect(flask.url_for("mail.index"), HTTPStatus.SEE_OTHER)
