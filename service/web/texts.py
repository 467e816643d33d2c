"""The words of the pages, Vietnamese and English; labels of the axes come from the domain's own table."""

from __future__ import annotations

from dataclasses import dataclass

from sheets_schema.wording import Language

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
    "unit_problems": ("Cần sửa", "Problems"),
    "no_problems": ("Không có nội dung nào cần sửa.", "Nothing to correct."),
    "problems_unread": (
        "Chưa đọc được danh sách cần sửa lúc này.",
        "The list of problems cannot be read at the moment.",
    ),
    "problems_as_of": (
        "Theo lần đọc gần nhất, lúc {at}.",
        "As of the last read, at {at}.",
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
    "how_to_sign_in_by_account": (
        "Lãnh đạo Ban và người điều hành vào bằng tài khoản có địa chỉ đã được cấp quyền.",
        "The board and the operator sign in with an account whose address was given access.",
    ),
    "sign_in_by_account": ("Đăng nhập bằng {provider}", "Sign in with {provider}"),
    "or": ("hoặc", "or"),
    "how_to_sign_in_by_link": (
        "Đơn vị, và ai không dùng tài khoản ấy: đề nghị cơ quan tổng hợp gửi một liên kết đăng nhập; mở liên kết ấy để "
        "vào.",
        "Units, and whoever does not use such an account: ask the board's office for a sign-in link and open it.",
    ),
    "account_not_granted": (
        "Đã dùng địa chỉ {email}. Địa chỉ này chưa được cấp quyền, hoặc quyền đã hết. Chọn tài khoản khác, hoặc đề "
        "nghị {board} cấp quyền cho đúng địa chỉ này.",
        "You used {email}. This address was given no access, or it has ended. Choose another account, or ask {board} "
        "to give access to this very address.",
    ),
    "account_link_only": (
        "Đã dùng địa chỉ {email}. Địa chỉ này được cấp cho một đơn vị: đơn vị vào bằng liên kết. Đề nghị {board} gửi "
        "liên kết.",
        "You used {email}. This address was given to a unit, and units come in by link. Ask {board} to send one.",
    ),
    "account_other": (
        "Đã dùng địa chỉ {email}, nhưng quyền của địa chỉ này đang gắn với một tài khoản khác, có thể của người dùng "
        "địa chỉ trước đây. Đề nghị {board} thu hồi rồi cấp lại quyền cho địa chỉ này.",
        "You used {email}, but its access is held by another account, perhaps of whoever had the address before. Ask "
        "{board} to revoke the access and give it anew.",
    ),
    "account_unverified": (
        "Đã dùng địa chỉ {email}, nhưng {provider} chưa xác minh địa chỉ này. Xác minh địa chỉ ở {provider} rồi thử "
        "lại, hoặc đề nghị {board} gửi liên kết.",
        "You used {email}, but {provider} has not verified this address. Verify it there and try again, or ask {board} "
        "for a link.",
    ),
    "account_other_domain": (
        "Đã dùng địa chỉ {email}. Chỉ nhận tài khoản cơ quan thuộc {domain}. Chọn tài khoản khác, hoặc đề nghị {board} "
        "gửi liên kết.",
        "You used {email}. Only work accounts of {domain} are accepted. Choose another account, or ask {board} for a "
        "link.",
    ),
    "account_cancelled": (
        "Đã dừng ở {provider}; chưa có gì thay đổi. Muốn vào thì bấm nút dưới đây lần nữa.",
        "You stopped at {provider}; nothing has changed. To sign in, press the button again.",
    ),
    "account_expired": (
        "Lần đăng nhập này không còn dùng được: đã quá lâu, đã dùng rồi, bắt đầu ở trình duyệt khác, hoặc trình duyệt "
        "chặn cookie. Bấm nút dưới đây để bắt đầu lại.",
        "This attempt to sign in is no longer good: it is too old, was used, began in another browser, or cookies are "
        "blocked. Press the button to begin again.",
    ),
    "account_broken": (
        "Không dùng được điều {provider} trả về; chưa ai được vào. Bấm nút dưới đây để thử lại. Nếu vẫn vậy, đề nghị "
        "{board} gửi liên kết.",
        "What {provider} sent back cannot be used; nobody was signed in. Press the button to try again. If it stays "
        "so, ask {board} for a link.",
    ),
    "account_provider_down": (
        "Lúc này chưa hỏi được {provider}. Thử lại sau ít phút, hoặc đề nghị {board} gửi liên kết: liên kết vẫn dùng "
        "được.",
        "{provider} cannot be asked at the moment. Try again in a few minutes, or ask {board} for a link: links work.",
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
    "session_ended": (
        "Phiên làm việc đã kết thúc nên chưa ghi gì. Những gì vừa nhập còn ở dưới đây: chép lại, đăng nhập rồi nhập "
        "lại.",
        "The session had ended, so nothing was recorded. What you wrote stands below: copy it, sign in and enter it "
        "again.",
    ),
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
    # the bar of all pages
    "main_menu": ("Trình đơn chính", "Main menu"),
    "nav_unit": ("Trang của đơn vị", "Your unit"),
    "account": ("Tài khoản", "Account"),
    "signed_in_as": ("Đang đăng nhập:", "Signed in as"),
    "master_sheet": ("Bảng tổng hợp", "Master"),
    "board_tasks": ("Nhiệm vụ của Ban", "The board's tasks"),
    "runs": ("Lần tổng hợp", "Runs"),
    "exports": ("Xuất tệp", "Exports"),
    "save_as": ("Lưu danh sách này:", "Save this list:"),
    "pages": ("Các trang của danh sách", "Pages of the list"),
    "page_of": ("Trang {number}/{last}", "Page {number} of {last}"),
    "previous": ("Trước", "Previous"),
    "next": ("Sau", "Next"),
    "bad_page": ("“{text}” không phải là số trang.", "“{text}” is not the number of a page."),
    "bad_day": ("“{text}” không phải là ngày. Ghi như 20/10/2023.", "“{text}” is not a day. Write 2023-10-20."),
    # what needs attention first
    "attention": ("Cần chú ý trước", "Needs attention first"),
    "nothing_urgent": ("Không có việc gì cần chú ý ngay.", "Nothing needs attention right now."),
    "and_more": ("và {count} đơn vị nữa", "and {count} more"),
    "concern_missing": ("Quá hạn, chưa gửi đủ", "Overdue"),
    "concern_unconfirmed": ("Cần xác nhận thời điểm nhận", "Time of receipt to be confirmed"),
    "concern_corrected": ("Đã chỉnh sửa, chờ xem", "Corrected, awaiting review"),
    "concern_partial": ("Gửi chưa đủ", "Incomplete"),
    "concern_draft_soon": ("Đang soạn, sắp đến hạn", "Drafts near the limit"),
    # progress over time
    "over_time": ("Tiến độ theo thời gian", "Progress over time"),
    "chart_title": ("Số đơn vị đã gửi, cộng dồn theo ngày: {name}", "Units that have sent, day by day: {name}"),
    "chart_desc": (
        "Đã gửi {received} trên {expected} đơn vị phải gửi; ngày cuối của hạn chung là {limit}.",
        "{received} of {expected} units have sent; the last day of the common limit is {limit}.",
    ),
    "chart_limit": ("hết ngày {day}", "until the end of {day}"),
    "limit_word": ("Hạn gửi", "Limit"),
    "chart_table": ("Số liệu của biểu đồ", "The chart's figures"),
    "up_to_day": ("Đến hết ngày", "By the end of"),
    # a unit's page
    "edit_tab": ("Nhập, sửa", "Edit"),
    "look_at_tab": ("Xem biểu mẫu", "Look at the form"),
    "open_cell": ("Mở ô", "Open the cell"),
    "open_row": ("Mở dòng", "Open the row"),
    "form": ("Mẫu", "Form"),
    "code": ("Mã", "Code"),
    "severity_error": ("Lỗi cần sửa", "Error"),
    "severity_warning": ("Lưu ý", "Warning"),
    "severity_info": ("Ghi nhận", "Note"),
    "severity_grave": ("Lỗi và lưu ý", "Errors and warnings"),
    "problem_count": ("Có {count} nội dung.", "{count} in all."),
    "no_problems_here": ("Không có nội dung nào như đã lọc.", "Nothing matches the filter."),
    "timeline": ("Diễn biến", "Timeline"),
    "timeline_says": (
        "Theo nhật ký sự kiện, mới nhất trước: những gì đọc được trên trang của đơn vị và các quyết định.",
        "From the log of facts, newest first: what was seen on the unit's tabs, and the decisions.",
    ),
    "timeline_cut": ("Chỉ hiện {count} sự kiện gần nhất.", "Only the last {count} are shown."),
    "no_events": ("Chưa có sự kiện nào.", "Nothing has happened yet."),
    "happened": ("Xảy ra: {at}", "Happened: {at}"),
    "known": ("Biết lúc: {at}", "Known: {at}"),
    "by_whom": ("Người ghi: {who}", "Recorded by {who}"),
    "seen_by_us": ("Tự động đọc trên trang", "Read on the tab"),
    "between": ("sau {after}, chậm nhất {by}", "after {after}, by {by}"),
    "at_latest": ("chậm nhất {by}", "by {by}"),
    "seen_counts": (
        "{entries} dòng hợp lệ, {errors} lỗi, {warnings} lưu ý.",
        "{entries} entries, {errors} errors, {warnings} warnings.",
    ),
    "no_document": ("Thiếu văn bản triển khai.", "The deployment document is missing."),
    "new_limit_at": ("Hạn mới: trước {at}.", "New limit: before {at}."),
    "paper_at": ("Nhận bản giấy lúc {at}.", "Paper received at {at}."),
    "reason_said": ("Lý do: {text}", "Reason: {text}"),
    "document_said": ("Văn bản: {text}", "Document: {text}"),
    "note_said": ("Ghi chú: {text}", "Note: {text}"),
    "no_number": ("Không có số văn bản.", "No document number."),
    # decisions
    "decide": ("Ghi quyết định", "Record a decision"),
    "decide_now": ("Ghi quyết định: xem ở thời điểm hiện nay", "To record a decision, look at the present"),
    "decision_extend": ("Gia hạn", "Extend"),
    "decision_exempt": ("Không thuộc diện", "Exempt"),
    "decision_return": ("Đề nghị bổ sung, chỉnh sửa", "Return for correction"),
    "decision_accept": ("Tiếp nhận", "Accept"),
    "decision_receive": ("Nhận bản giấy, xác nhận thời điểm", "Paper receipt, time of receipt"),
    "decision_nil": ("Ghi nhận không phát sinh", "Nothing to report"),
    "decision_extend_hint": (
        "Nhận trước thời điểm mới là đúng hạn; chỉ cho đơn vị này.",
        "Received before the new instant is on time; for this unit alone.",
    ),
    "decision_exempt_hint": (
        "Đơn vị không phải gửi và không tính vào tỷ lệ. Phải ghi lý do.",
        "The unit need not send and counts in no rate. A reason is required.",
    ),
    "decision_return_hint": (
        "Thời điểm đã gửi không đổi; đơn vị sửa rồi chờ xem lại.",
        "The time of receipt stays; the unit corrects and waits for review.",
    ),
    "decision_accept_hint": ("Tiếp nhận những gì đơn vị đã gửi.", "Accept what the unit has sent."),
    "decision_receive_hint": (
        "Bản giấy đến lúc nào; cũng dùng khi thời điểm nhận cần xác nhận.",
        "When the paper came; also where the time of receipt is to be confirmed.",
    ),
    "decision_nil_hint": ("Đơn vị báo không có gì để gửi.", "The unit says that it has nothing to send."),
    "new_limit": ("Hạn mới: phải gửi trước", "New limit: to be sent before"),
    "paper_received": ("Nhận lúc", "Received at"),
    "reason": ("Lý do", "Reason"),
    "document_number": ("Số, ký hiệu văn bản", "Document number"),
    "record": ("Ghi", "Record"),
    "recorded": (
        "Đã ghi: {decision}, {form}. Tình trạng: {status}. Hạn: {limit}.",
        "Recorded: {decision}, {form}. Status: {status}. Limit: {limit}.",
    ),
    "better_with_reason": (
        "Nên có cả lý do và số văn bản để giải thích được về sau.",
        "A reason and a document number would explain it later.",
    ),
    "no_such_decision": ("Chọn một quyết định trong danh sách.", "Choose one of the decisions."),
    "too_long": ("“{title}” dài quá {longest} ký tự.", "“{title}” is longer than {longest} characters."),
    "unreadable_text": ("“{title}” có ký tự không đọc được.", "“{title}” has characters that cannot be read."),
    # the board's tasks
    "last_day": ("hết ngày {day}", "until the end of {day}"),
    "on_day": ("ngày {day}", "on {day}"),
    "recorded_by": ("{who} ghi lúc {at}.", "Recorded by {who} at {at}."),
    "mark_done": ("Ghi đã hoàn thành", "Mark as done"),
    "reopen": ("Mở lại", "Reopen"),
    "done_on": ("Ngày hoàn thành", "Done on"),
    "done_when": ("Ghi ngày hoàn thành.", "Say on which day it was done."),
    "note": ("Ghi chú", "Note"),
    "task_done": ("Đã ghi: nhiệm vụ {code} đã hoàn thành.", "Recorded: task {code} is done."),
    "task_reopened": ("Đã ghi: nhiệm vụ {code} chưa xong.", "Recorded: task {code} is open again."),
    "no_tasks": ("Đợt này không khai báo nhiệm vụ nào của Ban.", "This campaign declares no tasks of the board."),
    # runs
    "machinery": ("Tình trạng tự động cập nhật", "How automatic updates are doing"),
    "machine_clock": (
        "Giờ của máy chủ; khi diễn tập có thể khác giờ của đợt.",
        "The server's own time; in a rehearsal it may differ from the campaign's.",
    ),
    "worker": ("Tiến trình cập nhật", "Worker"),
    "worker_alive_since": ("Đang chạy, báo lần cuối {at}.", "Running, last heard of {at}."),
    "worker_last_heard": ("Báo lần cuối {at}.", "Last heard of {at}."),
    "dirty_since": ("Có thay đổi chờ tổng hợp từ", "Changes waiting since"),
    "clean": ("Không có gì chờ.", "Nothing is waiting."),
    "running_now": ("Đang tổng hợp", "Running now"),
    "last_failure": ("Lỗi gần nhất", "Last failure"),
    "failed_times": ("{at}, lần thử {count}: {error}", "{at}, attempt {count}: {error}"),
    "last_good_run": ("Lần tốt gần nhất xong lúc", "Last good run ended"),
    "next_sweep": ("Lần tới, chậm nhất", "Next run, at the latest"),
    "next_limit": ("Mốc hạn kế tiếp", "Next limit"),
    "no_more_limits": ("Đã qua mọi mốc hạn.", "All limits have passed."),
    "in_all": ("Từ đầu đợt", "Since the beginning"),
    "run_totals": (
        "{ended} lần xong, {failed} lần lỗi; {reads} lượt đọc, {writes} lượt ghi.",
        "{ended} runs ended, {failed} failed; {reads} reads, {writes} writes.",
    ),
    "last_runs": ("Các lần gần đây", "The last runs"),
    "rows_rule": (
        "Số dòng đọc được luôn bằng tổng hợp + cần sửa + bỏ qua.",
        "Rows read are always those gathered + rejected + skipped.",
    ),
    "run": ("Lần", "Run"),
    "started": ("Bắt đầu", "Started"),
    "result": ("Kết quả", "Result"),
    "trigger": ("Do", "Trigger"),
    "who": ("Người chạy", "Who"),
    "calls_used": ("Lượt gọi", "Calls"),
    "rows": ("Số dòng", "Rows"),
    "seconds": ("Giây", "Seconds"),
    "run_good": ("Xong", "Done"),
    "run_failed_short": ("Lỗi", "Failed"),
    "run_open": ("Chưa xong", "Not ended"),
    "master_replaced": ("bảng tổng hợp đã thay", "master replaced"),
    "trigger_hook": ("Có thay đổi", "A change"),
    "trigger_sweep": ("Quét định kỳ", "Sweep"),
    "trigger_decision": ("Quyết định", "A decision"),
    "trigger_command": ("Lệnh", "Command"),
    "trigger_demo": ("Diễn tập", "Demonstration"),
    "calls": ("{reads} đọc, {writes} ghi", "{reads} reads, {writes} writes"),
    "retried": ("{count} lần gọi lại", "{count} retried"),
    "rows_said": (
        "{read} = {out} + {rejected} + {skipped}",
        "{read} = {out} + {rejected} + {skipped}",
    ),
    "does_not_add_up": ("Không khớp", "Does not add up"),
    "no_runs": ("Chưa có lần tổng hợp nào.", "There has been no run yet."),
    "older": ("Cũ hơn", "Older"),
    "newest": ("Mới nhất", "Newest"),
    # exports
    "exports_say": (
        "Chữ trong tệp không bao giờ là công thức. Tệp .xlsx in được ngay trên khổ A4 ngang; tệp .csv mở bằng Excel.",
        "No text in a file is ever a formula. The .xlsx prints on A4 landscape; the .csv opens in Excel.",
    ),
    "status_list": ("Tình trạng các đơn vị", "Status of the units"),
    "status_export": (
        "Theo nhật ký sự kiện, tại bất kỳ thời điểm nào đã qua.",
        "From the facts, at any past moment.",
    ),
    "entries_list": ("Nội dung đã tổng hợp", "Entries"),
    "entries_export": (
        "Dòng hợp lệ, nguyên văn của đơn vị; của lần đọc gần nhất, không theo thời điểm chọn.",
        "The accepted rows, the units' own words; of the last read, whatever moment is chosen.",
    ),
    "problems_export": (
        "Của lần đọc gần nhất, không theo thời điểm chọn.",
        "Of the last read, whatever moment is chosen.",
    ),
    "master_export": (
        "Tất cả trong một tệp: tình trạng, tỷ lệ, nhiệm vụ theo thời điểm chọn; nội dung và lỗi của lần đọc gần nhất.",
        "All in one file: statuses, rates and tasks at the chosen moment; entries and problems of the last read.",
    ),
    "last_read_at": ("Lần đọc gần nhất: {at}.", "Last read: {at}."),
    "entries_of_last_read": (
        "Dòng hợp lệ của lần đọc gần nhất, nguyên văn của đơn vị; cột “Đọc lúc” ghi lần đọc đầu tiên thấy như vậy.",
        "Accepted rows of the last read, verbatim; “Read at” is the read that first found them so.",
    ),
    "problems_of_last_read": (
        "Theo lần đọc gần nhất; cột “Đọc lúc” ghi lần đọc đầu tiên thấy như vậy.",
        "Of the last read; “Read at” is the read that first found them so.",
    ),
    "number": ("Stt", "No."),
    "unit_code": ("Mã đơn vị", "Unit code"),
    "due": ("Hạn gửi", "Due"),
    "last_day_of_limit": ("Hết ngày", "Last day"),
    "starts": ("Bắt đầu", "Starts"),
    "ends": ("Kết thúc", "Ends"),
    "time_reading": ("Cách hiểu thời gian", "Reading of the time"),
    "confirmed": ("Xác nhận", "Confirmed"),
    "not_confirmed": ("chưa xác nhận", "not confirmed"),
    "read_at": ("Đọc lúc", "Read at"),
    "row": ("Dòng", "Row"),
    "file_status": ("Tình trạng", "Status"),
    "file_entries": ("Nội dung", "Entries"),
    "file_problems": ("Cần sửa", "Problems"),
    "file_master": ("Bảng tổng hợp", "Master"),
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
