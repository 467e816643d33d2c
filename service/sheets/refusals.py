"""What to do when Google refuses a key or a call: one table by Google's own codes, never by its text.

Nothing of a key, a token or an answer is repeated but a code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sheets_schema.wording import Message, message

if TYPE_CHECKING:
    from google.auth.exceptions import GoogleAuthError

LOGIN = (
    "gcloud auth application-default login --scopes="
    "https://www.googleapis.com/auth/cloud-platform,https://www.googleapis.com/auth/spreadsheets,"
    "https://www.googleapis.com/auth/drive"
)
# by the `error` of a token endpoint's answer (RFC 6749, 5.2)
TOKEN_WORDS: Mapping[str, Message] = {
    "invalid_grant": message("google.token_invalid_grant"),
    "unauthorized_client": message("google.token_unauthorized_client"),
    "access_denied": message("google.token_access_denied"),
    "invalid_scope": message("google.token_invalid_scope"),
    "invalid_client": message("google.token_invalid_client"),
    "deleted_client": message("google.token_deleted_client"),
    "admin_policy_enforced": message("google.token_admin_policy_enforced"),
    "invalid_rapt": message("google.token_invalid_rapt", login=LOGIN),
}
IMPERSONATION = message("google.impersonation")
IAM_OFF = message("google.iam_off")
NO_SUCH_ACCOUNT = message("google.no_such_account")
OTHER = message("google.other")

_API_OFF = message("google.api_off")
_SCOPES = message("google.scopes", login=LOGIN)
_DAILY_LIMIT = message("google.daily_limit")
# by reason: Drive's `errors[].reason` and ErrorInfo's `details[].reason`
CALL_WORDS: Mapping[str, Message] = {
    "accessNotConfigured": _API_OFF,
    "SERVICE_DISABLED": _API_OFF,
    "insufficientPermissions": _SCOPES,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": _SCOPES,
    "storageQuotaExceeded": message("google.storage_quota"),
    "dailyLimitExceeded": _DAILY_LIMIT,
    "quotaExceeded": _DAILY_LIMIT,
    "domainPolicy": message("google.domain_policy"),
}


def token_words(error: GoogleAuthError) -> Message:
    """Return what to do about a token that was refused."""
    body = _body(error)
    code = body.get("error")
    if isinstance(code, Mapping):
        return _of_impersonation(body)
    subtype = body.get("error_subtype")
    for known in (subtype, code):
        if isinstance(known, str) and known in TOKEN_WORDS:
            return TOKEN_WORDS[known]
    is_plain = isinstance(code, str) and code.isidentifier()
    return message("google.other_code", code=str(code)[:60]) if is_plain else OTHER


# of the embedded server alone: trying again does not help before a person did something
STORE_WORDS: Mapping[str, Message] = {
    "STORE_DAMAGED": message("sheets.store_damaged"),
    "STORE_FULL": message("sheets.store_full"),
    "STORE_SHUT": message("sheets.store_shut"),
    "STORE_HELD": message("sheets.store_held"),
    "STORE_REPLACED": message("sheets.store_replaced"),
    "STORE_FAILED": message("sheets.store_failed"),
    "STORE_NEWER": message("sheets.store_newer"),
}


def call_words(given: Iterable[str]) -> Message | None:
    """Return what to do about a call that was refused for one of these reasons, None when we know none."""
    return next((CALL_WORDS[reason] for reason in sorted(given) if reason in CALL_WORDS), None)


def reasons(said: object) -> tuple[str, ...]:
    """Return the reasons that Google's error object gives; a misshapen one gives none.

    Drive's are in `errors`, Sheets' in `details`.
    """
    if not isinstance(said, Mapping):
        return ()
    lists = [said.get(name) for name in ("errors", "details")]
    items = [item for listed in lists if isinstance(listed, list) for item in listed]
    found = [item.get("reason") for item in items if isinstance(item, Mapping)]
    return tuple(reason for reason in found if isinstance(reason, str) and reason)


def _of_impersonation(body: Mapping[str, Any]) -> Message:
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
