"""Signing in with an account below a season's own address: by the one a provider knows, with the season's roles."""

from __future__ import annotations

from dataclasses import replace

import pytest
from werkzeug.test import Client

from service import grants
from service.domain.roles import Role
from service.seasons import drafts, season_list
from service.web.season_site import SeasonSite
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET
from tests.seasons_office import MORNING, NEXT, SEASON, main
from tests.service.web.session.oidc.conftest import PUBLIC, Visitor

__all__ = ["main"]
PLACE = f"/season/{NEXT}"


@pytest.fixture
def site(main, provider):
    """The office with the season of 2024 opened beside the one at the root, and a provider of accounts."""
    given = {"oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET, "oidc_issuer": provider.issuer}
    office = replace(main, settings=replace(main.settings, public_url=PUBLIC, **given))
    files = season_list.files_of_season(office, SEASON)
    draft = drafts.begin(office.settings, files, SEASON, 2024, season_list.keys_taken(office))
    typed = {one.id: [value.value for value in one.values] for one in draft.guesses}
    drafts.confirm(office.settings, NEXT, typed, "chi Lan", MORNING)
    season_list.open_season(office, NEXT, "lan@vidu.example")
    return SeasonSite(office)


@pytest.fixture
def visitor(site) -> Visitor:
    client = Client(site)

    def get(path: str):
        return type(client).get(client, path, base_url=PUBLIC)

    made = Visitor(client)
    made.client.get = get
    return made


def test_an_account_enters_the_season_it_has_a_role_in(site, visitor):
    grants.invite(site.application_of(NEXT).extensions["tonghop.workspace"], "hoa@vidu.example", Role.VIEWER, "")
    begins = f"{PUBLIC}/sign-in/oidc?season={NEXT}&amp;next=/problems"
    assert begins in visitor.client.get(f"{PLACE}/sign-in?next=/problems").text

    answer = visitor.sign_in(f"?season={NEXT}&next=/problems")

    assert (answer.status_code, answer.location) == (303, f"{PLACE}/problems")
    assert visitor.client.get(f"{PLACE}/problems").status_code == 200
    # the role is of that season alone
    assert visitor.client.get("/problems").status_code == 303
    assert visitor.sign_in().status_code == 403


def test_an_account_without_a_role_in_the_season_is_refused_there(site, visitor):
    root = site.root.extensions["tonghop.workspace"]
    grants.invite(root, "hoa@vidu.example", Role.OPERATOR, "")
    assert visitor.sign_in().location == "/"

    answer = visitor.sign_in(f"?season={NEXT}")

    assert (answer.status_code, "năm 2024" in answer.text) == (403, True)
    assert f"/sign-in/oidc?season={NEXT}" in answer.text
    assert visitor.client.get(f"{PLACE}/").status_code == 303
    # a season there is not: the one at the root
    assert visitor.client.get("/sign-in/oidc?season=khong-co").location == "/"
