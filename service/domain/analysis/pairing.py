"""Promised beside done: each registered activity with the reported result that its name suggests or a person confirmed.

Every activity is in exactly one state, so that the states add up to all that was registered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process

from service.domain.analysis.rows import AnalysedRows, RegisteredActivity, ReportedResult
from service.domain.pairings import PairJudgement, PairKey, PairVerdict
from service.domain.printed_tables import digest
from sheets_schema.vietnamese.folding import fold, squash

LIKELY = 62  # of 100: names that share most of their words
_CLAUSES = re.compile(r"[;\n\r]+|(?<=[^\W\d_])\.\s+(?=\S)|(?<=[”\")])\.\s+(?=\S)")


class PairState(StrEnum):
    """Where a registered activity is beside the unit's report."""

    CONFIRMED = "confirmed"
    SUGGESTED = "suggested"
    UNMATCHED = "unmatched"  # the report has come, and nothing in it is like it
    NO_REPORT = "no_report"


@dataclass(frozen=True, slots=True)
class DoneClause:
    """One part of a reported result: what it says, and the row it is in."""

    result: ReportedResult
    text: str
    folded: str

    @property
    def key(self) -> str:
        """By what it is known again: the content and the words."""
        return f"{self.result.key}\n{self.folded}"

    @property
    def mark(self) -> str:
        """The key as an address carries it."""
        return digest(self.key)


@dataclass(frozen=True, slots=True)
class PromisedPair:
    """One registered activity with what was done; `likeness` is of 100, 0 where a person chose it."""

    activity: RegisteredActivity
    state: PairState
    done: tuple[DoneClause, ...] = ()  # one that is suggested, or all that are confirmed
    likeness: int = 0
    judgements: tuple[PairJudgement, ...] = ()  # that count for this activity, rejections too
    choices: tuple[DoneClause, ...] = ()  # everything the unit reported


def promised_pairs(rows: AnalysedRows, judgements: Mapping[PairKey, PairJudgement]) -> tuple[PromisedPair, ...]:
    """Return every registered activity, in order, with its state."""
    clauses: dict[str, list[DoneClause]] = {}
    for result in rows.results:
        if result.is_content:
            clauses.setdefault(result.place.unit, []).extend(done_clauses(result))
    return tuple(
        _pair(
            activity,
            clauses.get(activity.place.unit, []),
            judgements,
            has_reported=activity.place.unit in rows.reported,
        )
        for activity in rows.activities
    )


def done_clauses(result: ReportedResult) -> tuple[DoneClause, ...]:
    """Return the parts of a result that each speak of one thing."""
    texts = (squash(part).strip(" .") for part in _CLAUSES.split(result.result))
    return tuple(DoneClause(result, text, fold(text)) for text in texts if text)


def _pair(
    activity: RegisteredActivity,
    clauses: Sequence[DoneClause],
    judgements: Mapping[PairKey, PairJudgement],
    *,
    has_reported: bool,
) -> PromisedPair:
    judged = {
        one.key: judgements[activity.place.unit, activity.key, one.key]
        for one in clauses
        if (activity.place.unit, activity.key, one.key) in judgements
    }
    said, choices = tuple(judged.values()), tuple(clauses)
    confirmed = tuple(one for one in clauses if one.key in judged and judged[one.key].verdict is PairVerdict.CONFIRMED)
    if confirmed:
        return PromisedPair(activity, PairState.CONFIRMED, confirmed, 0, said, choices)
    if not has_reported:
        return PromisedPair(activity, PairState.NO_REPORT)
    best = _most_like(activity, (one for one in clauses if one.key not in judged))
    if best is None:
        return PromisedPair(activity, PairState.UNMATCHED, (), 0, said, choices)
    return PromisedPair(activity, PairState.SUGGESTED, (best[1],), best[0], said, choices)


def _most_like(activity: RegisteredActivity, clauses: Iterable[DoneClause]) -> tuple[int, DoneClause] | None:
    left = list(clauses)
    # the scorer takes no marks or letters away by itself: folded texts are compared as they are
    found = process.extractOne(
        fold(activity.name),
        [one.folded for one in left],
        scorer=fuzz.token_set_ratio,
        score_cutoff=LIKELY,
    )
    return None if found is None else (round(found[1]), left[found[2]])
