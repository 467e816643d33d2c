"""After a restore no mail goes out by itself: the ledger is as old as the backup."""

from __future__ import annotations

from service.mail.ledger_planning import plan_due


def test_every_mail_is_held_back_until_a_person_lets_it_go(half_way, restored, tmp_path, take_backup):
    with half_way.workspace() as workspace:
        planned = plan_due(workspace).new
    taken = take_backup(half_way, tmp_path / "b.zip", verified=True)
    assert taken.verified is not None
    again = restored(half_way, taken.path)

    with again.workspace() as workspace:
        room = workspace.store.mail.room(again.campaign.key)
        assert (len(workspace.store.mail.lines(again.campaign.key)), room.held_by) == (planned, "tonghop restore")
        assert room.held_at is not None


def test_restore_without_mails_holds_nothing(half_way, restored, taken):
    with restored(half_way, taken.path).workspace() as workspace:
        assert workspace.store.mail.room(half_way.campaign.key).held_at is None
