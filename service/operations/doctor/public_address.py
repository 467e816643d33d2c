"""The public address: whether pushes and links can use it, and whether it answers."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

import requests

from service.operations.doctor.findings import Finding, attention, ok
from service.settings import Settings
from sheets_schema.wording import verbatim

SUBJECT = verbatim("TONGHOP_PUBLIC_URL")
SECONDS = 5.0


def public_address_of(settings: Settings) -> Iterator[Finding]:
    """Yield the findings about the public address."""
    address = settings.public_url
    parts = urlsplit(address)
    if _is_this_machine(parts.hostname or ""):
        if settings.sheets == "google":
            yield attention(SUBJECT, "doctor.address_local_with_google", address=address)
        else:
            yield ok(SUBJECT, "doctor.address_local", address=address)
        return
    if parts.scheme != "https":
        yield attention(SUBJECT, "doctor.address_without_tls")
    elif settings.trusted_proxies == 0:
        yield attention(verbatim("TONGHOP_TRUSTED_PROXIES"), "doctor.proxies_not_counted")
    yield _answers(address)


def _answers(address: str) -> Finding:
    # is open to the whole network, and is sent no secret
    try:
        with requests.get(f"{address}/healthz", timeout=SECONDS, stream=True) as response:
            status = response.status_code
    except requests.exceptions.SSLError:
        return attention(SUBJECT, "doctor.certificate_invalid")
    except requests.RequestException as error:
        return attention(SUBJECT, "doctor.address_silent", kind=type(error).__name__)
    if status != requests.codes.ok:
        return attention(SUBJECT, "doctor.address_answers", status=status)
    return ok(SUBJECT, "doctor.address_open", address=address)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
