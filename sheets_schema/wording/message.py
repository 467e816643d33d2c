"""A message: words as a key and values; it becomes text where a person reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias, Union

from sheets_schema.wording.catalogue import Language, text

Value: TypeAlias = Union[str, int, float, "Message"]

_VERBATIM = "verbatim"
_JOINED = "joined"


@dataclass(frozen=True, slots=True)
class Message:
    """A key of the catalogues with the values of its places; a value may be a message itself."""

    key: str
    values: tuple[tuple[str, Value], ...] = ()

    def text(self, language: Language = Language.VIETNAMESE) -> str:
        """Return the words in one language."""
        shown = {name: value.text(language) if isinstance(value, Message) else value for name, value in self.values}
        if self.key == _VERBATIM:
            return str(shown["text"])
        if self.key == _JOINED:
            between, *parts = shown.values()
            return str(between).join(map(str, parts))
        return text(self.key, language, **shown)

    def __str__(self) -> str:
        return self.text()

    def as_json(self) -> dict[str, object]:
        """Return the message as JSON values, to be kept and shown later in any language."""
        return {
            "key": self.key,
            "values": {name: value.as_json() if isinstance(value, Message) else value for name, value in self.values},
        }

    def kept(self, longest: int = 2_000) -> str:
        """Return the message as a text to be stored; one that would be longer is stored as Vietnamese words, cut."""
        stored = json.dumps(self.as_json(), ensure_ascii=False)
        return stored if len(stored) <= longest else self.text()[:longest]

    @classmethod
    def of_kept(cls, stored: str) -> Message:
        """Return the message that `kept` stored; any other text is taken as it is."""
        if not stored.startswith('{"key"'):
            return verbatim(stored)
        return cls.of_json(json.loads(stored))

    @classmethod
    def of_json(cls, kept: object) -> Message:
        """Return the message that `as_json` gave; a plain text is taken as it is."""
        if not isinstance(kept, dict):
            return verbatim(str(kept))
        values = ((name, cls.of_json(one) if isinstance(one, dict) else one) for name, one in kept["values"].items())
        return cls(kept["key"], tuple(values))


def message(key: str, **values: Value) -> Message:
    """Make a message."""
    return Message(key, tuple(values.items()))


def verbatim(words: str) -> Message:
    """Make a message of words that are not ours to translate: what Google answered, what a unit typed."""
    return Message(_VERBATIM, (("text", words),))


def joined(parts: Iterable[Message], between: str = " ") -> Message:
    """Make one message of several, with something between them."""
    values = ((str(number), part) for number, part in enumerate(parts))
    return Message(_JOINED, (("between", between), *values))
