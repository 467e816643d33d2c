"""Why a unit's standing is what it is: rule, limit, evidence and decisions, as labelled parts and as a dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain import tab_faults
from service.domain.deadlines import rest_day_warning
from service.domain.decisions import Decision, DecisionKind, in_force
from service.domain.history import History
from service.domain.instant_words import exact_message, instant_message, limit_message, weekday
from service.domain.observations import MODIFIED_LAG, Interval, Observation, TabPlace
from service.domain.reviews import ReviewState, review_of
from service.domain.standing_labels import Eligibility, label
from service.domain.standings import Standing
from service.domain.tab_faults import TabFault
from service.domain.titles import form_title_in
from sheets_schema.campaign import Campaign, Form, Policy, Unit
from sheets_schema.wording import SHEET_LANGUAGE, Language, Message, Value, message

Part = tuple[Message, Message]  # what it is about, and its text


@dataclass(frozen=True, slots=True)
class KeptWords:
    """What the words that are kept of a tab say."""

    difference: tuple[Message, ...] = ()  # what changed since what was received, where anything did
    lacking: tuple[Message, ...] = ()  # what is still missing, with its cells
    files: tuple[Message, ...] = ()  # that were taken into it


NO_WORDS = KeptWords()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The reasons for one standing."""

    unit: str
    name: str
    form: Form
    as_of: Message
    label: Message
    rule: Message
    words: Message  # "trước ngày 30/9/2023"
    limit: str  # for programs: "2023-09-30 00:00 +07:00 (Asia/Ho_Chi_Minh)"
    exact_limit: Message  # for people: "00:00 ngày 30/9/2023, giờ Việt Nam"
    last_day: Message  # "hết ngày 29/9/2023 (thứ Sáu)"
    warning: Message | None  # the last day is a rest day
    extension: Message | None
    evidence: tuple[Message, ...]
    lacking: tuple[Message, ...]  # what a tab that is begun still lacks, with its cells
    place: TabPlace | None  # the tab that was read for the deciding observation
    review: tuple[Message, ...]
    changes: tuple[Message, ...]  # of the tab since it was received or accepted
    decisions: tuple[Message, ...]
    tab_fault: Message | None = None  # why its tab keeps what was read before
    files: tuple[Message, ...] = ()  # of the unit, that were taken into its tab
    roster: Message | None = None  # why the unit need not send any more

    def heading(self, language: Language) -> str:
        """Return whose standing this is."""
        form = form_title_in(self.form, language)
        return message("explanation.heading", name=self.name, unit=self.unit, form=form).text(language)

    @property
    def status(self) -> Part:
        """Return the standing that is explained."""
        return message("explanation.status_at", as_of=self.as_of), self.label

    @property
    def reasons(self) -> tuple[Part, ...]:
        """Return the reasons in the order they are read."""
        both = message("explanation.limit_with_last_day", limit=self.words, last_day=self.last_day)
        limit = self.last_day if _says(self.last_day, self.words) else both
        optional = (
            ("roster", self.roster),
            ("tab_fault", self.tab_fault),
            ("warning", self.warning),
            ("extension", self.extension),
        )
        several = (
            ("evidence", self.evidence),
            ("lacking", self.lacking),
            ("file", self.files),
            ("review", self.review),
            ("change", self.changes),
            ("decision", self.decisions),
        )
        parts = [("rule", self.rule), ("limit", limit), ("exact_limit", self.exact_limit)]
        parts += [(about, text) for about, text in optional if text]
        parts += [(about, text) for about, texts in several for text in texts]
        return tuple((message(f"explanation.{about}"), text) for about, text in parts)

    def lines(self, language: Language) -> tuple[str, ...]:
        """Return the explanation as lines to be read from top to bottom."""
        parts = (self.status, *self.reasons)
        return (
            self.heading(language),
            *(message("explanation.labelled", label=about, text=text).text(language) for about, text in parts),
        )

    def as_dict(self, language: Language) -> dict[str, object]:
        """Return the same as plain values for JSON."""
        place = self.place
        return {
            "unit": self.unit,
            "name": self.name,
            "form": self.form.title,
            "as_of": self.as_of.text(language),
            "label": self.label.text(language),
            "rule": self.rule.text(language),
            "words": self.words.text(language),
            "limit": self.limit,
            "last_day": self.last_day.text(language),
            "warning": self.warning.text(language) if self.warning else None,
            "extension": self.extension.text(language) if self.extension else None,
            "tab_fault": self.tab_fault.text(language) if self.tab_fault else None,
            "evidence": [text.text(language) for text in self.evidence],
            "lacking": [text.text(language) for text in self.lacking],
            "cell": f"{place.tab}!{place.cell}" if place else None,
            "spreadsheet_id": place.spreadsheet_id if place else None,
            "sheet_id": place.sheet_id if place else None,
            "files": [text.text(language) for text in self.files],
            "review": [text.text(language) for text in self.review],
            "changes": [text.text(language) for text in self.changes],
            "decisions": [text.text(language) for text in self.decisions],
            "lines": list(self.lines(language)),
        }


