"""What Drive says of us, and what its clock shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, cast

from service.errors import SheetsMissingError, SheetsRefusedError
from service.sheets.api_addresses import DRIVE_ABOUT_URL, DRIVE_FILES_URL

if TYPE_CHECKING:
    import gspread

    from service.sheets.http import BoundedHTTPClient


def told_address(client: gspread.Client) -> str:
    """Return the address Drive knows us by, "" where it does not say. One Drive call."""
    try:
        user = _answer(client, DRIVE_ABOUT_URL, {"fields": "user(emailAddress)"}).get("user")
    except SheetsMissingError:
        # a server that knows no such question
        return ""
    return str(user.get("emailAddress") or "").lower() if isinstance(user, Mapping) else ""


def own_address(client: gspread.Client) -> str:
    """Return the address Drive knows us by; SheetsRefusedError where it does not say. One Drive call."""
    address = told_address(client)
    if not address:
        raise SheetsRefusedError("Máy chủ không nói đang nhận ta bằng địa chỉ nào. Chạy tonghop doctor để xem khóa.")
    return address


def server_time(client: gspread.Client) -> datetime | None:
    """Return the server's clock as the Date of an answer shows it, in whole seconds; None when it shows none."""
    params = {"pageSize": 1, "fields": "files(id)"}
    response = _http(client).request("get", DRIVE_FILES_URL, params=params)
    try:
        at = parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _answer(client: gspread.Client, url: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    return _http(client).answer("get", url, params=params)


def _http(client: gspread.Client) -> BoundedHTTPClient:
    return cast("BoundedHTTPClient", client.http_client)
