"""What to do when Google refuses a key or a call: one table by Google's own codes, never by its text.

Nothing of a key, a token or an answer is repeated but a code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from google.auth.exceptions import GoogleAuthError

LOGIN = (
    "gcloud auth application-default login --scopes="
    "https://www.googleapis.com/auth/cloud-platform,https://www.googleapis.com/auth/spreadsheets,"
    "https://www.googleapis.com/auth/drive"
)
# by the `error` of a token endpoint's answer (RFC 6749, 5.2)
TOKEN_WORDS: Mapping[str, str] = {
    "invalid_grant": (
        "Google không nhận khóa: khóa hoặc tài khoản dịch vụ đã bị xóa, hộp thư ở TONGHOP_GOOGLE_SUBJECT không có, "
        "hoặc đồng hồ máy này lệch quá 5 phút. Chỉnh đồng hồ, rồi tạo khóa mới trong Google Cloud Console "
        "(IAM & Admin › Service Accounts › Keys); với tài khoản gcloud, đăng nhập lại."
    ),
    "unauthorized_client": (
        "Miền thư chưa ủy quyền cho tài khoản dịch vụ này, hoặc thiếu phạm vi. Quản trị viên mở admin.google.com › "
        "Security › API controls › Domain-wide delegation, thêm client ID và các phạm vi ghi trong docs/google.md."
    ),
    "access_denied": (
        "Miền thư không cho tài khoản dịch vụ thay mặt hộp thư này. Quản trị viên xem lại Domain-wide delegation "
        "ở admin.google.com; xem docs/google.md."
    ),
    "invalid_scope": "Google không nhận phạm vi được xin. Xem các phạm vi trong docs/google.md.",
    "invalid_client": "Google không còn biết ứng dụng cấp khóa này. Tạo khóa mới, hoặc đăng nhập lại bằng gcloud.",
    "deleted_client": "Ứng dụng cấp khóa này đã bị xóa ở Google Cloud. Tạo khóa mới, hoặc đăng nhập lại bằng gcloud.",
    "admin_policy_enforced": (
        "Chính sách của miền thư không cho cấp quyền này. Hỏi quản trị viên Google Workspace; xem docs/google.md."
    ),
    "invalid_rapt": f"Google đòi đăng nhập lại. Chạy: {LOGIN}",
}
IMPERSONATION = (
    "Không được mượn quyền tài khoản dịch vụ ở TONGHOP_GOOGLE_IMPERSONATE. Cấp cho tài khoản đang dùng vai trò "
    "“Service Account Token Creator” trên tài khoản đó (IAM & Admin › Service Accounts › Permissions), "
    "rồi đợi vài phút."
)
IAM_OFF = (
    "Chưa bật IAM Service Account Credentials API trong dự án. "
    "Bật: gcloud services enable iamcredentials.googleapis.com, rồi đợi vài phút."
)
NO_SUCH_ACCOUNT = (
    "Không có tài khoản dịch vụ ghi ở TONGHOP_GOOGLE_IMPERSONATE. Xem lại địa chỉ trong Google Cloud Console."
)
OTHER = "Google không nhận khóa của dịch vụ. Kiểm tra TONGHOP_GOOGLE_CREDENTIALS; chạy tonghop doctor để biết thêm."

_API_OFF = (
    "Chưa bật Google Sheets API hoặc Google Drive API trong dự án của khóa. "
    "Bật: gcloud services enable sheets.googleapis.com drive.googleapis.com, rồi đợi vài phút."
)
_SCOPES = (
    "Khóa không có đủ phạm vi cho việc này. Lập và chia sẻ bảng tính: dùng tonghop provision. "
    "Trên máy ảo Google Cloud, phạm vi do máy định: dừng máy và sửa Access scopes, hoặc dùng "
    f"TONGHOP_GOOGLE_IMPERSONATE. Với tài khoản gcloud, chạy: {LOGIN}"
)
# by reason: Drive's `errors[].reason` and ErrorInfo's `details[].reason`
CALL_WORDS: Mapping[str, str] = {
    "accessNotConfigured": _API_OFF,
    "SERVICE_DISABLED": _API_OFF,
    "insufficientPermissions": _SCOPES,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": _SCOPES,
    "storageQuotaExceeded": (
        "Tài khoản dịch vụ không sở hữu tệp được. Tự lập bảng tính rồi chia sẻ cho dịch vụ, dùng ổ chung, "
        "hoặc thay mặt một hộp thư; xem docs/google.md."
    ),
    **dict.fromkeys(
        ("dailyLimitExceeded", "quotaExceeded"),
        "Đã dùng hết hạn mức trong ngày của Google. Đợi sang ngày khác hoặc xin thêm hạn mức.",
    ),
    "domainPolicy": "Chính sách của miền thư không cho việc này. Hỏi quản trị viên Google Workspace.",
}


def token_words(error: GoogleAuthError) -> str:
    """Return what to do about a token that was refused."""
    body = _body(error)
    code = body.get("error")
    if isinstance(code, Mapping):
        return _of_impersonation(body)
    subtype = body.get("error_subtype")
    for known in (subtype, code):
        if isinstance(known, str) and known in TOKEN_WORDS:
            return TOKEN_WORDS[known]
    return f"{OTHER} (Mã: {code[:60]}.)" if isinstance(code, str) and code.isidentifier() else OTHER


def call_words(given: Iterable[str]) -> str:
    """Return what to do about a call that was refused for one of these reasons, or "" when we know none."""
    return next((CALL_WORDS[reason] for reason in sorted(given) if reason in CALL_WORDS), "")


def reasons(said: object) -> tuple[str, ...]:
    """Return the reasons that Google's error object gives; a misshapen one gives none.

    Drive's stand in `errors`, Sheets' in `details`.
    """
    if not isinstance(said, Mapping):
        return ()
    lists = [said.get(name) for name in ("errors", "details")]
    items = [item for listed in lists if isinstance(listed, list) for item in listed]
    found = [item.get("reason") for item in items if isinstance(item, Mapping)]
    return tuple(reason for reason in found if isinstance(reason, str) and reason)


def _of_impersonation(body: Mapping[str, Any]) -> str:
    error = body["error"]
    if {"SERVICE_DISABLED", "accessNotConfigured"} & set(reasons(error)):
        return IAM_OFF
    if error.get("code") == 404:
        return NO_SUCH_ACCOUNT
    return IMPERSONATION if error.get("code") in {400, 403} else OTHER


def _body(error: GoogleAuthError) -> Mapping[str, Any]:
    """Return the answer that google-auth keeps among an error's arguments: a mapping, or JSON."""
    for kept in error.args:
        if isinstance(kept, Mapping):
            return kept
        if isinstance(kept, str) and kept.lstrip().startswith("{"):
            try:
                decoded = json.loads(kept)
            except (ValueError, RecursionError):
                continue
            if isinstance(decoded, Mapping):
                return decoded
    return {}
