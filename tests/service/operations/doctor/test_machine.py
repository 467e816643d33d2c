"""The data folder: who may read it, whether it may be written, what disk it is on."""

from pathlib import Path

import pytest

from service.operations.doctor import machine
from service.operations.doctor.findings import State

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
may:/chia-se /srv nfs4 rw 0 0
//may/o /mnt/o\\040chung cifs rw 0 0
tmpfs /srv/tam tmpfs rw 0 0
rubbish
"""


def states(folder):
    return {str(finding.subject): finding for finding in machine.data_folder_of(folder)}


def test_folder_of_ones_own_is_well(tmp_path):
    tmp_path.chmod(0o700)

    found = states(tmp_path)

    assert {finding.state for finding in found.values()} == {State.OK}
    assert list(found) == ["Thư mục dữ liệu", "Quyền trên thư mục dữ liệu", "Chỗ trống trên đĩa"]


def test_folder_that_is_not_there_is_no_season_and_is_not_made(tmp_path):
    (found,) = machine.data_folder_of(tmp_path / "chưa có")

    assert (found.state, "chưa có đợt nào ở đây" in str(found.message)) == (State.ATTENTION, True)
    assert list(tmp_path.iterdir()) == []


def test_what_a_restore_left_is_named(tmp_path):
    left = tmp_path / ".data.restoring-0123abcd"
    left.mkdir()

    found = list(machine.data_folder_of(tmp_path / "data"))

    assert [finding.state for finding in found] == [State.ATTENTION, State.ATTENTION]
    assert str(left) in str(found[0].message)


def test_secret_that_others_may_read_is_named(tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "secret-key").write_text("x")
    (tmp_path / "secret-key").chmod(0o644)
    (tmp_path / "embedded-token").write_text("x")
    (tmp_path / "embedded-token").chmod(0o600)

    found = states(tmp_path)["Quyền trên thư mục dữ liệu"]

    assert (found.state, "secret-key" in str(found.message), "embedded-token" in str(found.message)) == (
        State.ATTENTION,
        True,
        False,
    )


def test_open_folder_without_readable_secrets_is_well(tmp_path):
    tmp_path.chmod(0o755)

    assert states(tmp_path)["Quyền trên thư mục dữ liệu"].state is State.OK


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/tonghop/facts.sqlite", "ext4"),
        ("/srv/tonghop/facts.sqlite", "nfs4"),
        ("/srv/tam/facts.sqlite", "tmpfs"),
        ("/mnt/o chung/facts.sqlite", "cifs"),
        ("/srvx/facts.sqlite", "ext4"),
    ],
)
def test_disk_is_told_by_the_longest_mount(path, kind):
    assert machine.disk_kind(Path(path), MOUNTS) == kind


def test_table_of_mounts_that_is_rubbish_tells_nothing():
    assert machine.disk_kind(Path("/x"), "\x00\nrác\n\n") == ""
