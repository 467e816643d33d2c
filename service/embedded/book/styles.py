"""Formats and validation rules of cells, kept once for all cells that share them."""

import sqlite3
import threading

from service.embedded import json_text
from service.embedded.api_errors import Json

PLAIN = 0
MOST_CACHED = 20_000  # styles a process remembers; the others are read again when they are needed


class StyleCache:
    """Styles already committed, shared by the threads of a process; a style never changes once written."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._body: dict[int, Json] = {}
        self._id: dict[str, int] = {}

    def body(self, style_id: int) -> Json | None:
        """Return a known style."""
        return self._body.get(style_id)

    def id_of(self, text: str) -> int | None:
        """Return the id of a known style's text."""
        return self._id.get(text)

    def add(self, known: dict[int, str]) -> None:
        """Remember styles that are committed."""
        with self._lock:
            if len(self._body) > MOST_CACHED:
                self._body, self._id = {}, {}
            for style_id, text in known.items():
                self._body[style_id] = json_text.loaded(text)
                self._id[text] = style_id


class Styles:
    """The styles as one transaction sees them."""

    def __init__(self, connection: sqlite3.Connection, cache: StyleCache) -> None:
        self._connection = connection
        self._cache = cache
        self._fresh: dict[str, int] = {}
        self._fresh_body: dict[int, Json] = {}

    def body(self, style_id: int) -> Json:
        """Return a style: {"format": CellFormat, "validation": DataValidationRule}; treat it as read-only."""
        if style_id == PLAIN:
            return {}
        known = self._fresh_body.get(style_id) or self._cache.body(style_id)
        if known is not None:
            return known
        row = self._connection.execute("SELECT body FROM style WHERE id = ?", (style_id,)).fetchone()
        if row is None:
            return {}
        # What this transaction has written itself is known already, so this one is committed.
        self._cache.add({style_id: row[0]})
        return self._cache.body(style_id) or {}

    def id_of(self, body: Json) -> int:
        """Return the id of a style, writing it when it is new."""
        if not body:
            return PLAIN
        text = json_text.sorted_text(body)
        known = self._fresh.get(text) or self._cache.id_of(text)
        if known is None:
            known = self._find_or_insert(text)
            self._fresh[text] = known
            self._fresh_body[known] = json_text.loaded(text)
        return known

    def _find_or_insert(self, text: str) -> int:
        row = self._connection.execute("SELECT id FROM style WHERE body = ?", (text,)).fetchone()
        if row:
            return int(row[0])
        return int(self._connection.execute("INSERT INTO style (body) VALUES (?)", (text,)).lastrowid or PLAIN)

    def publish(self) -> None:
        """Share what this transaction wrote or met, once it is committed."""
        self._cache.add({style_id: text for text, style_id in self._fresh.items()})
