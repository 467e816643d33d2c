"""The words of mails in the browser: copied, changed, tried with a sample, used from then on, taken back."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

import flask
import werkzeug

from service.domain.roles import may_change_templates
from service.errors import DecisionRefusedError, MailTemplateError
from service.mail import own_templates
from service.mail.own_templates import NAMES
from service.mail.trying import PLACES
from service.mail.wording import LONGEST_TEMPLATE, MailWords
from service.web import current
from service.web.pages import dashboard_content
from service.web.session import identity
from service.web.session.identity import signed_in
from service.workspace import Workspace

_NAMES = f"<any({', '.join(NAMES)}):name>"

mail_templates = flask.Blueprint("mail_templates", __name__, url_prefix="/mail/templates")


@mail_templates.get("")
@signed_in(may_change_templates)
def index() -> str:
    """List the templates in use."""
    workspace, words = current.workspace(), current.words()
    lines = [
        (one.name, words(f"mail.kind_{one.name}"), _by(workspace, one))
        for one in own_templates.templates_in_use(workspace)
    ]
    return flask.render_template("mail_templates.html", campaign=workspace.campaign, lines=lines)


@mail_templates.get(f"/{_NAMES}")
@signed_in(may_change_templates)
def page(name: str) -> str:
    """Show the words of one mail to be changed."""
    return _page(name, own_templates.wording_of(current.workspace()).source(name))


@mail_templates.get(f"/{_NAMES}.txt")
@signed_in(may_change_templates)
def copy(name: str) -> flask.Response:
    """Answer the template in use as a file."""
    source = own_templates.wording_of(current.workspace()).source(name)
    response = flask.Response(source, mimetype="text/plain; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"mail_{name}.txt")
    return response


@mail_templates.post(f"/{_NAMES}")
@signed_in(may_change_templates, largest_body=4 * LONGEST_TEMPLATE)
def change(name: str) -> werkzeug.Response | tuple[str, int] | str:
    """Try typed words and show a sample, use them, or take those of the office back."""
    workspace = replace(current.workspace(), actor=identity.require().email)
    posted, words = flask.request.form, current.words()
    source = _uploaded() or posted.get("source", "").replace("\r\n", "\n")
    try:
        if posted.get("do") == "withdraw":
            own_templates.withdraw(workspace, name)
            flask.flash(words("mail.template_withdrawn", kind=words(f"mail.kind_{name}")))
        elif posted.get("do") == "use":
            own_templates.use(workspace, name, source)
            flask.flash(words("mail.template_used", kind=words(f"mail.kind_{name}")))
        else:
            return _page(name, source, tried=own_templates.try_source(workspace, name, source))
    except (MailTemplateError, DecisionRefusedError) as refused:
        return _page(name, source, refused.text(words.language)), HTTPStatus.UNPROCESSABLE_ENTITY
    return flask.redirect(flask.url_for("mail_templates.page", name=name), HTTPStatus.SEE_OTHER)


def _uploaded() -> str:
    """Return the text of an uploaded file; blank without one. What is no text is refused when it is tried."""
    sent = flask.request.files.get("file")
    if sent is None or not sent.filename:
        return ""
    content = sent.stream.read(LONGEST_TEMPLATE + 1)
    return content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")


def _page(name: str, source: str, fault: str = "", tried: MailWords | None = None) -> str:
    workspace, words = current.workspace(), current.words()
    used = next(one for one in own_templates.templates_in_use(workspace) if one.name == name)
    return flask.render_template(
        "mail_template.html",
        campaign=workspace.campaign,
        name=name,
        kind=words(f"mail.kind_{name}"),
        source=source,
        fault=fault,
        tried=tried,
        by=_by(workspace, used),
        is_own=used.record is not None,
        places=[place for place in PLACES if place != "obligations"],
        of_obligation=sorted(own_templates.places_of_obligation()),
        rows=min(40, max(12, source.count("\n") + 3)),
    )


def _by(workspace: Workspace, used: own_templates.MailTemplateInUse) -> str:
    words, record = current.words(), used.record
    if record is None:
        return words("mail.template_shipped")
    at = words.instant(dashboard_content.minute(record.recorded_at), workspace.campaign.zone)
    return words("mail.template_by", who=record.actor, at=at)
