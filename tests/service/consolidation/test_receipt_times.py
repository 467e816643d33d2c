"""An outage over the limit, through the whole flow: what the file's modified time proves, and what it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from service import connections, workflows
from service.domain.observations import MODIFIED_LAG
from service.domain.standing_labels import Timeliness
from service.sheets import http
from service.sheets.marks import COLUMN_KEY
from service.sheets.verbs import Sheets

GOOD = ["1", "Ra quân dọn vệ sinh môi trường", "Ngày 05/10/2023", "Toàn tỉnh", "Cán bộ, đoàn viên", "Đường sạch", ""]
SENT = {"Số và ký hiệu": "12-KH/BCS", "Ngày ban hành": "20/9/2023", "Xác nhận gửi": True}
ON_TIME, LATE, UNCONFIRMED = Timeliness.ON_TIME, Timeliness.LATE, Timeliness.UNCONFIRMED


class Season:
    """An office whose spreadsheets' server tells of modified times as late as Google, or at once."""

    def __init__(self, office, *, lags: bool) -> None:
        self.office, self.lags, self.waited = office, lags, []
        self.meanwhile = lambda: None  # what others do while a run waits

    def consolidate(self, at: str):
        self.office.at(at)
        application = connections.embedded_application(self.office.settings, self.office.clock, lags=self.lags)
        sheets = Sheets(http.connect(self.office.session(application)), COLUMN_KEY)
        with self.office.workspace() as workspace:
            lag = MODIFIED_LAG if self.lags else timedelta(0)
            return workflows.consolidate(
                replace(workspace, sheets=sheets, modified_lag=lag, pause=self.pause), trigger="test"
            )

    def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.meanwhile()
        self.office.now += timedelta(seconds=seconds)

    def send(self, at: str, unit: str = "S-CT") -> None:
        self.office.at(at).type(unit, "registration", [GOOD], SENT)

    def timeliness(self, unit: str = "S-CT") -> Timeliness:
        return self.office.standing(unit, "registration").timeliness


@pytest.fixture
def exact(office) -> Season:
    """The embedded server as it is: modified times are told at once."""
    return Season(office, lags=False)


@pytest.fixture
def late(office) -> Season:
    """The same as Google: up to three minutes late."""
    return Season(office, lags=True)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2023-09-29 21:00:00", ON_TIME),
        ("2023-09-29 23:56:59", ON_TIME),  # three minutes on, it is one second to midnight
        ("2023-09-29 23:57:00", UNCONFIRMED),
        ("2023-09-29 23:59:59", UNCONFIRMED),
        ("2023-09-30 00:00:00", UNCONFIRMED),
        ("2023-09-30 06:00:00", UNCONFIRMED),
    ],
)
def test_outage_over_the_limit(exact, sent, expected):
    exact.consolidate("2023-09-29 20:00")
    exact.send(sent)

    exact.consolidate("2023-09-30 08:00")

    assert (exact.timeliness(), exact.waited) == (expected, [])


@pytest.mark.parametrize(("sent", "expected"), [("2023-09-29 23:59:59", ON_TIME), ("2023-09-30 00:00:00", LATE)])
def test_looks_on_one_side_of_the_limit_ask_nothing(exact, sent, expected):
    """The sweep at the limit saw it, or saw that it was not there: the looks alone decide."""
    exact.consolidate("2023-09-29 20:00" if expected is ON_TIME else "2023-09-30 00:00")
    exact.send(sent)

    report = exact.consolidate("2023-09-29 23:59:59.500" if expected is ON_TIME else "2023-09-30 08:00")

    assert (exact.timeliness(), report.drive_calls) == (expected, 0)


def test_another_units_later_edit_in_the_same_file_leaves_it_open(exact):
    exact.consolidate("2023-09-29 20:00")
    exact.send("2023-09-29 21:00")
    exact.send("2023-09-30 06:00", unit="S-GDDT")

    exact.consolidate("2023-09-30 08:00")

    assert (exact.timeliness("S-CT"), exact.timeliness("S-GDDT")) == (UNCONFIRMED, UNCONFIRMED)


