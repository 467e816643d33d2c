"""A folder as a .zip: out, in again, and what is refused."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest

from service.errors import SeasonRefusedError
from service.seasons import drafts, season_archive, season_list
from sheets_schema.declaration import builtin_campaign, declare, read_folder
from sheets_schema.wording import Language

SEASON = "thang_dan_van_2023"
FILES = read_folder(builtin_campaign(SEASON))
NOW = datetime(2024, 8, 1, tzinfo=UTC)


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def test_a_folder_opens_again_to_an_equal_campaign(main):
    content = season_archive.packed(SEASON, FILES, NOW)
    name, files = season_archive.unpacked(content)

    assert (name, files) == (SEASON, FILES)
    assert content == season_archive.packed(SEASON, FILES, NOW)
    draft = drafts.begin_uploaded(main.settings, files, name, season_list.keys_taken(main))
    assert draft.key == f"{SEASON}_2"
    assert draft.may_open
    season_list.open_season(main, draft.key, "lan@vidu.example")
    assert main.store.declarations.at(draft.key) == declare(FILES, draft.key)


def test_other_files_and_deeper_folders_are_left_alone():
    content = zipped(**{f"a/b/{name}": one for name, one in FILES.items()}, **{"a/b/c/x.json": b"{", "a/LOI.txt": b""})

    assert season_archive.unpacked(content) == ("b", FILES)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "không phải .zip"),
        (b"%PDF-1.7", "không phải .zip"),
        (b"PK\x03\x04" + b"\0" * 40, ""),
        (zipped(x=b""), "không có campaign.toml"),
        (zipped(a__campaign=b"", **{"a/campaign.toml": b"", "b/campaign.toml": b""}), "nhiều campaign.toml"),
        (zipped(**{"campaign.toml": b"#" * (season_archive.LARGEST_FILE + 1)}), "quá lớn"),
        (zipped(**{"campaign.toml": b"", **{f"m{n}.json": b"{}" for n in range(201)}}), "quá nhiều"),
    ],
)
def test_hostile_archives_are_refused(content, said):
    with pytest.raises(SeasonRefusedError) as refused:
        season_archive.unpacked(content)

    assert said in refused.value.text(Language.VIETNAMESE)


def test_names_lead_nowhere(main, tmp_path):
    hostile = zipped(**{f"../../../{name}": one for name, one in FILES.items()})
    name, files = season_archive.unpacked(hostile)
    draft = drafts.begin_uploaded(main.settings, files, name, ())

    assert draft.key == "dot"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["campaign", "data"]


def test_every_fault_of_an_uploaded_folder_is_named(main):
    broken = {**FILES, "campaign.toml": FILES["campaign.toml"].replace(b"year = 2023", b"year = 'x'"), "x.json": b"{"}

    with pytest.raises(SeasonRefusedError) as refused:
        drafts.begin_uploaded(main.settings, broken, "x", ())

    said = refused.value.text(Language.VIETNAMESE)
    assert "Năm: Có “x”; nhận: năm từ 1950 đến 2199 (campaign.toml:5)" in said
    assert "x.json:1" in said
