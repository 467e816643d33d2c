"""The figures for Prometheus, and who is shown them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from prometheus_client.parser import text_string_to_metric_families

from service.facts.records import WorkbookKind

TOKEN = "mot-ma-du-dai-012345"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def scrape(browse) -> Callable[..., dict[str, float]]:
    """Return `scrape()`: every sample by its name and labels, as written."""

    def get() -> dict[str, float]:
        answer = browse(None, metrics_token=TOKEN).get("/metrics", headers=BEARER)
        assert (answer.status_code, answer.content_type.partition(";")[0]) == (200, "text/plain")
        families = text_string_to_metric_families(answer.get_data(as_text=True))
        return {f"{sample.name}{sample.labels or ''}": sample.value for family in families for sample in family.samples}

    return get


def test_before_anything_ran(scrape):
    found = scrape()

    assert (found["tonghop_runs_total{'outcome': 'ok'}"], found["tonghop_oldest_dirty_seconds"]) == (0, 0)
    assert not [name for name in found if name.startswith(("tonghop_last_run", "tonghop_worker_heartbeat"))]
    standings = {name: value for name, value in found.items() if name.startswith("tonghop_units")}
    assert standings == {
        "tonghop_units{'form': 'registration', 'receipt': 'none', 'timeliness': 'not_due'}": 3,
        "tonghop_units{'form': 'report', 'receipt': 'none', 'timeliness': 'not_due'}": 3,
    }


def test_after_runs_changes_and_facts(office, scrape):
    report = office.consolidate()
    office.type("S-CT", "registration", [["1", "Dọn vệ sinh", "05/10/2023", "Xã", "Dân", "Sạch", ""]])
    second = office.consolidate()
    with office.workspace() as workspace:
        run = workspace.store.runs.start(workspace.campaign.key, office.now, "test", "test")
        workspace.store.runs.finish(run, office.now, {}, "hỏng")
        workspace.store.runs.start(workspace.campaign.key, office.now, "test", "test")
        workspace.store.work.heartbeat("worker-1", workspace.lease_clock())
        workspace.store.work.mark_campaign_dirty(workspace.campaign.key, workspace.lease_clock())

    found = scrape()

    assert found["tonghop_runs_total{'outcome': 'ok'}"] == 2
    assert found["tonghop_runs_total{'outcome': 'failed'}"] == 1
    assert found["tonghop_runs_unfinished"] == 1
    assert found["tonghop_calls_total{'kind': 'read'}"] == report.read_calls + second.read_calls
    assert found["tonghop_calls_total{'kind': 'write'}"] == report.write_calls + second.write_calls
    assert found["tonghop_retries_total"] == 0
    assert found["tonghop_last_run_seconds"] == pytest.approx(second.seconds, abs=0.01)
    assert 0 < found["tonghop_oldest_dirty_seconds"] < 60
    assert 0 <= found["tonghop_worker_heartbeat_age_seconds"] < 60
    assert found["tonghop_facts_total{'kind': 'observation'}"] == 7
    assert found["tonghop_units{'form': 'registration', 'receipt': 'draft', 'timeliness': 'not_due'}"] == 1


@pytest.mark.parametrize(
    ("token", "address", "headers", "status"),
    [
        ("", "127.0.0.1", {}, 403),
        ("", "::1", {}, 403),
        ("", "10.0.0.7", {}, 403),
        ("", "", {}, 403),
        ("", "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("", "127.0.0.1", {"Forwarded": "for=10.0.0.7"}, 403),
        ("", "10.0.0.7", {"Authorization": "Bearer "}, 403),
        (TOKEN, "127.0.0.1", {}, 401),
        (TOKEN, "10.0.0.7", {}, 401),
        (TOKEN, "10.0.0.7", {"Authorization": f"Bearer {TOKEN}"}, 200),
        (TOKEN, "10.0.0.7", {"Authorization": f"Bearer {TOKEN}x"}, 401),
        (TOKEN, "10.0.0.7", {"Authorization": f"Basic {TOKEN}"}, 401),
        (TOKEN, "10.0.0.7", {"Authorization": "Bearer ữ".encode().decode("latin-1")}, 401),
        (TOKEN, "127.0.0.1", {"X-Forwarded-For": "1.2.3.4", "Authorization": f"Bearer {TOKEN}"}, 200),
    ],
)
def test_who_is_shown_the_figures(browse, token, address, headers, status):
    answer = browse(None, metrics_token=token).get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})

    assert answer.status_code == status


def test_figures_name_nobody(office, browse):
    office.consolidate()

    page = browse(None, metrics_token=TOKEN).get("/metrics", headers=BEARER).get_data(as_text=True)

    with office.workspace() as workspace:
        books = [book.spreadsheet_id for book in workspace.store.registry.workbooks(office.campaign.key)]
        assert [book.kind for book in workspace.store.registry.workbooks(office.campaign.key)].count(
            WorkbookKind.MASTER
        ) == 1
    codes = [unit.code for unit in office.campaign.units]
    assert [word for word in (*codes, *books, "@") if word in page] == []
