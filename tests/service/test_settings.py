"""Settings from the environment: what is read, what is refused, all at once."""

from pathlib import Path

import pytest

from service.errors import SettingsError
from service.settings import Settings, language_in, setting_names
from sheets_schema.wording import Language


def refused(**environ):
    with pytest.raises(SettingsError) as raised:
        Settings.from_env({f"TONGHOP_{name}": value for name, value in environ.items()})
    return str(raised.value)


def test_nothing_set_gives_the_embedded_default():
    settings = Settings.from_env({"HOME": "/x", "TONGHOPX": "1"})

    assert settings == Settings()
    assert (settings.sheets, settings.campaign, settings.rehearsal) == ("embedded", "thang_dan_van_2023", False)


@pytest.mark.parametrize("name", setting_names())
def test_blank_setting_is_as_good_as_none(name):
    assert Settings.from_env({name: "  "}) == Settings()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("sheets", "google", "google"),
        ("sheets", " http://127.0.0.1:8900/ ", "http://127.0.0.1:8900"),
        ("campaign", "/x/năm sau", "/x/năm sau"),
        ("data_dir", "/x/dữ liệu", Path("/x/dữ liệu")),
        ("data_dir", "~/x", Path.home() / "x"),
        ("database_url", "postgresql://a:b@c/d", "postgresql://a:b@c/d"),
        ("public_url", "https://tonghop.vidu.example/", "https://tonghop.vidu.example"),
        ("public_url", "https://tonghop.vidu.example///", "https://tonghop.vidu.example"),
        (
            "public_url",
            "https://tonghop.vidu.example:8443/dan-van/2023/",
            "https://tonghop.vidu.example:8443/dan-van/2023",
        ),
        ("public_url", "http://[::1]:8080", "http://[::1]:8080"),
        ("public_url", "http://may-chu/~dan.van", "http://may-chu/~dan.van"),
        ("public_url", "https://xn--bcgiang-hq4c.vn", "https://xn--bcgiang-hq4c.vn"),
        ("secret_key", "0123456789abcdef", "0123456789abcdef"),
        ("embedded_token", "abc", "abc"),
        ("files", "own", "own"),
        ("files", "drive:0AB_c-dEf", "drive:0AB_c-dEf"),
        ("lang", "en", "en"),
        ("log", "json", "json"),
        ("metrics_token", "0123456789abcdef", "0123456789abcdef"),
        ("rehearsal", "1", True),
        ("rehearsal", "False", False),
        ("debounce_seconds", "0.5", 0.5),
        ("session_hours", "0.5", 0.5),
        ("trusted_proxies", "2", 2),
        ("oidc_domain", "Tinh.GOV.vn", "tinh.gov.vn"),
        ("oidc_issuer", "https://cap.example/", "https://cap.example/"),
        ("oidc_issuer", "http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("oidc_issuer", "http://[::1]:9000", "http://[::1]:9000"),
        ("watch", "changes", "changes"),
        ("reads_per_minute", "0", 0),
        ("reads_per_minute", " 300 ", 300),
        ("writes_per_minute", "6000", 6_000),
    ],
)
def test_setting_is_read(name, text, value):
    assert getattr(Settings.from_env({f"TONGHOP_{name.upper()}": text}), name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("watch", "drive"),
        ("watch", "FILES"),
        ("LOG", "xml"),
        ("FILES", "mine"),
        ("FILES", "drive:"),
        ("FILES", "drive:a b"),
        ("FILES", "drive:" + "x" * 200),
        ("FILES", "drive:ổ-chung"),
        ("FILES", "https://drive.google.com/drive/folders/0AB"),
        ("METRICS_TOKEN", "ngan"),
        ("SHEETS", "excel"),
        ("SHEETS", "http://"),
        ("SHEETS", "ftp://x"),
        ("SHEETS", "http://x:port"),
        ("SHEETS", "http://x:99999"),
        ("SHEETS", "http://[::1"),
        ("PUBLIC_URL", "127.0.0.1:8080"),
        ("DATABASE_URL", "mysql://x"),
        ("LANG", "fr"),
        ("REHEARSAL", "có"),
        ("SECRET_KEY", "ngắn"),
        ("SESSION_HOURS", "0"),
        ("SESSION_HOURS", "721"),
        ("SESSION_HOURS", "nan"),
        ("SESSION_HOURS", "mãi"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "6"),
        ("TRUSTED_PROXIES", "1.0"),
        ("READS_PER_MINUTE", "-1"),
        ("READS_PER_MINUTE", "6001"),
        ("READS_PER_MINUTE", "60.0"),
        ("READS_PER_MINUTE", "²"),
        ("READS_PER_MINUTE", "sáu mươi"),
        ("WRITES_PER_MINUTE", "1e2"),
        ("WRITES_PER_MINUTE", "9" * 5_000),
        ("HOOK_SECRET", "short"),
        ("OIDC_CLIENT_ID", "mã khách"),
        ("OIDC_CLIENT_SECRET", "bí mật"),
        ("OIDC_DOMAIN", "@tinh.gov.vn"),
        ("OIDC_DOMAIN", "https://tinh.gov.vn"),
        ("OIDC_DOMAIN", "tinh"),
        ("OIDC_DOMAIN", "tỉnh.vn"),
        ("OIDC_DOMAIN", "a." * 150 + "vn"),
        ("OIDC_ISSUER", "accounts.google.com"),
        ("OIDC_ISSUER", "http://accounts.google.com"),
        ("OIDC_ISSUER", "http://127.0.0.1.vidu.example"),
        ("OIDC_ISSUER", "https://ten:mat-khau@cap.example"),
        ("OIDC_ISSUER", "https://cap.example/?a=b"),
        ("OIDC_ISSUER", "https://cấp.example"),
        ("OIDC_ISSUER", "javascript:alert(1)"),
        ("EMBEDDED_TOKEN", "mã bí mật"),
        ("EMBEDDED_TOKEN", "a b"),
        ("DATA_DIR", "~khong-co-nguoi-nay/x"),
        ("DATA_DIR", "a\x00b"),
        ("CAMPAIGN", "a\x00b"),
        ("DEBOUNCE_SECONDS", "-1"),
        ("DEBOUNCE_SECONDS", "nan"),
        ("SWEEP_SECONDS", "inf"),
        ("MAX_WAIT_SECONDS", "mười"),
        ("KHONG_CO", "1"),
        ("", "1"),
    ],
)
def test_malformed_setting_is_named(name, text):
    assert f"TONGHOP_{name}:" in refused(**{name: text})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tonghop.vidu.example", "http:// hoặc https://"),
        ("//tonghop.vidu.example", "http:// hoặc https://"),
        ("ftp://tonghop.vidu.example", "http:// hoặc https://"),
        ("javascript:alert(1)", "http:// hoặc https://"),
        ("https://", "http:// hoặc https://"),
        ("https:///dan-van", "http:// hoặc https://"),
        ("https://x:99999", "http:// hoặc https://"),
        ("https://x:mot", "http:// hoặc https://"),
        ("https://[::1", "http:// hoặc https://"),
        ("https://x:0", "tên máy hoặc cổng"),
        ("https://x:", "tên máy hoặc cổng"),
        ("https://a_b.example", "tên máy hoặc cổng"),
        ("https://*.example", "tên máy hoặc cổng"),
        ("https://-x.example", "tên máy hoặc cổng"),
        ("https://a%2eb", "tên máy hoặc cổng"),
        ("https://a\\b", "tên máy hoặc cổng"),
        ("https://bắcgiang.vn", "xn--bcgiang-hq4c.vn"),
        ("https://bac giang.vn/ô", "chữ không dấu"),
        ("https://vidu.example/dân-vận", "chữ không dấu"),
        ("https://vidu\nexample", "chữ không dấu"),
        ("https://a/b c", "đường dẫn"),
        ("https://a//b", "đường dẫn"),
        ("https://a/b/../c", "đường dẫn"),
        ("https://a/b;c", "đường dẫn"),
        ("https://a/%62", "đường dẫn"),
        ("https://a/" + "b/" * 20, "đường dẫn"),
        ("https://a/units", "có sẵn trang “units”"),
        ("https://a/static/b", "có sẵn trang “static”"),
        ("https://a?b=c", "sau dấu ? hoặc #"),
        ("https://a/b#c", "sau dấu ? hoặc #"),
    ],
)
def test_wrong_public_address_is_refused_with_what_is_wrong_in_it(text, reason):
    said = refused(PUBLIC_URL=text)

    assert "TONGHOP_PUBLIC_URL:" in said
    assert reason in said


