"""The words of the pages, Vietnamese and English; labels of the axes come from the domain's own table."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.axes import Language

TEXTS: dict[str, tuple[str, str]] = {
    "dashboard": ("Bảng theo dõi", "Dashboard"),
    "as_of": ("Tính đến", "As of"),
    "as_of_at": ("Tính đến {at}", "As of {at}"),
    "now": ("Hiện nay", "Now"),
    "view": ("Xem", "Show"),
    "clear": ("Bỏ lọc", "Clear"),
    "filter": ("Lọc", "Filter"),
    "all": ("Tất cả", "All"),
    "all_forms": ("Mọi nội dung", "All obligations"),
    "all_groups": ("Mọi khối", "All groups"),
    "all_timeliness": ("Mọi thời hạn", "Any timeliness"),
    "search": ("Tìm đơn vị", "Find a unit"),
    "obligation": ("Nội dung phải gửi", "Obligation"),
    "group": ("Khối", "Group"),
    "unit": ("Đơn vị", "Unit"),
    "status": ("Tình trạng", "Status"),
    "eligibility": ("Diện", "Eligibility"),
    "receipt": ("Gửi", "Receipt"),
    "timeliness": ("Thời hạn", "Timeliness"),
    "review": ("Xem xét", "Review"),
    "received_at": ("Ngày nhận", "Received"),
    "days_late": ("Số ngày trễ", "Days late"),
    "entries": ("Số dòng hợp lệ", "Entries"),
    "problems": ("Lỗi, lưu ý", "Problems"),
    "tab": ("Trang", "Tab"),
    "open_tab": ("Mở trang", "Open tab"),
    "expected": ("Phải gửi", "Expected"),
    "sent": ("Đã gửi", "Sent"),
    "on_time": ("Đúng hạn", "On time"),
    "late": ("Trễ hạn", "Late"),
    "unconfirmed": ("Cần xác nhận", "To be confirmed"),
    "missing": ("Quá hạn chưa gửi đủ", "Overdue"),
    "not_due": ("Chưa đến hạn", "Not due yet"),
    "exempt": ("Không thuộc diện", "Exempt"),
    "sent_share": ("Tỷ lệ gửi đủ", "Sent rate"),
    "on_time_share": ("Tỷ lệ đúng hạn", "On-time rate"),
    "shares_of": (
        "Tỷ lệ gửi đủ, tỷ lệ đúng hạn tính trên số đơn vị phải gửi.",
        "Both rates are of the units expected to send.",
    ),
    "limit": ("Hạn gửi: {words}", "Due: {words}"),
    "days_left": ("còn {days} ngày", "{days} days left"),
    "last_day_today": ("hôm nay là ngày cuối", "today is the last day"),
    "days_over": ("đã qua hạn {days} ngày", "{days} days past"),
    "by_group": ("Theo khối", "By group"),
    "by_unit": ("Từng đơn vị", "Unit by unit"),
    "shown": ("Hiện {shown} trên {total} đơn vị.", "{shown} of {total} units shown."),
    "none_shown": ("Không có đơn vị nào như đã lọc.", "No unit matches the filter."),
    "open_master": ("Mở bảng tổng hợp", "Open the master"),
    "master_changed": ("Bảng tổng hợp thay đổi lần cuối: {at}.", "The master last changed: {at}."),
    "master_none": (
        "Chưa có bảng tổng hợp. Chạy: tonghop provision, rồi tonghop consolidate.",
        "There is no master yet. Run: tonghop provision, then tonghop consolidate.",
    ),
    "last_run": ("Lần tổng hợp gần nhất: {at}.", "Last run: {at}."),
    "run_failed": (
        "Lần tổng hợp lúc {at} không thành, bảng tổng hợp giữ trạng thái tốt gần nhất. Lý do: {error}",
        "The run at {at} failed; the master keeps its last good state. Reason: {error}",
    ),
    "worker_alive": ("Tự động cập nhật: đang chạy.", "Automatic updates: running."),
    "worker_dead": (
        "Tự động cập nhật không chạy: số liệu chỉ mới bằng lần tổng hợp gần nhất. Chạy tonghop serve hoặc "
        "tonghop worker.",
        "Automatic updates are not running: figures are as of the last run. Start tonghop serve or tonghop worker.",
    ),
    "rehearsal": ("Diễn tập: đồng hồ đang đặt lúc {at}.", "Rehearsal: the clock stands at {at}."),
    "future": (
        "Thời điểm này chưa tới: tình trạng được tính theo những gì đã biết đến nay.",
        "This instant is still to come: computed from what is known so far.",
    ),
    "look_at": ("Xem tại", "Look at"),
    "explanation": ("Vì sao có tình trạng này", "Why this status"),
    "unit_problems": ("Lỗi cần sửa, lưu ý", "Problems"),
    "no_problems": ("Không có nội dung nào cần sửa.", "Nothing to correct."),
    "problems_unread": (
        "Chưa đọc được danh sách cần sửa lúc này.",
        "The list of problems cannot be read at the moment.",
    ),
    "problems_as_of": (
        "Theo bảng tổng hợp, thay đổi lần cuối {at}.",
        "From the master, last changed {at}.",
    ),
    "severity": ("Mức độ", "Severity"),
    "cell": ("Ô", "Cell"),
    "column": ("Cột", "Column"),
    "message": ("Nội dung", "Problem"),
    "back": ("Về bảng theo dõi", "Back to the dashboard"),
    "back_to_unit": ("Về trang của đơn vị", "Back to the unit's page"),
    "tabs": ("Các trang", "Tabs"),
    "read_only": ("Chỉ xem", "Read only"),
    "empty_tab": ("Trang này chưa có gì.", "This tab is empty."),
    "blank_rows": ("{count} dòng trống", "{count} blank rows"),
    "shortened": (
        "Trang dài: chỉ hiện {shown} dòng đầu trong {total} dòng.",
        "A long tab: the first {shown} of {total} rows are shown.",
    ),
    "skip": ("Đến nội dung", "Skip to content"),
    "bad_as_of": (
        "“{text}” không phải là thời điểm. Ghi như 2023-10-02T17:00 (giờ của đợt) hoặc 2023-10-02T17:00+07:00.",
        "“{text}” is not an instant. Write 2023-10-02T17:00 (the campaign's time) or 2023-10-02T17:00+07:00.",
    ),
    "bad_filter": (
        "Không lọc được theo “{text}”. Có: {known}.",
        "Cannot filter by “{text}”. There are: {known}.",
    ),
    "no_unit": ("Không có đơn vị “{text}” trong danh sách.", "There is no unit “{text}”."),
    "no_page": ("Không có trang này.", "There is no such page."),
    "bad_request": ("Yêu cầu này không dùng được.", "This request cannot be used."),
    "too_large": ("Nội dung gửi lên quá lớn.", "The request is too large."),
    "not_allowed": ("Địa chỉ này không nhận cách gọi đó.", "This address does not take that method."),
    "sign_in": ("Đăng nhập", "Sign in"),
    "how_to_sign_in": (
        "Trang này chỉ dành cho người được cấp quyền. Đề nghị cơ quan tổng hợp gửi một liên kết đăng nhập; mở liên kết "
        "ấy để vào.",
        "This site is for those who were given access. Ask the board's office for a sign-in link and open it.",
    ),
    "link_refused": (
        "Liên kết này không dùng được: đã dùng rồi, đã hết hạn hoặc đã được thay. Cần một liên kết mới.",
        "This link is no longer good: it was used, has expired or was replaced. You need a new one.",
    ),
    "link_once": (
        "Liên kết này dùng được một lần. Bấm nút dưới đây để vào trên máy này.",
        "This link works once. Press the button to sign in on this device.",
    ),
    "enter": ("Vào", "Sign in"),
    "sign_out": ("Thoát", "Sign out"),
    "sign_in_first": ("Cần đăng nhập.", "Sign in first."),
    "not_for_you": ("Quyền của bạn không mở được trang này.", "This is not open to you."),
    "forged_form": (
        "Phiên làm việc đã đổi, hoặc yêu cầu không đến từ trang này; chưa làm gì. Tải lại trang rồi làm lại.",
        "The session has changed, or this did not come from our page; nothing was done. Reload the page and try again.",
    ),
    "too_many": (
        "Đã thử sai quá nhiều lần. Đợi ít phút rồi thử lại.",
        "Too many refused attempts. Wait a few minutes and try again.",
    ),
    "our_failure": (
        "Có lỗi phía máy chủ; đã ghi lại. Thử lại sau ít phút.",
        "The server failed and has noted it. Try again in a few minutes.",
    ),
    "error_title": ("Không mở được", "Not possible"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The texts in one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its places filled; KeyError for one that is not in the table."""
        vietnamese, english = TEXTS[key]
        return (vietnamese if self.language is Language.VIETNAMESE else english).format(**values)
