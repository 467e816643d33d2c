"""tonghop season: listed, taken out, closed and opened again."""

from __future__ import annotations

from click.testing import CliRunner

from service.cli.root import main as tonghop
from service.seasons import season_archive, season_list
from tests.seasons_office import SEASON, main

__all__ = ["main"]


def test_seasons_from_the_command_line(main, tmp_path):
    environ = {"TONGHOP_DATA_DIR": str(main.settings.data_dir), "TONGHOP_CAMPAIGN": main.settings.campaign}

    def run(*arguments: str, status: int = 0) -> str:
        done = CliRunner().invoke(tonghop, ["season", *arguments], env=environ)
        assert done.exit_code == status, done.output
        return done.output

    listed = run("list")
    assert SEASON in listed
    assert "Đang mở" in listed
    run("take-out", SEASON, str(tmp_path / "a.zip"))
    taken = season_archive.unpacked((tmp_path / "a.zip").read_bytes())
    assert taken == (SEASON, season_list.files_of_season(main, SEASON))
    assert "Đã đóng đợt" in run("close", SEASON)
    assert "Đã đóng" in run("list")
    assert "Đã mở lại đợt" in run("reopen", SEASON)
    assert "Không có đợt nào tên" in run("close", "../x", status=2)
