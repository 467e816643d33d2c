"""“Theo dõi tiến độ”: every unit and obligation on four axes, and the rates of every group."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain.instant_words import instant_words
from service.domain.master.content import PROGRESS, TOGETHER, MasterContent, conservation, tab_link, top
from service.domain.printed_tables import Block, Line, LineStyle, Sheet, fixed, line
from service.domain.rates import Rate, rates
from service.domain.standing_labels import label_of
from service.domain.standings import Standing
from sheets_schema.campaign import Campaign
from sheets_schema.vietnamese.dates import format_day

PROGRESS_COLUMNS: tuple[tuple[str, int], ...] = (
    ("Stt", 45),
    ("Đơn vị", 260),
    ("Khối", 150),
    ("Nội dung phải gửi", 190),
    ("Tình trạng", 230),
    ("Diện", 110),
    ("Gửi", 150),
    ("Thời hạn", 150),
    ("Ngày nhận", 150),
    ("Số ngày trễ", 70),
    ("Xem xét", 150),
    ("Số dòng hợp lệ", 70),
    ("Lỗi, lưu ý", 70),
    ("Hạn gửi", 130),
    ("Hết ngày", 90),
    ("Trang", 70),
)
RATE_COLUMNS = (
    "",
    "Khối",
    "",
    "Nội dung phải gửi",
    "",
    "Phải gửi",
    "Đã gửi",
    "Đúng hạn",
    "Trễ hạn",
    "Cần xác nhận",
    "Quá hạn chưa gửi đủ",
    "Không thuộc diện",
    "Số dòng hợp lệ",
    "Tỷ lệ gửi đủ",
    "Tỷ lệ đúng hạn",
    "",
)


def progress_sheet(content: MasterContent, stamp: str) -> Sheet:
    """Return where every unit stands with every obligation, then the rates of every group."""
    campaign = content.campaign
    lines = top(campaign, "Bảng theo dõi tiến độ", stamp)
    lines += [line(LineStyle.NOTE, text) for text in (conservation(content.tally), *content.notices)]
    lines.append(line(LineStyle.HEADER, *(title for title, _ in PROGRESS_COLUMNS)))
    below = [line(LineStyle.BLANK), line(LineStyle.SUBTITLE, "TỶ LỆ THEO KHỐI"), line(LineStyle.HEADER, *RATE_COLUMNS)]
    below += [_rate_line(campaign, rate) for rate in rates(campaign, content.standings)]
    note = "Tỷ lệ gửi đủ, tỷ lệ đúng hạn tính trên số đơn vị phải gửi."
    below.append(line(LineStyle.NOTE, note))
    blocks = (fixed("top", lines), *_standing_blocks(content), fixed("rates", below))
    return Sheet(PROGRESS, tuple(width for _, width in PROGRESS_COLUMNS), blocks, frozenset({13, 14}))


def _standing_blocks(content: MasterContent) -> Iterator[Block]:
    for first in range(0, len(content.standings), TOGETHER):
        few = content.standings[first : first + TOGETHER]
        lines = [_standing_line(content, number, standing) for number, standing in enumerate(few, start=first + 1)]
        yield fixed(f"standings {first}", lines)


def _standing_line(content: MasterContent, index: int, standing: Standing) -> Line:
    campaign = content.campaign
    unit = campaign.unit(standing.unit)
    return line(
        LineStyle.BODY,
        index,
        unit.name,
        campaign.group(unit.group).name,
        campaign.obligation(standing.form).title,
        standing.label,
        label_of(standing.eligibility),
        label_of(standing.receipt),
        standing.timeliness_label(),
        instant_words(standing.received_at, campaign.zone) if standing.received_at else "",
        standing.days_late or "",
        label_of(standing.review),
        standing.entries,
        standing.problems,
        standing.limit.words,
        format_day(standing.limit.last_day),
        tab_link(content, content.tabs.get((standing.unit, standing.form))),
    )


def _rate_line(campaign: Campaign, rate: Rate) -> Line:
    return line(
        LineStyle.BODY if rate.group else LineStyle.TOTAL,
        "",
        campaign.group(rate.group).name if rate.group else "Tất cả",
        "",
        campaign.obligation(rate.form).title,
        "",
        rate.expected,
        rate.sent,
        rate.on_time,
        rate.late,
        rate.unconfirmed,
        rate.missing,
        rate.exempt,
        rate.entries,
        rate.sent_share if rate.sent_share is not None else "",
        rate.on_time_share if rate.on_time_share is not None else "",
        "",
    )
