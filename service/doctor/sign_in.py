"""Whether people can sign in with accounts of a provider, and what must be registered there."""

from __future__ import annotations

from collections.abc import Iterator

from service.doctor.findings import Finding, look, well
from service.settings import Settings
from service.web.oidc import entry


def accounts_of(settings: Settings) -> Iterator[Finding]:
    """Yield how signing in with accounts stands, nothing where it is off."""
    if not entry.is_on(settings):
        return
    subject = f"Đăng nhập bằng {entry.provider_name(settings)}"
    missing = entry.missing_packages()
    if missing:
        yield look(subject, f"chưa cài {', '.join(missing)}. Cài bằng: pip install '.[oidc]'.")
        return
    domain = f"; chỉ tài khoản thuộc {settings.oidc_domain}" if settings.oidc_domain else ""
    yield well(subject, f"URI chuyển hướng phải đăng ký: {entry.redirect_uri(settings)}{domain}.")
