"""How many activities of one tab suggest which content and begin in which week: counted as the tab is read.

The master adds these up: it needs no tab's words for that, and no pandas.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from service.domain.analysis.suggesting import ContentSuggester
from service.domain.analysis.weeks import week_of
from sheets_schema.campaign import Campaign, ColumnRole, Content, Form, TableKind
from sheets_schema.periods import Certainty
from sheets_schema.rules.validation import CheckedRow

_SEPARATOR = " "  # no key of a week has one


@lru_cache(maxsize=8)
def _suggester(contents: tuple[Content, ...]) -> ContentSuggester:
    return ContentSuggester(contents)


def suggested_counts(campaign: Campaign, form: Form, rows: Iterable[CheckedRow]) -> dict[str, int]:
    """Count accepted rows of an open table by the week they begin in and the content they suggest."""
    name, note = form.column(ColumnRole.NAME), form.column(ColumnRole.NOTE)
    if form.table is not TableKind.OPEN or name is None:
        return {}
    suggester = _suggester(campaign.contents)
    found: Counter[str] = Counter()
    for one in rows:
        spoken = one.row.value(name.key), one.row.text(note.key) if note else ""
        content = suggester.suggest(*spoken).content
        found[f"{week_of(_starts(one), campaign.window)}{_SEPARATOR}{content}"] += 1
    return dict(sorted(found.items()))


def _starts(row: CheckedRow) -> date | None:
    period = row.period
    return None if period is None or period.certainty is Certainty.ONGOING else period.start


def week_and_content(counts: Mapping[str, int]) -> Iterable[tuple[str, str, int]]:
    """Yield the week, the content and the count of each."""
    for key, count in counts.items():
        week, _, content = key.partition(_SEPARATOR)
        yield week, content, count
