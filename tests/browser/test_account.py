"""The board signs in by account in a browser; the provider is another site, so that cookies are kept as on Google."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service import grants, wiring
from service.domain.roles import Role
from service.settings import Settings
from service.web.app import create_app
from tests.browser.conftest import MORNING, PATIENCE, served
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, HOA, LoopbackProvider, serving


class Later:
    """An application that is made once its address is known."""

    def __init__(self) -> None:
        self.application = None

    def __call__(self, environ, start_response):
        return self.application(environ, start_response)


@pytest.fixture
def provider() -> Iterator[LoopbackProvider]:
    # localhost and 127.0.0.1 are different sites to a browser
    with serving(LoopbackProvider(shows_page=True), "localhost") as running:
        yield running


@pytest.fixture
def board(provider, provisioned_folder, tmp_path) -> Iterator[str]:
    """The office's pages, open to accounts; return their address."""
    folder = shutil.copytree(provisioned_folder, tmp_path / "office")
    campaign = next((Path(folder) / "campaign").iterdir())
    settings = Settings(data_dir=folder / "data", campaign=str(campaign), rehearsal=True)
    later = Later()
    with wiring.open_workspace(settings, lambda: MORNING) as workspace, served(later) as address:
        provider.redirect_uris = {f"{address}/sign-in/oidc/callback"}
        settings = replace(
            settings,
            public_url=address,
            oidc_client_id=CLIENT_ID,
            oidc_client_secret=CLIENT_SECRET,
            oidc_issuer=provider.issuer,
        )
        workspace = replace(workspace, settings=settings)
        grants.invite(workspace, str(HOA["email"]), Role.VIEWER)
        later.application = create_app(workspace)
        yield address


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def test_the_board_signs_in_by_account_and_gets_where_it_was_heading(board, page, expect, tmp_path):
    page.goto(f"{board}/problems")
    page.screenshot(path=tmp_path / "sign-in.png")
    page.get_by_role("link", name="Đăng nhập bằng localhost").click()
    page.get_by_role("button", name="hoa@vidu.example").click()

    page.wait_for_url(f"{board}/problems")
    expect(page.locator(".account")).to_contain_text("hoa@vidu.example")

    page.get_by_role("button", name="Thoát").click()
    page.wait_for_url(f"{board}/sign-in")


def test_whoever_stops_or_uses_another_account_can_begin_again(board, provider, page, expect, tmp_path):
    page.goto(f"{board}/sign-in")
    page.get_by_role("link", name="Đăng nhập bằng").click()
    page.get_by_role("button", name="Thôi").click()
    expect(page.get_by_role("alert")).to_contain_text("chưa có gì thay đổi")

    provider.person = HOA | {"sub": "3003", "email": "nguoi-la@vidu.example"}
    page.get_by_role("link", name="Đăng nhập bằng").click()
    page.get_by_role("button", name="nguoi-la@vidu.example").click()
    expect(page.get_by_role("alert")).to_contain_text("Đã dùng địa chỉ nguoi-la@vidu.example.")
    page.screenshot(path=tmp_path / "refused.png")

    provider.person = dict(HOA)
    page.get_by_role("link", name="Đăng nhập bằng").click()
    page.get_by_role("button", name="hoa@vidu.example").click()
    page.wait_for_url(f"{board}/")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_to_sign_in_fits_the_screen(board, page, tmp_path, width):
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{board}/sign-in")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_role("link", name="Đăng nhập bằng").bounding_box()["height"] >= 44
    page.screenshot(path=tmp_path / f"sign-in-{width}.png")
