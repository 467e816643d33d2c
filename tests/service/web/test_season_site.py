"""Several seasons under one address: each its own roles, one list, opened and closed from it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from werkzeug.test import Client

from service import grants
from service.domain.roles import Role
from service.jobs import JobKind
from service.seasons import drafts, season_archive, season_list
from service.web.season_site import SeasonSite
from sheets_schema.wording import Language, message
from tests.background import settle
from tests.seasons_office import NEXT, SEASON, main

__all__ = ["main"]
EMAIL = "lan@vidu.example"


class Visitor:
    """A browser before the site, signed in at the root."""

    def __init__(self, site: SeasonSite, main, email: str = EMAIL, role: Role = Role.OPERATOR) -> None:
        self.client = Client(site)
        unit = "VP-UBND" if role is Role.UNIT else ""
        token = grants.invite(main, email, role, unit).token
        assert self.client.post(f"/sign-in/{token}").status_code == 303

    def get(self, path: str):
        return self.client.get(path)

    def post(self, path: str, on: str = "/seasons", **fields):
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(on).text)
        data = {"csrf_token": token[1] if token else "", **fields}
        return self.client.post(path, data=data)


@pytest.fixture
def site(main) -> SeasonSite:
    sends = replace(main.settings, smtp_url="smtp://127.0.0.1:9", mail_from="bdv@vidu.example")
    return SeasonSite(replace(main, settings=sends))


@pytest.fixture
def visit(site, main) -> Callable[..., Visitor]:
    return lambda **who: Visitor(site, main, **who)


@pytest.mark.parametrize(("path", "swept"), [("", [SEASON, NEXT]), (f"/season/{NEXT}", [NEXT])])
def test_a_sweep_at_the_root_is_of_every_open_season_and_one_below_of_that_alone(main, path, swept):
    files = season_list.files_of_season(main, SEASON)
    draft = drafts.begin(main.settings, files, SEASON, 2024, season_list.keys_taken(main))
    guessed = {one.id: [value.value for value in one.values] for one in draft.guesses}
    drafts.confirm(main.settings, NEXT, guessed, "chi Lan", main.clock())
    season_list.open_season(main, NEXT, EMAIL)
    secret = "bi-mat-cua-lich-0123"
    client = Client(SeasonSite(replace(main, settings=replace(main.settings, task_secret=secret))))

    answer = client.post(f"{path}/tasks/sweep", headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 204
    assert [key for key in (SEASON, NEXT) if main.store.work.state(key) is not None] == swept


def test_a_season_that_cannot_be_read_is_said_to_be_shut_and_others_go_on(site, visit, main, caplog):
    lan = visit()
    lan.post("/seasons/new", source=SEASON, year="2024")
    guessed = {one.id: [v.value for v in one.values] for one in drafts.read(main.settings, NEXT).guesses}
    drafts.confirm(main.settings, NEXT, guessed, "chi Lan", main.clock())
    season_list.open_season(main, NEXT, EMAIL)
    mark = main.settings.data_dir / "seasons" / NEXT / ".draft.json"
    # what the system refuses to look at, for root too
    mark.symlink_to(mark)

    page, program = lan.get(f"/season/{NEXT}/"), lan.get(f"/season/{NEXT}/api/v1/units")

    assert (page.status_code, program.status_code) == (503, 503)
    assert "Đợt này hiện chưa mở được" in page.text
    assert str(mark.parent) not in page.text
    assert any(str(mark.parent) in one.message for one in caplog.records)
    assert (lan.get("/").status_code, lan.get("/season/khac/").status_code) == (200, 404)
    mark.unlink()
    assert lan.get(f"/season/{NEXT}/").status_code in (200, 303)


def test_a_damaged_draft_is_listed_and_discarded_in_the_browser(visit, main):
    lan, draft = visit(), f"/seasons/drafts/{NEXT}"
    assert lan.post("/seasons/new", source=SEASON, year="2024").location == draft
    folder = main.settings.data_dir / "seasons" / NEXT
    (folder / ".draft.json").write_text("{")

    listed, page = lan.get("/seasons"), lan.get(draft)

    assert (listed.status_code, page.status_code, lan.get("/seasons/new").status_code) == (200, 200, 200)
    assert "Bản soạn đã hỏng" in listed.text
    assert f'href="{draft}"' in listed.text
    assert all(str(folder / ".draft.json") in one.text for one in (listed, page))
    assert lan.post(draft, draft, sure="g1").status_code == 422
    assert lan.post(f"{draft}/open", draft).status_code == 422
    unsure = lan.post(f"{draft}/discard", draft)
    assert (unsure.status_code, "Đánh dấu ô xác nhận" in unsure.text, folder.is_dir()) == (422, True, True)
    assert lan.post(f"{draft}/discard", draft, sure="yes").status_code == 303
    assert not folder.exists()
    assert "đã hỏng" not in lan.get("/seasons").text


def test_a_season_of_2024_is_opened_from_2023_in_the_browser(site, visit, main):
    lan = visit()
    draft = f"/seasons/drafts/{NEXT}"
    assert "Đợt khác" not in lan.get("/").text
    assert "Mở đợt mới" in lan.get("/seasons").text
    assert lan.post("/seasons/new", source=SEASON, year="hai nghìn").status_code == 422
    assert lan.post("/seasons/new", source=SEASON, year="2024").location == draft
    asked = lan.post("/seasons/new", source=SEASON, year="2024")
    assert (asked.status_code, "Đã có đợt năm 2024" in asked.text, f'href="{draft}"' in asked.text) == (200, True, True)
    assert lan.post("/seasons/new", source=SEASON, year="2024", sure="1").location == f"{draft}_2"
    main.store.declarations.record(replace(main.campaign, key=f"{NEXT}_2"), main.clock(), "Lan")
    kept = lan.post(f"{draft}_2/discard", f"{draft}_2", sure="yes")
    assert (kept.status_code, "Không bỏ được bản soạn" in kept.text) == (422, True)
    assert lan.post("/seasons/new", source=SEASON, year="2024", sure="1").location == f"{draft}_3"
    assert lan.post(f"{draft}_3/discard", f"{draft}_3", sure="yes").status_code == 303
    page = lan.get(draft).text
    assert "còn 18 mục phải xem" in page
    assert "<del>93</del> → <ins>94</ins>" in page
    assert "Hạn cuối (hết ngày 29/9/2024) là Chủ nhật" in page
    ids = re.findall(r'name="sure" value="(g\d+)"', page)
    refused = lan.post(draft, draft, sure=ids[0], **{f"{ids[0]}.0": "<script>"})
    assert refused.status_code == 303
    assert "&lt;script&gt;" in lan.get(draft).text
    assert lan.post(f"{draft}/open", draft).status_code == 422
    refused = lan.post(draft, draft, sure=ids, **{"g4.0": "sớm"})
    # what was ticked stays ticked; one is confirmed already
    assert (refused.status_code, refused.text.count(" checked>")) == (422, len(ids) - 1)
    assert lan.post(draft, draft, sure=ids).status_code == 303

    opened = lan.post(f"{draft}/open", draft)

    assert opened.location == f"/season/{NEXT}/provision"
    there = lan.get(f"/season/{NEXT}/").text
    assert f'href="/season/{NEXT}/decisions"' in there
    assert all('<a href="/seasons">Đợt khác</a>' in page for page in (there, lan.get("/").text))
    assert 'href="/seasons"' in lan.get(f"/season/{NEXT}/declaration").text
    assert "Đã mở đợt" in there
    assert lan.get("/").status_code == 200
    assert f"/season/{NEXT}/units/VP-UBND" in lan.get(f"/season/{NEXT}/units/VP-UBND").text
    _what_is_asked_once_more_is_answered_there(lan)
    _each_season_has_its_own_roles(lan, visit, main)
    _a_closed_season_takes_nothing(lan, main)


def _what_is_asked_once_more_is_answered_there(lan: Visitor) -> None:
    for path, fields in (
        ("provision", {"recreate": "1"}),
        ("mail/all/send-due", {}),
        ("state/backups/old", {}),
        ("access/revocation", {"email": EMAIL}),
    ):
        asked = lan.post(f"/season/{NEXT}/{path}", f"/season/{NEXT}/", **fields)
        assert asked.status_code == 200
        assert f'action="/season/{NEXT}/{path}"' in asked.text


def _each_season_has_its_own_roles(lan: Visitor, visit, main) -> None:
    viewer = visit(email="ban@vidu.example", role=Role.VIEWER)
    assert viewer.get(f"/season/{NEXT}/").location == f"/season/{NEXT}/sign-in"
    assert viewer.post(f"/seasons/{NEXT}/enter").status_code == 403
    assert viewer.get("/seasons/new").status_code == 403
    stranger = visit(email="khac@vidu.example")
    entered = stranger.post(f"/seasons/{NEXT}/enter")
    assert entered.location == f"/season/{NEXT}/"
    assert stranger.get(f"/season/{NEXT}/").location == f"/season/{NEXT}/sign-in"
    unit = visit(email="vp@vidu.example", role=Role.UNIT)
    assert unit.get("/seasons").status_code == 403
    # each has a cookie of its own, and the description of its interface names that one
    described = [json.loads(lan.get(f"{path}/api/v1/openapi.json").text) for path in ("", f"/season/{NEXT}")]
    assert [one["components"]["securitySchemes"]["session"]["name"] for one in described] == [
        "tonghop",
        f"tonghop-{NEXT}",
    ]
    assert [one["servers"][0]["url"] for one in described] == ["/", f"/season/{NEXT}"]
    # signing out there leaves the session here
    assert lan.post(f"/season/{NEXT}/sign-out", f"/season/{NEXT}/").status_code == 303
    assert lan.get(f"/season/{NEXT}/").status_code == 302 or lan.get(f"/season/{NEXT}/").status_code == 303
    assert lan.get("/").status_code == 200
    assert lan.post(f"/seasons/{NEXT}/enter").status_code == 303
    assert lan.get(f"/season/{NEXT}/").status_code == 200


def _a_closed_season_takes_nothing(lan: Visitor, main) -> None:
    assert lan.post(f"/seasons/{NEXT}/close").status_code == 303
    settle()
    inside = f"/season/{NEXT}"
    assert "Đợt này đã đóng" in lan.get(f"{inside}/").text
    assert lan.post(f"{inside}/provision", f"{inside}/").status_code == 422
    assert "Đã đóng" in lan.get("/seasons").text
    assert [one for one in season_list.other_workspaces(main)] == []
    assert lan.post(f"/seasons/{NEXT}/reopen").status_code == 303
    assert [one.campaign.key for one in season_list.other_workspaces(main)] == [NEXT]


def test_a_closing_is_followed_on_the_list(visit, main):
    lan, jobs, now, ways_out = visit(), main.store.jobs, main.lease_clock, f'action="/seasons/{SEASON}/close"'
    number = jobs.start(SEASON, JobKind.CLOSE, EMAIL, now())
    jobs.report_progress(number, (message("web.lines_written", count=7).kept(),), now())
    under_way = lan.get("/seasons")
    assert (under_way.headers["Refresh"], ways_out in under_way.text) == ("3; url=/seasons", False)
    assert message("web.lines_written", count=7).text(Language.VIETNAMESE) in under_way.text
    assert "Việc này đang làm" in lan.client.get(lan.post(f"/seasons/{SEASON}/close").location).text

    jobs.finish(number, now(), None, message("errors.lease_lost").kept())
    refused = lan.get("/seasons")
    assert ("Refresh" in refused.headers, ways_out in refused.text) == (False, True)
    assert message("errors.lease_lost").text(Language.VIETNAMESE) in refused.text

    assert lan.post(f"/seasons/{SEASON}/close").status_code == 303
    settle()
    closed = lan.get("/seasons").text
    assert ("Đã đóng" in closed, "job-" in closed) == (True, False)


def test_a_folder_is_taken_out_and_opened_again(visit, main):
    lan = visit()
    taken = lan.get(f"/seasons/{SEASON}.zip")
    assert taken.headers["Content-Disposition"] == f"attachment; filename={SEASON}.zip"
    assert season_archive.unpacked(taken.data)[1] == season_list.files_of_season(main, SEASON)

    for content, status in ((b"rac", 422), (taken.data, 303)):
        answer = lan.post("/seasons/upload", "/seasons/new", file=(io.BytesIO(content), "x.zip"))
        assert answer.status_code == status
    draft = f"/seasons/drafts/{SEASON}_2"
    shown = lan.get(draft).text
    assert "Đã xem hết, mở được" in shown
    assert "Cùng năm đã có" in shown
    assert lan.post(f"{draft}/discard", draft).status_code == 422
    assert lan.post(f"{draft}/discard", draft, sure="yes").status_code == 303
    assert lan.get(draft).status_code == 404


@pytest.mark.parametrize("path", ["/season/", "/season/..", "/season/khong_co/", "/season/%00/", f"/season/{NEXT}/"])
def test_a_season_there_is_not_is_no_page(visit, path):
    assert visit().get(path).status_code == 404


def test_forms_without_their_token_are_refused(visit, main):
    lan = visit()
    for path in ("/seasons/new", f"/seasons/{SEASON}/close", "/provision"):
        assert lan.client.post(path, data={}).status_code == 403


def test_seasons_are_below_a_public_path(main):
    moved = replace(main, settings=replace(main.settings, public_url="https://vidu.example/dot"))
    client = Client(SeasonSite(moved))
    token = grants.invite(moved, EMAIL, Role.OPERATOR).token

    assert client.post(f"/dot/sign-in/{token}", base_url="https://vidu.example").location == "/dot/"
    assert 'href="/dot/seasons"' in client.get("/dot/seasons", base_url="https://vidu.example").text
