"""A small made-up season to hold the rules against."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from service.domain.decisions import Decision, DecisionKind
from service.domain.explanation import Explanation, explain
from service.domain.history import group_history
from service.domain.observations import Observation, TabPlace
from service.domain.standings import Standing, standing_at
from sheets_schema.campaign import (
    BoardTask,
    Campaign,
    Form,
    Group,
    Obligation,
    Policy,
    TableKind,
    Unit,
    Window,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
UNIT, FORM = "S-CT", "registration"


def local(text: str) -> datetime:
    """Read an instant as the campaign's clocks show it: "2023-09-30 00:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def make_campaign() -> Campaign:
    return Campaign(
        key="thu_nghiem",
        title="Đợt thử",
        year=2023,
        zone=ZONE,
        board="Ban",
        place="Bắc Giang",
        plan_number="",
        plan_date=None,
        names=(),
        span=Window(date(2023, 10, 1), date(2023, 10, 31)),
        window=Window(date(2023, 9, 15), date(2023, 11, 30)),
        obligations=(
            Obligation("registration", "Đăng ký", "trước ngày 30/9/2023", local("2023-09-30 00:00")),
            Obligation("report", "Báo cáo", "trước ngày 30/10/2023", local("2023-10-30 00:00")),
        ),
        groups=(Group("so", "Sở"), Group("huyen", "Huyện")),
        units=(
            Unit("HU-YT", "Huyện ủy Yên Thế", "Yên Thế", "huyen"),
            Unit("S-CT", "Sở Công Thương", "Sở Công Thương", "so"),
            Unit("B-TC", "Ban Tổ chức", "Ban Tổ chức", "so", active=False),
        ),
        forms=(
            Form("registration", "1", "Đăng ký hoạt động", TableKind.OPEN, (), (), (), needs_document=True),
            Form("report", "1", "Báo cáo kết quả", TableKind.FIXED, (), (), ()),
        ),
        contents=(),
        board_tasks=(
            BoardTask("1.1", "Biểu dương"),
            BoardTask("1.8", "Tổng kết", "xong trước ngày 05/11/2023", local("2023-11-05 00:00")),
        ),
    )


@dataclass
class Season:
    """A campaign, and the records of one unit's registration as they come in."""

    campaign: Campaign = field(default_factory=make_campaign)
    observations: list[Observation] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    def see(self, at: str, after: str | None = "", modified: str | None = None, **what: object) -> Observation:
        """Add a look at the tab; complete unless said otherwise, a minute after the look before it."""
        seen_at = local(at)
        last = seen_at - timedelta(minutes=1) if after == "" else after and local(after)
        look = Observation(
            unit=UNIT,
            form=FORM,
            seen_at=seen_at,
            last_seen_at=last or None,
            modified_at=local(modified) if modified else None,
            filled=True,
            confirmed=True,
            nil=False,
            content=True,
            document=True,
            entries=2,
            errors=0,
            warnings=0,
            digest="a",
            fault_digest="",
            place=TabPlace("bang-1", 7, "Sở Công Thương", "B14"),
        )
        self.observations.append(replace(look, **what))
        return self.observations[-1]

    def decide(self, kind: DecisionKind, at: str, before: str | None = None, received: str | None = None) -> Decision:
        """Add a decision."""
        decision = Decision(
            kind=kind,
            unit=UNIT,
            form=FORM,
            recorded_at=local(at),
            actor="Chị Hoa",
            reason="có công văn xin",
            document="12-CV/BDVTU",
            before=local(before) if before else None,
            received_at=local(received) if received else None,
        )
        self.decisions.append(decision)
        return decision

    def count_boundary_day(self) -> None:
        """Switch on the policy that the named day counts as on time."""
        self.campaign = replace(self.campaign, policy=Policy(count_boundary_day_as_on_time=True))

    def at(self, now: str) -> Standing:
        """Return the standing at an instant."""
        return self.at_instant(local(now))

    def at_instant(self, now: datetime) -> Standing:
        return standing_at(now, self.campaign, UNIT, FORM, self.history)

    def explained(self, now: str) -> Explanation:
        """Explain the standing at an instant."""
        return explain(self.at(now), self.campaign, self.history, local(now))

    @property
    def history(self):
        return group_history(self.observations, self.decisions)


@pytest.fixture
def season() -> Season:
    return Season()


@pytest.fixture(name="local")
def local_fixture():
    return local


@pytest.fixture(scope="session")
def make_season() -> type[Season]:
    return Season
