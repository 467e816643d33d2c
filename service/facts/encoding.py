"""Domain records as log lines and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from service.domain.decisions import BoardTaskDone, Decision, DecisionKind, Withdrawal
from service.domain.intakes import Intake, IntakeLine, IntakeMode
from service.domain.observations import Observation, Preceding, TabPlace
from service.domain.pairings import PairJudgement, PairVerdict
from service.facts.kept_json import from_json, to_json
from service.facts.records import Declared, Fact, FactKind, Freeze


class ObservationLine(NamedTuple):
    """A line of an observation as it is read for a standing."""

    id: int
    unit: str
    form: str
    recorded_at: datetime
    payload: str
    errors_before: int | None  # of the confirmed one before it
    digest_before: str | None


_PLAIN = (
    "filled",
    "confirmed",
    "nil",
    "content",
    "document",
    "entries",
    "errors",
    "warnings",
    "digest",
    "fault_digest",
    "words_digest",
)


def observation_fact(campaign: str, look: Observation, recorded_at: datetime) -> Fact:
    """Turn an observation into a log line: it happened when the evidence says at the latest."""
    place = look.place
    payload: dict[str, object] = {name: getattr(look, name) for name in _PLAIN}
    payload |= {
        "seen_at": _to_text(look.seen_at),
        "last_seen_at": _to_text(look.last_seen_at),
        "modified_at": _to_text(look.modified_at),
        "place": [place.spreadsheet_id, place.sheet_id, place.tab, place.cell],
        "receipt": look.receipt,
    }
    return Fact(
        kind=FactKind.OBSERVATION,
        campaign=campaign,
        unit=look.unit,
        form=look.form,
        happened_at=look.happened.by,
        recorded_at=recorded_at,
        payload=payload,
    )


def decision_fact(campaign: str, decision: Decision) -> Fact:
    """Turn a decision into a log line: paper happened when it was received, the rest when it was recorded."""
    return Fact(
        kind=FactKind.DECISION,
        campaign=campaign,
        unit=decision.unit,
        form=decision.form,
        happened_at=decision.received_at or decision.recorded_at,
        recorded_at=decision.recorded_at,
        actor=decision.actor,
        reason=decision.reason,
        document=decision.document,
        payload={
            "number": decision.number,
            "kind": decision.kind,
            "before": _to_text(decision.before),
            "received_at": _to_text(decision.received_at),
        },
    )


def withdrawal_fact(campaign: str, withdrawal: Withdrawal) -> Fact:
    """Turn a withdrawal into a log line."""
    return Fact(
        kind=FactKind.WITHDRAWAL,
        campaign=campaign,
        unit=withdrawal.unit,
        form=withdrawal.form,
        happened_at=withdrawal.recorded_at,
        recorded_at=withdrawal.recorded_at,
        actor=withdrawal.actor,
        reason=withdrawal.reason,
        document=withdrawal.document,
        payload={"number": withdrawal.number},
    )


def declaration_fact(campaign: str, declared: Declared) -> Fact:
    """Turn a declaration into a log line; its text is kept by the digest."""
    return Fact(
        kind=FactKind.DECLARATION,
        campaign=campaign,
        unit="",
        form="",
        happened_at=declared.recorded_at,
        recorded_at=declared.recorded_at,
        actor=declared.actor,
        payload={"digest": declared.digest} | ({"files": declared.files} if declared.files else {}),
    )


def freeze_fact(campaign: str, freeze: Freeze) -> Fact:
    """Turn a named moment into a log line: it happened at the moment that it names."""
    return Fact(
        kind=FactKind.FREEZE,
        campaign=campaign,
        unit="",
        form="",
        happened_at=freeze.at,
        recorded_at=freeze.recorded_at,
        actor=freeze.actor,
        reason=freeze.reason,
        payload={"label": freeze.label},
    )


def intake_fact(campaign: str, intake: Intake) -> Fact:
    """Turn the taking of a file into a log line: it happened when the file came, where the operator says so."""
    return Fact(
        kind=FactKind.INTAKE,
        campaign=campaign,
        unit=intake.unit,
        form=intake.form,
        happened_at=intake.received_at or intake.recorded_at,
        recorded_at=intake.recorded_at,
        actor=intake.actor,
        document=intake.document,
        payload={
            "name": intake.name,
            "sha256": intake.sha256,
            "size": intake.size,
            "mode": intake.mode.value,
            "received_at": _to_text(intake.received_at),
            "fields": list(intake.fields),
            "lines": [[one.row, one.sheet, one.line, one.words] for one in intake.lines],
        },
    )


def intake_from(fact: Fact) -> Intake:
    """Turn a log line back into the taking of a file."""
    payload: Any = fact.payload
    return Intake(
        unit=fact.unit,
        form=fact.form,
        recorded_at=fact.recorded_at,
        actor=fact.actor,
        name=payload["name"],
        sha256=payload["sha256"],
        size=payload["size"],
        mode=IntakeMode(payload["mode"]),
        lines=tuple(IntakeLine(*one) for one in payload["lines"]),
        fields=tuple(payload["fields"]),
        received_at=_from_text(payload["received_at"]),
        document=fact.document,
    )


def board_task_fact(campaign: str, done: BoardTaskDone) -> Fact:
    """Turn a word of the board on one of its tasks into a log line."""
    return Fact(
        kind=FactKind.BOARD_TASK,
        campaign=campaign,
        unit="",
        form="",
        happened_at=done.recorded_at,
        recorded_at=done.recorded_at,
        actor=done.actor,
        reason=done.reason,
        document=done.document,
        payload={"code": done.code, "done_on": done.done_on.isoformat() if done.done_on else None},
    )


def pairing_fact(campaign: str, judged: PairJudgement) -> Fact:
    """Turn a person's word on a pair into a log line."""
    return Fact(
        kind=FactKind.PAIRING,
        campaign=campaign,
        unit=judged.unit,
        form="",
        happened_at=judged.recorded_at,
        recorded_at=judged.recorded_at,
        actor=judged.actor,
        reason=judged.reason,
        payload={"promised": judged.promised, "done": judged.done, "verdict": judged.verdict.value},
    )


