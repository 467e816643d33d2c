"""Where pushes are to be sent: an address that the spreadsheets' server reaches, or none."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from service.settings import Settings
from sheets_schema.wording import Message, message

PATH = "/hooks/drive"


def push_address(settings: Settings, own: str = "") -> str:
    """Return where pushes are to be sent, "" when none can be sent.

    `own` is the address this process's web listens on: the embedded server reaches it on the same machine. Every
    other server needs a public one with TLS.
    """
    if _is_beside_us(settings) and _is_this_machine(own):
        return own + PATH
    if settings.sheets != "embedded" and settings.public_url.startswith("https://"):
        return settings.public_url + PATH
    return ""


def address_fault(settings: Settings) -> Message | None:
    """Return what is wrong with the address that pushes are to be sent to, None when nothing is known to be."""
    if push_address(settings, settings.public_url):
        return None
    wanted = message("pushes.address_here" if _is_beside_us(settings) else "pushes.address_public")
    return message("pushes.address_unusable", address=settings.public_url, wanted=wanted)


def _is_beside_us(settings: Settings) -> bool:
    return settings.sheets == "embedded" or _is_this_machine(settings.sheets)


def _is_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
