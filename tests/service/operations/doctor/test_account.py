"""The account at Google as the doctor tells it: a token for each part, and a key that others may read."""

import json

import pytest

from service.operations.doctor import account
from service.operations.doctor.findings import State
from service.settings import Settings
from tests.service.sheets.conftest import key, key_file, private_key, token_server

__all__ = ["key", "key_file", "private_key", "token_server"]


@pytest.fixture
def found(key_file):
    def look(**settings):
        chosen = Settings(sheets="google", google_credentials=key_file, **settings)
        return [(str(one.subject).partition(" (")[0], one.state) for one in account.account_of(chosen)]

    return look


def test_good_key_is_well_for_every_part(found, token_server):
    assert found() == [
        ("Tài khoản Google", State.OK),
        ("Quyền để lập và chia sẻ", State.OK),
        ("Quyền để tổng hợp", State.OK),
        ("Quyền để trang web", State.OK),
    ]
    assert len(token_server.claims) == 3


def test_key_that_others_may_read_is_told(found, key_file):
    key_file.chmod(0o644)

    assert ("TONGHOP_GOOGLE_CREDENTIALS", State.ATTENTION) in found()


def test_refused_key_is_broken_and_said_once_a_part(found, token_server):
    token_server.next = (400, {"error": "invalid_grant"})

    assert [state for _subject, state in found()] == [State.OK, State.FAILED, State.FAILED, State.FAILED]


def test_secrets_are_not_told(key_file, private_key, token_server):
    token_server.next = (400, {"error": "mot_ma", "error_description": json.dumps("bi-mat")})
    said = " ".join(
        str(one.message) for one in account.account_of(Settings(sheets="google", google_credentials=key_file))
    )

    assert (private_key[40:60] in said, "bi-mat" in said) == (False, False)


def test_elsewhere_there_is_no_account():
    assert list(account.account_of(Settings())) == []
