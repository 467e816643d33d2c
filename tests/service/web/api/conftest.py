"""An office whose units have typed something, and what its interface answers."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

UNITS = ("VP-UBND", "S-CT", "S-GDDT")
ROWS = [
    ["1", "Dọn vệ sinh đường làng", "05/10/2023", "Toàn xã", "Nhân dân", "Sạch đẹp", ""],
    ["2", "Tặng quà hộ nghèo", "ngày mai", "50 suất", "Hộ nghèo", "Chia sẻ", ""],
    ["3", "Khám bệnh miễn phí", "12/10/2023", "200 người", "Người cao tuổi", "Chăm sóc", ""],
]


@pytest.fixture(scope="session")
def filled(provisioned, make_office, tmp_path_factory):
    """The office after S-CT and S-GDDT typed three rows each, one of them wrong, and S-CT confirmed."""
    office = make_office(shutil.copytree(provisioned, tmp_path_factory.mktemp("da-go") / "data"), units=UNITS)
    office.at("2023-09-25 08:00").consolidate()
    office.type("S-CT", "registration", ROWS, {"Số và ký hiệu": "12/KH", "Ngày ban hành": "20/9/2023"})
    office.type("S-CT", "registration", labels={"Xác nhận gửi": "x"})
    office.type("S-GDDT", "registration", ROWS)
    office.at("2023-09-26 08:00").consolidate()
    return office.at("2023-09-27 08:00")


@pytest.fixture
def filled_office(filled, tmp_path):
    """Return an office of the test's own, as it is after they typed."""
    return filled.copy(tmp_path / "data")


@pytest.fixture
def office(filled_office):
    """Return the same office: what browses it, browses what was typed."""
    return filled_office


@pytest.fixture
def ask(filled_office, browse) -> Callable[..., tuple[int, dict]]:
    """Return `ask(path, client=…)`: the status and JSON of an answer, to the operator unless told otherwise."""
    operator = browse()

    def get(path: str, client=None) -> tuple[int, dict]:
        answer = (client or operator).get(f"/api/v1/{path}")
        return answer.status_code, answer.get_json()

    return get
