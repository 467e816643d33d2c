"""The words of mails: no value breaks a header, a line or the HTML; templates see named places alone."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from service.errors import MailTemplateError
from service.mail.letters import Sender, letter
from service.mail.trying import PLACES
from service.mail.wording import MailWording
from service.settings import Settings
from sheets_schema.campaign import MailKind

SENDER = Sender("tonghop@x.vn", "Ban <Dân> vận\r\nBcc: a@b.vn", "sep@x.vn", "thang_dan_van_2023")
AT = datetime(2023, 9, 20, 2, tzinfo=UTC)


LINKS = {one["link"] for one in PLACES["links"]}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", MailKind)
def test_hostile_values_stay_values(kind, language):
    words = MailWording.of(Settings(), language).words(kind, PLACES)
    content = letter(SENDER, [("a@so.vn", "Lê\r\nBcc: x@y.vn"), ("b@so.vn", "")], words, "<1@x.vn>", AT, language)
    read = message_from_bytes(content, policy=policy.default)

    assert sorted(set(read.keys())) == [
        "Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "List-Id", "MIME-Version", "Message-ID",
        "Reply-To", "Subject", "To",
    ]  # fmt: skip
    assert [one.addr_spec for one in read["To"].addresses] == ["a@so.vn", "b@so.vn"]
    assert read["Subject"] == words.subject
    assert read.get_body(("plain",)).get_content().replace("\r\n", "\n").strip() == words.text.strip()
    assert "49" not in words.text
    assert "Bcc" not in {line.partition(":")[0] for line in words.text.splitlines()}
    assert "<b>" not in words.html
    assert words.html.count("<a ") in (0, 1, 2)  # of the digest, and what goes upwards; of the mails with two links
    assert {found.partition('"')[0] for found in words.html.split('<a href="')[1:]} <= LINKS
    assert max(map(len, content.split(b"\r\n"))) < 200
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_own_template_takes_the_place_of_the_shipped_one(tmp_path):
    (tmp_path / "mail_urging.vi.txt").write_bytes("\ufeffSubject: Của tỉnh\r\n\r\nKính gửi {{ unit }}\r\n".encode())
    own = MailWording.of(Settings(campaign=str(tmp_path)), "vi")

    assert own.words("urging", PLACES | {"unit": "Sở X"}).text == "Kính gửi Sở X\n"
    assert "đường liên kết" in own.words("invitation", PLACES).subject


@pytest.mark.parametrize(
    "template",
    [
        "{{ config }}", "{{ ''.__class__.x }}", "{% include 'x' %}", "{{ unit | attr('x') }}",
        "{% for x in range(9) %}{% endfor %}", "{{ 1 / 0 }}", "{% if %}", "{{ obligations[9].title }}", "{{ unit() }}",
        "{{ lipsum() }}", "{{ cycler }}", "{{ self._TemplateReference__context }}",
    ],
)  # fmt: skip
def test_template_sees_named_places_alone(tmp_path, template):
    (tmp_path / "mail_urging.vi.txt").write_text(f"Subject: x\n\n{template}\n", encoding="utf-8")

    with pytest.raises(MailTemplateError) as refused:
        MailWording.of(Settings(campaign=str(tmp_path)), "vi").words("urging", PLACES)

    assert "urging.vi.txt" in str(refused.value)
