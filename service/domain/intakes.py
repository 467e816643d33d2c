"""What was taken from files that units sent: which file, who took it, when it came, where each of its rows went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from service.domain.history import Owed
from service.domain.instant_words import instant_message
from service.domain.printed_tables import digest
from sheets_schema.vietnamese.folding import squash
from sheets_schema.wording import Message, message

SHOWN_DIGITS = 12  # of a digest


class IntakeMode(StrEnum):
    """How a file's words go onto a tab."""

    FILL = "fill"  # the tab holds nothing that the file would change
    APPEND = "append"  # below what the tab holds, which stays
    REPLACE = "replace"  # in place of what the tab holds, whose version is kept


@dataclass(frozen=True, slots=True)
class IntakeLine:
    """A row of a tab that was taken from a line of a file."""

    row: int  # of the tab
    sheet: str  # of the file; blank for a file without sheets
    line: int  # of the file
    words: str  # digest of what it said


@dataclass(frozen=True, slots=True)
class Intake:
    """A file that was taken into a unit's tab."""

    unit: str
    form: str
    recorded_at: datetime
    actor: str
    name: str  # of the file
    sha256: str
    size: int  # bytes
    mode: IntakeMode
    lines: tuple[IntakeLine, ...]
    fields: tuple[str, ...] = ()  # keys of what was taken beside the table
    received_at: datetime | None = None  # when the file came, as the operator says
    document: str = ""  # its number

    @property
    def short_digest(self) -> str:
        """Return the beginning of the file's digest, as people compare it."""
        return self.sha256[:SHOWN_DIGITS]

    def line_of(self, texts: Mapping[str, object]) -> IntakeLine | None:
        """Return the line of the file that a row still says word for word, wherever it is on the tab now."""
        words = words_digest(texts)
        return next((one for one in self.lines if one.words == words), None)

    def sentence(self, zone: tzinfo) -> Message:
        """Return what was taken, when and by which person."""
        said = message(
            "intake.recorded",
            name=self.name,
            digest=self.short_digest,
            rows=len(self.lines),
            at=instant_message(self.recorded_at, zone),
            actor=self.actor,
        )
        if self.received_at is None:
            return said
        return message("intake.recorded_came_at", recorded=said, came=instant_message(self.received_at, zone))

    def sentence_with_rows(
        self, zone: tzinfo, rows: Sequence[Mapping[str, object]], seen_at: datetime | None
    ) -> Message:
        """Return the sentence with how many of its rows the tab says word for word, where it was read since."""
        said = self.sentence(zone)
        present = {words_digest(texts) for texts in rows}
        same = sum(one.words in present for one in self.lines)
        is_read = seen_at is not None and (seen_at >= self.recorded_at or same == len(self.lines))
        if not is_read:
            return message("intake.recorded_unread", recorded=said)
        return message("intake.recorded_rows", recorded=said, same=same, rows=len(self.lines))

    def as_dict(self, zone: tzinfo) -> dict[str, object]:
        """Return it as JSON values, instants in a zone."""
        came = self.received_at
        return {
            "unit": self.unit,
            "form": self.form,
            "recorded_at": self.recorded_at.astimezone(zone).isoformat(),
            "received_at": None if came is None else came.astimezone(zone).isoformat(),
            "actor": self.actor,
            "name": self.name,
            "sha256": self.sha256,
            "size": self.size,
            "mode": self.mode.value,
            "document": self.document,
            "fields": list(self.fields),
            "lines": [{"row": one.row, "sheet": one.sheet, "line": one.line} for one in self.lines],
        }


def words_digest(texts: Mapping[str, object]) -> str:
    """Return the digest of a row's words, however they are spaced; blank cells do not count."""
    words = {key: squash(str(text)) for key, text in texts.items()}
    return digest(sorted((key, text) for key, text in words.items() if text))[:SHOWN_DIGITS]


def source_of(intakes: Iterable[Intake], texts: Mapping[str, object]) -> tuple[Intake, IntakeLine] | None:
    """Return the file and line that a row came from, of several the one taken last; None for one typed or changed."""
    for intake in sorted(intakes, key=lambda one: one.recorded_at, reverse=True):
        line = intake.line_of(texts)
        if line is not None:
            return intake, line
    return None


def by_tab(intakes: Iterable[Intake], code_now: Mapping[str, str]) -> dict[Owed, tuple[Intake, ...]]:
    """Group what was taken by unit and form, under the codes that units have now."""
    found: dict[Owed, list[Intake]] = {}
    for intake in intakes:
        found.setdefault((code_now.get(intake.unit, intake.unit), intake.form), []).append(intake)
    return {owed: tuple(several) for owed, several in found.items()}
