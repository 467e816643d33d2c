"""XML read as it streams by: no tree, no declarations of types, a bound on depth and on the number of tags."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pyexpat import ExpatError, ParserCreate

from service.errors import UnreadableFileError
from sheets_schema.wording import message

DEEPEST = 200
MOST_TAGS = 1_000_000

Attributes = dict[str, str]
Start = Callable[[Attributes], None]
End = Callable[[], None]

_UTF16 = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}


def _nothing(*_: object) -> None:
    """Take no notice."""


class TagBudget:
    """How many tags may still be read of one file."""

    def __init__(self, most: int = MOST_TAGS) -> None:
        self.left = most


@dataclass(frozen=True, slots=True)
class TagHandlers:
    """What to do at the start and at the end of a tag, by its name without a prefix, and with texts.

    `any_start` and `any_end` are for the tags without a handler of their own.
    """

    starts: Mapping[str, Start] = field(default_factory=dict)
    ends: Mapping[str, End] = field(default_factory=dict)
    text: Callable[[str], None] = _nothing
    any_start: Callable[[str, Attributes], None] | None = None
    any_end: Callable[[str], None] | None = None

    def start_of(self, name: str) -> Start:
        """Return what to do where a tag begins."""
        local = name.rpartition(":")[2]
        return self.starts.get(local) or (partial(self.any_start, local) if self.any_start else _nothing)

    def end_of(self, name: str) -> End:
        """Return what to do where a tag ends."""
        local = name.rpartition(":")[2]
        return self.ends.get(local) or (partial(self.any_end, local) if self.any_end else _nothing)


class _Starts(dict[str, Start]):
    def __init__(self, handlers: TagHandlers) -> None:
        super().__init__()
        self.handlers = handlers

    def __missing__(self, name: str) -> Start:
        self[name] = self.handlers.start_of(name)
        return self[name]


class _Ends(dict[str, End]):
    def __init__(self, handlers: TagHandlers) -> None:
        super().__init__()
        self.handlers = handlers

    def __missing__(self, name: str) -> End:
        self[name] = self.handlers.end_of(name)
        return self[name]


def read_events(pieces: Iterable[bytes], handlers: TagHandlers, budget: TagBudget) -> None:
    """Hand the tags of a document to their handlers."""
    starts, ends = _Starts(handlers), _Ends(handlers)
    parser = ParserCreate("utf-8")
    parser.buffer_text = True
    parser.buffer_size = 64 * 1024
    parser.StartElementHandler = lambda name, attributes: starts[name](attributes)
    parser.EndElementHandler = lambda name: ends[name]()
    parser.CharacterDataHandler = handlers.text
    parser.StartDoctypeDeclHandler = _refuse_types
    depth = 0
    try:
        for piece in _as_utf8(iter(pieces)):
            depth = _bounded(piece, depth, budget)
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (ExpatError, LookupError, ValueError) as error:
        raise UnreadableFileError(message("documents.damaged")) from error


def _refuse_types(*_: object) -> None:
    raise UnreadableFileError(message("documents.has_dtd"))


def _bounded(piece: bytes, depth: int, budget: TagBudget) -> int:
    """Return how deep the tags are after a piece; counted by their marks, which costs nothing for each tag."""
    marks, ends = piece.count(b"<"), piece.count(b"</")
    depth += marks - 2 * ends - piece.count(b"/>") - piece.count(b"<?") - piece.count(b"<!")
    budget.left -= marks - ends
    if depth > DEEPEST:
        raise UnreadableFileError(message("documents.too_deep"))
    if budget.left < 0:
        raise UnreadableFileError(message("documents.too_many_tags"))
    return max(depth, 0)


def _as_utf8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the pieces of a document in UTF-8, as most are."""
    first = next(pieces, b"")
    encoding = _UTF16.get(first[:2])
    if encoding is None:
        return chain([first], pieces)
    return (text.encode() for text in codecs.iterdecode(chain([first], pieces), encoding, "replace"))
