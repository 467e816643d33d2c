"""A refusal of Google in the words of the reader."""

from __future__ import annotations

import math

from google.auth.exceptions import GoogleAuthError

from service.errors import (
    PushRefusedError,
    SheetsError,
    SheetsForbiddenError,
    SheetsMissingError,
    SheetsRefusedError,
    SheetsUnavailableError,
)
from service.sheets import google, refusals
from service.sheets.retrying import FAILING_CODES, RefusedAnswerError, UnreadableError

# what Google says of the address a push is to go to; more advice than its own message gives
PUSH_REASONS = {
    "push.webhookUrlUnauthorized": (
        "chưa được phép gửi tới tên miền này. Xác minh tên miền với Google bằng chủ dự án, rồi chạy lại tonghop watch"
    ),
    "push.webhookUrlNotHttps": "chỉ gửi tới địa chỉ https://. Đặt TONGHOP_PUBLIC_URL là địa chỉ https:// của dịch vụ",
    "push.webhookUrlInvalid": "không đọc được địa chỉ này. Kiểm tra TONGHOP_PUBLIC_URL",
}


def translate(error: Exception) -> SheetsError:
    """Return our error for an answer that is no success, for requests' or for google-auth's, by code and reason."""
    if isinstance(error, RefusedAnswerError):
        return _translated(error)
    if isinstance(error, UnreadableError):
        return SheetsUnavailableError("Địa chỉ của dịch vụ bảng tính trả lời bằng thứ không phải là bảng tính.")
    if isinstance(error, GoogleAuthError):
        return google.token_error(error)
    return SheetsUnavailableError(f"Không kết nối được dịch vụ bảng tính: {type(error).__name__}. Thử lại sau ít phút.")


def _translated(error: RefusedAnswerError) -> SheetsError:
    code = error.code
    push = next((reason for reason in sorted(error.reasons) if reason.startswith("push.")), "")
    if push:
        return PushRefusedError(_push_refusal(push, code))
    if code == 404:
        return SheetsMissingError("Không tìm thấy bảng tính (đã bị xóa hoặc chưa được chia sẻ).")
    if code == 401:
        return SheetsForbiddenError("Dịch vụ bảng tính không nhận thông tin đăng nhập. Kiểm tra khóa hoặc mã truy cập.")
    if error.is_quota or code in FAILING_CODES:
        when = f"{math.ceil(error.retry_after)} giây" if 0 < error.retry_after < math.inf else "ít phút"
        return SheetsUnavailableError(f"Dịch vụ bảng tính đang bận hoặc lỗi ({code}). Thử lại sau {when}.")
    said = f": {error.message}" if error.message else ""
    said += "" if said.endswith((".", "…")) else "."
    if code == 403:
        return SheetsForbiddenError(refusals.call_words(error.reasons) or f"Không có quyền với bảng tính{said}")
    return SheetsRefusedError(f"Dịch vụ bảng tính từ chối yêu cầu ({code}){said}")


def _push_refusal(reason: str, code: int) -> str:
    why = PUSH_REASONS.get(reason, "từ chối địa chỉ này. Kiểm tra TONGHOP_PUBLIC_URL")
    return (
        f"Không lập được kênh báo tin ({reason}, {code}): dịch vụ bảng tính {why}; hoặc đặt TONGHOP_WATCH=off để chạy "
        "không cần báo tin, khi đó dịch vụ tự quét định kỳ. Xem docs/google.md, mục “Báo tin: push và Apps Script”."
    )
