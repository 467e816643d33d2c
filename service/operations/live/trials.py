"""Try the table on a scratch spreadsheet, one assumption after another; a trial that fails leaves the others alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.errors import SheetsError
from service.operations.live.assumption import Assumption, Found, Result, untried
from service.operations.live.trial import Trial


def try_all(trial: Trial, assumptions: Sequence[Assumption]) -> Iterator[Result]:
    """Yield what was found of each, as soon as it is known."""
    for number, assumption in enumerate(assumptions, start=1):
        trial.progress(f"[{number}/{len(assumptions)}] {assumption.name}…")
        yield Result(assumption, _found(trial, assumption))


def _found(trial: Trial, assumption: Assumption) -> Found:
    try:
        return assumption.try_it(trial)
    except SheetsError as error:
        return untried(str(error))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # an answer of another form than Google describes
        return untried(f"câu trả lời không như mô tả ({type(error).__name__})")
