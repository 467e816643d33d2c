"""A refusal of Google in the words of the reader."""

from __future__ import annotations

import math

from google.auth.exceptions import GoogleAuthError

from service.errors import (
    PushRefusedError,
    SheetsDamagedError,
    SheetsError,
    SheetsForbiddenError,
    SheetsMissingError,
    SheetsRefusedError,
    SheetsUnavailableError,
)
from service.sheets import google, refusals
from service.sheets.retrying import FAILING_CODES, AnswerTooLargeError, RefusedAnswerError, UnreadableError
from sheets_schema.wording import Message, message

# what Google answers about the address of a push; more advice than its own message gives
PUSH_REASONS = {
    "push.webhookUrlUnauthorized": "sheets.channel_domain",
    "push.webhookUrlNotHttps": "sheets.channel_https",
    "push.webhookUrlInvalid": "sheets.channel_address",
}


def translate(error: Exception) -> SheetsError:
    """Return our error for an answer that is no success, for requests' or for google-auth's, by code and reason."""
    if isinstance(error, RefusedAnswerError):
        return _translated(error)
    if isinstance(error, UnreadableError):
        return SheetsUnavailableError(message("sheets.not_spreadsheets"))
    if isinstance(error, AnswerTooLargeError):
        return SheetsRefusedError(message("sheets.answer_too_large"))
    if isinstance(error, GoogleAuthError):
        return google.token_error(error)
    return SheetsUnavailableError(message("sheets.unreachable", name=type(error).__name__))


def _translated(error: RefusedAnswerError) -> SheetsError:
    code = error.code
    push = next((reason for reason in sorted(error.reasons) if reason.startswith("push.")), "")
    if push:
        return PushRefusedError(_push_refusal(push, code))
    if error.is_lasting:
        return store_error(next(iter(sorted(error.reasons & refusals.STORE_WORDS.keys()))))
    if code == 404:
        return SheetsMissingError(message("sheets.missing"))
    if code == 401:
        return SheetsForbiddenError(message("sheets.sign_in_refused"))
    if error.is_quota or code in FAILING_CODES:
        if 0 < error.retry_after < math.inf:
            seconds = math.ceil(error.retry_after)
            return SheetsUnavailableError(message("sheets.busy_until", code=code, seconds=seconds))
        return SheetsUnavailableError(message("sheets.busy", code=code))
    said = f": {error.message}" if error.message else ""
    said += "" if said.endswith((".", "…")) else "."
    if code == 403:
        return SheetsForbiddenError(refusals.call_words(error.reasons) or message("sheets.forbidden", quoted=said))
    return SheetsRefusedError(message("sheets.refused", code=code, quoted=said))


def store_error(reason: str) -> SheetsError:
    """Return our error for the embedded spreadsheets' file, by the server's own reason."""
    kind = SheetsDamagedError if reason == "STORE_DAMAGED" else SheetsUnavailableError
    return kind(refusals.STORE_WORDS[reason])


def _push_refusal(reason: str, code: int) -> Message:
    why = message(PUSH_REASONS.get(reason, "sheets.channel_other"))
    return message("sheets.channel_refused", reason=reason, code=code, why=why)
