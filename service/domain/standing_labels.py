"""The four axes of a standing; their labels are in the catalogue `labels`."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache, lru_cache

from sheets_schema.wording import SHEET_LANGUAGE, Language, Message, message


class Eligibility(StrEnum):
    """Whether anything is owed at all."""

    EXPECTED = "expected"
    EXEMPT = "exempt"


class Receipt(StrEnum):
    """What has been received."""

    NONE = "none"  # nothing of the unit's own on the tab
    DRAFT = "draft"  # something typed, not confirmed
    PARTIAL = "partial"  # confirmed, a component missing
    COMPLETE = "complete"  # confirmed, all components; or on paper
    NIL = "nil"  # declared that there is nothing to send

    @property
    def counts(self) -> bool:
        """Return True if this receipt fulfils the obligation."""
        return self in (Receipt.COMPLETE, Receipt.NIL)


class Timeliness(StrEnum):
    """How the first complete or nil receipt, or its absence, compares with the limit."""

    NOT_DUE = "not_due"
    DUE_SOON = "due_soon"
    MISSING = "missing"
    ON_TIME = "on_time"
    LATE = "late"
    UNCONFIRMED = "unconfirmed"  # the evidence straddles the limit


class Review(StrEnum):
    """What the board decided about a receipt, and what the unit did since."""

    UNREVIEWED = "unreviewed"
    RETURNED = "returned"
    CORRECTED = "corrected"
    ACCEPTED = "accepted"


class Since(StrEnum):
    """Since what the words on a tab have changed."""

    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"


class Mark(StrEnum):
    """Words of a label that are no axis value of their own."""

    UNSENT = "unsent"
    UNSENT_DRAFT = "unsent_draft"
    UNSENT_PARTIAL = "unsent_partial"
    BOUNDARY_DAY = "boundary_day"
    EDITING = "editing"


@lru_cache(maxsize=4_096, typed=True)  # values of two kinds may be the same word
def label(value: StrEnum, days: int = 0) -> Message:
    """Return the words for one value: of an axis, a mark, a decision; `days` fills those that count them.

    The key names the kind and the value: Receipt.NIL is `labels.receipt_nil`, DecisionKind.NIL `decision_kind_nil`.
    """
    return message(f"labels.{_kind_of(type(value))}_{value.value}", days=days)


@cache
def _kind_of(kind: type[StrEnum]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower()


@lru_cache(maxsize=4_096, typed=True)
def label_of(value: StrEnum, language: Language = SHEET_LANGUAGE, days: int = 0) -> str:
    """Return the words for one value in one language."""
    return label(value, days).text(language)


@lru_cache(maxsize=4_096)
def words_of(labels: Message, language: Language) -> str:
    """Return the words of labels put together; thousands of units stand alike."""
    return labels.text(language)
