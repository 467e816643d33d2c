"""Every setting: what is set, secrets masked, what is off because something is unset."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from urllib.parse import urlsplit

from service.operations.doctor.findings import Finding, State, look, well
from service.settings import PREFIX, Settings

# what is off while a setting is unset
OFF = {
    "hook_secret": "POST /hooks/sheet đang tắt (trả lời 503).",
    "task_secret": "POST /tasks/sweep đang tắt (trả lời 503).",
    "metrics_token": "/metrics chỉ trả lời chính máy này.",
}
NAMED_ELSEWHERE = {
    "google_credentials": "dùng tài khoản Google của máy.",
    "database_url": "SQLite trong thư mục dữ liệu.",
    "files": "theo nơi đặt bảng tính: tự mang đến với tài khoản dịch vụ của Google, còn lại dịch vụ tự lập.",
    "reads_per_minute": "60 với Google, còn lại không hạn chế.",
    "writes_per_minute": "60 với Google, còn lại không hạn chế.",
    "secret_key": "dùng khóa giữ trong thư mục dữ liệu.",
    "embedded_token": "dùng mã giữ trong thư mục dữ liệu.",
}


def settings_of(settings: Settings) -> Iterator[Finding]:
    """Yield one finding a setting, in the order of the record."""
    usual = Settings()
    for item in fields(Settings):
        name, value = PREFIX + item.name.upper(), getattr(settings, item.name)
        if value == getattr(usual, item.name):
            yield _unset(settings, item.name, value)
        elif not item.repr:
            yield well(name, "đã đặt, không hiện.")
        else:
            yield well(name, f"{_shown(item.name, value)}.")
    if settings.max_wait_seconds < settings.debounce_seconds:
        yield look(
            "TONGHOP_MAX_WAIT_SECONDS", "ngắn hơn TONGHOP_DEBOUNCE_SECONDS: mỗi lần sửa chỉ chờ bấy nhiêu. Đặt dài hơn."
        )


def _unset(settings: Settings, key: str, value: object) -> Finding:
    name = PREFIX + key.upper()
    if key == "secret_key" and settings.sheets == "google":
        said = "chưa đặt: với TONGHOP_SHEETS=google trang web không mở. Đặt ít nhất 16 ký tự ngẫu nhiên."
        return Finding(name, State.BROKEN, said)
    off = OFF.get(key) or NAMED_ELSEWHERE.get(key)
    if off or value in {"", None}:
        return well(name, f"chưa đặt: {off or 'không dùng.'}")
    return well(name, f"mặc định, {_shown(key, value)}.")


def _shown(key: str, value: object) -> str:
    return without_password(str(value)) if key in {"database_url", "public_url", "sheets"} else str(value)


def without_password(address: str) -> str:
    """Return an address without its password and query."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "(không đọc được)"
    if parts.password is None and not parts.query:
        return address
    user = f"{parts.username}:***@" if parts.password is not None else f"{parts.username}@" if parts.username else ""
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{user}{host}{parts.path}{'?***' if parts.query else ''}"


def where(settings: Settings) -> str:
    """Say where the spreadsheets are."""
    named = {"embedded": "máy chủ bảng tính có sẵn, ngay trong thư mục dữ liệu.", "google": "Google."}
    return named.get(settings.sheets, f"{without_password(settings.sheets)}.")
