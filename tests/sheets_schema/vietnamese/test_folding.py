import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_schema.vietnamese import folding, syllables


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Tháng Dân vận", unicodedata.normalize("NFD", "Tháng Dân vận")),
        ("Hoà bình", "hòa  bình"),
        ("Uỷ ban", "Ủy\u00a0ban"),
        ("Khoá học", "khóa\u200b học"),
        ("Quý III", "qúy iii"),
        ("15/10/2023", "１５/１０/２０２３"),
        ("“Dân vận khéo” – 2023", '"dân vận khéo" - 2023'),
        ("Trồng cây .", "trồng cây"),
    ],
)
def test_fold_same_for_the_eye(left, right):
    assert folding.fold(left) == folding.fold(right)


@pytest.mark.parametrize(("left", "right"), [("Hoàn", "Hòan"), ("từ", "tư"), ("Lục Nam", "Lục Ngạn"), ("quý", "quy")])
def test_fold_keeps_different_words_apart(left, right):
    assert folding.fold(left) != folding.fold(right)


def test_squash_makes_one_space_of_many():
    assert folding.squash(" a\u00a0\n b\ufeff\t c ") == "a b c"


def test_nfc_composes():
    assert folding.nfc("Tha\u0301ng") == "Tháng"


def test_without_marks():
    assert folding.without_marks("Đợt Tháng Dân vận") == "Dot Thang Dan van"


@pytest.mark.parametrize(
    ("typed", "encoding", "suggestion"),
    [
        ("Uû ban nh©n d©n", "TCVN3", "Uỷ ban nhân dân"),
        ("§Êt n\u00adíc", "TCVN3", "Đất nước"),
        ("chÊt l\u00adîng cuéc sèng", "TCVN3", "chất lượng cuộc sống"),
        ("Tuyªn truyÒn vËn ®éng", "TCVN3", "Tuyên truyền vận động"),
        ("Th¸ng 10 n¨m 2023", "TCVN3", "Tháng 10 năm 2023"),
        ("Tuyeân truyeàn vaän ñoäng nhaân daân", "VNI", "Tuyên truyền vận động nhân dân"),
        ("UÛY BAN NHAÂN DAÂN", "VNI", "ỦY BAN NHÂN DÂN"),
        ("Thaùng Daân vaän", "VNI", "Tháng Dân vận"),
        ("chaát löôïng", "VNI", "chất lượng"),
    ],
)
def test_legacy_font_recognised(typed, encoding, suggestion):
    assert folding.legacy_font(typed) == folding.LegacyText(encoding, suggestion)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "Tuyên truyền, vận động Nhân dân",
        "tháng ba có hai ngày là nghỉ",
        "Hà Tây",
        "UBND HUYỆN",
        "Café Hélène, Pâtisserie Noël",
        "Müller, São Paulo, Björn, señor",
        "Copyright © 2023",
        "5 µm, 30 m², ±2 °C",
        "«Net Zero»",
        "plain English",
        "15/10/2023",
    ],
)
def test_legacy_font_leaves_unicode_alone(typed):
    assert folding.legacy_font(typed) is None


@pytest.mark.parametrize("typed", ["", "  ", "…", "...", "....../......", "___", "-", "–", "\u00a0\u200b", ". . ."])
def test_blank_texts(typed):
    assert folding.is_blank(typed) == ("/" not in typed)


@pytest.mark.parametrize("typed", ["0", "nt", "…10", "x", '"'])
def test_not_blank(typed):
    assert not folding.is_blank(typed)


@pytest.mark.parametrize(
    "typed",
    ["#REF!", "#NAME?", "#N/A", "#VALUE!", "#DIV/0!", "#ERROR!", "#NUM!", "#NULL!", "Loading...", "x #REF! y", "####"],
)
def test_formula_error_found(typed):
    assert folding.has_formula_error(typed)


@pytest.mark.parametrize("typed", ["#1", "Số #2", "Loading xe", "N/A", "# REF", ""])
def test_formula_error_absent(typed):
    assert not folding.has_formula_error(typed)


@pytest.mark.parametrize(
    "typed",
    ["a\x00b", "\x01", "b\ufffdc", "TuyÃªn truyá»n", "Váº­n Ä‘á»™ng", "asdfgh", "xxxx", "111", "sdkfj", "?!?", "@#$%"],
)
def test_garbage_found(typed):
    assert folding.looks_like_garbage(typed)


@pytest.mark.parametrize(
    "typed",
    ["", "...", "UBND", "CBCCVC", "Tháng 10", "10", "02 xã", "TTHC", "Uû ban nh©n d©n", "Bản Mé", "a\nb", "BCH, BTV"],
)
def test_garbage_absent(typed):
    assert not folding.looks_like_garbage(typed)


@pytest.mark.parametrize("word", ["tháng", "nghiêng", "khuya", "Quốc", "uỷ", "ủy", "đường", "xuyên", "giữa", "quý"])
def test_syllable_accepted(word):
    assert syllables.is_syllable(word)


@pytest.mark.parametrize("word", ["thág", "nh©n", "café", "truyÒn", "thóàng", "zôn"])
def test_syllable_refused(word):
    assert not syllables.is_syllable(word)


@given(st.text())
def test_text_functions_never_raise(typed):
    folded = folding.fold(typed)

    assert folding.fold(folded) == folded
    assert folding.legacy_font(typed) is None or folding.legacy_font(typed).suggestion
    assert {folding.is_blank(typed), folding.has_formula_error(typed), folding.looks_like_garbage(typed)} <= {
        True,
        False,
    }


@pytest.mark.parametrize(("typed", "expected"), [("asdfgh jkl", True), ("jkl", False), ("asdfgh buổi 2", False)])
def test_short_runs_of_keys_are_garbage_beside_longer_ones(typed, expected):
    assert folding.looks_like_garbage(typed) is expected


@pytest.mark.parametrize(("typed", "expected"), [("T? ch?c h?i ngh?", True), ("Ai làm? Làm gì?Làm sao", False)])
def test_letters_lost_to_question_marks_are_garbage(typed, expected):
    assert folding.looks_like_garbage(typed) is expected


@pytest.mark.parametrize(
    "typed",
    [
        "Hội nghị tuyên truyền",
        "Xây dựng “Nhà nhân ái” tại thôn Hạ",
        "60 học sinh nghèo",
        "Tổ chức\nra quân",
        "12 hộ nghèo",
    ],
)
def test_plainly_readable(typed):
    assert folding.is_plainly_readable(typed)


@pytest.mark.parametrize(
    "typed",
    ["", "1", "Thi dua", "ộ", "1 ộ", "ạ²", "²ạ ệ", "Ăăă", "ơơơ", "111 ộ", "Hội T? ch?c", "Hội #REF!", "=SUM(ộ)",
     "Hộ\x00i", "Héi nghÞ", "qwer ộ", "Hộ Ã¡o"],
)  # fmt: skip
def test_not_plainly_readable(typed):
    assert not folding.is_plainly_readable(typed)


@given(
    st.builds(
        "{}{} ộ".format,
        st.sampled_from(["", "Hộ ", "60 hộ ng", "ạ", "Ă"]),
        st.text(alphabet="aăoộTừ1260 ?#=+.,²½‘€\n\x00\u00a0\u0302ÃáßIqwer", max_size=12),
    )
)
def test_what_is_plainly_readable_holds_before_every_other_test(typed):
    if folding.is_plainly_readable(typed):
        assert not folding.looks_like_garbage(typed)
        assert not folding.has_formula_error(typed)
        assert folding.legacy_font(typed) is None
