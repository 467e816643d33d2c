"""Whether people can sign in with accounts of a provider, and what must be registered there."""

from __future__ import annotations

from collections.abc import Iterator

from service.operations.doctor.findings import Finding, attention, ok
from service.settings import Settings
from service.web.session import account_entry
from sheets_schema.wording import message


def accounts_of(settings: Settings) -> Iterator[Finding]:
    """Yield whether signing in with accounts can work, nothing where it is off."""
    if not account_entry.is_on(settings):
        return
    subject = message("doctor.sign_in_by", provider=account_entry.provider_name(settings))
    missing = account_entry.missing_packages()
    if missing:
        yield attention(subject, "doctor.packages_missing", packages=", ".join(missing))
        return
    address = account_entry.redirect_uri(settings)
    if settings.oidc_domain:
        yield ok(subject, "doctor.redirect_uri_of_domain", address=address, domain=settings.oidc_domain)
    else:
        yield ok(subject, "doctor.redirect_uri", address=address)
