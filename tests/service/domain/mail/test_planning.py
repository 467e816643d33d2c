"""Which step is due when: the ladder of a limit, the latest step alone, nothing to those who have sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import sheets_schema
from service.domain.deadlines import effective_limit
from service.domain.decisions import Decision, DecisionKind
from service.domain.history import History, group_history
from service.domain.mail.keys import MailKey, message_id
from service.domain.mail.ledger_lines import planned
from service.domain.mail.naming import named_units
from service.domain.mail.planning import due_mails, ladder
from service.domain.mail.rechecks import Rechecks
from service.domain.mail.recipients import recipients_of
from service.domain.mail.working_days import WorkingDays
from service.domain.standings import standings_at
from sheets_schema.campaign import Contact, MailKind, MailPolicy
from sheets_schema.declaration.campaign_folder import load_campaign
from sheets_schema.wording import verbatim

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SEASON = load_campaign(Path(sheets_schema.__file__).parent / "campaigns" / "thang_dan_van_2023")
CAMPAIGN = replace(SEASON, units=tuple(unit for unit in SEASON.units if unit.code in ("S-CT", "S-GDDT")))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


BORN = at("2023-09-10 09:00")
BIRTHS = {(unit.code, owed.form): BORN for unit in CAMPAIGN.units for owed in CAMPAIGN.obligations}


def decision(kind: DecisionKind, recorded_at: str, unit: str = "S-CT", **more) -> Decision:
    more = {"reason": "vì lũ", "number": 1} | more
    return Decision(kind, unit, more.pop("form", "registration"), at(recorded_at), "Trần B", **more)


def due(now: str, history: History | None = None, campaign=CAMPAIGN) -> list[tuple[str, str, str, str]]:
    """Return unit, form, kind and day of what is due at an instant."""
    standings = standings_at(at(now), campaign, history or History())
    found = due_mails(campaign, standings, at(now), BIRTHS)
    return [(one.key.unit, one.key.form, one.key.kind.value, one.due_at.strftime("%d/%m")) for one in found]


def steps(form: str, **policy) -> list[str]:
    campaign = replace(CAMPAIGN, mail=replace(CAMPAIGN.mail, **policy))
    limit = effective_limit(campaign.obligation(form), (), ZONE)
    return [f"{one.kind.value} {one.at:%d/%m %H}" for one in ladder(campaign, limit, WorkingDays.of(campaign))]


def test_last_reminder_of_a_sunday_goes_out_on_the_friday_before():
    """“Trước ngày 30/10/2023” ends on Sunday 29/10: the last working day is 27/10."""
    assert steps("report") == [
        "reminder 20/10 08", "reminder 26/10 08", "reminder 27/10 08", "urging 30/10 08", "urging 03/11 08",
        "urging 08/11 08",
    ]  # fmt: skip


def test_steps_of_a_working_day_are_on_it():
    assert steps("registration", escalation_days=14)[2:] == [
        "reminder 29/09 08", "urging 02/10 08", "urging 04/10 08", "urging 09/10 08", "escalation 13/10 08",
    ]  # fmt: skip


def test_steps_that_fall_on_one_day_are_one_mail():
    assert steps("report", reminder_days=(2, 1), urging_days=()) == ["reminder 27/10 08"]


def test_named_day_that_counts_as_on_time_is_not_urged():
    counting = replace(CAMPAIGN, policy=replace(CAMPAIGN.policy, count_boundary_day_as_on_time=True))
    limit = effective_limit(counting.obligation("report"), (), ZONE)

    assert next(
        one.at for one in ladder(counting, limit, WorkingDays.of(counting)) if one.kind is MailKind.URGING
    ) == at("2023-10-31 08:00")


def test_invitation_comes_with_the_tab_and_the_latest_step_takes_its_place():
    assert {one[2] for one in due("2023-09-10 09:00")} == {"invitation"}
    assert due("2023-09-22 08:00")[:2] == [
        ("S-CT", "registration", "reminder", "22/09"),
        ("S-CT", "report", "invitation", "10/09"),
    ]


def test_nothing_is_due_without_a_tab():
    standings = standings_at(at("2023-09-22 08:00"), CAMPAIGN, History())

    assert list(due_mails(CAMPAIGN, standings, at("2023-09-22 08:00"), {})) == []


@pytest.mark.parametrize("days", range(1, 40))
def test_outage_of_any_length_ends_in_one_mail_for_each_unit_and_obligation(days):
    found = due(str((at("2023-09-22 07:00") + timedelta(days=days)).replace(tzinfo=None)))

    assert len({one[:2] for one in found}) == len(found)


def test_unit_that_sent_is_exempt_or_declared_nil_gets_nothing():
    settled = [
        decision(DecisionKind.RECEIVE, "2023-09-21 09:00", received_at=at("2023-09-20 09:00")),
        decision(DecisionKind.EXEMPT, "2023-09-21 09:00", unit="S-GDDT", number=2),
        decision(DecisionKind.NIL, "2023-09-21 09:00", form="report", number=3),
    ]

    assert [one[:2] for one in due("2023-10-31 09:00", group_history((), settled))] == [("S-GDDT", "report")]


def test_extension_brings_a_ladder_of_its_own_and_no_step_of_before_it():
    extended = decision(DecisionKind.EXTEND, "2023-10-02 15:00", before=at("2023-10-07 00:00"))
    history = group_history((), [extended])
    registered = [one for one in due("2023-10-03 09:00", history) if one[1] == "registration"]

    # 6/10 is the last day: reminders of 29/9 and 3/10, of which the first was before the extension
    assert registered == [
        ("S-CT", "registration", "reminder", "03/10"),
        ("S-GDDT", "registration", "urging", "02/10"),
    ]


def rechecked(kind: MailKind, occasion: str, now: str, history: History, limit: str = "2023-09-30") -> str:
    key = MailKey(CAMPAIGN.key, "S-CT", "registration", kind, occasion)
    line = planned(key, at(now), at(now), verbatim("x"), at(f"{limit} 00:00"))
    against = Rechecks(CAMPAIGN, history, at(now)).of(line, BORN).against
    return "" if against is None else against.key.removeprefix("mail.")


def test_recheck_at_the_second_of_sending():
    one_second_before = decision(DecisionKind.RECEIVE, "2023-09-22 07:59:59", received_at=at("2023-09-22 07:59:59"))
    reminder = (MailKind.REMINDER, "2023-09-29T17:00:00Z-7", "2023-09-22 08:00")
    extended = decision(DecisionKind.EXTEND, "2023-09-22 07:00", before=at("2023-10-07 00:00"))

    assert rechecked(*reminder, History()) == ""
    assert rechecked(*reminder, group_history((), [one_second_before])) == "against_received"
    assert rechecked(*reminder, group_history((), [extended])) == "against_limit"
    assert rechecked(*reminder, group_history((), [decision(DecisionKind.EXEMPT, "2023-09-22 07:00")])) == (
        "against_exempt"
    )
    assert rechecked(MailKind.REMINDER, "2023-09-29T17:00:00Z-7", "2023-09-26 08:00", History()) == "against_later"
    assert rechecked(MailKind.REMINDER, "2023-09-29T17:00:00Z-0", "2023-10-02 08:00", History()) == "against_passed"
    assert rechecked(MailKind.RETURNED, "decision 4", "2023-09-22 08:00", History()) == "against_settled"
    assert rechecked(MailKind.ACKNOWLEDGEMENT, "first", "2023-09-22 08:00", History()) == "against_not_received"


def test_contacts_decide_who_gets_what_and_addresses_that_came_back_are_left_out():
    clerk = Contact("A", mail="A@x.vn", receives=("reminder", "urging"))
    head = Contact("B", mail="b@x.vn")
    unit = replace(CAMPAIGN.units[0], emails=("box@x.vn",), superior=(Contact("C", mail="c@x.vn"),))
    known = replace(unit, contacts=(clerk, head, Contact("D", telephone="0912")))

    assert recipients_of(unit, MailKind.URGING).addresses == ("box@x.vn",)
    assert recipients_of(known, MailKind.URGING).addresses == ("a@x.vn", "b@x.vn")
    assert recipients_of(known, MailKind.RETURNED).addresses == ("b@x.vn",)
    assert recipients_of(known, MailKind.ESCALATION).addresses == ("c@x.vn",)
    assert recipients_of(known, MailKind.URGING, {"b@x.vn"}).bounced == ("b@x.vn",)


def test_message_id_follows_from_the_keys_whatever_their_order():
    one, other = (MailKey("c", unit, "f", MailKind.REMINDER, "x") for unit in ("A", "B"))

    assert message_id([one, other], "x.vn") == message_id([other, one], "x.vn") != message_id([one], "x.vn")
    assert CAMPAIGN.mail == MailPolicy()


@pytest.mark.parametrize(
    ("now", "strict", "lenient"),
    [("2023-09-29 23:59:59", 0, 0), ("2023-09-30 08:00", 2, 0), ("2023-10-01 00:00", 2, 2)],
)
def test_letter_on_the_named_day_names_units_by_the_strict_reading_alone(now, strict, lenient):
    found = named_units(CAMPAIGN, History(), at(now))[0]

    assert (len(found.strict), len(found.lenient), len(found.by_strict_alone)) == (strict, lenient, strict - lenient)


def test_what_was_to_be_said_long_ago_is_not_said_any_more():
    assert [one[1] for one in due("2023-11-09 09:00")] == ["report", "report"]
    assert due("2023-12-20 09:00") == []


def test_unit_without_a_superior_is_urged_on():
    escalating = replace(CAMPAIGN, mail=replace(CAMPAIGN.mail, escalation_days=6))
    known = replace(
        escalating, units=(replace(escalating.units[0], superior=(Contact("C", mail="c@x.vn"),)), *escalating.units[1:])
    )

    assert [one[:3] for one in due("2023-10-06 09:00", campaign=known) if one[1] == "registration"] == [
        ("S-CT", "registration", "escalation"), ("S-GDDT", "registration", "urging"),
    ]  # fmt: skip
