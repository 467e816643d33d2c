"""A season of mails over a server of aiosmtpd: each thing once, nothing to those who have sent."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from service import grants, workflows
from service.data_folder import REHEARSAL_MARK
from service.domain.decisions import Decision, DecisionKind
from service.domain.roles import Role
from service.mail.mail_room import MailRoom
from service.mail.sending import MailRun, read_bounces
from service.settings import campaign_folder
from sheets_schema.wording import message
from tests.mail_servers import SELF, bounce, id_of


def decide(mail_office, kind: DecisionKind, unit: str, **more) -> None:
    office = mail_office.office
    with office.workspace() as workspace:
        made = Decision(kind, unit, "registration", office.now, "Trần B", more.pop("reason", "lý do"), **more)
        workflows.decide(workspace, [made])


def test_season_sends_each_thing_once(mail_office):
    for now in ("2023-09-20 09:00", "2023-09-22 08:00", "2023-09-22 08:05", "2023-09-26 08:00", "2023-09-29 08:00"):
        mail_office.send(now)
    subjects = Counter(
        str(mail["Subject"]).split(" (")[0] for mail in mail_office.taken.parsed if SELF not in mail["To"]
    )
    first = mail_office.taken.parsed[0]
    text, html = first.get_body(("plain",)).get_content(), first.get_body(("html",)).get_content()

    assert set(mail_office.taken.ids.values()) == {1}
    assert subjects == {
        "Ban Dân vận Tỉnh ủy: đường liên kết thực hiện “Tháng Dân vận” năm 2023": 3,
        "Ban Dân vận Tỉnh ủy: nhắc gửi nội dung “Tháng Dân vận” năm 2023": 9,
    }
    # one mail a unit where two obligations are due
    assert "trước ngày 30/9/2023 (hết ngày 29/9/2023)" in text
    assert "trước ngày 30/10/2023 (hết ngày 29/10/2023)" in text
    assert "/sign-in/" in text
    assert "Nguyễn Văn A, 0912 345 678" in html
    assert [first[name] for name in ("List-Id", "Auto-Submitted", "Reply-To", "Content-Language")] == [
        "<thang_dan_van_2023.board.example.org>", "auto-generated", SELF, "vi",
    ]  # fmt: skip
    assert "http" not in html.replace("http://127.0.0.1:8080/sign-in/", "")  # nothing is loaded, nothing reports


def test_digest_counts_mails_and_not_lines(mail_office):
    mail_office.office.unit("S-CT", emails=())
    mail_office.send("2023-09-20 09:00")
    mail_office.send("2023-09-21 09:00")
    digest = mail_office.taken.texts()[-1]

    # two invitations about two obligations each, the digest of the day before; one could not be sent
    assert len(mail_office.lines("sent")) == 6
    assert "Thư đã gửi từ đầu đợt: 3\n" in digest
    assert "- Không gửi được: 1\n" in digest


def test_link_of_a_mail_signs_in_once(mail_office):
    mail_office.send("2023-09-20 09:00")
    token = mail_office.taken.texts()[0].partition("/sign-in/")[2].split()[0]
    with mail_office.office.workspace() as workspace:
        grant = grants.sign_in(workspace, token).grant
        assert (grant.email, grant.unit, grants.is_open(workspace, token)) == (
            mail_office.taken.mails[0][0][0], "VP-UBND", False,
        )  # fmt: skip


def test_each_address_of_a_unit_has_a_link_of_its_own_in_the_one_mail(mail_office):
    mail_office.office.unit("S-CT", emails=("a@one.vn", "b@one.vn"))
    mail_office.send("2023-09-20 09:00")
    (at,) = [number for number, (to, _) in enumerate(mail_office.taken.mails) if "b@one.vn" in to]
    text = mail_office.taken.texts()[at]
    html = mail_office.taken.parsed[at].get_body(("html",)).get_content()
    links = dict(re.findall(r"^(\S+@\S+):\n\S+/sign-in/(\S+)$", text, re.MULTILINE))

    assert set(mail_office.taken.mails[at][0]) >= {"a@one.vn", "b@one.vn"}
    assert set(links) == {"a@one.vn", "b@one.vn"}
    assert html.count("<a href=") == 2
    assert "Mỗi địa chỉ dùng liên kết của mình" in text
    with mail_office.office.workspace() as workspace:
        # one does not use up the other's
        entered = [grants.sign_in(workspace, token).grant for token in links.values()]
    assert [(one.email, one.unit) for one in entered] == [(address, "S-CT") for address in links]


def test_five_days_without_a_server_end_in_one_mail_for_each_unit_and_obligation(mail_office):
    mail_office.send("2023-09-20 09:00")
    sent = len(mail_office.taken.mails)
    working, office = mail_office.office.settings.smtp_url, mail_office.office
    office.settings = replace(office.settings, smtp_url="smtp://127.0.0.1:1")
    for day in (22, 25, 26):
        assert mail_office.send(f"2023-09-{day} 09:00").stopped is not None
    office.settings = replace(office.settings, smtp_url=working)
    mail_office.send("2023-09-27 09:00")
    after = [to for to, _ in mail_office.taken.mails[sent:] if SELF not in to]

    assert len(after) == len(set(after)) == 3
    assert mail_office.states("reminder").count("S-CT registration cancelled") == 1


def test_unit_that_sent_a_second_before_gets_nothing(mail_office):
    mail_office.office.at("2023-09-22 07:59:59")
    decide(mail_office, DecisionKind.RECEIVE, "S-CT", received_at=mail_office.office.now)
    mail_office.at["RCPT"] = lambda address: None
    mail_office.send("2023-09-22 08:00")

    reminded = [to for (to, _), mail in zip(mail_office.taken.mails, mail_office.taken.parsed, strict=True)
                if "nhắc gửi" in str(mail["Subject"])]  # fmt: skip
    assert sorted(reminded) == [("so-gddt@example.org",), ("vp-ubnd@example.org",)]
    assert "S-CT registration sent" in mail_office.states("acknowledgement")


def test_reminder_waits_while_an_edit_is_yet_to_be_read(mail_office):
    book = mail_office.office.books("registration")[0]
    with mail_office.office.workspace() as workspace:
        workspace.mark_edited(book)
    waiting = mail_office.send("2023-09-22 08:00")
    kinds = {str(mail["Subject"]).split(" “")[0] for mail in mail_office.taken.parsed if SELF not in mail["To"]}
    mail_office.office.consolidate()
    mail_office.send("2023-09-22 08:01")

    assert waiting.cancelled == 0
    assert not any("nhắc" in subject for subject in kinds)
    assert sum("nhắc" in str(mail["Subject"]) for mail in mail_office.taken.parsed) == 3


def test_answers_follow_their_facts_at_any_hour(mail_office):
    mail_office.send("2023-09-20 09:00")
    mail_office.taken.mails.clear()
    mail_office.office.at("2023-09-23 22:00")
    decide(mail_office, DecisionKind.RECEIVE, "S-CT", received_at=mail_office.office.now - timedelta(hours=5))
    decide(mail_office, DecisionKind.RETURN, "S-CT", reason="Thiếu <b>chữ ký</b>\r\nBcc: x@y.vn", document="12-CV/BDV")
    with mail_office.office.workspace() as workspace:
        MailRoom(workspace, "me").turn()
    texts = mail_office.taken.texts()

    assert len(texts) == 2
    assert "Nhận lúc: 17:00 ngày 23/9/2023" in texts[0]
    assert "Lý do: Thiếu <b>chữ ký</b> Bcc: x@y.vn" in texts[1]
    assert "Theo văn bản: 12-CV/BDV" in texts[1]
    assert "&lt;b&gt;chữ ký" in mail_office.taken.parsed[1].get_body(("html",)).get_content()
    assert mail_office.send("2023-09-23 22:30").is_idle


def test_nothing_is_planned_for_answers_while_the_campaign_sends_nothing(mail_office):
    office = mail_office.office
    office.campaign = replace(office.campaign, mail=replace(office.campaign.mail, send=False))
    with office.workspace():
        pass
    decide(mail_office, DecisionKind.RECEIVE, "S-CT", received_at=office.now)
    with office.workspace() as workspace:
        assert MailRoom(workspace, "me").turn() is None

    assert mail_office.lines() == []


def test_reason_names_the_step_and_the_mail_the_days_of_its_own_day(mail_office):
    mail_office.send("2023-10-02 08:00")  # a Monday; the last day was Friday 29/9
    mail = mail_office.taken.texts()[0]

    assert {str(line.why) for line in mail_office.lines() if line.kind == "urging"} == {"mốc đôn đốc 1 ngày sau hạn"}
    assert "Quá hạn 3 ngày" in mail


@pytest.mark.parametrize("now", ["2023-09-21 22:00", "2023-09-24 10:00"])
def test_quiet_hours_and_days_off_hold_reminders_back(mail_office, now):
    assert mail_office.send(now).sent == 0
    assert mail_office.send(now, asked=True).sent >= 3


def test_so_many_an_hour_and_no_more(mail_office):
    office = mail_office.office
    office.campaign = replace(office.campaign, mail=replace(office.campaign.mail, per_hour=2))
    first = mail_office.send("2023-09-20 09:00")
    again = mail_office.send("2023-09-20 09:59")
    later = mail_office.send("2023-09-20 10:01")

    assert [one.sent for one in (first, again, later)] == [2, 0, 2]
    assert "2 thư trong một giờ" in str(first.stopped)


def test_two_senders_share_no_mail(mail_office):
    office = mail_office.office.at("2023-09-20 09:00")
    with office.workspace() as workspace:
        assert workspace.store.mail.take(office.campaign.key, "other", office.now)
    refused = mail_office.send("2023-09-20 09:00")
    later = mail_office.send("2023-09-20 09:04")

    assert (refused.sent, str(refused.stopped)) == (0, "Một tiến trình khác đang gửi thư của đợt này.")
    assert later.sent == 4


def test_sender_whose_right_was_taken_over_says_no_dot(mail_office):
    office = mail_office.office

    def overtake(_address: str) -> None:
        with office.workspace() as workspace:
            store = workspace.store.mail
            store.drop(office.campaign.key, "me")
            assert store.take(office.campaign.key, "other", office.now)

    mail_office.at["RCPT"] = overtake
    mail_office.send("2023-09-20 09:00")

    assert mail_office.taken.mails == []


def test_contacts_and_superior_get_their_kinds_in_mails_of_their_own(mail_office, contact):
    office = mail_office.office
    office.campaign = replace(office.campaign, mail=replace(office.campaign.mail, escalation_days=3))
    people = (contact("Lê <C>\r\nBcc: x", mail="c@so.vn"), contact("D", mail="d@so.vn", receives=("returned",)))
    office.unit("S-CT", contacts=people, superior=(contact("Đ/c E", mail="e@tinh.vn"),))
    mail_office.send("2023-10-02 09:00")
    sent = {to[0]: str(mail["Subject"]) for (to, _), mail in
            zip(mail_office.taken.mails, mail_office.taken.parsed, strict=True)}  # fmt: skip
    header = next(mail["To"] for mail in mail_office.taken.parsed if mail["To"].addresses[0].addr_spec == "c@so.vn")

    assert "d@so.vn" not in sent
    assert "báo cáo việc chưa gửi" in sent["e@tinh.vn"]
    # what is owed later goes to the unit itself, beside it
    assert "đường liên kết" in sent["c@so.vn"]
    assert (header.addresses[0].display_name, len(header.addresses)) == ("Lê <C> Bcc: x", 1)


def test_bounce_marks_the_address_and_the_next_mail_leaves_it_out(mail_office):
    mail_office.with_mailbox()
    mail_office.send("2023-09-20 09:00")
    to, content = mail_office.taken.mails[0]
    mail_office.taken.copies += [
        bounce(id_of(content), "khac@example.org", number=1),  # not one of ours
        bounce(id_of(content), to[0], action="delayed", number=2),
        bounce(id_of(content), to[0].upper(), number=3),
        bounce("<tonghop.0000000000000000000000000000000000000000@x.vn>", to[0], number=4),
    ]
    with mail_office.office.workspace() as workspace:
        assert [read_bounces(workspace), read_bounces(workspace)] == [1, 0]
        known = workspace.store.mail.bounced(workspace.campaign.key)
        assert {one.address: one.reason for one in known.values()} == {to[0]: "smtp; 550 5.1.1 no such user"}
    mail_office.send("2023-09-22 09:00")
    digest = mail_office.taken.texts()[-1]

    assert "VP-UBND registration failed" in mail_office.states("reminder")
    assert "bị trả lại" in digest
    assert to[0] in digest


def two_at_one_unit(mail_office, **answers: str):
    """Let Sở Công Thương have a and b, the server answer RCPT of single addresses otherwise."""
    mail_office.office.unit("S-CT", emails=("a@one.vn", "b@one.vn"))
    mail_office.at["RCPT"] = lambda address: answers.get(address.partition("@")[0])


def notes_of(mail_office, unit: str) -> set[str]:
    return {f"{line.state}: {line.note}" for line in mail_office.lines() if line.key.unit == unit}


def marked(mail_office) -> dict[str, str]:
    with mail_office.office.workspace() as workspace:
        known = workspace.store.mail.bounced(workspace.campaign.key)
    return {one.address: one.reason for one in known.values()}


def test_words_of_the_server_on_one_of_two_recipients_are_kept(mail_office):
    two_at_one_unit(mail_office, b="550 5.1.1 no such user")
    mail_office.send("2023-09-20 09:00")

    said = "máy chủ trả lời 550: 5.1.1 no such user"
    assert marked(mail_office) == {"b@one.vn": said}
    assert notes_of(mail_office, "S-CT") == {f"sent: không đến được: b@one.vn ({said})"}


def test_each_recipient_is_refused_in_words_of_its_own(mail_office):
    two_at_one_unit(mail_office, a="550 no such user", b="553 closed")
    mail_office.send("2023-09-20 09:00")

    assert marked(mail_office) == {
        "a@one.vn": "máy chủ trả lời 550: no such user", "b@one.vn": "máy chủ trả lời 553: closed",
    }  # fmt: skip
    assert notes_of(mail_office, "S-CT") == {
        "failed: không đến được: a@one.vn (máy chủ trả lời 550: no such user); b@one.vn (máy chủ trả lời 553: closed)"
    }


def test_recipient_who_is_always_to_wait_is_named_once_the_others_have_the_mail(mail_office):
    two_at_one_unit(mail_office, b="451 4.7.1 try again later")
    for minute in ("00", "10", "25", "50"):
        waiting = mail_office.send(f"2023-09-20 09:{minute}")
        assert (waiting.postponed, marked(mail_office)) == (1, {})
    mail_office.send("2023-09-20 11:00")
    said = "máy chủ trả lời 451: 4.7.1 try again later"

    assert [to for to, _ in mail_office.taken.mails if "@one.vn" in to[0]] == [("a@one.vn",)]
    assert notes_of(mail_office, "S-CT") == {f"sent: không đến được: b@one.vn ({said})"}
    assert marked(mail_office) == {}  # the next mail is tried at it again


def test_mail_that_is_given_up_names_each_recipient(mail_office):
    two_at_one_unit(mail_office, a="550 no such user", b="452 4.2.2 mailbox full")
    mail_office.send("2023-09-20 08:00")
    assert notes_of(mail_office, "S-CT") == {
        "planned: chưa đến được: a@one.vn (máy chủ trả lời 550: no such user); "
        "b@one.vn (máy chủ trả lời 452: 4.2.2 mailbox full)"
    }
    for hours in range(3, 40, 3):
        mail_office.machine = lambda hours=hours: mail_office.office.now + timedelta(hours=hours)
        mail_office.send("2023-09-20 09:00")

    assert {note.partition(":")[0] for note in notes_of(mail_office, "S-CT")} == {"failed"}
    assert marked(mail_office) == {"a@one.vn": "máy chủ trả lời 550: no such user"}


def own_copy(mail_office, answer: str):
    """Let the office have a mailbox whose address the server answers otherwise."""
    mail_office.at["RCPT"] = lambda address: answer if address == SELF else None
    return mail_office.with_mailbox()


@pytest.mark.parametrize("answer", ["452 4.2.2 mailbox full", "550 5.1.1 no such user"])
def test_our_own_copy_holds_no_mail_up_and_is_named(mail_office, answer):
    own_copy(mail_office, answer)
    report = mail_office.send("2023-09-20 09:00")
    code, _, words = answer.partition(" ")

    assert (report.sent, marked(mail_office)) == (3, {})
    assert {to for to, _ in mail_office.taken.mails} == {
        ("vp-ubnd@example.org",), ("so-congthuong@example.org",), ("so-gddt@example.org",),
    }  # fmt: skip
    assert notes_of(mail_office, "S-CT") == {
        f"sent: bản sao của tonghop không đến được: {SELF} (máy chủ trả lời {code}: {words})"
    }


def test_our_own_copy_counts_for_no_unit(mail_office):
    mail_office.with_mailbox()
    mail_office.at["RCPT"] = lambda address: "550 no such user" if address.startswith("so-congthuong") else None
    mail_office.send("2023-09-20 09:00")

    assert not any(to == (SELF,) for to, content in mail_office.taken.mails if b"so-congthuong" in content)
    assert {note.partition(":")[0] for note in notes_of(mail_office, "S-CT")} == {"failed"}


def test_mail_in_doubt_whose_copy_was_refused_is_sent_again_by_no_silence_of_the_mailbox(mail_office):
    own_copy(mail_office, "452 4.2.2 mailbox full")
    mail_office.at["END"] = lambda envelope: "close" if "so-congthuong@example.org" in envelope.rcpt_tos else None
    mail_office.send("2023-09-20 09:00")
    mail_office.at.clear()
    mail_office.send("2023-09-22 08:00")

    assert {line.state for line in mail_office.lines() if line.kind == "invitation" and line.key.unit == "S-CT"} == {
        "unknown"
    }
    assert any(SELF in str(line.note) for line in mail_office.lines("unknown"))


def test_sender_that_died_with_a_mail_whose_copy_was_refused_leaves_it_to_a_person(mail_office):
    mail_office.at["RCPT"] = lambda address: "550 closed" if address.startswith("so-congthuong") else None
    mail_office.send("2023-09-20 09:00")
    mail_office.at.clear()
    mail_office.with_mailbox()
    office = mail_office.office.at("2023-09-20 09:10")
    mine = [line for line in mail_office.lines("failed") if line.key.unit == "S-CT"]
    with office.workspace() as workspace:
        ledger = workspace.store.mail
        ledger.plan_again(mine, office.now, message("mail.why_asked"), "x")
        assert ledger.begin(mine, mine[0].message_id, mine[0].recipients, "dead", office.now)
        assert ledger.take(office.campaign.key, "dead", office.now)
        refused = message("mail.without_copy", address=SELF)
        assert ledger.give(mine, "dead", office.now, office.campaign.key, refused)
        ledger.drop(office.campaign.key, "dead")
    office.at("2023-09-20 09:11")
    decide(mail_office, DecisionKind.RECEIVE, "S-GDDT", received_at=office.now)
    mail_office.send("2023-09-20 09:11")  # a later mail has its copy
    mail_office.send("2023-09-20 09:30")

    assert len(mail_office.taken.copies) == 2  # the digest and the later mail
    assert {line.key.unit for line in mail_office.lines("unknown")} == {"S-CT"}


def test_doubt_is_left_to_a_person_in_whole_sentences(mail_office):
    mail_office.at["END"] = lambda envelope: "close"
    mail_office.send("2023-09-20 09:00")
    mail_office.at.clear()
    mail_office.send("2023-09-20 09:05")

    assert {str(line.note).partition(" Không có hộp thư")[0] for line in mail_office.lines("unknown")} == {
        "đường truyền đứt khi chờ máy chủ xác nhận: máy chủ ngắt đường truyền. Có thể đã gửi."
    }


def test_acknowledgement_and_invitation_say_the_limit_and_the_tick_as_they_are(mail_office):
    mail_office.office.at("2023-09-20 08:30")
    decide(mail_office, DecisionKind.RECEIVE, "S-CT", received_at=mail_office.office.now)
    mail_office.send("2023-09-20 09:00")
    texts = mail_office.taken.texts()

    assert sum("; hạn gửi: trước ngày 30/9/2023 (hết ngày 29/9/2023)\n" in text for text in texts) == 1
    assert sum("đánh dấu “Xác nhận gửi” ở phía trên bảng" in text for text in texts) == 3
    assert not any("))" in text for text in texts)


def test_one_address_serves_several_units_in_mails_of_their_own(mail_office):
    for code in ("S-CT", "S-GDDT"):
        mail_office.office.unit(code, emails=("chung@so.vn",))
    mail_office.send("2023-09-20 09:00")
    texts = [text for (to, _), text in zip(mail_office.taken.mails, mail_office.taken.texts(), strict=True)
             if "chung@so.vn" in to]  # fmt: skip
    links = {text.partition("/sign-in/")[2].split()[0] for text in texts}

    assert (len(texts), len(links)) == (2, 2)


def test_operators_own_address_keeps_its_role(mail_office):
    with mail_office.office.workspace() as workspace:
        grants.invite(workspace, "vp-ubnd@example.org", Role.OPERATOR)
    mail_office.send("2023-09-20 09:00")
    text = mail_office.taken.texts()[0]

    assert "/units/VP-UBND" in text
    assert "/sign-in/" not in text
    with mail_office.office.workspace() as workspace:
        key = mail_office.office.campaign.key
        kept = workspace.store.access.standing_grants(key, "vp-ubnd@example.org", workspace.lease_clock())
        assert [one.role for one in kept] == [Role.OPERATOR]


def test_rehearsal_sends_to_this_machine_alone(mail_office):
    office = mail_office.office
    office.settings = replace(office.settings, smtp_url="smtps://mail.example.org")
    (office.settings.data_dir / REHEARSAL_MARK).touch()

    assert "diễn tập" in str(mail_office.send("2023-09-20 09:00").stopped)


def test_run_without_a_server_says_what_is_missing(mail_office):
    office = mail_office.office
    office.settings = replace(office.settings, smtp_url="", mail_from="")
    with office.workspace() as workspace:
        assert "TONGHOP_SMTP_URL" in str(MailRun(workspace, "me").run(1).stopped)


def faulty_template(office, tmp_path, kind: str, text: str):
    folder = shutil.copytree(campaign_folder(office.settings), tmp_path / "season")
    (folder / f"mail_{kind}.vi.txt").write_text(text, encoding="utf-8")
    office.settings = replace(office.settings, campaign=str(folder))


def test_faulty_template_stops_only_the_mails_made_of_it(mail_office, tmp_path):
    office = mail_office.office
    faulty_template(office, tmp_path, "reminder", "Subject: x\n\n{% if %}\n")
    mail_office.send("2023-09-20 09:00")
    invited = len(mail_office.taken.mails)
    decide(mail_office, DecisionKind.RECEIVE, "S-CT", received_at=office.now)
    stopped = mail_office.send("2023-09-22 08:00")
    with office.workspace() as workspace:
        error = str(workspace.store.mail.room(office.campaign.key).error)
    held_up = mail_office.states("reminder")
    (tmp_path / "season" / "mail_reminder.vi.txt").unlink()
    mended = mail_office.send("2023-09-22 08:01")

    assert invited == 4
    assert "đã nhận nội dung" in str(mail_office.taken.parsed[4]["Subject"])  # the others go out
    assert (stopped.stopped, [str(one) for one in stopped.faults]) == (
        None, ["Mẫu thư mail_reminder.vi.txt, dòng 3: thẻ thiếu nội dung."],
    )  # fmt: skip
    assert "mail_reminder.vi.txt, dòng 3" in error
    assert {state.split()[2] for state in held_up} == {"planned"}
    assert (mended.faults, mended.sent) == ((), 2)
    with office.workspace() as workspace:
        assert workspace.store.mail.room(office.campaign.key).error is None


def test_mail_whose_values_a_template_cannot_take_waits_alone(mail_office, tmp_path):
    text = "Subject: x\n\n{% if unit == 'Sở Công Thương' %}{{ obligations[9].title }}{% endif %}\n"
    faulty_template(mail_office.office, tmp_path, "invitation", text)
    report = mail_office.send("2023-09-20 09:00")

    assert (report.sent, len(report.faults)) == (3, 1)
    assert {line.key.unit: str(line.note) for line in mail_office.lines("planned")} == {"S-CT": str(report.faults[0])}
