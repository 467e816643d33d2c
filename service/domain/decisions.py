"""What people decide, on what authority, and which decisions make no sense."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from service.domain.instant_words import instant_message
from service.domain.standing_labels import Receipt
from sheets_schema.wording import Message, message

_EARLIEST = timedelta(183)  # before the plan's limit; what comes earlier belongs to another season


class DecisionKind(StrEnum):
    """The decisions a person can record."""

    EXTEND = "extend"
    EXEMPT = "exempt"
    RETURN = "return"
    ACCEPT = "accept"
    RECEIVE = "receive"  # what came on paper
    NIL = "nil"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A decision is taken back for one unit: who, when, why. From then on it has no effect."""

    number: int  # of the decision
    unit: str
    form: str
    recorded_at: datetime
    actor: str
    reason: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about what one unit owes: who, when, why, by which document.

    `number` is given when it is recorded; a decision on many units is one number.
    """

    kind: DecisionKind
    unit: str
    form: str
    recorded_at: datetime
    actor: str
    reason: str
    document: str = ""
    before: datetime | None = None  # the new limit of an extension
    received_at: datetime | None = None  # when the paper came, or the word that there is nothing
    number: int = field(default=0, compare=False)
    withdrawn: Withdrawal | None = field(default=None, compare=False)

    @property
    def known_at(self) -> datetime:
        """Return when it became known."""
        return self.recorded_at

    def is_in_force(self, now: datetime) -> bool:
        """Return True if it is known at an instant and not withdrawn by then."""
        return self.recorded_at <= now and (self.withdrawn is None or now < self.withdrawn.recorded_at)


def in_force(decisions: Iterable[Decision], now: datetime) -> list[Decision]:
    """Return the decisions that have effect at an instant, in the order they were recorded."""
    return sorted((one for one in decisions if one.is_in_force(now)), key=lambda one: one.recorded_at)


@dataclass(frozen=True, slots=True)
class BoardTaskDone:
    """The board reports one of its own tasks as done (or, with no day, as open again)."""

    code: str
    done_on: date | None
    recorded_at: datetime
    actor: str
    reason: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class DecisionContext:
    """The state at the moment a decision is to be recorded."""

    now: datetime
    zone: tzinfo
    due_before: datetime  # the effective limit
    original: datetime  # the plan's limit
    receipt: Receipt
    exempt: bool


def refuse(decision: Decision, context: DecisionContext) -> tuple[Message, ...]:
    """Return every reason not to record a decision; none when it makes sense."""
    return (*_unsigned(decision), *_REFUSALS[decision.kind](decision, context))


def _unsigned(decision: Decision) -> tuple[Message, ...]:
    faults: list[Message] = []
    if decision.kind is DecisionKind.EXEMPT and not decision.reason.strip():
        # the one decision that takes a unit out of every count
        faults.append(message("decisions.no_reason"))
    if not decision.actor.strip():
        faults.append(message("decisions.no_actor"))
    return tuple(faults)


def refuse_withdrawal(withdrawal: Withdrawal, decision: Decision, now: datetime) -> tuple[Message, ...]:
    """Return every reason not to withdraw a decision; none when it makes sense."""
    faults: list[Message] = []
    if decision.withdrawn is not None and decision.withdrawn.recorded_at <= now:
        faults.append(message("decisions.withdrawn_already", number=decision.number))
    if not withdrawal.reason.strip():
        faults.append(message("decisions.no_withdrawal_reason"))
    if not withdrawal.actor.strip():
        faults.append(message("decisions.no_actor"))
    return tuple(faults)


def _refuse_extension(decision: Decision, context: DecisionContext) -> tuple[Message, ...]:
    if decision.before is None:
        return (message("decisions.no_new_limit"),)
    if context.exempt:
        return (message("decisions.exempt_needs_none"),)
    # A later extension may shorten a mistaken one, but never below what the plan grants everyone.
    if decision.before <= context.original:
        return (message("decisions.not_after_original", original=instant_message(context.original, context.zone)),)
    if decision.before == context.due_before:
        return (message("decisions.same_limit", limit=instant_message(context.due_before, context.zone)),)
    return ()


def _refuse_paper(decision: Decision, context: DecisionContext) -> tuple[Message, ...]:
    if decision.received_at is None:
        return (message("decisions.no_paper_instant"),)
    return _refuse_instant(decision.received_at, context)


def _refuse_instant(received_at: datetime, context: DecisionContext) -> tuple[Message, ...]:
    """Return why nothing was received at an instant: it is to come, or its year is a slip."""
    instant = instant_message(received_at, context.zone)
    if received_at > context.now:
        return (message("decisions.paper_in_future", instant=instant),)
    if received_at < context.original - _EARLIEST:
        limit = instant_message(context.original, context.zone)
        return (message("decisions.paper_long_before", instant=instant, limit=limit),)
    return ()


def _refuse_return(_decision: Decision, context: DecisionContext) -> tuple[Message, ...]:
    if context.receipt in (Receipt.NONE, Receipt.DRAFT):
        return (message("decisions.nothing_to_return"),)
    return ()


def _refuse_acceptance(_decision: Decision, context: DecisionContext) -> tuple[Message, ...]:
    if context.receipt is Receipt.PARTIAL:
        return (message("decisions.partial_not_acceptable"),)
    if not context.receipt.counts:
        return (message("decisions.nothing_to_accept"),)
    return ()


def _refuse_nil(decision: Decision, context: DecisionContext) -> tuple[Message, ...]:
    if decision.received_at is not None and (faults := _refuse_instant(decision.received_at, context)):
        return faults
    if context.receipt is Receipt.COMPLETE:
        return (message("decisions.sent_already"),)
    if context.receipt is Receipt.NIL:
        return (message("decisions.nil_already"),)
    return ()


def _refuse_exemption(_decision: Decision, context: DecisionContext) -> tuple[Message, ...]:
    return (message("decisions.exempt_already"),) if context.exempt else ()


_REFUSALS: dict[DecisionKind, Callable[[Decision, DecisionContext], tuple[Message, ...]]] = {
    DecisionKind.EXTEND: _refuse_extension,
    DecisionKind.EXEMPT: _refuse_exemption,
    DecisionKind.RETURN: _refuse_return,
    DecisionKind.ACCEPT: _refuse_acceptance,
    DecisionKind.RECEIVE: _refuse_paper,
    DecisionKind.NIL: _refuse_nil,
}
