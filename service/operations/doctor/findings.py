"""A finding: what was examined, how it is, what was found or is to be done; a check that fails is one too."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from service.errors import ServiceError
from sheets_schema.wording import Language, Message, Value, message


class State(StrEnum):
    """How a subject is."""

    OK = "ok"
    ATTENTION = "attention"  # a person should read it
    FAILED = "failed"  # the service cannot work like this


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's."""

    subject: Message
    state: State
    message: Message

    def line(self, language: Language) -> str:
        """Return the finding as one line, whatever is in it."""
        mark = message(f"doctor.{self.state.value}").text(language)
        return f"[{mark}] {_plain(self.subject.text(language))}: {_plain(self.message.text(language))}"

    def as_dict(self, language: Language) -> dict[str, object]:
        """Return the finding as JSON values."""
        subject, words = self.subject.text(language), self.message.text(language)
        return {"subject": subject, "state": self.state.value, "message": words}


def ok(subject: Message, key: str, **values: Value) -> Finding:
    """Return a finding that is as it should be."""
    return Finding(subject, State.OK, message(key, **values))


def attention(subject: Message, key: str, **values: Value) -> Finding:
    """Return a finding with something to do."""
    return Finding(subject, State.ATTENTION, message(key, **values))


def failed(subject: Message, key: str, **values: Value) -> Finding:
    """Return a finding without whose remedy the service cannot work."""
    return Finding(subject, State.FAILED, message(key, **values))


def guarded(
    subject: Message, check: Callable[[], Iterable[Finding]], state: State = State.ATTENTION
) -> Iterator[Finding]:
    """Yield what a check finds; one that fails is a finding, and no failure ends the examination."""
    try:
        yield from check()
    except ServiceError as error:
        yield Finding(subject, state, error.message)
    except Exception as error:  # noqa: BLE001 – reported as a finding with its place; the other checks go on
        at = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{at.filename.rpartition('/')[2]}:{at.lineno}"
        yield Finding(subject, state, message("doctor.check_failed", kind=type(error).__name__, place=place))


def grouped(number: int) -> Message | int:
    """Return a number as a value of a message, its thousands apart as the language has them."""
    high, low = divmod(number, 1000)
    return message("doctor.grouped", high=grouped(high), low=f"{low:03}") if high else low


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
