"""A finding: what was looked at, how it is, what was found or is to be done; a check that fails is one too."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from service.errors import ServiceError


class State(StrEnum):
    """How a subject is."""

    WELL = "ok"
    LOOK = "look"  # somebody should look at it
    BROKEN = "failed"  # the service cannot work like this


MARKS = {State.WELL: "ổn", State.LOOK: "CẦN XEM", State.BROKEN: "HỎNG"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's."""

    subject: str
    state: State
    said: str

    @property
    def line(self) -> str:
        """Return the finding as one line, whatever stands in it."""
        return f"[{MARKS[self.state]}] {_plain(self.subject)}: {_plain(self.said)}"

    def as_dict(self) -> dict[str, object]:
        """Return the finding as JSON values."""
        return {"subject": self.subject, "state": self.state.value, "said": self.said}


def well(subject: str, said: str) -> Finding:
    """Return a finding that is as it should be."""
    return Finding(subject, State.WELL, said)


def look(subject: str, said: str) -> Finding:
    """Return a finding with something to do."""
    return Finding(subject, State.LOOK, said)


def guarded(subject: str, check: Callable[[], Iterable[Finding]], failed: State = State.LOOK) -> Iterator[Finding]:
    """Yield what a check finds; one that fails is a finding, and no failure ends the examination."""
    try:
        yield from check()
    except ServiceError as error:
        yield Finding(subject, failed, str(error))
    except Exception as error:  # noqa: BLE001 – told as a finding with its place; the other checks go on
        at = traceback.extract_tb(error.__traceback__)[-1]
        yield Finding(
            subject,
            failed,
            f"phép kiểm này tự hỏng ({type(error).__name__}, {at.filename.rpartition('/')[2]}:{at.lineno}). "
            "Hãy báo cho người bảo trì.",
        )


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
