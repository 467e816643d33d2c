"""Who we are to Google: by which way, with which address and scopes, and whether Google makes tokens for it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from service import connections
from service.errors import ServiceError
from service.operations.doctor.findings import Finding, State, guarded, look, well
from service.settings import Settings
from service.sheets import drive_about, http
from service.sheets.components import Component
from service.sheets.google import KIND_WORDS, Account, AccountKind, is_open_to_others

PARTS = {
    Component.PROVISION: "lập và chia sẻ (tonghop provision)",
    Component.CONSOLIDATE: "tổng hợp (tonghop consolidate, worker)",
    Component.WEB: "trang web",
}


def account_of(settings: Settings) -> Iterator[Finding]:
    """Yield what is to be said of the account at Google; nothing where spreadsheets are elsewhere."""
    if settings.sheets != "google":
        return
    try:
        account = connections.google_account(settings, Component.CONSOLIDATE)
    except ServiceError as error:
        yield Finding("Tài khoản Google", State.BROKEN, str(error))
        return
    yield well("Tài khoản Google", f"{KIND_WORDS[account.kind]}{f': {account.address}' if account.address else ''}.")
    if account.kind is AccountKind.USER:
        yield look(
            "Tài khoản Google", "là của một người: hợp để thử, không hợp cho cả đợt. Xem docs/google.md để dùng khóa."
        )
    path = settings.google_credentials
    if path is not None and is_open_to_others(path):
        yield look("TONGHOP_GOOGLE_CREDENTIALS", f"người khác trên máy đọc được khóa. Chạy: chmod 600 {path}")
    for component, part in PARTS.items():
        yield from guarded(f"Quyền để {part}", partial(_token, settings, component))


def _token(settings: Settings, component: Component) -> Iterator[Finding]:
    account = connections.google_account(settings, component)
    subject = f"Quyền để {PARTS[component]}"
    try:
        account.ask_for_token()
    except ServiceError as error:
        yield Finding(subject, State.BROKEN, str(error))
        return
    yield well(subject, f"Google cấp; phạm vi {_scopes(account)}.")
    if component is Component.CONSOLIDATE and not account.address:
        # known by no setting and no key: Drive alone can tell
        client = http.connect(account.session())
        http.hurry(client)
        yield well("Tài khoản Google", f"Drive biết ta là {drive_about.own_address(client)}.")


def _scopes(account: Account) -> str:
    return ", ".join(scope.rpartition("/")[2] for scope in account.scopes)