def explain(
    standing: Standing,
    campaign: Campaign,
    history: History,
    now: datetime,
    kept: KeptWords = NO_WORDS,
    fault: TabFault | None = None,
) -> Explanation:
    """Explain a standing from the records of its unit and form that were known at `now`.

    `kept` is what the words that are kept of the tab add to them; `fault` is why the tab cannot be read.
    """
    owed = (standing.unit, standing.form)
    seen = sorted((one for one in history.observations_of(*owed) if one.known_at <= now), key=lambda one: one.seen_at)
    known = (made for made in history.decisions_of(*owed) if made.recorded_at <= now)
    decided = sorted(known, key=lambda made: made.recorded_at)
    limit = standing.limit
    return Explanation(
        unit=standing.unit,
        name=campaign.unit(standing.unit).name,
        form=campaign.form(standing.form),
        as_of=message("explanation.as_of", instant=instant_message(now, limit.zone)),
        label=standing.label,
        rule=_rule(standing, campaign.policy),
        words=limit.words,
        limit=limit.exact,
        exact_limit=exact_message(limit.due_before, limit.zone),
        last_day=message("instants.with_weekday", day=limit.last_day_words, weekday=weekday(limit.last_day)),
        warning=rest_day_warning(limit),
        extension=_extension(standing),
        evidence=tuple(_evidence(standing, seen, campaign.form(standing.form))),
        lacking=kept.lacking,
        place=_place(standing, seen),
        review=tuple(_review(review_of(seen, in_force(decided, now)), standing)),
        changes=tuple(_changes(standing, kept.difference)),
        decisions=tuple(_recorded(made, standing, now) for made in decided if made is not limit.extended_by),
        tab_fault=tab_faults.sentence(campaign, fault) if fault is not None else None,
        files=kept.files,
        roster=_roster(campaign, campaign.unit(standing.unit)),
    )


def _roster(campaign: Campaign, unit: Unit) -> Message | None:
    if unit.active:
        return None
    if not unit.merged_into:
        return message("explanation.not_active")
    return message("explanation.merged", heir=campaign.unit(unit.merged_into).name, code=unit.merged_into)


def _says(longer: Message, words: Message) -> bool:
    return longer.text(SHEET_LANGUAGE).casefold().startswith(words.text(SHEET_LANGUAGE).casefold())


def _rule(standing: Standing, policy: Policy) -> Message:
    if standing.timeliness is None:
        return message("explanation.exempt")
    rule = message(f"explanation.{standing.timeliness}", days=policy.due_soon_days)
    if policy.count_boundary_day_as_on_time:
        return message("explanation.boundary_on_time", rule=rule)
    return message("explanation.boundary_late", rule=rule) if standing.boundary_day else rule


def _extension(standing: Standing) -> Message | None:
    extension = standing.limit.extended_by
    if extension is None:
        return None
    original = limit_message(standing.limit.original, standing.limit.zone)
    authority = _authority(extension, standing)
    said: dict[str, Value] = {"limit": standing.limit.words, "original": original, "authority": authority}
    if not extension.number:
        return message("explanation.extended", **said)
    return message("explanation.extended_by_number", number=extension.number, **said)


def _evidence(standing: Standing, seen: Sequence[Observation], form: Form) -> Iterator[Message]:
    deciding = standing.deciding
    if standing.eligibility is Eligibility.EXPECTED and standing.evidence is not None:
        yield _received(standing.evidence, standing)
    if deciding is not None and deciding.unit != standing.unit:
        yield message("explanation.inherited", unit=deciding.unit)
    if isinstance(deciding, Decision):
        yield message("explanation.by_decision", decision=_decided(deciding, standing))
    elif deciding is not None:
        yield _reading(deciding, standing, form)
        if deciding.modified_at is not None:
            yield _modified(deciding, standing)
    else:
        yield message("explanation.nothing_seen")
    if seen and seen[-1] is not deciding:
        yield message("explanation.latest", reading=_reading(seen[-1], standing, form))
    if standing.editing:
        yield message(f"explanation.now_{seen[-1].receipt.value}")


