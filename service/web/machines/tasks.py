"""What a scheduler may ask for: `POST /tasks/sweep` has everything read soon, at the root that of every open season.

204 asked; 401 without `Authorization: Bearer` and the secret; 503 while there is no secret, or the database fails.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterator
from http import HTTPStatus

import flask

from service.seasons import season_list
from service.web import current, failures
from service.workspace import Workspace
from sheets_schema.wording import message

LARGEST_BODY = 8 * 1024
log = logging.getLogger(__name__)

tasks = flask.Blueprint("tasks", __name__, url_prefix="/tasks")


@tasks.post("/sweep")
def sweep() -> flask.Response:
    """Ask for a run that reads everything; a request during a run leads to one more."""
    workspace = current.workspace()
    secret = workspace.settings.task_secret
    if not secret:
        return failures.answer(HTTPStatus.SERVICE_UNAVAILABLE, message("machines.tasks_off"))
    flask.request.max_content_length = LARGEST_BODY
    flask.request.get_data(cache=False)
    scheme, _, given = flask.request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), secret.encode()):
        return failures.answer(HTTPStatus.UNAUTHORIZED, message("machines.task_unsigned"))
    for season in (workspace, *_others(workspace)):
        season.ask_for_sweep()
    return flask.Response(status=HTTPStatus.NO_CONTENT)


def _others(workspace: Workspace) -> Iterator[Workspace]:
    """Yield the other open seasons, of which the root speaks too; one that cannot be read is named in the log."""
    if current.is_main():
        yield from season_list.other_workspaces(workspace, lambda reason: log.error("not swept: %s", reason))
