"""Promised beside done: each registered activity with the reported result that its name suggests or a person confirmed.

Every activity is in exactly one state, so that the states add up to all that was registered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

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
    reports = {unit: _Report(tuple(found), _folded(found)) for unit, found in clauses.items()}
    judged: dict[str, dict[PairKey, PairJudgement]] = {}
    for key, one in judgements.items():
        judged.setdefault(key[0], {})[key] = one
    return tuple(
        _pair(activity, reports.get(unit, _NOTHING), judged.get(unit, {}), has_reported=unit in rows.reported)
        for activity in rows.activities
        for unit in (activity.place.unit,)
    )


@dataclass(frozen=True, slots=True)
class _Report:
    """What a unit reported: its parts, and their folded texts."""

    clauses: tuple[DoneClause, ...]
    folded: tuple[str, ...]


_NOTHING = _Report((), ())


def _folded(clauses: Iterable[DoneClause]) -> tuple[str, ...]:
    return tuple(one.folded for one in clauses)


def done_clauses(result: ReportedResult) -> tuple[DoneClause, ...]:
    """Return the parts of a result that each speak of one thing."""
    return tuple(DoneClause(result, text, folded) for text, folded in _parts(result.result))


@lru_cache(maxsize=20_000)  # of some two thousand units: a report says the same until it is changed
def _parts(result: str) -> tuple[tuple[str, str], ...]:
    texts = (squash(part).strip(" .") for part in _CLAUSES.split(result))
    return tuple((text, fold(text)) for text in texts if text)


def _pair(
    activity: RegisteredActivity,
    report: _Report,
    judgements: Mapping[PairKey, PairJudgement],
    *,
    has_reported: bool,
) -> PromisedPair:
    left, folded, choices = report.clauses, report.folded, report.clauses
    judged: dict[str, PairJudgement] = {}
    if judgements:
        unit, promised = activity.place.unit, activity.key
        judged = {one.key: found for one in choices if (found := judgements.get((unit, promised, one.key)))}
        left = tuple(one for one in choices if one.key not in judged)
        folded = _folded(left)
    said = tuple(judged.values())
    confirmed = tuple(one for one in choices if judged and _is_confirmed(judged.get(one.key)))
    if confirmed:
        return PromisedPair(activity, PairState.CONFIRMED, confirmed, 0, said, choices)
    if not has_reported:
        return PromisedPair(activity, PairState.NO_REPORT)
    likeness, at = _most_like(activity.name, folded)
    if not likeness:
        return PromisedPair(activity, PairState.UNMATCHED, (), 0, said, choices)
    return PromisedPair(activity, PairState.SUGGESTED, (left[at],), likeness, said, choices)


def _is_confirmed(judgement: PairJudgement | None) -> bool:
    return judgement is not None and judgement.verdict is PairVerdict.CONFIRMED


@lru_cache(maxsize=40_000)  # as above
def _most_like(name: str, clauses: tuple[str, ...]) -> tuple[int, int]:
    """Return how like the most like of some folded texts is, of 100, and which it is; 0 where none is alike."""
    # the scorer takes no marks or letters away by itself: folded texts are compared as they are
    found = process.extractOne(fold(name), clauses, scorer=fuzz.token_set_ratio, score_cutoff=LIKELY)
    return (0, 0) if found is None else (round(found[1]), found[2])
