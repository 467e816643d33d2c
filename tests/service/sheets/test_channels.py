"""Channels of Drive over the embedded server, and over answers that only Google gives."""

import json
from datetime import timedelta

import pytest

from service.errors import PushRefusedError, SheetsMissingError, SheetsRefusedError
from service.sheets import channels
from service.sheets.channels import ChannelWish
from tests.service.sheets.conftest import AT, answering, sheets_over

WISH = ChannelWish("kenh-1", "bi-mat", "https://board.example.vn/hooks/drive", AT)


def test_watch_asks_for_a_channel_and_stop_ends_it(sheets, book):
    until = AT + timedelta(hours=2)

    granted = channels.watch(sheets, book, ChannelWish("kenh-1", "bi-mat", "http://127.0.0.1:9/hooks/drive", until))

    assert granted.expires_at == until
    channels.stop(sheets, "kenh-1", granted.resource_id)
    with pytest.raises(SheetsMissingError):
        channels.stop(sheets, "kenh-1", granted.resource_id)


def test_watch_takes_what_the_server_grants():
    said = {"kind": "api#channel", "id": "kenh-1", "resourceId": "r", "expiration": "1696006799500"}

    granted = channels.watch(answering(said), "x", WISH)

    assert (granted.resource_id, granted.expires_at) == ("r", AT + timedelta(hours=0, milliseconds=500))


@pytest.mark.parametrize("said", [{}, [], {"resourceId": ""}], ids=str)
def test_watch_refuses_an_answer_that_names_no_resource(said):
    with pytest.raises(SheetsRefusedError):
        channels.watch(answering(said), "x", WISH)


def test_changes_name_the_files_since_a_token_and_where_to_go_on(sheets, book):
    token = channels.start_page_token(sheets)
    other = sheets.create("Khác", {})

    page = channels.changes(sheets, token)

    assert (page.file_ids, page.is_last) == ({other}, True)
    assert channels.changes(sheets, page.next_token).file_ids == frozenset()


def test_changes_of_a_page_say_that_there_is_more():
    page = channels.changes(answering({"nextPageToken": "8", "changes": [{"fileId": "a"}, {"fileId": "a"}]}), "7")

    assert (page.file_ids, page.next_token, page.is_last) == ({"a"}, "8", False)


@pytest.mark.parametrize(
    "said", [{}, [], None, "x", {"nextPageToken": "7"}, {"newStartPageToken": 7}, {"newStartPageToken": ""}], ids=str
)
def test_changes_without_a_way_on_are_refused(said):
    with pytest.raises(SheetsRefusedError):
        channels.changes(answering(said), "7")


@pytest.mark.parametrize("said", [{}, [], None, {"startPageToken": 5}, {"startPageToken": ""}], ids=str)
def test_start_page_token_that_is_none_is_refused(said):
    with pytest.raises(SheetsRefusedError):
        channels.start_page_token(answering(said))


def test_watch_of_changes_lasts_a_week_at_most(sheets, book):
    week = timedelta(days=7)
    wish = ChannelWish("kenh-1", "bi-mat", "http://127.0.0.1:9/hooks/drive", AT + 2 * week)

    granted = channels.watch_changes(sheets, channels.start_page_token(sheets), wish)

    assert week <= granted.expires_at - AT < week + timedelta(minutes=1)
    channels.stop(sheets, "kenh-1", granted.resource_id)


@pytest.mark.parametrize("expiration", ["", "hôm nay", "9" * 40, "²", None, -1, 1.5], ids=str)
def test_watch_with_an_expiry_that_is_none_takes_the_one_asked_for(expiration):
    granted = channels.watch(answering({"resourceId": "r", "expiration": expiration}), "x", WISH)

    assert granted.expires_at == AT


def test_address_without_tls_is_refused_by_the_embedded_server_as_by_google(sheets, book):
    wish = ChannelWish("kenh-1", "bi-mat", "http://board.example.vn/hooks/drive", AT + timedelta(hours=1))

    with pytest.raises(PushRefusedError, match=r"push\.webhookUrlNotHttps"):
        channels.watch(sheets, book, wish)


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        ("401 Unauthorized", "push.webhookUrlUnauthorized", "Xác minh tên miền"),
        ("400 Bad Request", "push.webhookUrlNotHttps", "https://"),
        ("400 Bad Request", "push.webhookUrlInvalid", "Kiểm tra TONGHOP_PUBLIC_URL"),
        ("403 Forbidden", "push.somethingNew", "Kiểm tra TONGHOP_PUBLIC_URL"),
    ],
)
def test_address_that_is_refused_is_told_by_its_reason(status, reason, words):
    def application(_environ, start_response):
        start_response(status, [("Content-Type", "application/json")])
        said = {"domain": "global", "reason": reason, "message": "câu chữ của Google đổi theo ngôn ngữ"}
        return [json.dumps({"error": {"code": int(status[:3]), "message": "…", "errors": [said]}}).encode()]

    with pytest.raises(PushRefusedError, match=words) as refused:
        channels.watch(sheets_over(application), "x", WISH)

    assert reason in str(refused.value)
    assert "TONGHOP_WATCH=off" in str(refused.value)
