"""What was chosen on the first page is used where no setting says otherwise."""

import pytest

from service.errors import SettingsError
from service.seasons import installation
from service.settings import Settings


def test_a_setting_that_is_set_wins(tmp_path):
    place = {"TONGHOP_DATA_DIR": str(tmp_path)}
    assert installation.with_kept(place) == place
    installation.keep(tmp_path, {"TONGHOP_CAMPAIGN": "a", "TONGHOP_SHEETS": "google"})

    found = installation.with_kept({**place, "TONGHOP_CAMPAIGN": "b", "TONGHOP_SHEETS": " ", "HOME": "/x"})

    assert found == {**place, "TONGHOP_CAMPAIGN": "b", "TONGHOP_SHEETS": "google", "HOME": "/x"}


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff"])
def test_a_damaged_file_says_so(tmp_path, content):
    (tmp_path / installation.FILE).write_bytes(content)

    with pytest.raises(SettingsError, match="chosen-settings"):
        installation.with_kept({"TONGHOP_DATA_DIR": str(tmp_path)})


@pytest.mark.parametrize("name", ["DATA_DIR", "CAMPAIGN", "SHEETS", "DATABASE_URL", "REHEARSAL"])
def test_whoever_sets_one_of_these_has_decided(tmp_path, name):
    settings = Settings(data_dir=tmp_path)

    assert installation.is_undecided({"TONGHOP_LANG": "en"}, settings)
    assert not installation.is_undecided({f"TONGHOP_{name}": "x"}, settings)
    installation.keep(tmp_path, {"TONGHOP_CAMPAIGN": "a"})
    assert not installation.is_undecided({}, settings)