def _received(interval: Interval, standing: Standing) -> Message:
    zone = standing.limit.zone
    by = instant_message(interval.by, zone)
    if interval.after == interval.by:
        return message("explanation.received_at", by=by)
    if interval.after is None:
        return message("explanation.sent_by", by=by)
    return message("explanation.sent_between", after=instant_message(interval.after, zone), by=by)


def _modified(seen: Observation, standing: Standing) -> Message:
    modified, bound = (instant_message(at, standing.limit.zone) for at in (seen.modified_at, seen.changed_by) if at)
    minutes = f"{MODIFIED_LAG.total_seconds() / 60:.0f}"
    lag = message("explanation.modified", at=modified, minutes=minutes)
    if seen.happened.by == seen.changed_by:
        return message("explanation.modified_bounds", lag=lag, bound=bound)
    return message("explanation.modified_later", lag=lag)


def _reading(seen: Observation, standing: Standing, form: Form) -> Message:
    document = message("explanation.with_document" if seen.document else "explanation.without_document")
    return message(
        "explanation.reading" if form.needs_document else "explanation.reading_alone",
        at=instant_message(seen.seen_at, standing.limit.zone),
        cell=seen.place.cell,
        tab=seen.place.tab,
        confirmed=message("explanation.confirmed" if seen.confirmed else "explanation.not_confirmed"),
        entries=message("explanation.entries", count=seen.entries),
        errors=message("explanation.errors", count=seen.errors),
        **({"document": document} if form.needs_document else {}),
    )


def _place(standing: Standing, seen: Sequence[Observation]) -> TabPlace | None:
    if isinstance(standing.deciding, Observation):
        return standing.deciding.place
    return seen[-1].place if seen else None


def _review(state: ReviewState, standing: Standing) -> Iterator[Message]:
    if state.decision is None and state.returned_on is not None:
        at = instant_message(state.returned_on.seen_at, standing.limit.zone)
        yield message("explanation.returned_for_errors", errors=state.returned_on.errors, at=at)
    if state.edited_since_acceptance:
        yield message("explanation.edited_since")


def _changes(standing: Standing, difference: Iterable[Message]) -> Iterator[Message]:
    if standing.changed is not None:
        at = instant_message(standing.changed.latest.seen_at, standing.limit.zone)
        yield message("explanation.changed", since=label(standing.changed.since), at=at)
        yield from difference


def _recorded(decision: Decision, standing: Standing, now: datetime) -> Message:
    """Return a decision as it is on record, with its withdrawal."""
    decided = _decided(decision, standing)
    withdrawn = decision.withdrawn
    if withdrawn is not None and withdrawn.recorded_at <= now:
        at = instant_message(withdrawn.recorded_at, standing.limit.zone)
        return message("explanation.withdrawn", decision=decided, actor=withdrawn.actor, at=at, reason=withdrawn.reason)
    return message("explanation.overtaken", decision=decided) if decision is standing.limit.overtaken else decided


def _decided(decision: Decision, standing: Standing) -> Message:
    zone = standing.limit.zone
    named = label(decision.kind)
    if decision.received_at is not None:
        instant = instant_message(decision.received_at, zone)
        named = message("explanation.decided_at", label=named, instant=instant)
    if decision.kind is DecisionKind.EXTEND and decision.before is not None:
        named = message("explanation.decided_until", label=named, instant=instant_message(decision.before, zone))
    authority = _authority(decision, standing)
    if not decision.number:
        return message("explanation.decided", decision=named, authority=authority)
    return message("explanation.decided_by_number", decision=named, number=decision.number, authority=authority)


def _authority(decision: Decision, standing: Standing) -> Message:
    without = message("explanation.no_document_number")
    return message(
        "explanation.authority" if decision.reason else "explanation.authority_without_reason",
        document=message("explanation.document", number=decision.document) if decision.document else without,
        actor=decision.actor,
        at=instant_message(decision.recorded_at, standing.limit.zone),
        reason=decision.reason,
    )
