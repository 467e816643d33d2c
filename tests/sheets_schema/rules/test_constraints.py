"""One text against its constraints; frictionless is asked the same and must say the same."""

import json
import unicodedata
from pathlib import Path

import frictionless
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_schema import declaration
from sheets_schema.campaign import Constraints
from sheets_schema.rules.constraints import violations

FOLDERS = (
    declaration.builtin_campaign("thang_dan_van_2023"),
    Path(__file__).parents[2] / "campaigns" / "tuan_le_doc_sach_2031",
)


def described(descriptor):
    """Return the text fields of a Table Schema with the constraints we read them into, by name."""
    return [
        (frictionless.Field.from_descriptor(field), field.get("constraints", {}))
        for field in descriptor["fields"]
        if field["type"] == "string"
    ]


def read_constraints(rules):
    return Constraints(
        required=rules.get("required", False),
        min_length=rules.get("minLength"),
        max_length=rules.get("maxLength"),
        pattern=rules.get("pattern"),
        enum=tuple(rules.get("enum", ())),
    )


DESCRIPTORS = [
    schema
    for folder in FOLDERS
    for path in sorted(folder.glob("*.json"))
    for form in [json.loads(path.read_text(encoding="utf-8"))]
    for schema in (form, form["tonghop:block"])
]
OF_THE_CAMPAIGNS = [pair for schema in DESCRIPTORS for pair in described(schema)]
MADE_UP = described(
    {
        "fields": [
            {"name": "a", "type": "string", "constraints": {"required": True, "minLength": 2, "maxLength": 4}},
            {"name": "b", "type": "string", "constraints": {"pattern": "[a-cư]+", "minLength": 3}},
            {"name": "c", "type": "string", "constraints": {"enum": ["có", "không"], "maxLength": 3}},
            {"name": "d", "type": "string", "constraints": {"required": True, "pattern": "(x|yy)", "enum": ["yy"]}},
            {"name": "e", "type": "string", "constraints": {"minLength": 0}},
        ]
    }
)
LINKS = (
    "https://example.org/a",
    "HTTP://example.org/Kế hoạch",
    "https://a.vn/1 https://a.vn/2",
    "https://a.vn/1\nhttp://a.vn/2",
    "www.example.org",
    "ftp://example.org",
    "https://",
    "Đã gửi qua thư điện tử",
)
NUMBERS = ("123/KH-SCT", "45-KH/HU", "12-CV/ĐU", "Số 08 -KH/BDV", "07/KH-HKĐ", "Không số")


def asked_of_frictionless(field, text):
    _, notes = field.read_cell(text)
    return tuple(notes or ())


@pytest.mark.parametrize(
    ("constraints", "text", "expected"),
    [
        (Constraints(), "", ()),
        (Constraints(), "x" * 100_000, ()),
        (Constraints(required=True), "", ("required",)),
        (Constraints(required=True, min_length=3, pattern="a+"), "", ("required",)),
        (Constraints(min_length=3), "", ()),
        (Constraints(min_length=3), "ab", ("minLength",)),
        (Constraints(min_length=3), "abc", ()),
        (Constraints(max_length=3), "abc", ()),
        (Constraints(max_length=3), "abcd", ("maxLength",)),
        (Constraints(pattern="a+"), "aab", ("pattern",)),
        (Constraints(pattern="a+"), "baa", ("pattern",)),
        (Constraints(pattern="a+"), "aaa", ()),
        (Constraints(enum=("có", "không")), "Có", ("enum",)),
        (Constraints(enum=("có", "không")), "không", ()),
        (Constraints(max_length=2, pattern="a+", enum=("aa",)), "bbb", ("maxLength", "pattern", "enum")),
    ],
)
def test_violations_name_every_constraint_broken(constraints, text, expected):
    assert violations(constraints, text) == expected


