"""Addresses that ask for what there is not."""

from __future__ import annotations

import pytest

from service import workflows
from service.domain.roles import Role
from service.web.api.listings import LISTINGS


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        ("units?limitt=3", 400, "limitt"),
        ("units?x=1&y=2", 400, "x, y"),
        ("runs?as_of=2023-09-01", 400, "as_of"),
        ("units?limit=0", 400, "limit"),
        ("units?limit=501", 400, "limit"),
        ("units?limit=-1", 400, "limit"),
        ("units?limit=٣", 400, "limit"),
        ("units?limit=1e2", 400, "limit"),
        ("units?limit=1&limit=2", 400, "limit"),
        ("units?after=x", 400, "after"),
        ("units?after=registration:S-CT:x", 400, "after"),
        ("units?after=registration:KHONG:1", 400, "after"),
        ("units?after=registration:S-CT:99999999999999999999999", 400, "after"),
        ("runs?after=-1", 400, "after"),
        ("facts?after=" + "9" * 300, 400, "after"),
        ("facts?after=registration:S-CT:1", 400, "after"),
        ("statuses?unit=KHONG", 400, "unit"),
        ("statuses?form=KHONG", 400, "form"),
        ("statuses?group=KHONG", 400, "group"),
        ("statuses?timeliness=KHONG", 400, "timeliness"),
        ("statuses?as_of=hom-qua", 400, "as_of: “hom-qua”"),
        ("statuses?as_of=0001-01-01", 400, "0001"),
        ("statuses?as_of=2023-09-27T08:00:01", 422, "as_of"),
        ("facts?as_of=2024-01-01", 422, "as_of"),
        ("problems?severity=KHONG", 400, "severity"),
        ("problems?code=KHONG", 400, "code"),
        ("facts?kind=KHONG", 400, "kind"),
        ("statuses?unit=%00", 400, "unit"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_named(ask, path, status, named):
    answered, answer = ask(path)

    assert answered == status
    assert answer["error"]["code"] == {400: "bad_request", 422: "unprocessable"}[status]
    assert named in answer["error"]["message"]


@pytest.mark.parametrize("name", [listing.name for listing in LISTINGS if listing.of_an_instant])
def test_moment_that_was_never_frozen_is_a_wrong_value_not_a_wrong_address(office, ask, browse, name):
    with office.workspace() as workspace:
        workflows.freeze(workspace, "Báo cáo tuần 1", workspace.clock())

    status, answer = ask(f"{name}?as_of=Báo cáo tháng")

    assert (status, answer["error"]["code"]) == (400, "bad_request")
    assert answer["error"]["message"].startswith("as_of: ")
    assert "Báo cáo tuần 1" in answer["error"]["message"]
    assert ask(f"{name}?as_of=%20")[0] == 200
    assert ask(f"{name}?as_of=BÁO CÁO  tuần 1")[0] == 200
    unit = browse(Role.UNIT, "S-CT")
    status, answer = ask(f"{name}?as_of=Báo cáo tuần 1", unit)
    assert (status, answer["error"]["message"][:7], "Có:" in answer["error"]["message"]) == (400, "as_of: ", False)


@pytest.mark.parametrize("path", ["units?limit=", "units?limit=%203%20", "units?after=", "statuses?as_of="])
def test_blank_parameters_ask_for_everything(ask, path):
    assert ask(path)[0] == 200


def test_the_present_instant_has_come(ask):
    assert ask("statuses?as_of=2023-09-27T08:00:00%2B07:00")[0] == 200