def test_password_in_the_public_address_is_not_repeated():
    said = refused(PUBLIC_URL="https://hoa:mat-khau@vidu.example")

    assert "@" in said
    assert "mat-khau" not in said


def test_all_faults_are_told_at_once():
    said = refused(SHEETS="excel", LANG="fr", KHONG_CO="1", REHEARSAL="?")

    assert [line.split(":")[0].strip() for line in said.splitlines()[1:]] == [
        "TONGHOP_KHONG_CO",
        "TONGHOP_LANG",
        "TONGHOP_REHEARSAL",
        "TONGHOP_SHEETS",
    ]


def test_unknown_name_is_told_with_those_there_are():
    said = refused(SHEET="embedded")

    assert all(name in said for name in setting_names())


@pytest.mark.parametrize("name", ["secret_key", "hook_secret", "embedded_token", "oidc_client_secret"])
def test_secret_is_not_shown(name):
    assert "0123456789abcdef" not in repr(Settings(**{name: "0123456789abcdef"}))


@pytest.mark.parametrize(
    ("name", "text"),
    [("DATABASE_URL", "mysql://a:mat-khau@x"), ("HOOK_SECRET", "bi-mat"), ("EMBEDDED_TOKEN", "bí mật")],
)
def test_refusal_does_not_repeat_a_secret(name, text):
    assert text not in refused(**{name: text})


