"""After a restore no mail goes out by itself: the ledger is as old as the backup."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from service import data_folder, wiring
from service.mail.ledger_planning import plan_due
from service.operations.backup import restoring
from service.workspace import silent


class PowerCutError(BaseException):
    """The process ends here."""


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


@pytest.fixture
def planned(half_way, tmp_path, take_backup):
    """A backup with mails that wait."""
    with half_way.workspace() as workspace:
        plan_due(workspace)
    return take_backup(half_way, tmp_path / "b.zip")


def held_by(settings) -> str:
    with wiring.open_workspace(settings) as workspace:
        return workspace.store.mail.room(workspace.campaign.key).held_by


def test_mails_are_held_before_anyone_can_open_what_was_restored(half_way, planned, tmp_path, monkeypatch):
    settings = replace(half_way.settings, data_dir=tmp_path / "khac")
    rename = Path.rename

    def cut_off(path, target):
        rename(path, target)
        if Path(target) == settings.data_dir.resolve():
            raise PowerCutError

    monkeypatch.setattr(Path, "rename", cut_off)
    with pytest.raises(PowerCutError):
        restoring.restore(settings, planned.path, silent)
    monkeypatch.undo()

    assert held_by(settings) == "tonghop restore"


def test_restore_that_was_cut_off_after_its_rows_landed_holds_mails_when_it_is_ended(
    half_way, planned, restored, tmp_path
):
    again = restored(half_way, planned.path, database_url=f"sqlite:///{tmp_path / 'noi-khac.sqlite'}")
    with again.workspace() as workspace:
        workspace.store.mail.set_room(again.campaign.key, held_at=None, held_by="")
    mark = again.settings.data_dir / data_folder.RESTORING_MARK
    mark.write_text(restoring.mark_of(planned.manifest, again.settings))

    restoring.restore(again.settings, planned.path, silent)

    assert held_by(again.settings) == "tonghop restore"


def test_a_ledger_older_than_the_first_mail_is_held_where_mails_are_sent(half_way, taken, tmp_path):
    server = {"smtp_url": "smtp://127.0.0.1:9", "mail_from": "bdv@vidu.example"}
    settings = replace(half_way.settings, data_dir=tmp_path / "khac", **server)

    assert restoring.restore(settings, taken.path, silent).mails_held
    assert held_by(settings) == "tonghop restore"
