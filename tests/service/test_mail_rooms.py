"""The mail rooms: they work until they are asked to stop, whatever a turn meets."""

from __future__ import annotations

import shutil
from dataclasses import replace

from service.mail_rooms import MailRooms
from sheets_schema.campaign import MailPolicy
from sheets_schema.declaration.campaign_folder import builtin_campaign
from tests.mail_servers import SELF, Taken, smtp_server


def turns(count: int):
    """Return a wait that lets a number of turns happen and takes no time."""
    left = iter([False] * count + [True])
    return lambda _seconds: next(left)


def test_rooms_plan_and_send_until_they_are_asked_to_stop(office):
    taken = Taken()
    office.campaign = replace(office.campaign, mail=MailPolicy(send=True))
    office.at("2023-09-20 09:00")
    with smtp_server(taken) as port:
        office.settings = replace(office.settings, smtp_url=f"smtp://127.0.0.1:{port}", mail_from=SELF)
        with office.workspace() as workspace:
            MailRooms(workspace, "w").run(turns(3))

    assert len(taken.mails) == 4


def test_template_at_fault_ends_nothing_and_is_named(office, tmp_path, caplog):
    office.campaign = replace(office.campaign, mail=MailPolicy(send=True))
    office.at("2023-09-20 09:00")
    taken = Taken()
    folder = shutil.copytree(builtin_campaign(office.campaign.key), tmp_path / office.campaign.key)
    (folder / "mail_invitation.vi.txt").write_text("Subject: x\n{{ no_such }}\n", encoding="utf-8")
    with smtp_server(taken) as port:
        settings = replace(office.settings, smtp_url=f"smtp://127.0.0.1:{port}", mail_from=SELF)
        office.settings = replace(settings, campaign=str(folder))
        with office.workspace() as workspace:
            MailRooms(workspace, "w").run(turns(1))
            error = workspace.store.mail.room(office.campaign.key).error

    assert [to for to, _ in taken.mails if to != (SELF,)] == []
    assert "invitation.vi.txt" in str(error)
