"""Where pushes are to be sent: an address that the spreadsheets' server reaches, or none."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from service.settings import Settings

PATH = "/hooks/drive"


def push_address(settings: Settings, own: str = "") -> str:
    """Return where pushes are to be sent, "" when nobody can send any.

    `own` is the address this process's web listens on: the embedded server reaches it on the same machine. Everybody
    else needs a public one with TLS.
    """
    if _is_beside_us(settings) and _is_this_machine(own):
        return own + PATH
    if settings.sheets != "embedded" and settings.public_url.startswith("https://"):
        return settings.public_url + PATH
    return ""


def address_fault(settings: Settings) -> str:
    """Say what is wrong with the address that pushes are to be sent to, "" when nothing is known to be."""
    if push_address(settings, settings.public_url):
        return ""
    if _is_beside_us(settings):
        wanted = "http://127.0.0.1:CỔNG, nơi tonghop serve đang mở trên chính máy này"
    else:
        wanted = "https://… với chứng thư được tin cậy, mở tới được từ Internet"
    return (
        f"TONGHOP_PUBLIC_URL đang là {settings.public_url}: dịch vụ bảng tính không gửi tin tới đó được. "
        f"Đặt là {wanted}; hoặc đặt TONGHOP_WATCH=off để chạy không cần báo tin."
    )


def _is_beside_us(settings: Settings) -> bool:
    return settings.sheets == "embedded" or _is_this_machine(settings.sheets)


def _is_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
