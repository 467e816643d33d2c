"""An answer as it came over the wire: told from others by its bytes, and decoded where they are others."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import requests

Decode = Callable[[requests.Response], dict[str, Any]]


class Answered:
    """One answer with the digest of its bytes."""

    def __init__(self, response: requests.Response, decode: Decode) -> None:
        self.digest = hashlib.sha256(response.content).hexdigest()[:32]
        self._response: requests.Response | None = response
        self._decode = decode
        self._object: dict[str, Any] = {}

    def decoded(self) -> dict[str, Any]:
        """Return the object that was answered; its bytes are let go when that is first asked for."""
        if self._response is not None:
            self._object = self._decode(self._response)
            self._response = None
        return self._object


def answered(decode: Decode, known: str = "") -> Callable[[requests.Response], Answered]:
    """Return what takes a response as it came; one with another digest than `known` is decoded at once.

    So one that cannot be decoded is met where it can be asked for again.
    """

    def take(response: requests.Response) -> Answered:
        found = Answered(response, decode)
        if found.digest != known:
            found.decoded()
        return found

    return take
