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
# the key of the words for a value that is a code
_CODED: dict[str, Callable[[str], str]] = {
    "event": lambda code: f"log.event_{code}",
    "receipt": lambda code: f"labels.receipt_{code}",
    "role": lambda code: f"roles.{code}",
    "paper": lambda code: f"papers.name_{code}",
    "verdict": lambda code: f"log.verdict_{code}",
}
_KINDS: dict[str, Callable[[str], str]] = {
    FactKind.DECISION: lambda code: f"labels.decision_kind_{code}",
    FactKind.MAIL: lambda code: f"mail.kind_{code}",
}


def kind_words(kind: str, words: Words) -> str:
    """Return the words of a kind of lines; what has none is shown as it is kept."""
    return _coded(f"log.kind_{kind}", kind, words)


def said_words(fact: Fact, zone: tzinfo, words: Words) -> str:
    """Return what a line says."""
    parts = []
    for name in _SAID:
        value = fact.payload.get(name)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
            key_of = _KINDS.get(fact.kind) if name == "kind" else _CODED.get(name)
            shown = str(value)[:_MOST_SHOWN]
            parts.append(_coded(key_of(shown), shown, words) if key_of else shown)
    for name, written in _TIMES.items():
        value = fact.payload.get(name)
        if isinstance(value, str) and value:
            parts.append(words(f"log.said_{name}", at=written(value, zone, words)))
    if fact.kind == FactKind.BOARD_TASK and fact.payload.get("done_on") is None:
        parts.append(words("log.said_not_done"))
    parts += [text for text in (fact.reason, fact.document) if text]
    return " · ".join(parts)


def _coded(key: str, code: str, words: Words) -> str:
    """Return the words of a code; one that has none is shown as it is kept."""
    name, _, entry = key.partition(".")
    return words(key) if entry in area(name, words.language) else code


def _instant(value: str, zone: tzinfo, words: Words) -> str:
    return words.instant(datetime.fromisoformat(value).replace(microsecond=0), zone)


def _day(value: str, zone: tzinfo, words: Words) -> str:
    del zone, words
    return format_day(datetime.fromisoformat(value).date())


_TIMES: dict[str, Callable[[str, tzinfo, Words], str]] = {"before": _instant, "received_at": _instant, "done_on": _day}
