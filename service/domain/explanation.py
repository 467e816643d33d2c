"""Why a unit stands where it stands: rule, limit, evidence and decisions, in Vietnamese lines and as a dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.deadlines import rest_day_warning
from service.domain.decisions import DECISION_LABELS, Decision, DecisionKind
from service.domain.instant_words import WEEKDAYS, exact_words, instant_words
from service.domain.observations import MODIFIED_LAG, Interval, Observation, Place
from service.domain.reviews import ReviewState, review_of
from service.domain.standing_labels import Eligibility, Timeliness
from service.domain.standings import Standing
from sheets_schema.campaign import Campaign, Policy
from sheets_schema.vietnamese.dates import format_day

_RULES = {
    Timeliness.NOT_DUE: "Chưa đến hạn và chưa có lần gửi đầy đủ nào.",
    Timeliness.DUE_SOON: "Còn không quá {soon} ngày là đến hạn mà chưa có lần gửi đầy đủ nào.",
    Timeliness.MISSING: "Đến hạn mà chưa có lần gửi đầy đủ nào; bản đang soạn và bản gửi chưa đủ không được tính.",
    Timeliness.ON_TIME: "Lần gửi đầy đủ đầu tiên trước hạn là đúng hạn; chỉnh sửa về sau không làm thay đổi.",
    Timeliness.LATE: "Lần gửi đầy đủ đầu tiên từ thời điểm hạn trở đi là trễ; số ngày tính từ sau ngày cuối của hạn.",
    Timeliness.UNCONFIRMED: (
        "Chỉ biết lần gửi đầy đủ đầu tiên nằm trong một khoảng thời gian vắt qua hạn: không tự kết luận là trễ, "
        "cần người phụ trách xác nhận (ghi nhận thời điểm nhận)."
    ),
}
_EXEMPT_RULE = "Không thuộc diện phải gửi nên không xét thời hạn."
_BOUNDARY_LATE = " Gửi trong ngày mốc tính là trễ 1 ngày và được đánh dấu riêng."
_BOUNDARY_ON_TIME = " Đợt này tính cả ngày mốc là đúng hạn."


@dataclass(frozen=True, slots=True)
class Explanation:
    """The reasons for one standing; every text is Vietnamese except `limit`, which is exact."""

    unit: str
    name: str
    form: str
    as_of: str
    label: str
    rule: str
    words: str  # "trước ngày 30/9/2023"
    limit: str  # "2023-09-30 00:00 +07:00 (Asia/Ho_Chi_Minh)"
    last_day: str  # "hết ngày 29/9/2023 (thứ Sáu)"
    warning: str | None  # the last day is a rest day
    extension: str | None
    evidence: tuple[str, ...]
    place: Place | None  # where the deciding look was made
    review: tuple[str, ...]
    decisions: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the explanation as lines to be read from top to bottom."""
        head = (
            f"{self.name} ({self.unit}) · {self.form}",
            f"Tình trạng ({self.as_of}): {self.label}",
            f"Quy tắc: {self.rule}",
            f"Hạn: {self.words}, {self.last_day}",
            f"Thời điểm hạn: {self.limit}",
        )
        optional = (
            f"{title}: {text}" for title, text in (("Lưu ý", self.warning), ("Gia hạn", self.extension)) if text
        )
        return (
            *head,
            *optional,
            *(f"Căn cứ: {line}" for line in self.evidence),
            *(f"Xem xét: {line}" for line in self.review),
            *(f"Quyết định: {line}" for line in self.decisions),
        )

    def as_dict(self) -> dict[str, object]:
        """Return the same as plain values for JSON."""
        place = self.place
        return {
            "unit": self.unit,
            "name": self.name,
            "form": self.form,
            "as_of": self.as_of,
            "label": self.label,
            "rule": self.rule,
            "words": self.words,
            "limit": self.limit,
            "last_day": self.last_day,
            "warning": self.warning,
            "extension": self.extension,
            "evidence": list(self.evidence),
            "cell": f"{place.tab}!{place.cell}" if place else None,
            "spreadsheet_id": place.spreadsheet_id if place else None,
            "sheet_id": place.sheet_id if place else None,
            "review": list(self.review),
            "decisions": list(self.decisions),
            "lines": list(self.lines),
        }


def explain(
    standing: Standing,
    campaign: Campaign,
    observations: Iterable[Observation],
    decisions: Iterable[Decision],
    now: datetime,
) -> Explanation:
    """Explain a standing from the records of its unit and form that were known at `now`."""
    seen = sorted((look for look in observations if look.seen_at <= now), key=lambda look: look.seen_at)
    decided = sorted((made for made in decisions if made.recorded_at <= now), key=lambda made: made.recorded_at)
    limit = standing.limit
    weekday = WEEKDAYS[limit.last_day.weekday()]
    return Explanation(
        unit=standing.unit,
        name=campaign.unit(standing.unit).name,
        form=campaign.form(standing.form).title,
        as_of=f"tính đến {instant_words(now, limit.zone)}",
        label=standing.label,
        rule=_rule(standing, campaign.policy),
        words=limit.words,
        limit=limit.exact,
        last_day=f"hết ngày {format_day(limit.last_day)} ({weekday})",
        warning=rest_day_warning(limit),
        extension=_extension(standing),
        evidence=_evidence(standing, seen),
        place=_place(standing, seen),
        review=_review(review_of(seen, decided), standing),
        decisions=tuple(_decision_line(made, standing) for made in decided if made is not limit.extended_by),
    )


