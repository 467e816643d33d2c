"""What is known of a unit, line by line from the log of facts: what was seen and decided, when, and the author."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from service.domain.decisions import Decision, DecisionKind
from service.domain.observations import Observation
from service.domain.standing_labels import label_of
from service.facts import encoding
from service.facts.records import Fact, FactKind
from service.web import current
from service.web.problem_lines import form_title
from service.web.texts import Words
from sheets_schema.campaign import Campaign

MOST = 200  # a clerk who saves after every cell leaves a line each time


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


def timeline(facts: Iterable[Fact], campaign: Campaign, words: Words) -> tuple[Event, ...]:
    """Return the last lines of the log about what one unit owes, newest first."""
    shown = (FactKind.OBSERVATION, FactKind.DECISION)
    forms = {owed.form for owed in campaign.obligations}
    found = [fact for fact in facts if fact.kind in shown and fact.form in forms]
    return tuple(_event(fact, campaign, words) for fact in reversed(found[-MOST:]))


def _event(fact: Fact, campaign: Campaign, words: Words) -> Event:
    if fact.kind == FactKind.DECISION:
        return _decided(encoding.decision_from(fact), campaign, words)
    return _seen(encoding.observation_from(fact), campaign, words)


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
    details = [_instant_line("new_limit_at", decision.before, campaign, words)]
    details.append(_instant_line("paper_at", decision.received_at, campaign, words))
    details.append(words("reason_said", text=decision.reason) if decision.reason else "")
    details.append(words("document_said", text=decision.document) if decision.document else words("no_number"))
    return Event(
        kind=FactKind.DECISION,
        form=form_title(campaign.form(decision.form), words),
        title=decision_label(decision.kind, words),
        happened=words.instant(decision.received_at or decision.recorded_at, zone),
        known=words.instant(decision.recorded_at, zone),
        actor=decision.actor,
        details=tuple(text for text in details if text),
    )


def _instant_line(key: str, instant: datetime | None, campaign: Campaign, words: Words) -> str:
    return words(key, at=words.instant(instant, campaign.zone)) if instant else ""


def decision_label(kind: DecisionKind, words: Words) -> str:
    """Return the name of a kind of decision."""
    return label_of(kind, words.language)
