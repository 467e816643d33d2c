"""Words for the person who runs the machine, set apart on pages: settings, commands, names of files.

A message says first what any clerk understands; what is typed into a terminal follows in brackets. Pages show the
latter small, as code.
"""

from __future__ import annotations

import re

from jinja2.utils import urlize
from markupsafe import Markup, escape

COMMANDS = (
    "demo", "provision", "workbook", "consolidate", "status", "explain", "check", "intake", "extend", "receive",
    "exempt", "return", "accept", "nil", "withdraw", "freeze", "versions", "show", "paper", "paper-template",
    "board-task", "access", "mail", "season", "serve", "worker", "sheets-server", "watch", "backup", "restore",
    "doctor",
)  # fmt: skip
_COMMAND = "|".join(sorted(COMMANDS, key=len, reverse=True))
_FLAGS = r"(?: (?:add|grant|hold|list|plan|send|use)\b)?(?: --[a-z-]+)*"
CODE = re.compile(
    rf"\b(?:TONGHOP|GOOGLE)_[A-Z_]+(?:=[^\s,;.()]+)?|\btonghop (?:{_COMMAND})(?![\w-]){_FLAGS}"
    r"|(?<!\w)--[a-z]+(?:-[a-z]+)*|(?<![\w/.])[\w-]+\.(?:toml|json|csv|sqlite)\b(?::\d+)?|\bsudo [a-z]+"
)


def set_apart(text: object, *, links: bool = False) -> Markup:
    """Return a text with the words for the machine as code; what is marked up already stays as it is.

    With `links` addresses in it lead there.
    """
    if isinstance(text, Markup):
        return text
    whole = str(text)
    found, end = Markup(), 0
    for match in CODE.finditer(whole):
        found += _plain(whole[end : match.start()], links=links)
        found += Markup('<code class="for-machine">{}</code>').format(match[0])
        end = match.end()
    return found + _plain(whole[end:], links=links)


def _plain(text: str, *, links: bool) -> Markup:
    return Markup(urlize(text)) if links else escape(text)  # noqa: S704 – urlize escapes
