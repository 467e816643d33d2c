"""Texts that a page was sent, whole: one that is longer than its box takes is refused, never cut."""

from __future__ import annotations

from http import HTTPStatus

import flask

from service.errors import ServiceError
from sheets_schema.wording import message


class TooLongError(ServiceError):
    """A text is longer than its box takes; nothing was done."""

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


def typed_text(name: str, longest: int, default: str = "") -> str:
    """Return a text of the form that was sent; TooLongError where it is longer than a number of letters."""
    text: str = flask.request.form.get(name, default)
    if len(text) > longest:
        raise TooLongError(message("web.box_too_long", start=text[:40], count=len(text), longest=longest))
    return text
