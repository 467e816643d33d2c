"""The guide for units: two pages to read, or to print and enclose with a letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flask

from service.domain.roles import may_sign_in
from service.domain.written_numbers import in_marks
from service.web import current
from service.web.session.identity import signed_in
from sheets_schema.wording import Language

# each step of the guide by the beginning of its words
_STEPS: dict[str, Callable[[str | int], str]] = {
    "enter": lambda part: f"guide.enter_{part}",
    "type": lambda part: f"guide.type_{part}",
    "check": lambda part: f"guide.check_{part}",
    "send": lambda part: f"guide.send_{part}",
    "after": lambda part: f"guide.after_{part}",
}
_PICTURED = ("enter", "type", "check", "send")


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One step, with a picture where there is one."""

    name: str
    title: str
    lines: tuple[str, ...]
    picture: str  # what it shows; blank: there is none


guide = flask.Blueprint("guide", __name__, url_prefix="/guide")


@guide.get("")
@signed_in(may_sign_in)
def index() -> str:
    """Show the guide."""
    words = current.words()
    hours = in_marks(f"{current.settings().session_hours:g}", words.language)
    is_vietnamese = words.language is Language.VIETNAMESE
    steps = [
        GuideStep(
            name,
            words(key("title")),
            tuple(words(key(number), hours=hours) for number in (1, 2, 3)),
            words(key("picture")) if name in _PICTURED else "",
        )
        for name, key in _STEPS.items()
    ]
    folder = "guide" if is_vietnamese else f"guide/{words.language.value}"
    return flask.render_template("guide.html", campaign=current.workspace().campaign, steps=steps, folder=folder)