def test_another_units_earlier_edit_proves_nothing_for_the_one_after_the_limit(exact):
    exact.consolidate("2023-09-29 20:00")
    exact.send("2023-09-29 21:00", unit="S-GDDT")
    exact.send("2023-09-30 00:00:01")

    exact.consolidate("2023-09-30 08:00")

    assert exact.timeliness() is UNCONFIRMED


def test_our_own_answer_comes_after_the_question(exact):
    """The first run after the outage answers both units in the same file; neither answer stands in the other's way."""
    exact.consolidate("2023-09-29 20:00")
    exact.send("2023-09-29 21:00")
    exact.send("2023-09-29 21:05", unit="S-GDDT")

    report = exact.consolidate("2023-09-30 08:00")

    assert (report.feedback, report.drive_calls) == (2, 1)
    assert (exact.timeliness("S-CT"), exact.timeliness("S-GDDT")) == (ON_TIME, ON_TIME)


def test_a_write_of_ours_after_it_takes_evidence_away_and_makes_nobody_late(exact):
    exact.consolidate("2023-09-29 20:00")
    exact.send("2023-09-29 21:00")
    # what a run cut off between its read and its end had still written, as us
    exact.office.at("2023-09-30 00:05").tab("S-GDDT", "registration").update([["Chưa có dữ liệu"]], "H20")

    exact.consolidate("2023-09-30 08:00")

    assert exact.timeliness() is UNCONFIRMED


def test_standing_tells_why_and_stays_the_same_whenever_it_is_asked(exact):
    exact.consolidate("2023-09-29 20:00")
    exact.send("2023-09-29 21:00")
    exact.consolidate("2023-09-30 08:00")
    exact.consolidate("2023-09-30 09:00")

    with exact.office.workspace() as workspace:
        told = workflows.explain(workspace, "S-CT", "registration", exact.office.now)

    assert told.evidence[-1].text() == (
        "tệp sửa lần cuối 21:00 ngày 29/9/2023, cộng tối đa 3 phút trễ của Drive: "
        "đơn vị gửi chậm nhất 21:03 ngày 29/9/2023."
    )
    assert exact.timeliness() is ON_TIME


def test_with_google_it_is_asked_once_more_when_drive_must_know(late):
    late.consolidate("2023-09-29 20:00")
    late.send("2023-09-29 21:00")

    report = late.consolidate("2023-09-30 08:00")

    assert (late.timeliness(), late.waited, report.drive_calls, report.feedback) == (ON_TIME, [180.0], 2, 1)


def test_with_google_an_edit_drive_knows_nothing_of_yet_is_not_on_time(late):
    """Sent a minute after the limit, seen half a minute later: Drive still tells of an edit of the evening before."""
    late.consolidate("2023-09-29 20:00")
    late.office.at("2023-09-29 20:30").type("S-CT", "registration", [GOOD])
    late.send("2023-09-30 00:01:00")

    late.consolidate("2023-09-30 00:01:30")

    assert (late.timeliness(), late.waited) == (UNCONFIRMED, [180.0])


def test_with_google_nobody_waits_where_it_cannot_decide(late):
    late.consolidate("2023-09-29 20:00")
    late.send("2023-09-29 23:58")

    late.consolidate("2023-09-30 08:00")

    assert (late.timeliness(), late.waited) == (UNCONFIRMED, [])


def test_with_google_an_edit_while_waiting_leaves_it_open(late):
    late.consolidate("2023-09-29 20:00")
    late.send("2023-09-29 21:00")
    late.meanwhile = lambda: late.send("2023-09-30 08:00:10", unit="S-GDDT")

    late.consolidate("2023-09-30 08:00")

    assert late.timeliness() is UNCONFIRMED


def test_cut_off_while_waiting_the_next_run_still_has_its_evidence(late):
    late.consolidate("2023-09-29 20:00")
    late.send("2023-09-29 21:00")

    def die() -> None:
        raise KeyboardInterrupt

    late.meanwhile = die
    with pytest.raises(KeyboardInterrupt):
        late.consolidate("2023-09-30 08:00")
    late.meanwhile = lambda: None

    late.office.forget_lease()
    late.consolidate("2023-09-30 08:10")

    assert late.timeliness() is ON_TIME


def test_only_google_is_waited_for(office):
    with office.workspace() as workspace:
        assert workspace.modified_lag == timedelta(0)
