"""Mails that failed go again when their unit has an address that it had not then: once, and none that is over."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes

import pytest

from service.mail import deciding, mail_drafts
from service.mail.ledger_planning import as_on_record, foresee
from service.mail.mail_room import MailRoom

LOST = "so-congthuong@example.org"


def without_address(mail_office, now: str = "2023-09-20 09:00"):
    """Let Sở Công Thương have no address when its invitation goes out."""
    mail_office.office.unit("S-CT", emails=())
    return mail_office.send(now)


def states(mail_office, *kinds: str) -> list[str]:
    lines = (one for one in mail_office.lines() if one.key.unit == "S-CT" and (not kinds or one.kind in kinds))
    return sorted(f"{one.kind} {one.key.form} {one.state}" for one in lines)


def sent_to(mail_office, address: str) -> int:
    return sum(address in to for to, _ in mail_office.taken.mails)


def clear(mail_office, address: str) -> None:
    with mail_office.office.workspace() as workspace:
        deciding.clear_bounced(workspace, address)


def test_mail_goes_when_the_unit_has_an_address(mail_office):
    assert without_address(mail_office).failed == 1
    assert mail_office.send("2023-09-20 09:01").is_idle
    mail_office.office.unit("S-CT", emails=("moi@so.vn",))
    again = [mail_office.send(f"2023-09-20 09:0{minute}").sent for minute in (2, 3)]

    assert (again, sent_to(mail_office, "moi@so.vn")) == ([1, 0], 1)
    assert {state.split()[2] for state in states(mail_office)} == {"sent"}


def test_mail_goes_when_the_address_that_came_back_is_cleared_and_fails_once_where_it_is_refused_again(mail_office):
    mail_office.at["RCPT"] = lambda address: "550 no such user" if address == LOST else None
    mail_office.send("2023-09-20 09:00")
    clear(mail_office, LOST)
    refused = [mail_office.send(f"2023-09-20 09:0{minute}") for minute in (1, 2, 3)]
    mail_office.at.clear()
    clear(mail_office, LOST)
    taken = [mail_office.send(f"2023-09-20 09:0{minute}").sent for minute in (4, 5)]

    assert [(one.sent, one.failed) for one in refused] == [(0, 1), (0, 0), (0, 0)]
    assert (taken, sent_to(mail_office, LOST)) == ([1, 0], 1)


def test_mail_that_the_server_refused_for_its_content_goes_to_another_address_alone(mail_office):
    mail_office.at["END"] = lambda envelope: "554 spam" if LOST in envelope.rcpt_tos else None
    assert mail_office.send("2023-09-20 09:00").failed == 1
    assert mail_office.send("2023-09-20 09:01").is_idle
    mail_office.office.unit("S-CT", emails=("moi@so.vn",))

    assert mail_office.send("2023-09-20 09:02").sent == 1


def test_mail_whose_occasion_is_over_stays_as_it_is(mail_office):
    without_address(mail_office)
    mail_office.send("2023-09-22 08:00")  # the reminder takes the place of the invitation
    mail_office.office.unit("S-CT", emails=("moi@so.vn",))
    mail_office.send("2023-09-22 08:01")
    mail_office.send("2023-10-02 08:00")  # the limit has passed

    assert "invitation registration failed" in states(mail_office)
    subjects = [str(mail["Subject"]).split(" (")[0] for (to, _), mail in
                zip(mail_office.taken.mails, mail_office.taken.parsed, strict=True) if "moi@so.vn" in to]  # fmt: skip
    assert [subject.partition(": ")[2].split(" “")[0] for subject in subjects] == [
        "nhắc gửi nội dung", "đôn đốc gửi nội dung",
    ]  # fmt: skip


def test_mail_that_a_later_one_has_taken_the_place_of_does_not_follow_it(mail_office):
    without_address(mail_office)
    office = mail_office.office
    office.unit("S-CT", emails=("moi@so.vn",))
    office.at("2023-09-20 09:05")
    with office.workspace() as opened:
        deciding.write_now(as_on_record(opened), office.campaign.unit("S-CT"))
        ledger = opened.store.mail
        asked = [line for line in ledger.of_unit(office.campaign.key, "S-CT") if line.urgent]
        ledger.settle(asked, "sent", office.now)

    assert mail_office.send("2023-09-20 09:06").is_idle


def test_worker_notices_an_address_that_was_cleared(mail_office):
    mail_office.at["RCPT"] = lambda address: "550 no such user" if address == LOST else None
    mail_office.office.at("2023-09-20 09:00")
    with mail_office.office.workspace() as workspace:
        room = MailRoom(workspace, "me")
        assert room.turn().failed == 1
        assert room.turn() is None
        mail_office.at.clear()
        deciding.clear_bounced(workspace, LOST)
        assert room.turn().sent == 1
        assert room.turn() is None


@pytest.fixture
def by_hand(mail_office, tmp_path):
    """Return `by_hand(record)`: the units in files made after the worker's round."""

    def make(*, record: bool) -> list[str]:
        with mail_office.office.workspace() as opened:
            workspace = replace(as_on_record(opened), actor="Trần B")
            made = mail_drafts.drafts(workspace, deciding.end_of_tomorrow(workspace), links=True, short=True).made
            assert mail_drafts.write_files(workspace, made, tmp_path) == len(made)
            if record:
                mail_drafts.record_as_sent(workspace, made)
            plain = foresee(workspace, deciding.end_of_tomorrow(workspace))
            assert not {"S-CT"} & {one.line.key.unit for one in plain}
        return [one.unit.code for one in made]

    return make


def test_files_made_by_hand_have_it_until_it_is_recorded(mail_office, by_hand, tmp_path):
    without_address(mail_office)
    made = [by_hand(record=False), by_hand(record=True), by_hand(record=False)]
    mail_office.office.unit("S-CT", emails=("moi@so.vn",))
    after = mail_office.send("2023-09-20 09:02")
    letter = message_from_bytes((tmp_path / "S-CT-invitation.eml").read_bytes())

    assert (made, after.sent) == ([["S-CT"], ["S-CT"], []], 0)
    assert letter["To"] == ""
    assert {state.split()[2] for state in states(mail_office)} == {"sent"}