def _rule(standing: Standing, policy: Policy) -> str:
    if standing.timeliness is None:
        return _EXEMPT_RULE
    rule = _RULES[standing.timeliness].format(soon=policy.due_soon_days)
    if policy.count_boundary_day_as_on_time:
        return rule + _BOUNDARY_ON_TIME
    return rule + _BOUNDARY_LATE if standing.boundary_day else rule


def _extension(standing: Standing) -> str | None:
    extension = standing.limit.extended_by
    if extension is None:
        return None
    original = exact_words(standing.limit.original, standing.limit.zone)
    return f"{standing.limit.words} (hạn gốc {original}); {_authority(extension, standing)}"


def _evidence(standing: Standing, seen: Sequence[Observation]) -> tuple[str, ...]:
    deciding = standing.deciding
    lines = []
    if standing.eligibility is Eligibility.EXPECTED and standing.evidence is not None:
        lines.append(_received(standing.evidence, standing))
    if isinstance(deciding, Decision):
        lines.append(f"theo quyết định: {_decision_line(deciding, standing)}")
    elif deciding is not None:
        lines.append(_look_line(deciding, standing))
        if deciding.modified_at is not None:
            lines.append(_modified_line(deciding, standing))
    else:
        lines.append("chưa thấy dữ liệu nào của đơn vị.")
    if seen and seen[-1] is not deciding:
        lines.append(f"gần nhất: {_look_line(seen[-1], standing)}")
    if standing.editing:
        lines.append("đơn vị đã bỏ xác nhận để sửa; lần gửi đầu tiên vẫn được giữ.")
    return tuple(lines)


def _received(interval: Interval, standing: Standing) -> str:
    zone = standing.limit.zone
    by = exact_words(interval.by, zone)
    if interval.after == interval.by:
        return f"nhận lúc {by}."
    if interval.after is None:
        return f"gửi chậm nhất lúc {by}; trước đó chưa lần nào đọc trang này."
    return f"gửi sau {exact_words(interval.after, zone)}, chậm nhất {by}."


def _modified_line(look: Observation, standing: Standing) -> str:
    modified, bound = (instant_words(at, standing.limit.zone) for at in (look.modified_at, look.changed_by) if at)
    lag = f"tệp sửa lần cuối {modified}, cộng tối đa {MODIFIED_LAG.total_seconds() / 60:.0f} phút trễ của Drive"
    if look.happened.by == look.changed_by:
        return f"{lag}: đơn vị gửi chậm nhất {bound}."
    return f"{lag}: có người sửa tệp về sau nên không thu hẹp được thời điểm gửi."


def _look_line(look: Observation, standing: Standing) -> str:
    ticked = "đã xác nhận gửi" if look.confirmed else "chưa xác nhận gửi"
    parts = [
        ticked,
        f"{look.entries} dòng được nhận",
        f"{look.errors} lỗi",
        "đủ văn bản" if look.document else "thiếu văn bản triển khai",
    ]
    at = instant_words(look.seen_at, standing.limit.zone)
    return f"đọc lúc {at}, ô {look.place.cell} trang “{look.place.tab}”: {', '.join(parts)}."


def _place(standing: Standing, seen: Sequence[Observation]) -> Place | None:
    if isinstance(standing.deciding, Observation):
        return standing.deciding.place
    return seen[-1].place if seen else None


def _review(state: ReviewState, standing: Standing) -> tuple[str, ...]:
    lines = []
    if state.decision is None and state.returned_on is not None:
        at = instant_words(state.returned_on.seen_at, standing.limit.zone)
        lines.append(f"tự động đề nghị chỉnh sửa vì bản gửi có {state.returned_on.errors} lỗi (đọc lúc {at}).")
    if state.edited_since_acceptance:
        lines.append("đơn vị có sửa sau khi được tiếp nhận; việc tiếp nhận vẫn giữ nguyên đến khi có đề nghị mới.")
    return tuple(lines)


def _decision_line(decision: Decision, standing: Standing) -> str:
    zone = standing.limit.zone
    label = DECISION_LABELS[decision.kind]
    if decision.kind is DecisionKind.RECEIVE and decision.received_at is not None:
        label = f"{label} lúc {instant_words(decision.received_at, zone)}"
    if decision.kind is DecisionKind.EXTEND and decision.before is not None:
        label = f"{label} đến trước {instant_words(decision.before, zone)}"
    return f"{label}; {_authority(decision, standing)}"


def _authority(decision: Decision, standing: Standing) -> str:
    document = f"văn bản {decision.document}" if decision.document else "không có số văn bản"
    at = instant_words(decision.recorded_at, standing.limit.zone)
    return f"{document}, {decision.actor} ghi lúc {at}, lý do: {decision.reason}"
