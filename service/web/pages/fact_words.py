"""What a line of the log says in few words: what is kept as a code is named, instants and days are written out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from service.facts.records import Fact, FactKind
from service.web.texts import Words
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.wording.catalogue import area

_MOST_SHOWN = 120  # characters of one value
# what a line's payload says, in the order it is read in; the rest is for programs
_SAID = (
    "event", "label", "name", "number", "code", "paper", "file_name", "kind", "verdict", "receipt", "email", "role",
)  # fmt: skip
# the area of words, and how a key in it begins, of values that are codes
_CODED = {
    "event": ("log", "event_"),
    "receipt": ("labels", "receipt_"),
    "role": ("roles", ""),
    "paper": ("papers", "name_"),
    "verdict": ("log", "verdict_"),
}
_KINDS = {FactKind.DECISION: ("labels", "decision_kind_"), FactKind.MAIL: ("mail", "kind_")}


def kind_words(kind: str, words: Words) -> str:
    """Return the words of a kind of lines; what has none is shown as it is kept."""
    return _coded(("log", "kind_"), kind, words)


def said_words(fact: Fact, zone: tzinfo, words: Words) -> str:
    """Return what a line says."""
    parts = []
    for name in _SAID:
        value = fact.payload.get(name)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
            place = _KINDS.get(FactKind(fact.kind)) if name == "kind" else _CODED.get(name)
            parts.append(_coded(place, str(value), words) if place else str(value)[:_MOST_SHOWN])
    for name, written in _TIMES.items():
        value = fact.payload.get(name)
        if isinstance(value, str) and value:
            parts.append(words(f"log.said_{name}", at=written(value, zone, words)))
    if fact.kind == FactKind.BOARD_TASK and fact.payload.get("done_on") is None:
        parts.append(words("log.said_not_done"))
    parts += [text for text in (fact.reason, fact.document) if text]
    return " · ".join(parts)


def _coded(place: tuple[str, str], value: str, words: Words) -> str:
    name, beginning = place
    known = beginning + value
    return words(f"{name}.{known}") if known in area(name, words.language) else value[:_MOST_SHOWN]


def _instant(value: str, zone: tzinfo, words: Words) -> str:
    return words.instant(datetime.fromisoformat(value).replace(microsecond=0), zone)


def _day(value: str, zone: tzinfo, words: Words) -> str:
    del zone, words
    return format_day(datetime.fromisoformat(value).date())


_TIMES: dict[str, Callable[[str, tzinfo, Words], str]] = {"before": _instant, "received_at": _instant, "done_on": _day}
