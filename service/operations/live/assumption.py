"""An assumption: what the product counts on, where, and how it is tried on a scratch spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from service.errors import SheetsForbiddenError, SheetsRefusedError
from service.operations.live.trial import Trial


class Outcome(StrEnum):
    """What became of a trial."""

    HOLDS = "holds"
    FAILS = "fails"
    UNTRIED = "untried"


OUTCOME_WORDS = {Outcome.HOLDS: "đúng", Outcome.FAILS: "không đúng ở đây", Outcome.UNTRIED: "chưa thử được"}


@dataclass(frozen=True, slots=True)
class Found:
    """What a trial found, and a word on it."""

    outcome: Outcome
    said: str = ""


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing that is counted on."""

    name: str
    words: str  # Vietnamese, as a statement
    needed_by: str  # the module that counts on it
    try_it: Callable[[Trial], Found]


@dataclass(frozen=True, slots=True)
class Result:
    """An assumption with what was found."""

    assumption: Assumption
    found: Found

    @property
    def line(self) -> str:
        """Return the result as one line."""
        said = f" ({self.found.said})" if self.found.said else ""
        return f"[{OUTCOME_WORDS[self.found.outcome]}] {self.assumption.name}: {self.assumption.words}{said}"

    def as_dict(self) -> dict[str, object]:
        """Return the result as JSON values."""
        return {
            "name": self.assumption.name,
            "words": self.assumption.words,
            "needed_by": self.assumption.needed_by,
            "outcome": self.found.outcome.value,
            "said": self.found.said,
        }


def judged(holds: bool, said: str = "") -> Found:
    """Return that something holds or does not."""
    return Found(Outcome.HOLDS if holds else Outcome.FAILS, said)


def untried(why: str) -> Found:
    """Return that something could not be tried, and why."""
    return Found(Outcome.UNTRIED, why)


def is_refused(act: Callable[[], object]) -> bool:
    """Say whether the server refuses something, as wrong or as not allowed."""
    try:
        act()
    except (SheetsRefusedError, SheetsForbiddenError):
        return True
    return False