def test_refusal_is_english_throughout_where_that_is_set():
    environ = {
        "TONGHOP_LANG": "en",
        "TONGHOP_SHEETS": "excel",
        "TONGHOP_KHONG_CO": "1",
        "TONGHOP_OIDC_CLIENT_ID": "a",
        "TONGHOP_GOOGLE_SUBJECT": "a@b.example",
        "TONGHOP_HOOK_SECRET": "x",
        "TONGHOP_SESSION_HOURS": "0",
    }
    with pytest.raises(SettingsError) as raised:
        Settings.from_env(environ)

    lines = raised.value.text(language_in(environ)).splitlines()

    assert lines[0] == "These settings are wrong:"
    assert "  TONGHOP_SHEETS: “excel” is not accepted. Give embedded, google or http://host:port." in lines
    assert len(lines) == 8
    assert "\n".join(lines).replace("“", "").replace("”", "").isascii()


@pytest.mark.parametrize(("text", "language"), [("en", "en"), (" en ", "en"), ("fr", "vi"), ("", "vi"), (None, "vi")])
def test_language_is_known_before_settings_are_read(text, language):
    environ = {} if text is None else {"TONGHOP_LANG": text}

    assert language_in(environ) is Language(language)


def test_settings_of_the_test_suite_are_not_the_services():
    assert Settings.from_env({"TONGHOP_TEST_POSTGRES_URL": "x"}) == Settings()


def test_facts_are_in_the_data_folder_unless_elsewhere():
    assert Settings(data_dir=Path("/x")).facts_url == "sqlite:////x/facts.sqlite"
    assert Settings(database_url="postgresql://x/y").facts_url == "postgresql://x/y"


def test_one_half_of_the_pair_of_accounts_is_refused_with_the_other_named():
    assert "TONGHOP_OIDC_CLIENT_SECRET: đặt cùng với TONGHOP_OIDC_CLIENT_ID" in refused(OIDC_CLIENT_ID="khach")
    assert "TONGHOP_OIDC_CLIENT_ID: đặt cùng với TONGHOP_OIDC_CLIENT_SECRET" in refused(OIDC_CLIENT_SECRET="bi-mat")


def test_accounts_come_back_to_a_safe_address_alone():
    pair = {"OIDC_CLIENT_ID": "khach", "OIDC_CLIENT_SECRET": "bi-mat"}

    assert "TONGHOP_PUBLIC_URL:" in refused(PUBLIC_URL="http://tonghop.vidu.example", **pair)
    for address in ("https://tonghop.vidu.example", "http://127.0.0.1:8080"):
        environ = {f"TONGHOP_{name}": value for name, value in pair.items()} | {"TONGHOP_PUBLIC_URL": address}
        assert Settings.from_env(environ).oidc_client_id == "khach"


