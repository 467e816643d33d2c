"""What one whole read saw on a unit's tab: the evidence standings are computed from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from service.domain.standing_labels import Receipt

# Google passes edits of a spreadsheet on to Drive about every three minutes, and its modified time with them
# (googleapis/google-api-go-client#444): the last edit that was seen is at most so much later
# than the modified time that was asked for after it.
MODIFIED_LAG = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class TabPlace:
    """Where on which tab: the cell of the confirming tick in A1 notation."""

    spreadsheet_id: str
    sheet_id: int
    tab: str
    cell: str


@dataclass(frozen=True, slots=True)
class Interval:
    """When something happened, as far as is known: after one instant (None: no earlier read) and by another."""

    after: datetime | None
    by: datetime

    def straddles(self, instant: datetime) -> bool:
        """Return True if it may have happened before the instant as well as at or after it."""
        return (self.after is None or self.after < instant) and instant <= self.by


@dataclass(frozen=True, slots=True)
class Preceding:
    """What is kept of the confirmed observation before another."""

    errors: int
    digest: str


@dataclass(frozen=True, slots=True)
class Observation:
    """What one whole read saw on a unit's tab; stored only when it differs from the last one.

    `last_seen_at` is the previous whole read of this tab, or its creation: it was not so then.
    `modified_at` is the file's modified time, where it was asked for (`receipt_times`). It speaks
    for all tabs of the file.
    """

    unit: str
    form: str
    seen_at: datetime
    last_seen_at: datetime | None
    modified_at: datetime | None
    filled: bool  # anything of the unit's own
    confirmed: bool
    nil: bool
    content: bool  # at least one accepted activity, or one reported section
    document: bool  # the deployment document is there; True where the form needs none
    entries: int
    errors: int
    warnings: int
    digest: str  # of what the unit typed
    fault_digest: str  # of its errors
    place: TabPlace
    words_digest: str = ""  # of what the unit typed, the confirming tick apart
    recorded_at: datetime | None = field(default=None, compare=False)  # None: not on record yet
    number: int = field(default=0, compare=False)  # its fact's; 0: not on record yet
    # the confirmed one before it, where others between the two were not read
    preceding: Preceding | None = field(default=None, compare=False)

    @property
    def known_at(self) -> datetime:
        """Return when it became known: a read is on record later than it was made."""
        return self.recorded_at or self.seen_at

    def says_other_than(self, earlier: Observation) -> bool:
        """Return True if the tab holds other words than it did; the confirming tick does not count."""
        if self.words_digest and earlier.words_digest:
            return self.words_digest != earlier.words_digest
        return self.digest != earlier.digest

    @property
    def receipt(self) -> Receipt:
        """Return the receipt this observation shows.

        Confirmed content with its document is complete even where "Không phát sinh" is ticked too: what was
        sent outweighs the declaration that nothing was.
        """
        if not self.confirmed:
            return Receipt.DRAFT if self.filled or self.nil else Receipt.NONE
        if self.content and self.document:
            return Receipt.COMPLETE
        return Receipt.NIL if self.nil else Receipt.PARTIAL

    @property
    def happened(self) -> Interval:
        """Return when what was seen came about: after the previous read, by this one or the file's last change.

        The file's last change bounds it by its modified time and the lag. A previous read that is not earlier, and a
        bound outside the two reads, are ignored: the file may have been changed since, even by us.
        """
        after = self.last_seen_at if self.last_seen_at is not None and self.last_seen_at < self.seen_at else None
        bound = self.changed_by
        if bound is None or bound >= self.seen_at or (after is not None and bound <= after):
            return Interval(after, self.seen_at)
        return Interval(after, bound)

    @property
    def changed_by(self) -> datetime | None:
        """Return by when the file was last changed, the lag included; None where that was not asked."""
        return None if self.modified_at is None else self.modified_at + MODIFIED_LAG

    def differs_from(self, earlier: Observation | None) -> bool:
        """Return True if it shows anything an earlier one did not; times and places of reading do not count."""
        if earlier is None:
            return True
        return (
            replace(
                self,
                seen_at=earlier.seen_at,
                last_seen_at=earlier.last_seen_at,
                modified_at=earlier.modified_at,
                place=earlier.place,
            )
            != earlier
        )
