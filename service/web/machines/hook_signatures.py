"""The signature of a hook: HMAC-SHA256 over timestamp, nonce and body, good for five minutes. Pure."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

TIMESTAMP = "X-Tonghop-Timestamp"
NONCE = "X-Tonghop-Nonce"
SIGNATURE = "X-Tonghop-Signature"
GOOD_FOR = timedelta(minutes=5)

_SECONDS = re.compile(r"[0-9]{1,11}")
_VISIBLE = re.compile(r"[!-~]{1,128}")
_HEX = re.compile(r"sha256=([0-9A-Fa-f]{64})")


@dataclass(frozen=True, slots=True)
class Signed:
    """What a hook's headers say."""

    timestamp: str
    nonce: str
    digest: str  # lower-case hexadecimal

    @property
    def at(self) -> datetime:
        """When it was signed."""
        return datetime.fromtimestamp(int(self.timestamp), UTC)


def read_headers(header: Callable[[str], str | None]) -> Signed | None:
    """Return what the headers say, or None when one is missing or malformed; `header` looks one up."""
    timestamp, nonce = header(TIMESTAMP) or "", header(NONCE) or ""
    signature = _HEX.fullmatch(header(SIGNATURE) or "")
    if signature is None or not _SECONDS.fullmatch(timestamp) or not _VISIBLE.fullmatch(nonce):
        return None
    return Signed(timestamp, nonce, signature[1].lower())


def sign(secret: str, timestamp: str, nonce: str, body: bytes) -> str:
    """Return the hexadecimal HMAC of a hook."""
    message = f"{timestamp}.{nonce}.".encode("ascii") + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def holds(signed: Signed, secret: str, body: bytes, now: datetime) -> bool:
    """Return True if a hook was signed with the secret, over this body, within five minutes of now."""
    expected = sign(secret, signed.timestamp, signed.nonce, body)
    # the time is looked at after the signature: what is forged learns nothing of our clock
    return hmac.compare_digest(expected, signed.digest) and abs(now - signed.at) <= GOOD_FOR
