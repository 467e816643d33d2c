"""Reasons, notes, document numbers and names as people type them: each one line, of one length wherever it is typed."""

from __future__ import annotations

from service.errors import DecisionRefusedError
from sheets_schema.vietnamese.folding import squash
from sheets_schema.wording import Message, message

LONGEST_REASON, LONGEST_DOCUMENT, LONGEST_ACTOR = 1000, 200, 200


def read_line(text: str, longest: int, title: Message) -> str:
    """Return a typed text as one composed line; DecisionRefusedError for what is too long or no text."""
    line = squash(text)
    if len(line) > longest:
        raise DecisionRefusedError(message("typed.too_long", title=title, longest=longest))
    if not line.isprintable():
        raise DecisionRefusedError(message("typed.unreadable_text", title=title))
    return line


def read_reason(text: str) -> str:
    """Return the reason of a decision as one line."""
    return read_line(text, LONGEST_REASON, message("web.reason"))


def read_note(text: str) -> str:
    """Return the note to what is recorded as one line."""
    return read_line(text, LONGEST_REASON, message("web.note"))


def read_document(text: str) -> str:
    """Return the number of a document as one line."""
    return read_line(text, LONGEST_DOCUMENT, message("web.document_number"))


def read_actor(text: str) -> str:
    """Return the name of the person who decides as one line."""
    return read_line(text, LONGEST_ACTOR, message("typed.actor"))
