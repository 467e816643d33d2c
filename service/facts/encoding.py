"""Domain records as log lines and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from service.domain.decisions import BoardTaskDone, Decision, DecisionKind
from service.domain.observations import Observation, TabPlace
from service.facts.records import Fact, FactKind

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
)


def observation_fact(campaign: str, look: Observation) -> Fact:
    """Turn an observation into a log line: it happened when the evidence says at the latest, known when seen."""
    place = look.place
    payload: dict[str, object] = {name: getattr(look, name) for name in _PLAIN}
    payload |= {
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
        recorded_at=look.seen_at,
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
            "kind": decision.kind,
            "before": _to_text(decision.before),
            "received_at": _to_text(decision.received_at),
        },
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


def observation_from(fact: Fact) -> Observation:
    """Turn a log line back into the observation it was made from."""
    payload: Any = fact.payload
    return Observation(
        unit=fact.unit,
        form=fact.form,
        seen_at=fact.recorded_at,
        last_seen_at=_from_text(payload["last_seen_at"]),
        modified_at=_from_text(payload["modified_at"]),
        place=TabPlace(*payload["place"]),
        **{name: payload[name] for name in _PLAIN},
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
    )


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


def to_json(value: object) -> str:
    """Write a value as JSON, Vietnamese left readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _to_text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat()


def _from_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
