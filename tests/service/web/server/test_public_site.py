"""A public address with a path: pages, links, cookies, redirects and hooks are below it, however it is passed on."""

from __future__ import annotations

import html
import re
from collections import Counter, deque

import pytest

from service import grants
from service.domain.roles import Role
from service.settings import OUR_PATHS
from service.web.server.public_site import PublicSite

PATH = "/dan-van/2023"
SITE = f"https://bacgiang.vidu.example{PATH}"
LINK = re.compile(r'(?:href|src|action|data-(?:cells|check))="([^"]+)"')


def links_of(page: str) -> set[str]:
    return {html.unescape(link).partition("#")[0] for link in LINK.findall(page)} - {""}


def shape_of(address: str) -> str:
    """Return an address without what differs among links of one kind: numbers, names of files, what is asked for."""
    path, _, query = address.partition("?")
    names = sorted(part.partition("=")[0] for part in query.split("&"))
    return "?".join([re.sub(r"\d+|\w+(?=\.\w+$)", "0", path), "&".join(names)])


def crawl(client, first: str, passed_on) -> dict[str, int | None]:
    """Ask for a page and every page its links lead to; return their statuses.

    None is the status of the third page of a kind on, and of the second file: a .pdf is printed by LibreOffice.
    """
    found: dict[str, int | None] = {}
    kinds: Counter[str] = Counter()
    waiting = deque([first])
    while waiting:
        address = waiting.popleft()
        if address in found or "sign-out" in address:
            continue
        shape = shape_of(address)
        kinds[shape] += 1
        if kinds[shape] > (1 if "." in shape.rpartition("/")[2] else 2):
            found[address] = None
            continue
        with client.get(passed_on(address)) as answer:
            found[address] = answer.status_code
            waiting += [answer.headers["Location"].partition("#")[0]] if "Location" in answer.headers else []
            links = links_of(answer.get_data(as_text=True)) if answer.mimetype == "text/html" else ()
        waiting += [link if link[0] != "?" else address.partition("?")[0] + link for link in links]
    return found


def whole(address: str) -> str:
    return address


def cut_off(address: str) -> str:
    assert address.startswith(PATH)
    return address.removeprefix(PATH) or "/"


def papers_of_no_unit(role: Role) -> dict[str, int]:
    """Return what asks for a unit first, and says so: papers whose form the crawler sends as it stands."""
    return {} if role is Role.UNIT else {f"{PATH}/papers/{name}": 422 for name in ("form", "return")}


@pytest.mark.parametrize(
    ("passed_on", "role", "unit"),
    [
        (whole, Role.OPERATOR, ""),
        (cut_off, Role.UNIT, "S-CT"),
    ],
)
def test_every_link_of_every_page_is_below_the_path_and_leads_somewhere(browse, passed_on, role, unit):
    client = browse(role, unit, public_url=SITE)
    # the test client keeps the cookie for the path it asks for
    client.set_cookie("tonghop", client.get_cookie("tonghop", path=PATH).value, path="/", secure=False)
    home = f"{PATH}/units/{unit}" if unit else f"{PATH}/"

    found = crawl(client, home, passed_on)

    ours = {address: status for address, status in found.items() if not address.startswith("http")}
    assert len(ours) > (10 if role is not Role.UNIT else 4)
    assert [address for address in ours if not address.startswith(PATH)] == []
    assert {
        address: status for address, status in ours.items() if status not in {200, 303, 405, None}
    } == papers_of_no_unit(role)


def test_cookie_is_for_the_path_alone_and_redirects_stay_below_it(browse, office):
    client = browse(None, public_url=SITE)
    with office.workspace() as workspace:
        token = grants.invite(workspace, "hoa@vidu.example", Role.OPERATOR).token

    sent_away = client.get(f"{PATH}/runs")
    entered = client.post(f"{PATH}/sign-in/{token}")

    assert entered.headers["Location"] == f"{PATH}/"
    assert f"Path={PATH};" in entered.headers["Set-Cookie"] + ";"
    assert sent_away.headers["Location"].startswith(f"{PATH}/")


@pytest.mark.parametrize("path", [PATH, f"{PATH}/"])
def test_the_path_itself_is_the_first_page(browse, path):
    assert browse(None, public_url=SITE).get(path).headers["Location"].startswith(f"{PATH}/sign-in")


@pytest.mark.parametrize("path", ["/healthz", f"{PATH}/healthz"])
def test_health_and_hooks_are_answered_with_and_without_the_path(browse, path):
    client = browse(None, public_url=SITE, hook_secret="mot-bi-mat-du-dai-0123")

    assert client.get(path).status_code == 200
    assert client.post(path.replace("healthz", "hooks/sheet")).status_code == 401
    assert client.post(path.replace("healthz", "hooks/drive")).status_code in {400, 401, 404}


@pytest.mark.parametrize("path", [f"{PATH}x", f"{PATH}x/healthz", "/dan-van", f"/x{PATH}", f"{PATH}{PATH}/healthz"])
def test_other_paths_are_not_ours(browse, path):
    assert browse(None, public_url=SITE).get(path).status_code == 404


def test_the_next_page_of_a_list_is_below_the_path(browse):
    client = browse(public_url=SITE)
    client.set_cookie("tonghop", client.get_cookie("tonghop", path=PATH).value, path="/", secure=False)

    page = client.get(f"{PATH}/api/v1/units?limit=1").get_json()
    document = client.get(f"{PATH}/api/v1/openapi.json").get_json()

    assert page["next"].startswith(f"{PATH}/api/v1/units?")
    assert client.get(page["next"]).status_code == 200
    assert document["servers"] == [{"url": PATH}]


def test_scheme_and_path_of_headers_are_not_believed():
    seen = []

    def application(environ, start_response):
        seen.append((environ["wsgi.url_scheme"], environ["SCRIPT_NAME"], environ["PATH_INFO"]))
        return []

    environ = {"PATH_INFO": f"{PATH}/runs", "SCRIPT_NAME": "/la", "wsgi.url_scheme": "http"}
    environ |= {"HTTP_X_FORWARDED_PREFIX": "/la", "HTTP_X_FORWARDED_PROTO": "ftp", "HTTP_X_SCRIPT_NAME": "/la"}
    PublicSite(application, SITE)(environ, None)

    assert seen == [("https", PATH, "/runs")]


def test_settings_know_the_first_part_of_every_page(browse):
    rules = browse(None).application.url_map.iter_rules()

    of_other_sites = {"season", "setup"}  # the other seasons' and the first minute's
    assert {rule.rule.split("/")[1] for rule in rules} - {""} | of_other_sites == OUR_PATHS