@pytest.mark.parametrize("text", ["Mường", "ủy ban", "Đảng"])
def test_violations_measure_composed_text(text):
    decomposed = unicodedata.normalize("NFD", text)
    exact = Constraints(min_length=len(text), max_length=len(text), enum=(text,), pattern=text)

    assert violations(exact, decomposed) == ()


@pytest.mark.parametrize("text", [*NUMBERS, "25/9/2023", "ngày 25 tháng 9 năm 2023"])
def test_real_life_document_numbers_and_dates_pass(text):
    form = declaration.load_campaign(FOLDERS[0]).form("registration")

    assert [violations(field.constraints, text) for field in form.fields[:2]] == [(), ()]


@pytest.mark.parametrize(
    ("text", "expected"), list(zip(LINKS, [(), ("pattern",), (), (), *[("pattern",)] * 4], strict=True))
)
def test_links_look_like_addresses(text, expected):
    form = declaration.load_campaign(FOLDERS[0]).form("registration")

    assert violations(form.fields[2].constraints, text) == expected


@pytest.mark.parametrize("length", [0, 1, 2, 49, 50, 51, 80, 81, 100, 101, 200, 201, 500, 501, 1000, 1001, 5000, 5001])
def test_frictionless_agrees_at_every_length(length):
    for field, rules in OF_THE_CAMPAIGNS + MADE_UP:
        text = "ộ" * length
        assert violations(read_constraints(rules), text) == asked_of_frictionless(field, text), field.name


@pytest.mark.parametrize("text", [*LINKS, *NUMBERS, "200 euro", "200 xu", "Trong nhà", "trong nhà", "=1+1", "-", "yy"])
def test_frictionless_agrees_on_examples(text):
    for field, rules in OF_THE_CAMPAIGNS + MADE_UP:
        assert violations(read_constraints(rules), text) == asked_of_frictionless(field, text), field.name


TEXTS = st.one_of(
    st.text(max_size=12),
    st.text(alphabet="abcưxy ", max_size=6),
    st.sampled_from(["có", "không", "yy", "x", "Trong nhà"]),
    st.from_regex(r"https?://\S{1,5}( https?://\S{1,5})?", fullmatch=True),
    st.from_regex(r"[0-9.]{1,5} (euro|đồng)", fullmatch=True),
)


@given(pair=st.sampled_from(OF_THE_CAMPAIGNS + MADE_UP), text=TEXTS)
def test_frictionless_agrees_on_any_composed_text(pair, text):
    field, rules = pair
    # both judge what the reader of a tab hands on: composed, no spaces around
    composed = unicodedata.normalize("NFC", text).strip()

    assert violations(read_constraints(rules), composed) == asked_of_frictionless(field, composed)


@pytest.mark.parametrize("schema", DESCRIPTORS)
def test_frictionless_accepts_every_descriptor(schema):
    assert list(frictionless.Schema.metadata_validate(schema)) == []


def test_frictionless_reports_the_same_cells_of_whole_rows():
    descriptor = DESCRIPTORS[0]
    form = declaration.load_campaign(FOLDERS[0]).form("registration")
    rows = [
        ["1", "Hội nghị", "15/10/2023", "Toàn tỉnh", "Cán bộ", "100 người", ""],
        ["2", "", "15/10/2023", "", "", "", ""],
        ["x" * 101, "a" * 1001, "", "b" * 5001, "c" * 5000, "d" * 5001, "đ" * 5001],
        ["", "Tập huấn", "t" * 501, "", "", "", "ghi"],
    ]
    schema = frictionless.Schema.from_descriptor({"fields": descriptor["fields"]})
    resource = frictionless.Resource(data=[[column.key for column in form.columns], *rows], schema=schema)

    found = [
        (row, column.key, name)
        for row, cells in enumerate(rows, start=2)
        for column, cell in zip(form.columns, cells, strict=True)
        for name in violations(column.constraints, cell)
    ]

    reported = resource.validate().flatten(["rowNumber", "fieldName", "note"])
    assert found == [(row, key, note.split('"')[1]) for row, key, note in reported]
    assert len(found) == 8
