"""Another takes over while a run is suspended within a request: the run writes nothing more, and is made good."""

import pytest

from service.errors import LeaseLostError
from service.leases import LEASE
from service.sheets import http
from service.worker import Worker

ROWS = [["1", "Ra quân làm sạch kênh mương", "15/10/2023"], ["2", "Hội thi dân vận khéo", "bao giờ đó"]]


class TakenOver:
    """Let another take the campaign while a request is being answered, and keep what is written after that one."""

    def __init__(self, office, number: int) -> None:
        self.office, self.number = office, number
        self.asked, self.written = 0, []

    def __call__(self, application):
        def answer(environ, start_response):
            method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
            if self.asked > self.number and not http.is_read(method, path):
                self.written.append(path)
            if self.asked == self.number:
                self.take()
            self.asked += 1
            return application(environ, start_response)

        return answer

    def take(self) -> None:
        with self.office.workspace() as other:
            later = other.lease_clock() + 2 * LEASE
            # its lease has run out at once: a real one would go on
            assert other.store.work.claim_all(other.campaign.key, later, "other", -2 * LEASE) is not None


def test_run_that_lost_its_lease_writes_nothing_more(office, tmp_path):
    for unit in ("S-CT", "S-GDDT"):
        office.type(unit, "registration", ROWS, {"Xác nhận gửi": True})
    whole = office.copy(tmp_path / "whole")
    asked = TakenOver(whole, -1)
    whole.consolidate(asked)

    # from the first read of a workbook to the last request before the master's write
    for number in range(0, asked.asked - 1, 2):
        tried = office.copy(tmp_path / f"run-{number}")
        between = TakenOver(tried, number)
        with pytest.raises(LeaseLostError):
            tried.consolidate(between)
        assert between.written == []
        # the other ends, or its lease runs out: the next run makes it whole
        tried.consolidate()
        assert tried.master() == whole.master()
        assert tried.tab("S-CT", "registration").get_all_values() == whole.tab("S-CT", "registration").get_all_values()


def test_provisioning_that_lost_its_lease_writes_nothing_more(new_office):
    for number in (2, 9):
        tried, between = new_office(units=("S-CT",), name=f"try-{number}"), None
        with tried.workspace():
            between = TakenOver(tried, number)
        with pytest.raises(LeaseLostError):
            tried.provision(between)
        assert between.written == []
        report, _ = tried.provision()
        assert report.drift == []
        assert len(tried.owner.list_spreadsheet_files()) == 3


def test_worker_that_lost_its_lease_asks_for_the_last_word(office):
    office.type("S-CT", "registration", ROWS)
    # the last of its requests is a write: the master's
    with office.workspace() as workspace:
        before = workspace.store.work.state(office.campaign.key)
    between = TakenOver(office, 3)
    with office.workspace(between) as workspace:
        assert Worker(workspace, "w1").turn()
        state = workspace.store.work.state(office.campaign.key)

    assert between.written == []
    assert state.due_at is not None
    assert before is None or before.owner is None
