"""Asking once more: a page with the question, what follows from it, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import flask

from service.web import current

SURE = "sure"


def is_sure() -> bool:
    """Return True if the request was confirmed on the page of the question."""
    return flask.request.form.get(SURE, "") == "1"


def ask(
    title: str,
    says: str,
    fields: Mapping[str, str],
    back: str,
    sure: str = "",
    instead: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the page that asks once more; what is posted to it comes here again, confirmed.

    `sure` is what the button says; `instead` are other ways on, each with its address.
    """
    return flask.render_template(
        "question.html",
        campaign=current.workspace().campaign,
        title=title,
        says=says,
        action=current.path_of(flask.request.path),
        fields={**fields, SURE: "1"},
        back=back,
        sure=sure,
        instead=instead,
    )
