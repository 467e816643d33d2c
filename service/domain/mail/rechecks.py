"""Whether what was planned is still to be sent: asked once more in the transaction that begins to send it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain.decisions import DecisionKind, in_force
from service.domain.history import History
from service.domain.mail.ledger_lines import MailLine
from service.domain.mail.planning import INVITED, Ladders, fits, occasion_of
from service.domain.standings import Eligibility, Review, Standing, standing_at
from sheets_schema.campaign import Campaign, MailKind
from sheets_schema.wording import Message, message

BY_LIMIT = (MailKind.INVITATION, MailKind.REMINDER, MailKind.URGING, MailKind.ESCALATION)
_ANSWERS_FOR = timedelta(days=7)  # an answer to something older is no answer
_DECISION = "decision "


def decision_occasion(number: int) -> str:
    """Return the occasion of a mail about a decision."""
    return f"{_DECISION}{number}"


def decision_of(line: MailLine) -> int:
    """Return the number of the decision a line is about; 0 for any other."""
    _, _, number = line.key.occasion.partition(_DECISION)
    return int(number) if number.isdigit() else 0


def mail_place(unit: str, kind: MailKind) -> tuple[str, str]:
    """Return what lines have in common that are one mail when they go together: unit and, by the limits, recipients."""
    by_limit = kind in BY_LIMIT and kind is not MailKind.ESCALATION
    return unit, "limit" if by_limit else kind.value


@dataclass(frozen=True, slots=True)
class Recheck:
    """A line as it is now: with its unit's standing, and why it is no longer to be sent."""

    line: MailLine
    standing: Standing | None
    against: Message | None


class Rechecks:
    """Judges lines at one instant by what is known then."""

    def __init__(self, campaign: Campaign, history: History, now: datetime) -> None:
        self._campaign = campaign
        self._history = history
        self._now = now
        self._ladders = Ladders(campaign)

    def of(self, line: MailLine, opened_at: datetime | None) -> Recheck:
        """Return a line with what speaks against sending it now; `opened_at` is when the unit's tab was made."""
        key = line.key
        active = {unit.code for unit in self._campaign.active_units}
        if key.unit not in active or key.form not in {owed.form for owed in self._campaign.obligations}:
            return Recheck(line, None, message("mail.against_gone"))
        standing = standing_at(self._now, self._campaign, key.unit, key.form, self._history)
        if key.kind in BY_LIMIT:
            return Recheck(line, standing, self._against_step(line, standing, opened_at))
        return Recheck(line, standing, self._against_answer(line, standing))

    def _against_step(self, line: MailLine, standing: Standing, opened_at: datetime | None) -> Message | None:
        if standing.eligibility is Eligibility.EXEMPT:
            return message("mail.against_exempt")
        if standing.receipt.counts:
            return message("mail.against_received")
        if line.limit_at != standing.limit.due_before and line.key.occasion != INVITED:
            return message("mail.against_limit", limit=standing.limit.full_words)
        if not fits(line.kind, standing):
            return message("mail.against_passed")
        if line.urgent:
            return None
        latest = self._ladders.latest(standing, self._now, opened_at)
        if latest is None or occasion_of(standing, latest) != line.key.occasion:
            return message("mail.against_later")
        return None

    def _against_answer(self, line: MailLine, standing: Standing) -> Message | None:
        if standing.eligibility is Eligibility.EXEMPT:
            return message("mail.against_exempt")
        if not line.urgent and self._now - line.due_at > _ANSWERS_FOR:
            return message("mail.against_old")
        if line.kind is MailKind.ACKNOWLEDGEMENT:
            return None if standing.receipt.counts else message("mail.against_not_received")
        made = in_force(self._history.decisions_of(standing.unit, standing.form), self._now)
        number = decision_of(line)
        still = any(one.kind is DecisionKind.RETURN and one.number == number for one in made)
        if not still or standing.review is not Review.RETURNED:
            return message("mail.against_settled")
        return None
