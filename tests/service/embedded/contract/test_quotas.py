from datetime import timedelta

import pytest
from werkzeug.test import Client

from service.embedded.api_errors import ApiError
from service.embedded.contract.quotas import Limits, Quota
from service.embedded.server import create_app


class Timer:
    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def timer():
    return Timer()


def used(quota, user, count, *, writes=False):
    for _ in range(count):
        quota.count(user, writes=writes)


def test_sixty_reads_and_sixty_writes_a_minute_for_a_user(timer):
    quota = Quota(timer=timer)
    used(quota, "a", 60)
    used(quota, "a", 60, writes=True)

    with pytest.raises(ApiError) as refused:
        quota.count("a", writes=True)

    assert refused.value.code == 429
    assert refused.value.message == (
        "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per user' "
        "of service 'sheets.googleapis.com' for consumer 'project_number:0'."
    )


def test_next_minute_begins_anew(timer):
    quota = Quota(timer=timer)
    used(quota, "a", 60)
    timer.seconds = 60.0

    used(quota, "a", 60)

    with pytest.raises(ApiError):
        quota.count("a", writes=False)


def test_everyone_together_has_a_limit(timer):
    quota = Quota(Limits(per_user=2, per_project=3), timer)
    used(quota, "a", 2)
    used(quota, "b", 1)

    with pytest.raises(ApiError, match="limit 'Read requests per minute' of"):
        quota.count("b", writes=False)


def test_server_answers_429_in_googles_form(tmp_path, clock, timer):
    quota = Quota(Limits(per_user=1, per_project=9), timer)
    app = create_app(tmp_path, owner_token="t", clock=clock, quota=quota, latency=timedelta(milliseconds=1))
    headers = {"Authorization": "Bearer t"}
    client = Client(app)

    first = client.get("/v4/spreadsheets/x", headers=headers)
    second = client.get("/v4/spreadsheets/x", headers=headers)
    drive = [client.get("/drive/v3/files", headers=headers).status_code for _ in range(3)]

    assert (first.status_code, second.status_code, drive) == (404, 429, [200] * 3)
    error = second.json["error"]
    assert (error["code"], error["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert error["details"][0]["reason"] == "RATE_LIMIT_EXCEEDED"
    assert error["details"][0]["metadata"]["quota_limit"] == "ReadRequestsPerMinutePerUser"
