"""The first page: behind its link alone, every choice refused with its reason, the season begun at the end."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from service import wiring
from service.seasons import installation, season_archive
from service.settings import Settings
from service.web.first_minute.setup_app import create_setup_app
from service.web.season_site import SeasonSite
from sheets_schema.declaration import builtin_campaign, read_folder

SEASON = "thang_dan_van_2023"
NOW = datetime(2023, 9, 20, tzinfo=UTC)
LINK = "/setup/mot-lan"
ANSWERS = {"season": "shipped", "shipped": SEASON, "sheets": "embedded", "email": "lan@vidu.example"}


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def ended() -> list[bool]:
    return []


@pytest.fixture
def client(settings, ended) -> Iterator[FlaskClient]:
    more = {"TONGHOP_PUBLIC_URL": "http://127.0.0.1:9999"}
    app = create_setup_app(settings, "mot-lan", lambda: NOW, lambda: ended.append(True), more)
    return app.test_client()


def opened(settings: Settings):
    environ = installation.with_kept({"TONGHOP_DATA_DIR": str(settings.data_dir)})
    return wiring.open_workspace(Settings.from_env(environ), lambda: NOW)


def test_the_season_is_begun_with_its_operator(client, settings, ended):
    assert client.get(LINK).status_code == 200
    answer = client.post(LINK, data={**ANSWERS, "board": "Ban Dân vận Tỉnh ủy", "place": "Bắc Giang"})

    assert answer.status_code == 200
    token = re.search(r'action="/sign-in/([^"]+)"', answer.text)[1]
    answer.close()
    assert ended == [True]
    assert (settings.data_dir / installation.FILE).stat().st_mode & 0o777 == 0o600
    assert not (settings.data_dir / "seasons").exists()
    with opened(settings) as workspace:
        assert (workspace.campaign.key, workspace.settings.public_url) == (SEASON, "http://127.0.0.1:9999")
        signed_in = SeasonSite(workspace).root.test_client().post(f"/sign-in/{token}", data={"next": "/provision"})
        assert signed_in.location == "/provision"
    # the next attempt of the browser is answered by the server that takes over
    assert client.post("/sign-in/x").status_code == 307


def test_an_office_of_its_own_gets_a_folder_of_its_own(client, settings):
    assert (
        client.post(LINK, data={**ANSWERS, "board": "Ban Tuyên giáo “Tỉnh ủy”", "place": "Bắc Ninh"}).status_code == 200
    )

    with opened(settings) as workspace:
        assert (workspace.campaign.board, workspace.campaign.place) == ("Ban Tuyên giáo “Tỉnh ủy”", "Bắc Ninh")
    kept = (settings.data_dir / "seasons" / SEASON / "campaign.toml").read_text()
    assert "# The plan never names the month's first and last day" in kept


def test_a_season_of_a_zip(client, settings):
    content = season_archive.packed("dot_rieng", read_folder(builtin_campaign(SEASON)), NOW)
    assert (
        client.post(LINK, data={**ANSWERS, "season": "zip", "archive": (io.BytesIO(content), "a.zip")}).status_code
        == 200
    )

    with opened(settings) as workspace:
        assert workspace.campaign.key == "dot_rieng"


def test_the_address_that_units_open_is_kept_and_the_operator_goes_on_there(client, settings):
    assert 'name="address" value="http://localhost"' in client.get(LINK).text
    answer = client.post(LINK, data={**ANSWERS, "address": "https://tonghop.example.vn/dan-van/"})

    assert re.search(r'href="https://tonghop.example.vn/dan-van/sign-in/[^"]+"', answer.text)
    with opened(settings) as workspace:
        assert workspace.settings.public_url == "https://tonghop.example.vn/dan-van"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"address": "tonghop.example.vn"}, "không phải là địa chỉ http://"),
        ({"address": "https://a:b@example.vn"}, "bỏ tên và mật khẩu"),
        ({"folder": "/khong/co"}, "đánh dấu ở cách khác"),
        ({"archive": (io.BytesIO(b"PK"), "a.zip")}, "đánh dấu ở cách khác"),
        ({"google_key": (io.BytesIO(b"{}"), "k.json")}, "đánh dấu ở máy chủ này"),
        ({"email": ""}, "địa chỉ thư"),
        ({"email": "lan@"}, "địa chỉ thư"),
        ({"season": "zip"}, "không phải .zip"),
        ({"season": "folder", "folder": ""}, "Không có thư mục"),
        ({"season": "folder", "folder": "/khong/co"}, "Không có thư mục"),
        ({"season": "folder", "folder": "/"}, "campaign.toml"),
        ({"shipped": "../x"}, "thang_dan_van_2023"),
        ({"board": "a\0b"}, "board"),
        ({"board": "Ban " * 100}, "“Cơ quan chủ trì” dài quá 300 ký tự"),
        ({"sheets": "google"}, "tài khoản dịch vụ"),
        (
            {"sheets": "google", "google_key": (io.BytesIO(b'{"type":"authorized_user"}'), "k.json")},
            "tài khoản dịch vụ",
        ),
    ],
)
def test_a_choice_that_cannot_be_is_refused_and_nothing_kept(client, settings, ended, change, said):
    answer = client.post(LINK, data={**ANSWERS, **change})

    assert answer.status_code == 422
    assert said in answer.text
    assert ended == []
    assert not (settings.data_dir / installation.FILE).exists()


def test_the_page_is_for_the_holder_of_the_link_alone(client):
    for path in ("/", "/setup/", "/setup/khac", "/units/VP-UBND", "/setup/mot-lanx"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "cửa sổ nơi chương trình đang chạy" in answer.text
    elsewhere = client.post(LINK, data=ANSWERS, headers={"Origin": "https://xau.example"})
    assert elsewhere.status_code == 403
    assert client.get("/healthz").status_code == 200
