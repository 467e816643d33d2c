"""A person's word on whether a reported result is that of a registered activity; the newest one counts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PairVerdict(StrEnum):
    """What a person said of a pair; taken back is as if it had never been judged."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class PairJudgement:
    """One judgement; `promised` and `done` are the folded words by which the pair is known again."""

    unit: str
    promised: str
    done: str
    verdict: PairVerdict
    recorded_at: datetime
    actor: str
    reason: str = ""


PairKey = tuple[str, str, str]  # unit, promised, done


def judgements_at(
    at: datetime, judgements: Iterable[PairJudgement], code_now: Mapping[str, str]
) -> dict[PairKey, PairJudgement]:
    """Return the judgement in force at an instant by pair; a unit goes by the code it has now."""
    latest: dict[PairKey, PairJudgement] = {}
    for one in sorted(judgements, key=lambda one: one.recorded_at):
        if one.recorded_at <= at:
            latest[code_now.get(one.unit, one.unit), one.promised, one.done] = one
    return {key: one for key, one in latest.items() if one.verdict is not PairVerdict.TAKEN_BACK}
