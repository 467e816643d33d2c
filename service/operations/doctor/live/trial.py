"""A trial: one thing the product counts on, how it is tried on a scratch spreadsheet, and what came out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from service.errors import SheetsForbiddenError, SheetsRefusedError
from service.operations.doctor.live.push_inbox import PushInbox
from service.sheets.scratch import Json, Scratch
from service.workspace import Progress
from sheets_schema.wording import Language, Message, message


class Outcome(StrEnum):
    """What became of a trial."""

    HOLDS = "holds"
    FAILS = "fails"
    UNTRIED = "untried"

    @property
    def words(self) -> Message:
        """Return the outcome as people read it."""
        return message(f"live.{self.value}")


@dataclass(frozen=True, slots=True)
class TrialVerdict:
    """What a trial found, perhaps with a remark."""

    outcome: Outcome
    remark: Message | None = None


@dataclass(frozen=True, slots=True)
class WaitRules:
    """How waiting is done and how long."""

    wait: Callable[[float], None]
    elapsed: Callable[[], float]  # seconds, only ever growing
    longest: float = 300.0
    step: float = 10.0


@dataclass(frozen=True, slots=True)
class Trial:
    """Everything the functions of the table may use."""

    book: Scratch
    us: str
    waiting: WaitRules
    progress: Progress
    other: Scratch | None = None  # the same spreadsheet, by an account that may write it and edits none of our tiles
    other_address: str = ""
    group: str = ""
    watching: Scratch | None = None  # by us, with the scopes of consolidation; None where scopes mean nothing
    inbox: PushInbox | None = None

    def wait_for(self, what: Message, is_there: Callable[[], bool]) -> int | None:
        """Wait until something is there; return after how many seconds, or None when the longest wait ended first."""
        began = self.waiting.elapsed()
        while not is_there():
            gone = self.waiting.elapsed() - began
            if gone >= self.waiting.longest:
                return None
            self.progress(message("live.waited", what=what, seconds=round(gone), longest=round(self.waiting.longest)))
            self.waiting.wait(self.waiting.step)
        return round(self.waiting.elapsed() - began)


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing that is counted on; the catalogue has its statement under its name."""

    name: str
    needed_by: str  # the module that counts on it
    try_it: Callable[[Trial], TrialVerdict]

    @property
    def words(self) -> Message:
        """Return the assumption as a statement."""
        return message(f"live.trial_{self.name.replace('-', '_')}")


@dataclass(frozen=True, slots=True)
class Result:
    """An assumption with what was found."""

    assumption: Assumption
    verdict: TrialVerdict

    def line(self, language: Language) -> str:
        """Return the result as one line."""
        remark = f" ({self.verdict.remark.text(language)})" if self.verdict.remark else ""
        words = self.assumption.words.text(language)
        return f"[{self.verdict.outcome.words.text(language)}] {self.assumption.name}: {words}{remark}"

    def as_dict(self, language: Language) -> dict[str, object]:
        """Return the result as JSON values."""
        return {
            "name": self.assumption.name,
            "words": self.assumption.words.text(language),
            "needed_by": self.assumption.needed_by,
            "outcome": self.verdict.outcome.value,
            "remark": self.verdict.remark.text(language) if self.verdict.remark else "",
        }


def judged(holds: bool, otherwise: Message | None = None) -> TrialVerdict:
    """Return that something holds, or that it does not and why."""
    return TrialVerdict(Outcome.HOLDS) if holds else TrialVerdict(Outcome.FAILS, otherwise)


def untried(why: Message) -> TrialVerdict:
    """Return that something could not be tried, and why."""
    return TrialVerdict(Outcome.UNTRIED, why)


def is_refused(act: Callable[[], object]) -> bool:
    """Return True if the server refuses something, as wrong or as not allowed."""
    try:
        act()
    except (SheetsRefusedError, SheetsForbiddenError):
        return True
    return False


def text_cells(sheet: int, row: int, column: int, *texts: str) -> Json:
    """Return the request that writes texts side by side."""
    start = {"sheetId": sheet, "rowIndex": row, "columnIndex": column}
    cells = [{"userEnteredValue": {"stringValue": text}} for text in texts]
    return {"updateCells": {"start": start, "rows": [{"values": cells}], "fields": "userEnteredValue"}}


def protection(area: Json, *users: str) -> Json:
    """Return the request that protects an area for everyone but some."""
    editors = {"users": list(users), "domainUsersCanEdit": False}
    return {"addProtectedRange": {"protectedRange": {"range": area, "warningOnly": False, "editors": editors}}}
