"""Decisions typed into a form: what each kind asks for, how it is read, what a refused form shows again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from service import workflows
from service.domain.decisions import Decision, DecisionKind
from service.domain.standing_labels import Review
from service.domain.standings import Standing
from service.domain.typed_instants import UnreadableInstantError
from service.domain.typed_lines import LONGEST_DOCUMENT, LONGEST_REASON, read_document, read_reason
from service.errors import DecisionRefusedError
from service.web import current, queries
from service.web.session import identity
from service.workspace import Workspace
from sheets_schema.wording import message

NAMED = 3  # units that a notice names; the rest are counted
LONGEST_TOKEN = 100
# the instant a kind asks for beside reason and document
INSTANT_OF = {
    DecisionKind.EXTEND: "before",
    DecisionKind.RECEIVE: "received_at",
    DecisionKind.NIL: "received_at",
}
MAY_LACK_INSTANT = frozenset({DecisionKind.NIL})  # without one it is the present


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was typed, and what speaks against it."""

    form: str = ""
    kind: str = ""
    reason: str = ""
    document: str = ""
    instant: str = ""
    fault: str = ""
    token: str = ""  # of the form: sent twice, it is recorded once

    def of(self, form: str, kind: str) -> Typed:
        """Return this for the form it was typed into, a blank one for every other."""
        return self if (self.form, self.kind) == (form, kind) else Typed(form, kind)


@dataclass(frozen=True, slots=True)
class TypedWithdrawal:
    """The form to withdraw a decision as it was typed, and what speaks against it."""

    number: int = 0
    reason: str = ""
    document: str = ""
    fault: str = ""

    def of(self, number: int) -> TypedWithdrawal:
        """Return this for the decision it was typed for, a blank one for every other."""
        return self if self.number == number else TypedWithdrawal(number)


@dataclass(frozen=True, slots=True)
class Owed:
    """What a decision is about, its author and time."""

    unit: str
    form: str
    actor: str
    now: datetime
    zone: ZoneInfo


def typed_in(posted: Mapping[str, str], form: str) -> Typed:
    """Return what was typed, cut to what can be shown again."""
    kind = posted.get("kind", "")
    return Typed(
        form=form,
        kind=kind if kind in set(DecisionKind) else "",
        reason=posted.get("reason", "")[: 2 * LONGEST_REASON],
        document=posted.get("document", "")[: 2 * LONGEST_DOCUMENT],
        instant=posted.get("instant", "")[:60],
        token=posted.get("token", "")[:LONGEST_TOKEN],
    )


def withdrawal_in(posted: Mapping[str, str], number: int) -> TypedWithdrawal:
    """Return what was typed to withdraw a decision, cut to what can be shown again."""
    reason, document = posted.get("reason", ""), posted.get("document", "")
    return TypedWithdrawal(number, reason[: 2 * LONGEST_REASON], document[: 2 * LONGEST_DOCUMENT])


def withdraw(typed: TypedWithdrawal, units: Collection[str], workspace: Workspace) -> tuple[Standing, ...]:
    """Withdraw a decision for some units, or for all of them, as it was typed by who is signed in."""
    return workflows.withdraw(
        workspace,
        typed.number,
        units=units,
        actor=identity.require().email,
        reason=read_reason(typed.reason),
        document=read_document(typed.document),
    )


def still_returned(standings: Sequence[Standing], workspace: Workspace) -> list[str]:
    """Return which units stay returned after a decision was taken back, because what they sent has errors."""
    words = current.words()
    held = [one for one in standings if one.review is Review.RETURNED and _is_for_errors(one, workspace)]
    if not held:
        return []
    names = ", ".join(workspace.campaign.unit(one.unit).name for one in held[:NAMED])
    if len(held) > NAMED:
        names = f"{names} {words('and_more', count=len(held) - NAMED)}"
    return [words("record.still_returned", units=names)]


def _is_for_errors(standing: Standing, workspace: Workspace) -> bool:
    found = workflows.explain(workspace, standing.unit, standing.form).review
    return any(one.key == "explanation.returned_for_errors" for one in found)


def read_decision(typed: Typed, owed: Owed) -> Decision:
    """Read a form; DecisionRefusedError says what cannot be understood. The rules are not asked here."""
    if not typed.kind:
        raise DecisionRefusedError(message("web.no_such_decision"))
    kind = DecisionKind(typed.kind)
    instant = read_typed_instant(typed.instant, owed.zone) if kind in INSTANT_OF else None
    return Decision(
        kind=kind,
        unit=owed.unit,
        form=owed.form,
        recorded_at=owed.now,
        actor=owed.actor,
        reason=read_reason(typed.reason),
        document=read_document(typed.document),
        before=instant if kind is DecisionKind.EXTEND else None,
        received_at=instant if INSTANT_OF.get(kind) == "received_at" else None,
    )


def read_typed_instant(text: str, zone: ZoneInfo) -> datetime | None:
    """Read an instant that was typed into a form, None when blank; DecisionRefusedError for anything else."""
    try:
        return queries.read_moment(text, zone)
    except UnreadableInstantError as error:
        raise DecisionRefusedError(error.message) from error
