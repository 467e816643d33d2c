"""Who we are to Google: by which way, with which address and scopes, and whether Google makes tokens for it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from service import connections
from service.errors import ServiceError
from service.operations.doctor.findings import Finding, State, attention, guarded, ok
from service.settings import Settings
from service.sheets import drive_about, http
from service.sheets.components import Component
from service.sheets.google import KIND_WORDS, AccountKind, GoogleAccount, is_open_to_others
from sheets_schema.wording import Message, message, verbatim

SUBJECT = message("doctor.google_account")
PARTS = {
    Component.PROVISION: message("doctor.part_provision"),
    Component.CONSOLIDATE: message("doctor.part_consolidate"),
    Component.WEB: message("doctor.part_web"),
}


def account_of(settings: Settings) -> Iterator[Finding]:
    """Yield the findings about the account at Google; none where spreadsheets are elsewhere."""
    if settings.sheets != "google":
        return
    try:
        account = connections.google_account(settings, Component.CONSOLIDATE)
    except ServiceError as error:
        yield Finding(SUBJECT, State.FAILED, error.message)
        return
    kind, address = KIND_WORDS[account.kind], account.address
    key = "doctor.account_with_address" if address else "doctor.account"
    yield ok(SUBJECT, key, kind=kind, **({"address": address} if address else {}))
    if account.kind is AccountKind.USER:
        yield attention(SUBJECT, "doctor.account_of_a_person")
    path = settings.google_credentials
    if path is not None and is_open_to_others(path):
        yield attention(verbatim("TONGHOP_GOOGLE_CREDENTIALS"), "doctor.key_is_open", path=str(path))
    for component, part in PARTS.items():
        subject = message("doctor.right_to", part=part)
        yield from guarded(subject, partial(_token, settings, component, subject))


def _token(settings: Settings, component: Component, subject: Message) -> Iterator[Finding]:
    account = connections.google_account(settings, component)
    try:
        account.ask_for_token()
    except ServiceError as error:
        yield Finding(subject, State.FAILED, error.message)
        return
    yield ok(subject, "doctor.token_given", scopes=_scopes(account))
    if component is Component.CONSOLIDATE and not account.address:
        # known by no setting and no key: Drive alone knows it
        client = http.connect(account.session())
        http.hurry(client)
        yield ok(SUBJECT, "doctor.known_to_drive", address=drive_about.own_address(client))


def _scopes(account: GoogleAccount) -> str:
    return ", ".join(scope.rpartition("/")[2] for scope in account.scopes)
