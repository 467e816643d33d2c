"""What a token of a time text is to the grammar."""

from __future__ import annotations

from enum import IntEnum, auto


class Tag(IntEnum):  # its members are looked up in sets all the time, and integers hash fast
    """What a token is to the grammar."""

    # marks and figures
    NUMBER = auto()
    ISO = auto()
    ENGLISH = auto()  # 15-Oct-2023
    HOUR = auto()
    QUANTITY = auto()  # money, percentages: never a date
    REFERENCE = auto()  # 15/2023/QĐ-UBND, a telephone number
    SLASH = auto()
    DOT = auto()
    DASH = auto()
    COMMA = auto()
    BREAK = auto()
    COLON = auto()
    OPEN = auto()
    CLOSE = auto()
    BLANK = auto()  # dots to be filled in
    WORD = auto()
    # units
    DAY = auto()
    WEEK = auto()
    MONTH = auto()
    LETTER_T = auto()  # T9 is a month, T7 may be a Saturday
    QUARTER = auto()
    YEAR = auto()
    THIS_YEAR = auto()
    NTH = auto()
    ORDINAL = auto()
    WEEKDAY = auto()
    WORKDAYS = auto()
    SESSION = auto()
    # parts
    EARLY = auto()
    MIDDLE = auto()
    LATE = auto()
    HALF = auto()
    # relations
    FROM = auto()
    TO = auto()
    UNTIL = auto()
    BEFORE = auto()
    BY = auto()
    AFTER = auto()
    ONWARD = auto()
    NOW = auto()
    START = auto()
    FINISH = auto()
    AND = auto()
    OR = auto()
    # colours
    ABOUT = auto()
    OCCASION = auto()
    PEAK = auto()
    EACH = auto()
    EVERY = auto()
    ALWAYS = auto()
    CAMPAIGN = auto()
    NAMED_DAY = auto()
    # the rest
    PLACE = auto()
    SITE = auto()  # "Quảng trường 3/2": may be named by a date
    NUMBERED = auto()  # "Quốc lộ 31": its number is its own
    ASIDE = auto()  # "theo ...", "khi ...": names an occasion without a time
    SCHOOL_YEAR = auto()
    LUNAR = auto()  # "âm lịch"
    LUNAR_MONTH = auto()  # "tháng Chạp"
    LUNAR_DAY = auto()  # "Tết Trung thu"
    FULL_MOON = auto()  # "rằm"
    SAME = auto()  # "tức": the same day named once more
    NTH_WEEKDAY = auto()  # "thứ Bảy thứ hai" of a month
    VOID = auto()  # with this word nothing is understood
    CHANGE = auto()  # "hoãn", "dời sang": the days are not as they stand
    LABEL = auto()  # "đợt 1"
    COUNT = auto()  # "10 người"
    FILLER = auto()
    WITHIN = auto()  # a filler that leads back to a time
    ARTICLE = auto()  # "Khoản 3 Điều 15"
