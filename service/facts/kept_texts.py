"""Texts and files that are kept for ever, each once, by its digest."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, select

from service.facts.schema import UnreadableValueError, texts
from service.facts.upserts import insertion

_AT_ONCE = 400
_LEVEL = 2  # 6 takes two thirds as long again and saves a twelfth


def digest_of(text: str) -> str:
    """Return the digest that a text is kept by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def keep(connection: Connection, several: Iterable[str]) -> None:
    """Keep texts that are not kept yet."""
    lines = [{"digest": digest_of(one), "body": _packed(one)} for one in several]
    if lines:
        connection.execute(insertion(connection, texts).on_conflict_do_nothing(), lines)


def kept(connection: Connection, digests: Collection[str]) -> dict[str, str]:
    """Return kept texts by their digests; UnreadableValueError where one is gone or is not what was kept."""
    found: dict[str, str] = {}
    wanted = sorted(set(digests))
    for first in range(0, len(wanted), _AT_ONCE):
        query = select(texts).where(texts.c.digest.in_(wanted[first : first + _AT_ONCE]))
        found |= {row.digest: _unpacked(row.body) for row in connection.execute(query)}
    gone = next((one for one in wanted if one not in found), None)
    if gone is not None:
        raise UnreadableValueError(f"text {gone[:12]} is gone")
    return found


def keep_bytes(connection: Connection, content: bytes) -> str:
    """Keep a file that is not kept yet, by the digest of its bytes; return that."""
    digest = hashlib.sha256(content).hexdigest()
    line = {"digest": digest, "body": _packed_bytes(content)}
    connection.execute(insertion(connection, texts).on_conflict_do_nothing(), [line])
    return digest


def kept_bytes(connection: Connection, digest: str) -> bytes | None:
    """Return a kept file; None where there is none of this digest."""
    body = connection.execute(select(texts.c.body).where(texts.c.digest == digest)).scalar()
    return None if body is None else _unpacked_bytes(body)


def _packed(text: str) -> str:
    return _packed_bytes(text.encode("utf-8", "surrogatepass"))


def _unpacked(body: str) -> str:
    try:
        return _unpacked_bytes(body).decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise UnreadableValueError(f"a kept text: {error}") from error


def _packed_bytes(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, _LEVEL)).decode("ascii")


def _unpacked_bytes(body: str) -> bytes:
    try:
        return zlib.decompress(base64.b64decode(body))
    except (zlib.error, ValueError, TypeError) as error:
        raise UnreadableValueError(f"a kept text: {error}") from error
