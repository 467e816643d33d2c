"""`tonghop access` as it is typed, and the links a demonstration begins with."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from service import data_folder, grants, wiring
from service.cli.first_links import first_links
from service.cli.root import main
from service.domain.roles import Role
from service.settings import Settings

LINK = re.compile(r"https://tonghop\.vidu\.example/sign-in/[a-z2-9]{28}")


@pytest.fixture
def settings(tmp_path):
    settings = Settings(data_dir=tmp_path / "data", public_url="https://tonghop.vidu.example")
    with wiring.open_workspace(settings):
        return settings


@pytest.fixture
def run(settings):
    environ = {"TONGHOP_DATA_DIR": str(settings.data_dir), "TONGHOP_PUBLIC_URL": settings.public_url}

    def invoke(*args):
        return CliRunner().invoke(main, ["access", *args], env=environ)

    return invoke


def test_grant_prints_the_link_alone_and_once(run, settings):
    answer = run("grant", "Hoa@vidu.example", "--role", "viewer", "--days", "3")

    assert (answer.exit_code, bool(LINK.fullmatch(answer.stdout.strip()))) == (0, True)
    assert "hoa@vidu.example: lãnh đạo Ban" in answer.stderr
    with wiring.open_workspace(settings) as workspace:
        assert grants.is_open(workspace, answer.stdout.strip().rpartition("/")[2])
    listed = run("list").stdout + run("list", "--format", "json").stdout
    assert "sign-in/" not in listed
    assert answer.stdout.strip()[-20:] not in listed


def test_list_says_what_became_of_each(run, settings):
    assert "Chưa cấp quyền cho ai" in run("list").stdout
    link = run("grant", "hoa@vidu.example", "--role", "unit", "--unit", "sở công thương").stdout.strip()
    run("grant", "ban@vidu.example", "--role", "viewer", "--until", "2099-01-01")
    run("grant", "cu@vidu.example", "--role", "operator")
    run("revoke", "CU@vidu.example")
    with wiring.open_workspace(settings) as workspace:
        grants.sign_in(workspace, link.rpartition("/")[2])

    table = run("list").stdout.splitlines()
    found = json.loads(run("list", "--format", "json").stdout)

    assert [(row["email"], row["role"], row["unit"], row["state"]) for row in found] == [
        ("hoa@vidu.example", "unit", "S-CT", "standing"),
        ("ban@vidu.example", "viewer", None, "standing"),
        ("cu@vidu.example", "operator", None, "revoked"),
    ]
    assert [(row["link_used_at"] is None, row["last_sign_in"] is None) for row in found] == [
        (False, False),
        (True, True),
        (True, True),
    ]
    assert found[1]["expires_at"] == "2099-01-01T00:00:00+07:00"
    assert ["liên kết đã dùng; vào lần cuối" in line for line in table] == [True, False, False]
    assert ["liên kết chưa dùng; chưa vào lần nào; hết quyền 00:00 ngày 01/01/2099" in line for line in table] == [
        False,
        True,
        False,
    ]
    assert ["liên kết hết hạn; chưa vào lần nào; ĐÃ THU HỒI" in line for line in table] == [False, False, True]


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (("grant", "x", "--role", "viewer"), 2),
        (("grant", "hoa@vidu.example"), 2),
        (("grant", "hoa@vidu.example", "--role", "chu"), 2),
        (("grant", "hoa@vidu.example", "--role", "unit"), 2),
        (("grant", "hoa@vidu.example", "--role", "unit", "--unit", "KHONG"), 2),
        (("grant", "hoa@vidu.example", "--role", "viewer", "--unit", "S-CT"), 2),
        (("grant", "hoa@vidu.example", "--role", "viewer", "--days", "0"), 2),
        (("grant", "hoa@vidu.example", "--role", "viewer", "--days", "91"), 2),
        (("grant", "hoa@vidu.example", "--role", "viewer", "--until", "2020-01-01"), 2),
        (("grant", "hoa@vidu.example", "--role", "viewer", "--until", "mai"), 2),
        (("revoke", "hoa@vidu.example"), 2),
        (("revoke", "x"), 2),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(run, args, status):
    answer = run(*args)

    assert (answer.exit_code, answer.stdout, isinstance(answer.exception, SystemExit)) == (status, "", True)
    assert "Chưa cấp quyền cho ai" in run("list").stdout


@pytest.fixture
def rehearsal(settings):
    data_folder.make_rehearsal(settings.data_dir)
    with wiring.open_workspace(settings) as workspace:
        yield workspace


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1"])
def test_a_demonstration_begins_with_two_links(rehearsal, host):
    said = first_links(rehearsal, host, "http://127.0.0.1:9")

    tokens = [re.search(r"http://127\.0\.0\.1:9/sign-in/([\w-]+)$", sentence)[1] for sentence in said]
    roles = [grants.sign_in(rehearsal, token).grant.role for token in tokens]
    assert roles == [Role.OPERATOR, Role.VIEWER]


def test_a_demonstration_started_again_gives_new_links(rehearsal):
    first = first_links(rehearsal, "127.0.0.1", "http://127.0.0.1:9")
    second = first_links(rehearsal, "127.0.0.1", "http://127.0.0.1:9")

    assert (len(second), set(first) & set(second)) == (2, set())
    assert not grants.is_open(rehearsal, first[0].rpartition("/")[2])


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "tonghop.vidu.example", ""])
def test_no_links_where_others_can_reach_the_server(rehearsal, host):
    assert first_links(rehearsal, host, "http://127.0.0.1:9") == []


def test_no_links_once_somebody_was_let_in(rehearsal):
    grants.invite(rehearsal, "hoa@vidu.example", Role.VIEWER)

    assert first_links(rehearsal, "127.0.0.1", "http://127.0.0.1:9") == []


def test_no_links_in_a_real_season(settings):
    with wiring.open_workspace(settings) as workspace:
        assert first_links(workspace, "127.0.0.1", "http://127.0.0.1:9") == []
        assert workspace.store.access.grants(workspace.campaign.key) == ()


ACCOUNTS = {"TONGHOP_OIDC_CLIENT_ID": "khach", "TONGHOP_OIDC_CLIENT_SECRET": "bi-mat"}


@pytest.mark.parametrize(
    ("args", "is_told"),
    [
        (("grant", "ban@vidu.example", "--role", "viewer"), True),
        (("grant", "toi@vidu.example", "--role", "operator"), True),
        (("grant", "hoa@vidu.example", "--role", "unit", "--unit", "S-CT"), False),
    ],
)
def test_grant_tells_of_the_way_by_account_where_there_is_one(settings, args, is_told):
    environ = {"TONGHOP_DATA_DIR": str(settings.data_dir), "TONGHOP_PUBLIC_URL": settings.public_url}
    told = "“Đăng nhập bằng Google” với đúng địa chỉ này: https://tonghop.vidu.example/sign-in"

    without = CliRunner().invoke(main, ["access", *args], env=environ)
    answer = CliRunner().invoke(main, ["access", *args], env=environ | ACCOUNTS)

    assert (without.exit_code, answer.exit_code) == (0, 0)
    assert "Google" not in without.stderr
    assert (told in answer.stderr) is is_told


def test_list_tells_whose_account_holds_a_grant_and_who_else_came(run, settings):
    run("grant", "ban@vidu.example", "--role", "viewer")
    with wiring.open_workspace(settings) as workspace:
        grants.sign_in_with_account(workspace, grants.ProviderAccount("https://cap.example", "1", "ban@vidu.example"))
    assert "TÀI KHOẢN KHÁC" not in run("list").stdout

    with wiring.open_workspace(settings) as workspace, pytest.raises(grants.AccountRefusedError):
        grants.sign_in_with_account(workspace, grants.ProviderAccount("https://cap.example", "2", "ban@vidu.example"))

    assert "gắn với một tài khoản từ" in run("list").stdout
    assert "TÀI KHOẢN KHÁC cùng địa chỉ đã thử vào" in run("list").stdout
    row = json.loads(run("list", "--format", "json").stdout)[0]
    assert [row[name] is None for name in ("account_bound_at", "other_account_at")] == [False, False]


def test_doctor_says_which_address_to_register(settings):
    environ = {"TONGHOP_DATA_DIR": str(settings.data_dir), "TONGHOP_PUBLIC_URL": settings.public_url}

    without = CliRunner().invoke(main, ["doctor"], env=environ)
    answer = CliRunner().invoke(main, ["doctor"], env=environ | ACCOUNTS | {"TONGHOP_OIDC_DOMAIN": "tinh.gov.vn"})

    assert "Đăng nhập bằng" not in without.stdout
    assert (
        "[ổn] Đăng nhập bằng Google: URI chuyển hướng phải đăng ký: "
        "https://tonghop.vidu.example/sign-in/oidc/callback; chỉ tài khoản thuộc tinh.gov.vn." in answer.stdout
    )


def test_token_of_a_program_is_printed_once_listed_and_revoked(run, settings):
    made = run("token", "Bảng tin tỉnh", "--until", "2027-06-30", "--unit", "sở công thương")
    text = made.stdout.strip()
    with wiring.open_workspace(settings) as workspace:
        token = grants.api_token(workspace, text)
    listed = json.loads(run("tokens", "--format", "json").stdout)
    revoked = run("revoke-token", str(listed[0]["number"]))
    table, refused = run("tokens").stdout, run("token", "x", "--until", "2020-01-01")

    assert (made.exit_code, token.role, token.unit) == (0, Role.UNIT, "S-CT")
    assert [(one["name"], one["unit"], one["state"]) for one in listed] == [("Bảng tin tỉnh", "S-CT", "standing")]
    assert revoked.stdout.strip() == "Đã thu hồi mã của Bảng tin tỉnh."
    assert "đã thu hồi" in table
    assert text not in table
    assert (refused.exit_code, "400 ngày" in refused.output) == (2, True)
    assert run("revoke-token", "99").exit_code == 2
