"""The doctor on mail: log-in, templates, a mail to the operator himself."""

from __future__ import annotations

from datetime import UTC, datetime

from service.operations.doctor.findings import State, guarded
from service.operations.doctor.mail_servers_check import SMTP, servers_of, templates_of, trial_of
from service.settings import Settings
from tests.mail_servers import SELF, Taken, authenticator, imap_server, smtp_server


def now() -> datetime:
    return datetime(2023, 9, 20, tzinfo=UTC)


def test_nothing_is_wrong_without_a_server():
    assert [one.state for one in servers_of(Settings())] == [State.OK]
    assert list(trial_of(Settings(), now)) == []


def test_log_ins_are_tried_and_a_mail_goes_to_the_operator_himself():
    taken = Taken()
    given = {"authenticator": authenticator, "auth_require_tls": False}
    with smtp_server(taken, **given) as port, imap_server({"INBOX": taken.copies}, "p") as box:
        imap = f"imap://u:p@127.0.0.1:{box.server_address[1]}"
        wrong = Settings(
            smtp_url=f"smtp://u:sai-mat-khau@127.0.0.1:{port}", mail_from=SELF, imap_url=imap.replace("p@", "x@")
        )
        good = Settings(smtp_url=f"smtp://127.0.0.1:{port}", mail_from=SELF, mail_reply_to="sep@x.vn", imap_url=imap)
        refused = list(guarded(SMTP, lambda: servers_of(wrong)))
        well = list(servers_of(good))
        tried = list(trial_of(good, now))
        taken.copies.clear()
        without_copy = list(trial_of(Settings(smtp_url=good.smtp_url, mail_from="khac@x.vn", imap_url=imap), now))

    assert [one.state for one in refused] == [State.ATTENTION, State.ATTENTION]
    assert not any("sai-mat-khau" in str(one.message) for one in refused)
    assert [one.state for one in (*well, *tried)] == [State.OK] * 4
    assert {to for to, _ in taken.mails} == {("sep@x.vn", SELF), ("khac@x.vn",)}
    assert without_copy[-1].state is State.ATTENTION


def test_template_of_the_campaign_that_cannot_be_filled_is_named_by_file_and_line(tmp_path):
    (tmp_path / "mail_urging.vi.txt").write_text("Subject: x\n\n{{ unit }}\n{{ secret_key }}\n", encoding="utf-8")
    (tmp_path / "mail_reminder.vi.txt").write_text("Kính gửi\n", encoding="utf-8")
    (tmp_path / "mail_returned.vi.txt").write_bytes(b"Subject: \xff\n")
    (tmp_path / "mail_invitation.vi.txt").write_text(
        "Subject: {{ unit.__class__.__mro__ }}\n{% for x in obligations %}{% endfor %}", encoding="utf-8"
    )
    faults = [str(one.message) for one in templates_of(Settings(campaign=str(tmp_path)), "vi")]

    assert len(faults) == 4
    assert any("urging.vi.txt, dòng 4" in fault and "secret_key" in fault for fault in faults)
    assert any("reminder.vi.txt" in fault and "Subject" in fault for fault in faults)
    assert any("returned.vi.txt" in fault and "UTF-8" in fault for fault in faults)


def test_shipped_templates_take_hostile_values_in_both_languages():
    assert [one.state for language in ("vi", "en") for one in templates_of(Settings(), language)] == [State.OK] * 2
