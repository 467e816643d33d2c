"""The public address: whether pushes and links can use it, and whether it answers."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

import requests

from service.operations.doctor.findings import Finding, look, well
from service.settings import Settings

SUBJECT = "TONGHOP_PUBLIC_URL"
SECONDS = 5.0


def public_address_of(settings: Settings) -> Iterator[Finding]:
    """Yield what is to be said of the public address."""
    parts = urlsplit(settings.public_url)
    if _is_this_machine(parts.hostname or ""):
        if settings.sheets == "google":
            yield look(
                SUBJECT,
                f"{settings.public_url} chỉ mở được trên máy này: liên kết trên bảng tổng hợp không dùng được "
                "nơi khác, và Google không báo sửa đổi tới được. Đặt địa chỉ https:// mà mọi người dùng.",
            )
        else:
            yield well(SUBJECT, f"{settings.public_url}, chỉ mở được trên máy này.")
        return
    if parts.scheme != "https":
        yield look(
            SUBJECT,
            "không phải https://: mật khẩu và liên kết đăng nhập đi không mã hóa, và Google không báo sửa đổi tới. "
            "Đặt một máy chủ có TLS phía trước; xem docs/running.md.",
        )
    elif settings.trusted_proxies == 0:
        yield look(
            "TONGHOP_TRUSTED_PROXIES",
            "là 0 trong khi địa chỉ chung là https://: nếu có máy trung gian phía trước thì mọi người bị tính "
            "chung một nơi. Đặt số máy trung gian, thường là 1.",
        )
    yield _answers(settings.public_url)


def _answers(address: str) -> Finding:
    # stands in front of everybody, and is sent no secret
    try:
        with requests.get(f"{address}/healthz", timeout=SECONDS, stream=True) as response:
            status = response.status_code
    except requests.exceptions.SSLError:
        return look(
            SUBJECT, "chứng chỉ TLS không hợp lệ: trình duyệt và Google sẽ từ chối. Gia hạn, hoặc sửa tên miền."
        )
    except requests.RequestException as error:
        return look(
            SUBJECT,
            f"không mở được từ máy này ({type(error).__name__}). Xem tên miền, tường lửa; mở tonghop serve.",
        )
    if status != requests.codes.ok:
        return look(SUBJECT, f"trả lời {status} ở /healthz. Xem máy trung gian có chuyển tới tonghop serve không.")
    return well(SUBJECT, f"{address} mở được.")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
