"""What people decide, by whom and on what authority, and which decisions make no sense."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from service.domain.instant_words import instant_words
from service.domain.standing_labels import Receipt


class DecisionKind(StrEnum):
    """The decisions a person can record."""

    EXTEND = "extend"
    EXEMPT = "exempt"
    RETURN = "return"
    ACCEPT = "accept"
    RECEIVE = "receive"  # what came on paper
    NIL = "nil"


DECISION_LABELS: dict[DecisionKind, str] = {
    DecisionKind.EXTEND: "Gia hạn",
    DecisionKind.EXEMPT: "Không thuộc diện",
    DecisionKind.RETURN: "Đề nghị bổ sung, chỉnh sửa",
    DecisionKind.ACCEPT: "Tiếp nhận",
    DecisionKind.RECEIVE: "Nhận bản giấy",
    DecisionKind.NIL: "Ghi nhận không phát sinh",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about what one unit owes: who, when, why, by which document."""

    kind: DecisionKind
    unit: str
    form: str
    recorded_at: datetime
    actor: str
    reason: str
    document: str = ""
    before: datetime | None = None  # the new limit of an extension
    received_at: datetime | None = None  # when the paper came


@dataclass(frozen=True, slots=True)
class BoardTaskDone:
    """The board says that one of its own tasks was done (or, with no day, that it is open again)."""

    code: str
    done_on: date | None
    recorded_at: datetime
    actor: str
    reason: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class DecisionContext:
    """What is so at the moment a decision is to be recorded."""

    now: datetime
    zone: tzinfo
    due_before: datetime  # the effective limit
    original: datetime  # the plan's limit
    receipt: Receipt
    exempt: bool


def refuse(decision: Decision, context: DecisionContext) -> tuple[str, ...]:
    """Say in Vietnamese everything that speaks against recording a decision; nothing when it makes sense."""
    return (*_unsigned(decision), *_REFUSALS[decision.kind](decision, context))


def _unsigned(decision: Decision) -> tuple[str, ...]:
    faults = []
    if decision.kind is DecisionKind.EXEMPT and not decision.reason.strip():
        # the one decision that takes a unit out of every count
        faults.append("Thiếu lý do: ghi rõ vì sao đơn vị không thuộc diện.")
    if not decision.actor.strip():
        faults.append("Thiếu người quyết định.")
    return tuple(faults)


def _refuse_extension(decision: Decision, context: DecisionContext) -> tuple[str, ...]:
    if decision.before is None:
        return ("Gia hạn cần hạn mới: ghi thời điểm phải gửi trước đó.",)
    if context.exempt:
        return ("Đơn vị không thuộc diện phải gửi nên không cần gia hạn.",)
    # A later extension may shorten a mistaken one, but never below what the plan grants everyone.
    if decision.before <= context.original:
        return (f"Hạn mới phải sau hạn gốc ({instant_words(context.original, context.zone)}).",)
    if decision.before == context.due_before:
        return (f"Hạn hiện tại đã là {instant_words(context.due_before, context.zone)}.",)
    return ()


def _refuse_paper(decision: Decision, context: DecisionContext) -> tuple[str, ...]:
    if decision.received_at is None:
        return ("Cần ghi thời điểm nhận bản giấy.",)
    if decision.received_at > context.now:
        return (f"Thời điểm nhận ({instant_words(decision.received_at, context.zone)}) chưa tới.",)
    return ()


def _refuse_return(_decision: Decision, context: DecisionContext) -> tuple[str, ...]:
    if context.receipt in (Receipt.NONE, Receipt.DRAFT):
        return ("Chưa nhận được gì của đơn vị nên chưa có gì để đề nghị chỉnh sửa.",)
    return ()


def _refuse_acceptance(_decision: Decision, context: DecisionContext) -> tuple[str, ...]:
    if context.receipt is Receipt.PARTIAL:
        return ("Đơn vị gửi chưa đủ nên chưa thể tiếp nhận.",)
    if not context.receipt.counts:
        return ("Chưa nhận được gì của đơn vị nên chưa có gì để tiếp nhận.",)
    return ()


def _refuse_nil(_decision: Decision, context: DecisionContext) -> tuple[str, ...]:
    if context.receipt is Receipt.COMPLETE:
        return ("Đơn vị đã gửi nên không thể ghi nhận không phát sinh.",)
    if context.receipt is Receipt.NIL:
        return ("Đã ghi nhận không phát sinh.",)
    return ()


def _refuse_exemption(_decision: Decision, context: DecisionContext) -> tuple[str, ...]:
    return ("Đơn vị đã được xác định không thuộc diện.",) if context.exempt else ()


_REFUSALS: dict[DecisionKind, Callable[[Decision, DecisionContext], tuple[str, ...]]] = {
    DecisionKind.EXTEND: _refuse_extension,
    DecisionKind.EXEMPT: _refuse_exemption,
    DecisionKind.RETURN: _refuse_return,
    DecisionKind.ACCEPT: _refuse_acceptance,
    DecisionKind.RECEIVE: _refuse_paper,
    DecisionKind.NIL: _refuse_nil,
}
