"""Parts of a packed file that are kept by no one: programs, and what is fetched from other files."""

from __future__ import annotations

import re

from service.documents.packed_parts import PackedParts
from service.documents.xml_events import Attributes, TagBudget, TagHandlers, read_events
from service.errors import UnreadableFileError
from sheets_schema.wording import message

_PROGRAMS = re.compile(r"vbaproject\.bin$|/activex/|/macrosheets/|\.exe$|\.dll$|(?:^|/)scripts/|^basic/")
_OLD_PROGRAMS = "_VBA_PROJECT".encode("utf-16-le")  # the name of a part of an old .xls
_LINKED_BOOKS = re.compile(r"/externallinks/")
_FETCHED = frozenset({"oleObject", "frame", "subDocument", "aFChunk", "externalLink", "externalLinkPath"})


def refuse_unsafe(content: bytes) -> None:
    """Raise UnreadableFileError for a file with programs in it, or with contents that other files hold."""
    if not content.startswith(b"PK"):
        if _OLD_PROGRAMS in content:
            raise UnreadableFileError(message("documents.has_programs"))
        return
    parts = PackedParts(content)
    if any(_PROGRAMS.search(part) for part in parts.names):
        raise UnreadableFileError(message("documents.has_programs"))
    if any(_LINKED_BOOKS.search(part) for part in parts.names):
        raise UnreadableFileError(message("documents.has_links"))
    budget = TagBudget()
    for part in parts.names:
        if part.endswith(".rels"):
            read_events(parts.pieces(part), TagHandlers({"Relationship": _refuse_fetched}), budget)


def _refuse_fetched(attributes: Attributes) -> None:
    kind = attributes.get("Type", "").rpartition("/")[2]
    if attributes.get("TargetMode") == "External" and kind in _FETCHED:
        raise UnreadableFileError(message("documents.has_links"))
