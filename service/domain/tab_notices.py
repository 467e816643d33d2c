"""What decisions say on a unit's tab: its effective limit, and lines above the feedback on what was typed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from service.domain.deadlines import Limit, effective_limit
from service.domain.decisions import Decision, DecisionKind, in_force
from service.domain.history import History, Owed
from service.domain.instant_words import instant_message
from service.domain.reviews import review_of
from service.domain.standing_labels import Review
from sheets_schema.campaign import Campaign
from sheets_schema.wording import SHEET_LANGUAGE, Message, joined, message, verbatim

_REVIEWED = (Review.RETURNED, Review.CORRECTED, Review.ACCEPTED)
# with one of these in force nothing more is asked for
_SETTLED = (DecisionKind.EXEMPT, DecisionKind.RECEIVE, DecisionKind.NIL)


@dataclass(frozen=True, slots=True)
class TabNotice:
    """What one tab says of decisions; blank without any, but for its limit."""

    limit: str
    lines: tuple[str, ...] = ()
    settled: bool = False  # nothing is asked for on the tab any more


def decided(campaign: Campaign, owed: Owed, history: History, now: datetime) -> str:
    """Return what changes whenever a decision in force, or the limit, does."""
    limit, decisions = _limit(campaign, owed, history, now), _in_force(owed, history, now)
    return repr((limit, [(one.kind.value, one.recorded_at.isoformat(), one.number) for one in decisions]))


def notice_of(campaign: Campaign, owed: Owed, history: History, now: datetime) -> TabNotice:
    """Return what a tab says of the decisions in force at an instant; otherwise it does not depend on the clock."""
    decisions = _in_force(owed, history, now)
    newest = {one.kind: one for one in decisions}
    if DecisionKind.EXEMPT in newest:
        shown = [_line("exempt", newest[DecisionKind.EXEMPT], campaign)]
    else:
        shown = [_line(kind.value, newest[kind], campaign) for kind in _SETTLED if kind in newest]
        shown += _review(campaign, owed, history, decisions)
    lines = tuple(line.text(SHEET_LANGUAGE) for line in shown)
    return TabNotice(_limit(campaign, owed, history, now), lines, any(kind in newest for kind in _SETTLED))


def _in_force(owed: Owed, history: History, now: datetime) -> list[Decision]:
    return in_force(history.decisions_of(*owed), now)


def _limit(campaign: Campaign, owed: Owed, history: History, now: datetime) -> str:
    limit = effective_limit(campaign.obligation(owed[1]), _in_force(owed, history, now), campaign.zone)
    return _shown(limit)


@lru_cache(maxsize=256)
def _shown(limit: Limit) -> str:
    return limit.due_line.text(SHEET_LANGUAGE)


def _review(campaign: Campaign, owed: Owed, history: History, decisions: Sequence[Decision]) -> Iterator[Message]:
    """Yield what was decided on what was sent; a return for its errors alone says no more than the errors do."""
    state = review_of(sorted(history.observations_of(*owed), key=lambda one: one.seen_at), decisions)
    if state.decision is not None and state.review in _REVIEWED:
        yield _line(state.review.value, state.decision, campaign)


def _line(kind: str, decision: Decision, campaign: Campaign) -> Message:
    at = instant_message(decision.received_at or decision.recorded_at, campaign.zone)
    notice = message(f"feedback.notice_{kind}", at=at, actor=decision.actor)
    because = [verbatim(decision.reason.strip().rstrip("."))] if decision.reason.strip() else []
    if decision.document:
        because.append(message("feedback.notice_document", number=decision.document))
    if not because:
        return message("feedback.notice", notice=notice)
    return message("feedback.notice_because", notice=notice, because=joined(because, "; "))
