"""What is known of a unit, line by line from the log of facts: what was seen and decided, when, and the author."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from service.domain.deadlines import limit_words
from service.domain.decisions import Decision, DecisionKind, Withdrawal
from service.domain.history import with_withdrawals
from service.domain.intakes import Intake
from service.domain.observations import Observation
from service.domain.standing_labels import label_of
from service.facts import encoding
from service.facts.records import Fact, FactKind
from service.web import current
from service.web.problem_lines import form_title
from service.web.texts import Words
from sheets_schema.campaign import Campaign

MOST = 200  # a clerk who saves after every cell leaves a line each time
_SHOWN = (FactKind.OBSERVATION, FactKind.DECISION, FactKind.WITHDRAWAL, FactKind.INTAKE)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a unit's timeline."""

    kind: FactKind
    form: str  # its title
    title: str
    happened: str
    known: str
    actor: str  # blank: seen by the service itself
    details: tuple[str, ...]
    tone: str = ""
    url: str = ""  # the cell that says so
    file: str = ""  # the digest of a file that was taken
    number: int = 0  # of the decision
    withdrawn: bool = False

    @property
    def may_be_withdrawn(self) -> bool:
        """Return True for a decision in force."""
        return self.kind is FactKind.DECISION and not self.withdrawn and self.number > 0


def timeline(facts: Iterable[Fact], campaign: Campaign, words: Words) -> tuple[Event, ...]:
    """Return what the log says of what one unit owes, newest first: every decision, the last of what was seen."""
    forms = {owed.form for owed in campaign.obligations}
    found = [fact for fact in facts if fact.kind in _SHOWN and fact.form in forms]
    seen = [fact for fact in found if fact.kind == FactKind.OBSERVATION]
    left_out = {id(fact) for fact in seen[:-MOST]}
    taken_back = [encoding.withdrawal_from(fact) for fact in found if fact.kind == FactKind.WITHDRAWAL]
    shown = (fact for fact in reversed(found) if id(fact) not in left_out)
    return tuple(_event(fact, taken_back, campaign, words) for fact in shown)


def is_cut(events: Iterable[Event]) -> bool:
    """Return True if a timeline may lack what was seen earlier."""
    return sum(event.kind is FactKind.OBSERVATION for event in events) >= MOST


def _event(fact: Fact, taken_back: Iterable[Withdrawal], campaign: Campaign, words: Words) -> Event:
    if fact.kind == FactKind.DECISION:
        (made,) = with_withdrawals([encoding.decision_from(fact)], taken_back)
        return _decided(made, campaign, words)
    if fact.kind == FactKind.WITHDRAWAL:
        return _taken_back(encoding.withdrawal_from(fact), campaign, words)
    if fact.kind == FactKind.INTAKE:
        return _taken(encoding.intake_from(fact), campaign, words)
    return _seen(encoding.observation_from(fact), campaign, words)


def _taken(intake: Intake, campaign: Campaign, words: Words) -> Event:
    zone, came = campaign.zone, intake.received_at
    said = words("intake.timeline_rows", rows=len(intake.lines), digest=intake.short_digest)
    document = words("document_said", text=intake.document) if intake.document else ""
    return Event(
        kind=FactKind.INTAKE,
        form=form_title(campaign.form(intake.form), words),
        title=words("intake.timeline_title", name=intake.name),
        happened=words.instant(came or intake.recorded_at, zone),
        known=words.instant(intake.recorded_at, zone),
        actor=intake.actor,
        details=tuple(text for text in (said, document) if text),
        file=intake.sha256,
    )


def _seen(look: Observation, campaign: Campaign, words: Words) -> Event:
    zone, place, happened = campaign.zone, look.place, look.happened
    by = words.instant(happened.by, zone)
    after = words.instant(happened.after, zone) if happened.after else ""
    counts = words("seen_counts", entries=look.entries, errors=look.errors, warnings=look.warnings)
    lacking = look.confirmed and not look.document and not look.nil
    return Event(
        kind=FactKind.OBSERVATION,
        form=form_title(campaign.form(look.form), words),
        title=label_of(look.receipt, words.language),
        happened=words("between", after=after, by=by) if after else words("at_latest", by=by),
        known=words.instant(look.seen_at, zone),
        actor="",
        details=(counts, *((words("no_document"),) if lacking else ())),
        tone=look.receipt.value,
        url=current.tab_url(place.spreadsheet_id, place.sheet_id, place.cell) if place.spreadsheet_id else "",
    )


def _decided(decision: Decision, campaign: Campaign, words: Words) -> Event:
    zone = campaign.zone
    return Event(
        kind=FactKind.DECISION,
        form=form_title(campaign.form(decision.form), words),
        title=decision_title(decision, words),
        happened=words.instant(decision.received_at or decision.recorded_at, zone),
        known=words.instant(decision.recorded_at, zone),
        actor=decision.actor,
        details=decision_details(decision, campaign, words),
        number=decision.number,
        withdrawn=decision.withdrawn is not None,
    )


def decision_title(decision: Decision, words: Words) -> str:
    """Return the name of a decision with its number."""
    label = decision_label(decision.kind, words)
    return words("record.numbered", decision=label, number=decision.number) if decision.number else label


def decision_details(decision: Decision, campaign: Campaign, words: Words) -> tuple[str, ...]:
    """Return what a decision says, line by line, with its withdrawal."""
    received = "record.nil_at" if decision.kind is DecisionKind.NIL else "paper_at"
    limit = limit_words(decision.before, campaign.zone).text(words.language) if decision.before else ""
    details = [
        words("new_limit_at", limit=limit) if limit else "",
        _instant_line(received, decision.received_at, campaign, words),
        *_authority(decision.reason, decision.document, words),
        withdrawal_line(decision.withdrawn, campaign, words) if decision.withdrawn else "",
    ]
    return tuple(text for text in details if text)


def withdrawal_line(taken_back: Withdrawal, campaign: Campaign, words: Words) -> str:
    """Return who withdrew a decision, when and why."""
    at = words.instant(taken_back.recorded_at, campaign.zone)
    return words("record.withdrawn", at=at, who=taken_back.actor, reason=taken_back.reason)


def _authority(reason: str, document: str, words: Words) -> tuple[str, str]:
    said = words("document_said", text=document) if document else words("no_number")
    return (words("reason_said", text=reason) if reason else "", said)


def _taken_back(withdrawal: Withdrawal, campaign: Campaign, words: Words) -> Event:
    at = words.instant(withdrawal.recorded_at, campaign.zone)
    said = _authority(withdrawal.reason, withdrawal.document, words)
    return Event(
        kind=FactKind.WITHDRAWAL,
        form=form_title(campaign.form(withdrawal.form), words),
        title=words("record.withdrawal_of", number=withdrawal.number),
        happened=at,
        known=at,
        actor=withdrawal.actor,
        details=tuple(text for text in said if text),
        number=withdrawal.number,
    )


def _instant_line(key: str, instant: datetime | None, campaign: Campaign, words: Words) -> str:
    return words(key, at=words.instant(instant, campaign.zone)) if instant else ""


def decision_label(kind: DecisionKind, words: Words) -> str:
    """Return the name of a kind of decision."""
    return label_of(kind, words.language)