GOOGLE = {"SHEETS": "google"}
ACCOUNT = "tonghop@du-an.iam.gserviceaccount.com"


@pytest.mark.parametrize(
    ("environ", "faulty"),
    [
        ({"GOOGLE_CREDENTIALS": "/k.json"}, ["GOOGLE_CREDENTIALS"]),
        ({"SHEETS": "embedded", "GOOGLE_IMPERSONATE": ACCOUNT}, ["GOOGLE_IMPERSONATE"]),
        ({"SHEETS": "http://127.0.0.1:9", "GOOGLE_CREDENTIALS": "/k.json"}, ["GOOGLE_CREDENTIALS"]),
        (
            {"GOOGLE_SUBJECT": "a@b.example", "GOOGLE_CREDENTIALS": "/k"},
            ["GOOGLE_CREDENTIALS", "GOOGLE_SUBJECT"],
        ),
        (GOOGLE | {"GOOGLE_SUBJECT": "a@b.example"}, ["GOOGLE_SUBJECT"]),
        ({"GOOGLE_SUBJECT": "a@b.example"}, ["GOOGLE_SUBJECT", "GOOGLE_SUBJECT"]),
    ],
)
def test_settings_of_google_that_make_no_sense_together_are_refused(environ, faulty):
    said = refused(**environ).splitlines()[1:]

    assert [line.split(":")[0].strip() for line in said] == [f"TONGHOP_{name}" for name in faulty]


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"GOOGLE_CREDENTIALS": "/k.json"},
        {"GOOGLE_IMPERSONATE": ACCOUNT},
        {"GOOGLE_CREDENTIALS": "/k.json", "GOOGLE_IMPERSONATE": ACCOUNT},
        {"GOOGLE_CREDENTIALS": "/k.json", "GOOGLE_SUBJECT": "Tonghop@Tinh.example.vn"},
        {"GOOGLE_IMPERSONATE": ACCOUNT, "GOOGLE_SUBJECT": "tonghop@tinh.example.vn"},
    ],
)
def test_settings_of_google_that_make_sense_are_taken(environ):
    settings = Settings.from_env({f"TONGHOP_{name}": text for name, text in (GOOGLE | environ).items()})

    assert settings.google_subject == environ.get("GOOGLE_SUBJECT", "").lower()
    assert settings.google_impersonate == environ.get("GOOGLE_IMPERSONATE", "")


@pytest.mark.parametrize("name", ["GOOGLE_SUBJECT", "GOOGLE_IMPERSONATE"])
@pytest.mark.parametrize(
    "text", ["x", "@", "a@b", "a b@c.vn", "=A1@b.vn", "a@b.vn\x00", "ủy@viên.vn", "a@" + "b" * 999]
)
def test_address_that_is_none_is_refused(name, text):
    said = refused(SHEETS="google", GOOGLE_CREDENTIALS="/k", **{name: text})

    assert said.splitlines()[1].strip().startswith(f"TONGHOP_{name}:")
    assert len(said) < 400


def test_mailbox_and_service_account_are_told_apart():
    said = refused(SHEETS="google", GOOGLE_SUBJECT=ACCOUNT, GOOGLE_IMPERSONATE="a@b.example")

    assert [line.split(":")[0].strip() for line in said.splitlines()[1:]] == [
        "TONGHOP_GOOGLE_IMPERSONATE",
        "TONGHOP_GOOGLE_SUBJECT",
    ]


@pytest.mark.parametrize(
    ("set_to", "limits"),
    [
        ({}, (0, 0)),
        ({"sheets": "http://127.0.0.1:9"}, (0, 0)),
        ({"sheets": "google"}, (60, 60)),
        ({"sheets": "google", "reads_per_minute": 300}, (300, 60)),
        ({"sheets": "google", "reads_per_minute": 0, "writes_per_minute": 0}, (0, 0)),
        ({"writes_per_minute": 5}, (0, 5)),
    ],
)
def test_calls_a_minute_are_googles_there_and_none_elsewhere(set_to, limits):
    assert Settings(**set_to).calls_per_minute == limits
