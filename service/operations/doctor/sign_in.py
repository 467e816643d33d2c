"""Whether people can sign in with accounts of a provider, and what must be registered there."""

from __future__ import annotations

from collections.abc import Iterator

from service.operations.doctor.findings import Finding, look, well
from service.settings import Settings
from service.web.session import account_entry


def accounts_of(settings: Settings) -> Iterator[Finding]:
    """Yield how signing in with accounts stands, nothing where it is off."""
    if not account_entry.is_on(settings):
        return
    subject = f"Đăng nhập bằng {account_entry.provider_name(settings)}"
    missing = account_entry.missing_packages()
    if missing:
        yield look(subject, f"chưa cài {', '.join(missing)}. Cài bằng: pip install '.[oidc]'.")
        return
    domain = f"; chỉ tài khoản thuộc {settings.oidc_domain}" if settings.oidc_domain else ""
    yield well(subject, f"URI chuyển hướng phải đăng ký: {account_entry.redirect_uri(settings)}{domain}.")