def pairing_from(fact: Fact) -> PairJudgement:
    """Turn a log line back into a person's word on a pair."""
    payload: Any = fact.payload
    return PairJudgement(
        unit=fact.unit,
        promised=payload["promised"],
        done=payload["done"],
        verdict=PairVerdict(payload["verdict"]),
        recorded_at=fact.recorded_at,
        actor=fact.actor,
        reason=fact.reason,
    )


def observation_from(fact: Fact) -> Observation:
    """Turn a log line back into the observation it was made from."""
    return _observation(fact.payload, fact.unit, fact.form, (fact.recorded_at, fact.id, None))


def observation_of(line: ObservationLine) -> Observation:
    """Turn a line of the index of those that decide back into the observation it was made from."""
    errors, digest = line.errors_before, line.digest_before
    preceding = None if errors is None or digest is None else Preceding(errors, digest)
    return _observation(from_json(line.payload), line.unit, line.form, (line.recorded_at, line.id, preceding))


def _observation(payload: Any, unit: str, form: str, record: tuple[datetime, int, Preceding | None]) -> Observation:  # noqa: ANN401 – JSON
    # by position, in the order of the class: thousands are made for one view
    return Observation(
        unit,
        form,
        datetime.fromisoformat(payload["seen_at"]),
        _from_text(payload["last_seen_at"]),
        _from_text(payload["modified_at"]),
        payload["filled"],
        payload["confirmed"],
        payload["nil"],
        payload["content"],
        payload["document"],
        payload["entries"],
        payload["errors"],
        payload["warnings"],
        payload["digest"],
        payload["fault_digest"],
        TabPlace(*payload["place"]),
        payload["words_digest"],
        *record,
    )


def decision_from(fact: Fact) -> Decision:
    """Turn a log line back into the decision it was made from."""
    payload: Any = fact.payload
    return Decision(
        kind=DecisionKind(payload["kind"]),
        unit=fact.unit,
        form=fact.form,
        recorded_at=fact.recorded_at,
        actor=fact.actor,
        reason=fact.reason,
        document=fact.document,
        before=_from_text(payload["before"]),
        received_at=_from_text(payload["received_at"]),
        number=payload["number"],
    )


def withdrawal_from(fact: Fact) -> Withdrawal:
    """Turn a log line back into the withdrawal it was made from."""
    payload: Any = fact.payload
    return Withdrawal(payload["number"], fact.unit, fact.form, fact.recorded_at, fact.actor, fact.reason, fact.document)


def freeze_from(fact: Fact) -> Freeze:
    """Turn a log line back into the named moment it was made from."""
    payload: Any = fact.payload
    return Freeze(payload["label"], fact.happened_at, fact.recorded_at, fact.actor, fact.reason)


def declared_from(fact: Fact) -> Declared:
    """Turn a log line back into the declaration it was made from."""
    payload: Any = fact.payload
    return Declared(str(payload["digest"]), fact.recorded_at, fact.actor, str(payload.get("files", "")))


def digest_in(payload: str) -> str:
    """Return the digest of a declaration from its line's payload."""
    return str(json.loads(payload)["digest"])


def files_digest_in(payload: str) -> str:
    """Return the digest of the files that declared it, blank where they are not kept."""
    return str(json.loads(payload).get("files", ""))


def board_task_from(fact: Fact) -> BoardTaskDone:
    """Turn a log line back into the board's word it was made from."""
    payload: Any = fact.payload
    done_on = payload["done_on"]
    return BoardTaskDone(
        code=payload["code"],
        done_on=date.fromisoformat(done_on) if done_on else None,
        recorded_at=fact.recorded_at,
        actor=fact.actor,
        reason=fact.reason,
        document=fact.document,
    )


def _to_text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat()


def _from_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def fact_values(line: Fact) -> dict[str, object]:
    """Return a log line as the table's columns."""
    return {
        "kind": line.kind,
        "campaign": line.campaign,
        "unit": line.unit,
        "form": line.form,
        "happened_at": line.happened_at,
        "recorded_at": line.recorded_at,
        "actor": line.actor,
        "reason": line.reason,
        "document": line.document,
        "payload": to_json(line.payload),
    }
