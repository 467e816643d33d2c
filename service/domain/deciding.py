"""The few of a tab's observations that its standing is computed from, so that years of others need not be read. Pure.

`follow` takes the observations in the order they became known. Whatever decisions there are, and whichever are
withdrawn, `standing_at` says the same of these, with the latest before each decision, as of all: a test holds it.

- An undecided receipt is returned by its last rise of errors (`returned_on`), and corrected by any confirmed one after
  it that mends some: the last of those is kept (`corrected_by`), mostly the latest.
- A return by decision is answered by the last confirmed one, unless that has errors (`last_faulty`) or the words that
  were returned: then by the one before the last edit, where that came after both.
- An acceptance is followed by an edit when the last edit is later.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from service.domain.observations import Observation
from service.domain.standing_labels import Receipt


@dataclass(frozen=True, slots=True)
class Deciding:
    """The observations of one tab that decide after its latest; each None where there is none yet."""

    latest: Observation
    first_receipt: Observation | None = None
    last_receipt: Observation | None = None  # of several recorded at the same instant the first
    last_confirmed: Observation | None = None
    returned_on: Observation | None = None
    corrected_by: Observation | None = None
    last_faulty: Observation | None = None  # confirmed with errors
    last_edit: Observation | None = None  # confirmed with other content than the confirmed one before it
    before_edit: Observation | None = None  # that one

    @property
    def all(self) -> tuple[Observation, ...]:
        """Return them, one that decides in several ways as often."""
        found = (getattr(self, name) for name in ROLES)
        return tuple(one for one in found if one is not None)


ROLES = tuple(field.name for field in fields(Deciding))


def is_in_order(before: Observation | None, seen: Observation) -> bool:
    """Return True if it was seen, and became known, no earlier than the one before: else `follow` cannot be used."""
    return before is None or (before.seen_at <= seen.seen_at and before.known_at <= seen.known_at)


def follow(before: Deciding | None, seen: Observation) -> Deciding:
    """Return what decides after one more observation, the first where `before` is None."""
    if before is None:
        before = Deciding(seen)
    first, last = before.first_receipt, before.last_receipt
    if seen.receipt.counts:
        first = first or seen
        last = last if last is not None and last.known_at == seen.known_at else seen
    if not seen.confirmed:
        return Deciding(
            seen,
            first,
            last,
            before.last_confirmed,
            before.returned_on,
            before.corrected_by,
            before.last_faulty,
            before.last_edit,
            before.before_edit,
        )
    returned_on, corrected_by = _reviewed(before, seen)
    earlier = before.last_confirmed
    edits = earlier is not None and earlier.digest != seen.digest
    return Deciding(
        seen,
        first,
        last,
        seen,
        returned_on,
        corrected_by,
        seen if seen.errors else before.last_faulty,
        seen if edits else before.last_edit,
        earlier if edits else before.before_edit,
    )


def _reviewed(before: Deciding, seen: Observation) -> tuple[Observation | None, Observation | None]:
    """Return what a receipt was returned on by itself and what corrected that, after a confirmed observation."""
    returned_on, corrected_by, earlier = before.returned_on, before.corrected_by, before.last_confirmed
    faulty = seen.errors > 0 and seen.receipt is Receipt.COMPLETE
    if faulty and (returned_on is None or (earlier is not None and seen.errors > earlier.errors)):
        return seen, None
    mends = returned_on is not None and (not faulty or seen.fault_digest != returned_on.fault_digest)
    return returned_on, seen if mends else corrected_by
