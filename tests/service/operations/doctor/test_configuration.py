"""Every setting has its line, and no secret stands in one."""

import pytest

from service.operations.doctor import configuration
from service.operations.doctor.findings import State
from service.settings import Settings, setting_names


def said_of(settings):
    return {str(finding.subject): finding for finding in configuration.settings_of(settings)}


def test_every_setting_is_told():
    assert tuple(said_of(Settings())) == setting_names()


def test_default_settings_are_well_and_say_what_is_off():
    found = said_of(Settings())

    assert {finding.state for finding in found.values()} == {State.OK}
    assert str(found["TONGHOP_HOOK_SECRET"].message) == "chưa đặt: POST /hooks/sheet đang tắt (trả lời 503)."


def test_secrets_are_masked():
    secret = "bi-mat-rat-dai-0123"
    settings = Settings(
        secret_key=secret,
        hook_secret=secret,
        task_secret=secret,
        metrics_token=secret,
        embedded_token=secret,
        database_url=f"postgresql://tonghop:{secret}@may/co-so?password={secret}",
    )

    found = said_of(settings)

    assert [str(finding.subject) for finding in found.values() if secret in str(finding.message)] == []
    assert str(found["TONGHOP_HOOK_SECRET"].message) == "đã đặt, không hiện."
    assert str(found["TONGHOP_DATABASE_URL"].message) == "postgresql://tonghop:***@may/co-so?***."


def test_web_on_google_without_a_key_is_broken():
    found = said_of(Settings(sheets="google"))

    assert found["TONGHOP_SECRET_KEY"].state is State.FAILED


@pytest.mark.parametrize(("name", "file"), [("SECRET_KEY", "secret-key"), ("EMBEDDED_TOKEN", "embedded-token")])
def test_a_kept_secret_that_is_damaged_is_named(tmp_path, name, file):
    settings = Settings(data_dir=tmp_path)
    assert said_of(settings)[f"TONGHOP_{name}"].state is State.OK
    assert list(tmp_path.iterdir()) == []  # nothing is made by looking

    (tmp_path / file).write_bytes(b"x\xff")
    found = said_of(settings)[f"TONGHOP_{name}"]

    assert found.state is State.FAILED
    assert str(tmp_path / file) in str(found.message)


def test_waiting_shorter_than_the_debounce_is_noticed():
    found = said_of(Settings(debounce_seconds=20, max_wait_seconds=5))

    assert found["TONGHOP_MAX_WAIT_SECONDS"].state is State.ATTENTION


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://x.example", "https://x.example"),
        ("https://a:b@x.example:8/y", "https://a:***@x.example:8/y"),
        ("postgresql://a@x/y?sslmode=require", "postgresql://a@x/y?***"),
        ("postgresql:///y?password=z", "postgresql:///y?***"),
        ("http://[::1", "(không đọc được)"),
    ],
)
def test_address_is_shown_without_what_is_secret(address, shown):
    assert str(configuration.without_password(address)) == shown
