"""Errors in the form Google answers them; independent of HTTP routing and storage."""

from http import HTTPStatus
from typing import Any

Json = dict[str, Any]
JsonValue = Any  # any value of a JSON text

STATUS_OF_CODE = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    409: "ALREADY_EXISTS",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}

PROTECTED = (
    "You are trying to edit a protected cell or object. "
    "Please contact the spreadsheet owner to remove protection if you need to edit."
)


class ApiError(Exception):
    """A refusal that is answered with a code and a body in Google's form."""

    def __init__(self, code: int, message: str, *, details: list[Json] | None = None, reason: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details
        self.reason = reason

    def body(self, *, drive: bool) -> Json:
        """Return the answer's body; Drive has its own form with a list of errors."""
        return {"error": self._drive_error() if drive else self._sheets_error()}

    def _sheets_error(self) -> Json:
        error: Json = {"code": self.code, "message": self.message, "status": STATUS_OF_CODE.get(self.code, "UNKNOWN")}
        if self.details:
            error["details"] = self.details
        return error

    def _drive_error(self) -> Json:
        reason = self.reason or _DRIVE_REASONS.get(self.code, "badRequest")
        entry: Json = {"message": self.message, "domain": "global", "reason": reason}
        if self.code == HTTPStatus.NOT_FOUND:
            entry |= {"location": "fileId", "locationType": "parameter"}
        error: Json = {"code": self.code, "message": self.message, "errors": [entry]}
        if self.code == HTTPStatus.UNAUTHORIZED:
            error["status"] = STATUS_OF_CODE[401]
        return error


_DRIVE_REASONS = {
    400: "badRequest",
    401: "authError",
    403: "insufficientFilePermissions",
    404: "notFound",
    413: "uploadTooLarge",
    429: "rateLimitExceeded",
    500: "internalError",
}


def needs_token() -> ApiError:
    """Return the 401 for a write with an API key alone."""
    return ApiError(
        401,
        "API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials "
        "that assert a principal.",
        reason="required",
    )


class RefusedError(Exception):
    """A request kind that cannot be done; the dispatcher puts its place in front of the message."""


def bad_request(message: str) -> ApiError:
    """Return a 400 with a plain message."""
    return ApiError(400, message)


def field_faults(faults: list[tuple[str, str]]) -> ApiError:
    """Return the 400 Google gives for fields that cannot be read: (field, description) each."""
    violations: list[Json] = []
    for field, description in faults:
        violation = {"field": field} if field else {}
        violations.append(violation | {"description": description})
    details: list[Json] = [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": violations}]
    return ApiError(400, "\n".join(description for _, description in faults), details=details)


def not_found() -> ApiError:
    """Return the 404 of Sheets."""
    return ApiError(404, "Requested entity was not found.")


def file_not_found(file_id: str) -> ApiError:
    """Return the 404 of Drive."""
    return ApiError(404, f"File not found: {file_id}.")


def forbidden() -> ApiError:
    """Return the 403 of Sheets."""
    return ApiError(403, "The caller does not have permission")


def file_forbidden() -> ApiError:
    """Return the 403 of Drive."""
    return ApiError(403, "The user does not have sufficient permissions for this file.")


NO_STORAGE = (
    "Service Accounts do not have storage quota. Leverage shared drives "
    "(https://developers.google.com/workspace/drive/api/guides/about-shareddrives), or use OAuth delegation "
    "(http://support.google.com/a/answer/7281227) instead."
)


def no_storage() -> ApiError:
    """Return the 403 for a caller who would own a file without any storage."""
    return ApiError(403, NO_STORAGE, reason="storageQuotaExceeded")


def unregistered() -> ApiError:
    """Return the 403 for a read with neither a token nor an API key."""
    return ApiError(
        403,
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other "
        "form of API consumer identity to call this API.",
        reason="forbidden",
    )


def unauthenticated(*, given: bool) -> ApiError:
    """Return the 401 for a missing or an unknown token."""
    opening = "Request had invalid" if given else "Request is missing required"
    credential = "credentials" if given else "credential"
    return ApiError(
        401,
        f"{opening} authentication {credential}. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    )


def store_failed(reason: str) -> ApiError:
    """Return the 503 for a store that cannot be used; nothing of the request was carried out."""
    details: list[Json] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}]
    return ApiError(503, "The service is currently unavailable.", details=details, reason=reason)


def too_large(limit: int) -> ApiError:
    """Return the 413 for a body over the limit."""
    return ApiError(413, f"Request payload size exceeds the limit: {limit} bytes.")
