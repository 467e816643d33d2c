"""Where mail servers are: from the environment or a file; what is secret is in no message and no representation."""

from __future__ import annotations

import pytest

from service.errors import SettingsError
from service.mail.mail_servers import MailServer
from service.settings import Settings

SECRET = "mat-khau-khong-ai-biet"
GOOD = f"smtps://tonghop%40tinh.vn:{SECRET}@mail.tinh.vn"


def read(**given: str) -> Settings:
    return Settings.from_env({f"TONGHOP_{name.upper()}": text for name, text in given.items()})


def test_address_is_read_from_a_file_that_holds_it(tmp_path):
    file = tmp_path / "smtp_url"
    file.write_text(f"{GOOD}\n", encoding="utf-8")
    settings = read(smtp_url=f"file:{file}", mail_from="tonghop@tinh.vn")
    server = MailServer.of(settings.smtp_url)

    assert (server.host, server.port, server.user, server.password) == ("mail.tinh.vn", 465, "tonghop@tinh.vn", SECRET)
    assert SECRET not in repr(settings) + repr(server)


@pytest.mark.parametrize(
    "url",
    [
        f"http://u:{SECRET}@mail.tinh.vn", f"smtp://u:{SECRET}@", f"smtp://u:{SECRET}@mail.tinh.vn:0", "file:/khong/co",
        f"smtp://u:{SECRET}@mail.tinh.vn:99999", f"smtp://u:{SECRET}@mail.tinh.vn/x", f"smtp://u:{SECRET}@thư.vn",
        f"smtp://u:{SECRET}@mail.tinh.vn?tls=off", "mail.tinh.vn", "file:",
    ],
)  # fmt: skip
def test_address_that_cannot_be_is_refused_without_repeating_it(url):
    with pytest.raises(SettingsError) as refused:
        read(smtp_url=url, mail_from="tonghop@tinh.vn")

    assert "TONGHOP_SMTP_URL" in str(refused.value)
    assert SECRET not in str(refused.value)


def test_server_without_a_sender_is_refused():
    with pytest.raises(SettingsError) as refused:
        read(smtp_url=GOOD, imap_url="imaps://u:p@mail.tinh.vn")

    assert str(refused.value).count("TONGHOP_MAIL_FROM") == 2
