"""The four axes of a standing and the one table of their labels (Vietnamese, English)."""

from __future__ import annotations

from enum import StrEnum

from sheets_schema.wording import Language


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
        """Say whether this receipt fulfils the obligation."""
        return self in (Receipt.COMPLETE, Receipt.NIL)


class Timeliness(StrEnum):
    """Where the first complete or nil receipt, or its absence, stands against the limit."""

    NOT_DUE = "not_due"
    DUE_SOON = "due_soon"
    MISSING = "missing"
    ON_TIME = "on_time"
    LATE = "late"
    UNCONFIRMED = "unconfirmed"  # the evidence straddles the limit


class Review(StrEnum):
    """What the board has said about a receipt, and what the unit did since."""

    UNREVIEWED = "unreviewed"
    RETURNED = "returned"
    CORRECTED = "corrected"
    ACCEPTED = "accepted"


class Mark(StrEnum):
    """Words of a label that are no axis value of their own."""

    UNSENT = "unsent"
    UNSENT_DRAFT = "unsent_draft"
    UNSENT_PARTIAL = "unsent_partial"
    BOUNDARY_DAY = "boundary_day"
    EDITING = "editing"


LABELS: dict[Eligibility | Receipt | Timeliness | Review | Mark, tuple[str, str]] = {
    Eligibility.EXPECTED: ("Phải gửi", "Expected"),
    Eligibility.EXEMPT: ("Không thuộc diện", "Exempt"),
    Receipt.NONE: ("Chưa có dữ liệu", "Nothing yet"),
    Receipt.DRAFT: ("Đang soạn, chưa xác nhận gửi", "Draft, not confirmed"),
    Receipt.PARTIAL: ("Gửi chưa đủ", "Incomplete"),
    Receipt.COMPLETE: ("Đã gửi", "Sent"),
    Receipt.NIL: ("Không phát sinh", "Nothing to report"),
    Timeliness.NOT_DUE: ("Chưa đến hạn", "Not due"),
    Timeliness.DUE_SOON: ("Sắp đến hạn", "Due soon"),
    Timeliness.MISSING: ("Quá hạn {days} ngày", "Overdue by {days} d"),
    Timeliness.ON_TIME: ("Đúng hạn", "On time"),
    Timeliness.LATE: ("Trễ {days} ngày", "Late by {days} d"),
    Timeliness.UNCONFIRMED: ("Cần xác nhận thời điểm", "Time to be confirmed"),
    Review.UNREVIEWED: ("Chưa xem", "Not reviewed"),
    Review.RETURNED: ("Đề nghị bổ sung, chỉnh sửa", "Returned for correction"),
    Review.CORRECTED: ("Đã chỉnh sửa, chờ xem", "Corrected, awaiting review"),
    Review.ACCEPTED: ("Đã tiếp nhận", "Accepted"),
    Mark.UNSENT: ("chưa gửi", "not sent"),
    Mark.UNSENT_DRAFT: ("chưa xác nhận", "not confirmed"),
    Mark.UNSENT_PARTIAL: ("gửi chưa đủ", "incomplete"),
    Mark.BOUNDARY_DAY: ("(trong ngày mốc)", "(on the named day)"),
    Mark.EDITING: ("(đang sửa)", "(being edited)"),
}


def label_of(
    value: Eligibility | Receipt | Timeliness | Review | Mark,
    language: Language = Language.VIETNAMESE,
    days: int = 0,
) -> str:
    """Return the words for one value of an axis; `days` fills those that count them."""
    vietnamese, english = LABELS[value]
    words = vietnamese if language is Language.VIETNAMESE else english
    return words.format(days=days)
