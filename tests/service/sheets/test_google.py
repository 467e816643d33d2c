"""Who we are to Google: every way to be somebody, the scopes asked for, and what each refusal tells to do."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from service.errors import SettingsError, SheetsForbiddenError, SheetsUnavailableError
from service.sheets import google, refusals
from service.sheets.components import DRIVE, DRIVE_METADATA, SCOPES, SPREADSHEETS, Component
from service.sheets.google import AccountKind, Keys
from service.sheets.in_process import WsgiAdapter

SERVICE = "tonghop@du-an.iam.gserviceaccount.com"
OTHER = "lap@du-an.iam.gserviceaccount.com"
MAILBOX = "tonghop@tinh.example.vn"
ROOT = Path(__file__).parents[3]
BORROWED = (200, {"accessToken": "mot-the", "expireTime": "2099-01-01T00:00:00Z"})


class Iam:
    """Plays iamcredentials.googleapis.com and oauth2.googleapis.com: the hosts google-auth has fixed."""

    def __init__(self, answers):
        self.answers, self.asked, self.bodies = list(answers), [], []

    def __call__(self, environ, start_response):
        self.asked.append(environ["PATH_INFO"].rpartition("/")[2])
        self.bodies.append(environ["wsgi.input"].read())
        code, body = self.answers.pop(0)
        start_response(f"{code} x", [("Content-Type", "application/json")])
        return [(body if isinstance(body, str) else json.dumps(body)).encode()]


def borrowing(*answers):
    """A session for tokens: the key's own endpoint over loopback, Google's fixed hosts played in process."""
    iam, session = Iam(answers), requests.Session()
    session.mount("https://", WsgiAdapter(iam))
    return iam, session


def test_key_file_gives_its_own_address_and_the_scopes_asked_for(key_file, token_server):
    account = google.open_account(Keys(key_file), SCOPES[Component.CONSOLIDATE])

    account.ask_for_token()

    assert (account.kind, account.address, account.scopes) == (AccountKind.KEY, SERVICE, (SPREADSHEETS, DRIVE_METADATA))
    (claims,) = token_server.claims
    assert (claims["iss"], claims["scope"], "sub" in claims) == (SERVICE, f"{SPREADSHEETS} {DRIVE_METADATA}", False)


def test_nothing_is_asked_before_it_is_needed(key_file, token_server):
    google.open_account(Keys(key_file), SCOPES[Component.WEB]).session()

    assert token_server.asked == []


def test_key_file_acts_for_a_mailbox(key_file, token_server):
    account = google.open_account(Keys(key_file, subject=MAILBOX), SCOPES[Component.PROVISION])

    account.ask_for_token()

    assert (account.kind, account.address) == (AccountKind.DELEGATED, MAILBOX)
    (claims,) = token_server.claims
    assert (claims["iss"], claims["sub"], claims["scope"]) == (SERVICE, MAILBOX, f"{SPREADSHEETS} {DRIVE}")


def test_impersonation_asks_for_the_scopes_of_the_other(key_file, token_server):
    iam, session = borrowing(BORROWED)
    account = google.open_account(Keys(key_file, impersonate=OTHER), SCOPES[Component.WEB], session)

    account.ask_for_token()

    assert (account.kind, account.address) == (AccountKind.IMPERSONATED, OTHER)
    assert iam.asked == [f"{OTHER}:generateAccessToken"]
    assert json.loads(iam.bodies[0])["scope"] == [DRIVE_METADATA]
    assert [claims["scope"] for claims in token_server.claims] == ["https://www.googleapis.com/auth/iam"]


def test_impersonation_acts_for_a_mailbox_without_a_key_of_its_own(key_file):
    token = (200, {"access_token": "x", "expires_in": 3600})
    iam, session = borrowing((200, {"keyId": "1", "signedJwt": "a.b.c"}), token)
    account = google.open_account(Keys(key_file, OTHER, MAILBOX), SCOPES[Component.PROVISION], session)

    account.ask_for_token()

    assert (account.kind, account.address) == (AccountKind.DELEGATED, MAILBOX)
    assert iam.asked == [f"{OTHER}:signJwt", "token"]
    claims = json.loads(json.loads(iam.bodies[0])["payload"])
    assert (claims["iss"], claims["sub"], claims["scope"]) == (OTHER, MAILBOX, f"{SPREADSHEETS} {DRIVE}")


KEY = {"type": "service_account", "client_email": SERVICE, "private_key": "x", "token_uri": "https://x.example/t"}
RUBBISH = [
    (b"", "không phải là tệp JSON"),
    (b"\xff\xfe\x00k", "không phải là tệp JSON"),
    (b"PK\x03\x04\x00\x00\x08", "không phải là tệp JSON"),
    (b"-----BEGIN PRIVATE KEY-----", "không phải là tệp JSON"),
    (b"[" * 60_000, "không phải là tệp JSON"),
    (b"{" + b" " * 70_000 + b"}", "quá lớn"),
    (b"[]", "không phải là khóa"),
    (b"null", "không phải là khóa"),
    (b'"chu\xe1\xbb\x97i"', "không phải là khóa"),
    (b"{}", "không phải là khóa"),
    (b'{"type": 7}', "không phải là khóa"),
    (b'{"type": ["service_account"]}', "không phải là khóa"),
    (b'{"type": "Service_Account"}', "không phải là khóa"),
    (b'{"installed": {"client_secret": "bi-mat"}}', "OAuth của một ứng dụng"),
    (b'{"web": {"client_secret": "bi-mat"}}', "OAuth của một ứng dụng"),
    (b'{"type": "authorized_user", "refresh_token": "bi-mat"}', "của một người"),
    (b'{"type": "external_account"}', "Workload Identity Federation"),
    (b'{"type": "impersonated_service_account"}', "TONGHOP_GOOGLE_IMPERSONATE"),
    (b'{"type": "service_account"}', "thiếu client_email, private_key, token_uri"),
    (json.dumps(KEY | {"client_email": 5}).encode(), "thiếu client_email"),
    (json.dumps(KEY | {"private_key": "  "}).encode(), "thiếu private_key"),
    (json.dumps(KEY | {"private_key": "bi-mat"}).encode(), "private_key) không đọc được"),
    (json.dumps(KEY | {"private_key": "🔑\x00=1+1<b>"}).encode(), "private_key) không đọc được"),
    (json.dumps(KEY | {"token_uri": "http://ke-gian.example/t"}).encode(), "token_uri"),
    (json.dumps(KEY | {"token_uri": "https://[::1"}).encode(), "token_uri"),
    (json.dumps(KEY | {"token_uri": "file:///etc/passwd"}).encode(), "token_uri"),
]


@pytest.mark.parametrize(("content", "said"), RUBBISH, ids=[str(content[:40]) for content, _ in RUBBISH])
def test_file_that_is_no_key_is_told_from_one(tmp_path, content, said):
    path = tmp_path / "khoa.json"
    path.write_bytes(content)

    with pytest.raises(SettingsError, match="TONGHOP_GOOGLE_CREDENTIALS") as raised:
        google.open_account(Keys(path), SCOPES[Component.WEB])

    assert said.replace("private_key) ", "") in str(raised.value).replace("private_key) ", "")
    assert "bi-mat" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [("khong-co.json", "không có"), (".", "là một thư mục"), ("a\x00b", "không có"), ("x" * 400, "không mở được")],
)
def test_path_without_a_file_is_told(tmp_path, name, said):
    with pytest.raises(SettingsError, match=said):
        google.open_account(Keys(tmp_path / name), SCOPES[Component.WEB])


def test_key_written_with_a_byte_order_mark_is_read(key, tmp_path):
    path = tmp_path / "khoa.json"
    path.write_text(json.dumps(key), encoding="utf-8-sig")

    assert google.open_account(Keys(path), SCOPES[Component.WEB]).address == SERVICE


@pytest.mark.parametrize(("mode", "is_open"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
def test_key_others_may_read_is_noticed(key_file, mode, is_open):
    key_file.chmod(mode)

    assert google.is_open_to_others(key_file) is is_open


@pytest.mark.parametrize(
    ("code", "body", "said"),
    [
        (400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}, "invalid_grant"),
        (400, {"error": "invalid_grant", "error_description": "account not found"}, "invalid_grant"),
        (400, {"error": "invalid_grant"}, "invalid_grant"),
        (401, {"error": "unauthorized_client", "error_description": "Client is unauthorized"}, "unauthorized_client"),
        (403, {"error": "access_denied"}, "access_denied"),
        (400, {"error": "invalid_scope", "error_description": "bad"}, "invalid_scope"),
        (401, {"error": "deleted_client"}, "deleted_client"),
        (400, {"error": "invalid_grant", "error_subtype": "invalid_rapt"}, "invalid_rapt"),
    ],
)
def test_refused_token_says_what_to_do(key_file, token_server, code, body, said):
    token_server.next = (code, body)
    account = google.open_account(Keys(key_file), SCOPES[Component.WEB])

    with pytest.raises(SheetsForbiddenError) as raised:
        account.ask_for_token()

    assert str(raised.value) == str(refusals.TOKEN_WORDS[said])


@pytest.mark.parametrize("code", [200, 400])
@pytest.mark.parametrize(
    "body", ["", "<html>", "[]", '"x"', "{}", '{"error": 7}', '{"error": ""}', '{"error": "a b\\u0000"}']
)
def test_refusal_that_cannot_be_read_is_one_all_the_same(key_file, token_server, code, body):
    token_server.next = (code, body)

    with pytest.raises(SheetsForbiddenError) as raised:
        google.open_account(Keys(key_file), SCOPES[Component.WEB]).ask_for_token()

    assert str(raised.value) == str(refusals.OTHER)


def test_unknown_refusal_names_its_code(key_file, token_server):
    token_server.next = (400, {"error": "mot_ma_moi", "error_description": "mot-the-truy-cap"})

    with pytest.raises(SheetsForbiddenError) as raised:
        google.open_account(Keys(key_file), SCOPES[Component.WEB]).ask_for_token()

    assert str(raised.value) == f"{refusals.OTHER} (Mã: mot_ma_moi.)"


def error(code, reason=""):
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}] if reason else []
    return code, {"error": {"code": code, "message": "m", "status": "S", "details": details}}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (error(403, "IAM_PERMISSION_DENIED"), refusals.IMPERSONATION),
        (error(403), refusals.IMPERSONATION),
        (error(403, "SERVICE_DISABLED"), refusals.IAM_OFF),
        (error(404), refusals.NO_SUCH_ACCOUNT),
        (error(400), refusals.IMPERSONATION),
        ((403, "{"), refusals.OTHER),
        ((403, {"error": {"code": "x", "details": "y"}}), refusals.OTHER),
    ],
)
@pytest.mark.parametrize("subject", ["", MAILBOX])
def test_refused_impersonation_says_what_to_do(key_file, answer, said, subject):
    _iam, session = borrowing(answer)
    account = google.open_account(Keys(key_file, OTHER, subject), SCOPES[Component.WEB], session)

    with pytest.raises(SheetsForbiddenError) as raised:
        account.ask_for_token()

    assert str(raised.value) == str(said)


def test_no_way_to_the_token_endpoint_is_told_as_a_network(key, tmp_path):
    path = tmp_path / "khoa.json"
    path.write_text(json.dumps(key | {"token_uri": "http://127.0.0.1:1/token"}))

    with pytest.raises(SheetsUnavailableError, match="mạng"):
        google.open_account(Keys(path), SCOPES[Component.WEB]).ask_for_token()


def test_secrets_are_not_shown(key_file, private_key):
    account = google.open_account(Keys(key_file), SCOPES[Component.WEB])
    account.ask_for_token()

    assert "mot-the-truy-cap" not in repr(account)
    assert private_key[30:60] not in repr(account)


@pytest.mark.parametrize("code", sorted(refusals.TOKEN_WORDS) + sorted(refusals.CALL_WORDS))
def test_refusal_is_a_sentence(code):
    said = str({**refusals.TOKEN_WORDS, **refusals.CALL_WORDS}[code])

    assert (said.strip(), len(said) < 500) == (said, True)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"errors": [{"reason": "accessNotConfigured"}]}, "accessNotConfigured"),
        ({"details": [{"@type": "x"}, {"reason": "SERVICE_DISABLED"}]}, "SERVICE_DISABLED"),
        ({"details": [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}, "insufficientPermissions"),
        ({"errors": [{"reason": "insufficientPermissions"}]}, "insufficientPermissions"),
        ({"errors": [{"reason": "storageQuotaExceeded"}]}, "storageQuotaExceeded"),
    ],
)
def test_refused_call_says_what_to_do(body, said):
    assert refusals.call_words(refusals.reasons(body)) == refusals.CALL_WORDS[said]


@pytest.mark.parametrize(
    "body", [None, "", [], {}, {"errors": "x"}, {"errors": [7, {"reason": None}]}, {"details": {}}]
)
def test_refused_call_without_a_known_reason_says_nothing(body):
    assert refusals.call_words(refusals.reasons(body)) is None


# google-auth reads these from the environment once, at its import: each machine is a process of its own
MACHINE = """
from service.sheets import google
from service.sheets.components import SCOPES, Component
from service.errors import ServiceError
try:
    account = google.open_account(google.Keys(), SCOPES[Component.CONSOLIDATE])
    print(account.kind, repr(account.address))
    account.ask_for_token()
    print("token")
