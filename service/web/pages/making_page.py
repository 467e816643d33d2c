"""Making the tabs of a season from its page, with what is going on; more than a second is no page to wait for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus

import flask
import werkzeug

from service import wiring, workflows
from service.domain.provisioning_report import ProvisionReport
from service.domain.roles import may_decide
from service.errors import ServiceError
from service.sheets.components import Component
from service.web import current
from service.web.session import identity
from service.web.session.identity import signed_in
from service.workspace import Workspace
from sheets_schema.wording import Message, message, verbatim

log = logging.getLogger(__name__)
KEY = "tonghop.making"
SHOWN = 12  # sentences of what is going on

making = flask.Blueprint("making", __name__, url_prefix="/making")


@dataclass(slots=True)
class Making:
    """One making of tabs that runs or has ended."""

    thread: threading.Thread | None = None
    told: list[Message] = field(default_factory=list)
    report: ProvisionReport | None = None
    failure: Message | None = None

    @property
    def runs(self) -> bool:
        """Return True while it goes on."""
        return self.thread is not None and self.thread.is_alive()


@making.get("")
@signed_in(may_decide)
def page() -> str | werkzeug.Response:
    """Show what is there, what goes on, and what came of it."""
    if "provisioning" in flask.current_app.blueprints:
        # a page of its own does the same, and more
        return flask.redirect(flask.url_for("provisioning.index"), HTTPStatus.SEE_OTHER)
    workspace, words = current.workspace(), current.words()
    made = _of_the_application()
    tabs = workspace.store.registry.tabs(workspace.campaign.key)
    report = made.report
    return flask.render_template(
        "making.html",
        campaign=workspace.campaign,
        runs=made.runs,
        told=_texts(made.told[-SHOWN:]),
        lines=report.lines(words.language) if report and not made.runs else [],
        failure=made.failure.text(words.language) if made.failure and not made.runs else "",
        is_whole=bool(report and report.is_whole),
        tabs=len([tab for tab in tabs if tab.orphaned_at is None]),
        wanted=len(workspace.campaign.active_units) * len(workspace.campaign.obligations),
    )


@making.post("")
@signed_in(may_decide)
def begin() -> werkzeug.Response:
    """Begin making tabs, where that does not go on already."""
    made, workspace = _of_the_application(), current.workspace()
    if "provisioning" not in flask.current_app.blueprints and not made.runs:
        flask.current_app.extensions[KEY] = fresh = Making()
        asked = replace(workspace, actor=identity.require().email, progress=lambda said: _tell(fresh, said))
        fresh.thread = threading.Thread(target=_make, args=(fresh, asked), name="making", daemon=True)
        fresh.thread.start()
    return flask.redirect(flask.url_for("making.page"), HTTPStatus.SEE_OTHER)


def _of_the_application() -> Making:
    found: Making = flask.current_app.extensions.setdefault(KEY, Making())
    return found


def _tell(made: Making, said: Message | str) -> None:
    made.told.append(said if isinstance(said, Message) else verbatim(said))


def _make(made: Making, workspace: Workspace) -> None:
    forms = tuple(owed.form for owed in workspace.campaign.obligations)
    try:
        made.report = workflows.provision(wiring.for_component(workspace, Component.PROVISION), forms)
    except ServiceError as error:
        made.failure = error.message
    except Exception as slip:
        log.exception("making tabs failed")
        made.failure = message("consolidation.unforeseen", name=type(slip).__name__)


def _texts(sentences: Sequence[Message]) -> list[str]:
    return [one.text(current.words().language) for one in sentences]
