"""Settings from the environment: what is read, what is refused, all at once."""

from pathlib import Path

import pytest

from service.errors import SettingsError
from service.settings import READERS, Settings, setting_names


def refused(**environ):
    with pytest.raises(SettingsError) as raised:
        Settings.from_env({f"TONGHOP_{name}": value for name, value in environ.items()})
    return str(raised.value)


def test_nothing_set_gives_the_embedded_default():
    settings = Settings.from_env({"HOME": "/x", "TONGHOPX": "1"})

    assert settings == Settings()
    assert (settings.sheets, settings.campaign, settings.rehearsal) == ("embedded", "thang_dan_van_2023", False)


def test_every_setting_is_read():
    assert {name.removeprefix("TONGHOP_").lower() for name in setting_names()} == set(READERS)


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
        ("secret_key", "0123456789abcdef", "0123456789abcdef"),
        ("embedded_token", "abc", "abc"),
        ("lang", "en", "en"),
        ("log", "json", "json"),
        ("metrics_token", "0123456789abcdef", "0123456789abcdef"),
        ("rehearsal", "1", True),
        ("rehearsal", "False", False),
        ("debounce_seconds", "0.5", 0.5),
        ("session_hours", "0.5", 0.5),
        ("trusted_proxies", "2", 2),
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
        ("LOG", "xml"),
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


@pytest.mark.parametrize("name", ["secret_key", "hook_secret", "embedded_token"])
def test_secret_is_not_shown(name):
    assert "0123456789abcdef" not in repr(Settings(**{name: "0123456789abcdef"}))


@pytest.mark.parametrize(
    ("name", "text"),
    [("DATABASE_URL", "mysql://a:mat-khau@x"), ("HOOK_SECRET", "bi-mat"), ("EMBEDDED_TOKEN", "bí mật")],
)
def test_refusal_does_not_repeat_a_secret(name, text):
    assert text not in refused(**{name: text})


def test_settings_of_the_test_suite_are_not_the_services():
    assert Settings.from_env({"TONGHOP_TEST_POSTGRES_URL": "x"}) == Settings()


def test_facts_are_in_the_data_folder_unless_elsewhere():
    assert Settings(data_dir=Path("/x")).facts_url == "sqlite:////x/facts.sqlite"
    assert Settings(database_url="postgresql://x/y").facts_url == "postgresql://x/y"


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
