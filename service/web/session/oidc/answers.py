"""A provider's answers, read within bounds: so many bytes, so many seconds, JSON and nothing else."""

from __future__ import annotations

import io
import json
import time
from dataclasses import dataclass

import requests

from service.errors import ServiceError
from sheets_schema.wording import verbatim

LARGEST_ANSWER = 128 * 1024
PART = 64


class ProviderDownError(ServiceError):
    """The provider gave no usable answer; the message is for the log."""

    http_status = 503

    def __init__(self, noted: str) -> None:
        super().__init__(verbatim(noted))


@dataclass(frozen=True, slots=True)
class ProviderPatience:
    """How many seconds a provider may take: to be reached, to begin or go on answering, for all of one answer."""

    connect: float = 3.0
    read: float = 4.0
    whole: float = 6.0

    @property
    def timeout(self) -> tuple[float, float]:
        """The value for requests."""
        return (self.connect, self.read)


def read_whole(response: requests.Response, patience: ProviderPatience) -> requests.Response:
    """Return a streamed answer with its body read; ProviderDownError for one that is too large or too slow."""
    latest = time.monotonic() + patience.whole
    body = bytearray()
    with response:
        # in small parts: an answer that drips is noticed, and a whole one is a few thousand bytes
        for part in response.iter_content(PART):
            body += part
            if len(body) > LARGEST_ANSWER or time.monotonic() > latest:
                raise ProviderDownError("an answer too large or too slow")
    whole = requests.Response()
    whole.status_code, whole.url, whole.raw = response.status_code, response.url, io.BytesIO(bytes(body))
    return whole


def read_object(response: requests.Response, patience: ProviderPatience) -> dict[str, object]:
    """Return the JSON object of a streamed answer; ProviderDownError for anything else."""
    whole = read_whole(response, patience)
    if whole.status_code != requests.codes.ok:
        raise ProviderDownError(f"answered {whole.status_code}")
    try:
        found = json.loads(whole.content)
    except (ValueError, RecursionError) as error:
        raise ProviderDownError("answered something that is not JSON") from error
    if not isinstance(found, dict):
        raise ProviderDownError("answered something that is no object")
    return found