except ServiceError as error:
    print(type(error).__name__, error)
"""


def on_a_machine(tmp_path, **environ):
    clean = {"HOME": str(tmp_path), "CLOUDSDK_CONFIG": str(tmp_path / "gcloud"), "PATH": "/nonexistent"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", MACHINE],
        cwd=ROOT,
        env=clean | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"} | environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_machine_without_an_account_is_told(tmp_path):
    (said,) = on_a_machine(tmp_path, NO_GCE_CHECK="true")

    assert said.startswith("SettingsError TONGHOP_SHEETS=google nhưng máy này chưa có tài khoản Google nào.")
    assert refusals.LOGIN in said


@pytest.mark.parametrize("content", ["", "{}", '{"type": "x"}', "\x00", '{"type": "service_account"}'])
def test_machine_with_a_broken_account_is_told(tmp_path, content):
    path = tmp_path / "adc.json"
    path.write_text(content)

    (said,) = on_a_machine(tmp_path, NO_GCE_CHECK="true", GOOGLE_APPLICATION_CREDENTIALS=str(path))

    assert said.startswith("SettingsError TONGHOP_SHEETS=google")


def test_machine_with_a_key_of_its_own_uses_it(tmp_path, key_file, token_server):
    said = on_a_machine(tmp_path, NO_GCE_CHECK="true", GOOGLE_APPLICATION_CREDENTIALS=str(key_file))

    assert said == [f"key {SERVICE!r}", "token"]
    assert token_server.claims[0]["scope"] == f"{SPREADSHEETS} {DRIVE_METADATA}"


def test_machine_where_somebody_signed_in_is_known_when_asked(tmp_path, token_server):
    path = tmp_path / "adc.json"
    user = {"type": "authorized_user", "client_id": "i", "client_secret": "s", "refresh_token": "r"}
    path.write_text(json.dumps(user | {"token_uri": token_server.address}))

    said = on_a_machine(tmp_path, NO_GCE_CHECK="true", GOOGLE_APPLICATION_CREDENTIALS=str(path))

    assert said[0] == "user ''"


def test_machine_of_google_cloud_is_asked_for_its_account(tmp_path, token_server):
    token_server.next = (200, {"email": SERVICE, "scopes": [], "access_token": "x", "expires_in": 60})
    host = token_server.address.removeprefix("http://").removesuffix("/token")

    said = on_a_machine(tmp_path, GCE_METADATA_HOST=host, GCE_METADATA_IP=host)

    assert said == ["machine ''", "token"]
    assert {path.split("/")[-2] for path in token_server.asked if path.endswith("/token")} == {"default"}


def test_machine_of_google_cloud_without_a_service_account_is_told(tmp_path, token_server):
    host = token_server.address.removeprefix("http://").removesuffix("/token")
    token_server.next = (200, {"access_token": "x"})

    said = on_a_machine(tmp_path, GCE_METADATA_HOST=host, GCE_METADATA_IP=host)

    assert said == ["machine ''", f"SheetsForbiddenError {refusals.OTHER}"]


def test_password_file_of_the_machine_never_replaces_a_token(key_file, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login a password b\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    session = google.open_account(Keys(key_file), SCOPES[Component.WEB]).session()
    shown = []
    session.mount("https://", WsgiAdapter(lambda environ, start: _show(environ, start, shown)))

    session.get("https://www.rep.googleapis.com/x")

    assert shown == ["Bearer mot-the-truy-cap"]


def _show(environ, start_response, shown):
    shown.append(environ["HTTP_AUTHORIZATION"])
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b"{}"]
