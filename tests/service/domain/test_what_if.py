"""Two readings of the rules side by side, and what may be asked about."""

from __future__ import annotations

import pytest

from service.domain.what_if import policy_if
from service.errors import WhatIfRefusedError
from sheets_schema.campaign import Policy


@pytest.mark.parametrize(
    ("asked", "policy"),
    [
        ((), Policy()),
        (("count_boundary_day=true",), Policy(count_boundary_day_as_on_time=True)),
        (("count_boundary_day_as_on_time = TRUE",), Policy(count_boundary_day_as_on_time=True)),
        (("due_soon_days=0", "count_boundary_day=false"), Policy(due_soon_days=0)),
        (("due_soon_days=3", "due_soon_days=366"), Policy(due_soon_days=366)),
    ],
)
def test_policy_if_takes_what_is_asked(asked, policy):
    assert policy_if(Policy(), asked) == policy


@pytest.mark.parametrize(
    "text",
    [
        "",
        "=",
        "count_boundary_day",
        "count_boundary_day=",
        "count_boundary_day=có",
        "count_boundary_day=1",
        "due_soon_days=-1",
        "due_soon_days=367",
        "due_soon_days=1.5",
        "due_soon_days=٣",
        "due_soon_days=9999999999999999999999",
        "tabs_per_workbook=3",
        "__class__=true",
        "x" * 10_000,
    ],
)
def test_policy_if_refuses_and_names_what_there_is(text):
    with pytest.raises(WhatIfRefusedError, match=r"count_boundary_day=true hoặc false.*due_soon_days=0 đến 366"):
        policy_if(Policy(), [text])
