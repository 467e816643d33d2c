"""What needs attention first on the dashboard: who is overdue, what waits for a word of ours, what may not make it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from service.domain.standing_labels import Eligibility, Receipt, Review, Timeliness
from service.domain.standings import Standing
from service.web.problem_lines import form_title
from service.web.texts import Words
from sheets_schema.campaign import Campaign, Unit

MOST = 5


@dataclass(frozen=True, slots=True)
class AttentionLine:
    """One unit that needs attention, and for what."""

    unit: Unit
    form: str  # the key: its place on the unit's page
    form_title: str
    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Concern:
    """Units that need the same attention, the most urgent first; `args` asks the dashboard for all of them."""

    key: str
    title: str
    count: int
    lines: tuple[AttentionLine, ...]
    args: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Kind:
    key: str
    belongs: Callable[[Standing], bool]
    args: dict[str, str]
    urgency: Callable[[Standing], object]


def _limit(standing: Standing) -> object:
    return standing.limit.due_before


def _received(standing: Standing) -> object:
    return standing.received_at or standing.limit.due_before


# no unit is in two of them with the same form
_KINDS = (
    _Kind(
        "missing",
        lambda standing: standing.timeliness is Timeliness.MISSING,
        {"timeliness": Timeliness.MISSING.value},
        lambda standing: -standing.days_late,
    ),
    _Kind(
        "unconfirmed",
        lambda standing: standing.timeliness is Timeliness.UNCONFIRMED,
        {"timeliness": Timeliness.UNCONFIRMED.value},
        _received,
    ),
    _Kind(
        "corrected",
        lambda standing: standing.review is Review.CORRECTED,
        {"review": Review.CORRECTED.value},
        _received,
    ),
    _Kind(
        "partial",
        lambda standing: standing.receipt is Receipt.PARTIAL,
        {"receipt": Receipt.PARTIAL.value},
        _limit,
    ),
    _Kind(
        "draft_soon",
        lambda standing: standing.receipt is Receipt.DRAFT and standing.timeliness is Timeliness.DUE_SOON,
        {"receipt": Receipt.DRAFT.value, "timeliness": Timeliness.DUE_SOON.value},
        _limit,
    ),
    _Kind(
        "unsent_soon",
        lambda standing: standing.receipt is Receipt.NONE and standing.timeliness is Timeliness.DUE_SOON,
        {"receipt": Receipt.NONE.value, "timeliness": Timeliness.DUE_SOON.value},
        _limit,
    ),
)


def concerns(campaign: Campaign, standings: Iterable[Standing], words: Words) -> tuple[Concern, ...]:
    """Return what needs attention, the gravest kind first; kinds without members are left out."""
    waiting = [standing for standing in standings if standing.eligibility is Eligibility.EXPECTED]
    found: list[Concern] = []
    for kind in _KINDS:
        members = [standing for standing in waiting if kind.belongs(standing)]
        waiting = [standing for standing in waiting if not kind.belongs(standing)]
        if members:
            members.sort(key=kind.urgency)  # type: ignore[arg-type]
            found.append(
                Concern(
                    kind.key,
                    words(f"concern_{kind.key}"),
                    len(members),
                    _lines(campaign, members[:MOST], words),
                    kind.args,
                )
            )
    return tuple(found)


def _lines(campaign: Campaign, standings: Sequence[Standing], words: Words) -> tuple[AttentionLine, ...]:
    return tuple(
        AttentionLine(
            unit=campaign.unit(standing.unit),
            form=standing.form,
            form_title=form_title(campaign.form(standing.form), words),
            text=standing.label_in(words.language),
            tone=standing.timeliness.value if standing.timeliness else "",
        )
        for standing in standings
    )
