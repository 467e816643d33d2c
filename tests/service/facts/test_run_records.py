"""The line kept per run, on every store."""

from __future__ import annotations

from service.facts.records import RunTotals


def test_runs_newest_first_with_report_and_error(store, campaign_key, instant):
    first = store.runs.start(campaign_key, instant("2023-10-01 08:00"), "hook", "worker-1")
    second = store.runs.start(campaign_key, instant("2023-10-01 09:00"), "command", "Chị Hoa")
    store.runs.finish(second, instant("2023-10-01 09:01"), {"rows_in": 3, "lời": "xong"})
    store.runs.finish(first, instant("2023-10-01 08:01"), {}, "Đọc chưa trọn.")
    killed = store.runs.start(campaign_key, instant("2023-10-01 10:00"), "sweep", "worker-1")

    runs = store.runs.last(campaign_key)

    assert [run.id for run in runs] == [killed, second, first]
    assert [(run.report, run.error) for run in runs] == [
        (None, None),
        ({"rows_in": 3, "lời": "xong"}, None),
        ({}, "Đọc chưa trọn."),
    ]
    assert runs[0].finished_at is None
    assert (runs[1].started_at, runs[1].finished_at) == (instant("2023-10-01 09:00"), instant("2023-10-01 09:01"))
    assert (runs[2].trigger, runs[2].actor) == ("hook", "worker-1")


def test_last_runs_are_counted_and_of_one_campaign(store, campaign_key, instant):
    for _ in range(3):
        store.runs.start(campaign_key, instant("2023-10-01 08:00"), "sweep", "worker-1")
    store.runs.start("khac", instant("2023-10-01 08:00"), "sweep", "worker-1")

    assert len(store.runs.last(campaign_key, 2)) == 2
    assert len(store.runs.last("khac")) == 1


def test_runs_before_a_number(store, campaign_key, instant):
    numbers = [store.runs.start(campaign_key, instant("2023-10-01 08:00"), "sweep", "worker-1") for _ in range(4)]

    assert [run.id for run in store.runs.last(campaign_key, 2, numbers[2])] == [numbers[1], numbers[0]]
    assert store.runs.last(campaign_key, 2, numbers[0]) == ()


def test_runs_are_added_up(store, campaign_key, instant):
    report = {"read_calls": 4, "write_calls": 3, "drive_calls": 1, "retries": 2}
    for number in range(3):
        run = store.runs.start(campaign_key, instant("2023-10-01 08:00"), "sweep", "worker-1")
        store.runs.finish(run, instant("2023-10-01 08:01"), report if number else {"read_calls": 1})
    failed = store.runs.start(campaign_key, instant("2023-10-01 09:00"), "sweep", "worker-1")
    store.runs.finish(failed, instant("2023-10-01 09:01"), {"notices": ["Đọc chưa trọn."]}, "Đọc chưa trọn.")
    store.runs.start(campaign_key, instant("2023-10-01 10:00"), "sweep", "worker-1")
    store.runs.start("khac", instant("2023-10-01 10:00"), "sweep", "worker-1")

    assert store.runs.totals(campaign_key) == RunTotals(
        ended=3, failed=1, unfinished=1, read_calls=9, write_calls=6, drive_calls=2, retries=4
    )
    assert store.runs.totals("chua-co") == RunTotals()
