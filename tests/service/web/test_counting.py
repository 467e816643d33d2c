"""The dashboard's counts are those of the master."""

from __future__ import annotations

from service import workflows
from service.domain import rates
from service.web import counting


def test_rates_equal_the_masters(office):
    office.type(
        "S-CT", "registration", [["1", "Ra quân", "15/10/2023"]], {"Số và ký hiệu": "1", "Ngày ban hành": "1/9/2023"}
    )
    office.type("S-CT", "registration", labels={"Xác nhận gửi": "TRUE"})
    office.consolidate()

    with office.workspace() as workspace:
        for moment in ("2023-09-20 09:00", "2023-10-02 09:00", "2023-11-05 09:00"):
            standings = workflows.standings(workspace, office.at(moment).now, office.forms)
            assert counting.rates(office.campaign, standings) == rates.rates(office.campaign, standings)


def test_rates_of_nobody_are_none(office):
    assert counting.rates(office.campaign, ()) == rates.rates(office.campaign, ()) == ()
