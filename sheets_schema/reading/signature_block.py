"""Recognising the signature block: the only thing that ends a table."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sheets_schema.vietnamese import folding

LONGEST_BLOCK = 200

# "TM. BAN THƯỜNG VỤ", "KT. GIÁM ĐỐC", "K/T TRƯỞNG BAN": on whose behalf a document is signed
_ON_BEHALF = re.compile(r"\W*(?i:t[./]?m|k[./]?t|t[./]?l|tuq|q)(?:\s*[./]\s*|\s+)([^\W\d_]+)")
_SIGNED = re.compile(
    r"\W*(?:\(\s*(?:da )?ky\b|da ky\b|ky ten\b|ky va ghi ro|ky, (?:ghi ro|dong dau|ho ten)"
    r"|noi nhan\s*(?::|$)|chu ky\b(?! so\b)|dong dau\b)"
)
_PLACE_AND_DATE = re.compile(
    r"(?P<place>[^\d,;]{2,40}),\s*ngày\b[\s.…\d]*tháng\b[\s.…\d]*năm\b[\s.…\d]*", re.IGNORECASE
)
# the short form is a signature only where nothing is beside it
_SHORT_PLACE_AND_DATE = re.compile(
    r"(?P<place>[^\d,;\n]{2,40}),\s*ngày\s+\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}\W*", re.IGNORECASE
)
_LONGEST_PLACE = 5  # words: "Thành phố Bắc Giang"
_LONGEST_NAME = 6  # words: "Đại Tá Nguyễn Thị Thanh Hà"
_KINDS_OF_PLACE = frozenset({"tp", "tp.", "thành", "phố", "thị", "trấn", "xã", "huyện", "tỉnh", "phường"})
_OFFICE = re.compile(
    r"(?:dai dien |quyen )?(?:pho |p\. ?)?"
    r"(?:giam doc|tong giam doc|chu tich|bi thu|truong ban|chanh van phong|thu truong|cuc truong|chi cuc truong"
    r"|hieu truong|vien truong|chanh an|chanh thanh tra|tong bien tap|chinh uy|chi huy truong|truong phong|truong doan"
    r"|lanh dao don vi|lanh dao co quan|nguoi lap|nguoi tong hop|nguoi ky|can bo tong hop"
    r"|xac nhan cua (?:lanh dao|thu truong|co quan|don vi)|dai dien (?:lanh dao|co quan|don vi))\b"
)
# what holders of an office do: then it is an activity
_ACTS = re.compile(r"\b(?:doi thoai|tiep (?:cong )?dan|tham|tang|gap|lam viec|chi dao|phat dong|du|trao|voi)\b")
_WHOLE_OFFICE = re.compile(
    rf"(?:{_OFFICE.pattern}(?: (?:co quan|don vi|so|ban|huyen uy|thanh uy|tinh uy|bieu|bang|danh sach)|\W)*)+"
)


def is_signature(cells: Iterable[str], *, has_period: bool) -> bool:
    """Return True if a row without a number belongs to the signature block, from all that is written in it."""
    filled = list(cells)
    if has_period:
        return False
    alone = len(filled) == 1 and _is_dated_place(_SHORT_PLACE_AND_DATE.fullmatch(folding.nfc(filled[0].strip())))
    others = [cell for cell in filled if not is_signature_text(cell)]
    # an activity may be for "Chủ tịch", or be about signatures: then there is more beside that than a name
    beside = not others or (len(others) == 1 and _may_be_name(others[0]))
    return alone or (len(others) < len(filled) and beside)


def _may_be_name(cell: str) -> bool:
    """Return True if a text may be a person's name or rank: a few words in capitals."""
    words = cell.split()
    return len(words) <= _LONGEST_NAME and all(word[0].isupper() for word in words)


def is_signature_text(cell: str) -> bool:
    """Return True if a text begins a signature block: on whose behalf, an office, "(Ký tên…)", place and date."""
    words = cell.strip()
    if len(words) > LONGEST_BLOCK or len(words) < 3:
        return False
    plain = folding.without_marks(folding.fold(words))
    if _SIGNED.match(plain) or _is_place_and_date(words):
        return True
    first_line = words.splitlines()[0].strip()
    on_behalf = _ON_BEHALF.match(first_line)
    return (on_behalf is not None and on_behalf[1].isupper()) or _names_office(first_line)


def _is_place_and_date(words: str) -> bool:
    """Return True if a place and date are here, with nothing or the rest of a signature below."""
    composed = folding.nfc(words)
    found = _PLACE_AND_DATE.match(composed)
    if found is None or not _is_dated_place(found):
        return False
    rest = composed[found.end() :].strip()
    return not rest or is_signature_text(rest)


def _is_dated_place(found: re.Match[str] | None) -> bool:
    """Distinguish "Bắc Giang, ngày 25 tháng 9 năm 2023" from "Hội nghị tổng kết, ngày 25 tháng 9 năm 2023"."""
    if found is None:
        return False
    words = found["place"].split()
    named = all(word.lower() in _KINDS_OF_PLACE or not word[0].islower() for word in words)
    return named and len(words) <= _LONGEST_PLACE


def _names_office(line: str) -> bool:
    plain = folding.without_marks(folding.fold(line))
    if _WHOLE_OFFICE.fullmatch(plain):
        return True
    return line.isupper() and len(line.split()) <= 10 and bool(_OFFICE.match(plain)) and not _ACTS.search(plain)
