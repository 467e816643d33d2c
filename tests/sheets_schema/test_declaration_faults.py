"""A bad declaration is refused with file, key, line, what was found and what is accepted; all of it at once."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_schema import declaration
from sheets_schema.declaration import DeclarationError, Fault
from sheets_schema.declaration.edited_files import roster_text
from sheets_schema.wording import Language

FOLDER = Path(__file__).parents[1] / "campaigns" / "tuan_le_doc_sach_2031"
PLAN, FORM, UNITS = "campaign.toml", "viec_lam.json", "units.csv"
ORIGINAL = declaration.read_folder(FOLDER)


def faults_of(files, key="made_up"):
    """Return what is wrong with the files, in English words; nothing where they are accepted."""
    try:
        declaration.declare(files, key)
    except DeclarationError as error:
        return tuple(map(in_english, error.faults))
    return ()


def in_english(fault):
    found, accepted = (words.text(Language.ENGLISH) for words in (fault.found, fault.accepted))
    return Fault(fault.file, fault.key, fault.line, found, accepted)


def changed(file, *replacements):
    """Return the campaign's files with words of one replaced; each must stand there."""
    text = ORIGINAL[file].decode()
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    return ORIGINAL | {file: text.encode()}


def changed_line(file, files):
    """Return the first line on which a file differs from the campaign's own."""
    pairs = zip(ORIGINAL[file].split(b"\n"), files[file].split(b"\n"), strict=False)
    return next(number for number, (old, new) in enumerate(pairs, start=1) if old != new)


DUE = "due_before = 2031-03-31T00:00:00+02:00"
IN_THE_PLAN = [
    # unknown, missing, of the wrong type
    ('board = "Hội Khuyến đọc"', "boad = 1", "boad", "“boad”", "did you mean “board”?"),
    ('board = "Hội Khuyến đọc"', "", "board", "nothing", "the name of the board"),
    ("year = 2031", 'year = "2031"', "year", "“2031”", "a year from 1950 to 2199"),
    ("year = 2031", "year = true", "year", "true", "a year from"),
    ("year = 2031", "year = 31", "year", "31", "a year from"),
    ("year = 2031", f"year = 0x{'f' * 5000}", "year", "a huge number", "a year from"),
    ('title = "Tuần lễ đọc sách 2031"', 'title = "  "', "title", "“  ”", "a text"),
    ('title = "Tuần lễ đọc sách 2031"', 'title = "a\\u0007b"', "title", "“a\\x07b”", "a text"),
    ('title = "Tuần lễ đọc sách 2031"', 'title = ["a"]', "title", "a list", "a text"),
    ('names = ["Tuần lễ đọc sách", "Tuần đọc sách"]', 'names = ["a", 3]', "names[1]", "3", "a list of texts"),
    ('names = ["Tuần lễ đọc sách", "Tuần đọc sách"]', 'names = "a"', "names", "“a”", "a list of texts"),
    ("plan_date = 2031-02-03", 'plan_date = "3/2"', "plan_date", "“3/2”", "a date without quotes"),
    ("plan_date = 2031-02-03", "plan_date = 2031-02-03T01:00:00", "plan_date", "2031-02-03T01:00:00", "a date"),
    ('locale = "fr_FR"', 'locale = "French"', "locale", "“French”", "such as vi_VN"),
    ("due_soon_days = 3", "due_soon_days = 3.5", "policy.due_soon_days", "3.5", "from 0 to 366"),
    ("due_soon_days = 3", "due_soon = 3", "policy.due_soon", "“due_soon”", "did you mean “due_soon_days”?"),
    ("tabs_per_workbook = 1", "tabs_per_workbook = 0", "policy.tabs_per_workbook", "0", "from 1 to 200"),
    # zone and deadlines
    ("Europe/Paris", "Europe/Pariss", "zone", "“Europe/Pariss”", "did you mean “Europe/Paris”?"),
    ("Europe/Paris", "Asia/Hanoi", "zone", "“Asia/Hanoi”", "that of Viet Nam is Asia/Ho_Chi_Minh"),
    ("Europe/Paris", "../Paris", "zone", "“../Paris”", "a time zone's name"),
    ("Europe/Paris", "/etc/passwd", "zone", "“/etc/passwd”", "a time zone's name"),
    ("Europe/Paris", "Europe", "zone", "“Europe”", "a time zone's name"),
    ("Europe/Paris", "+07:00", "zone", "“+07:00”", "a time zone's name"),
    (DUE, "due_before = 2031-03-31T00:00:00", "obligations[0].due_before", "2031-03-31T00:00:00", "with its offset"),
    (DUE, "due_before = 2031-03-31", "obligations[0].due_before", "2031-03-31", "with its offset"),
    (DUE, 'due_before = "31/3/2031"', "obligations[0].due_before", "“31/3/2031”", "without quotes"),
    (DUE, "due_before = 0001-01-01T00:00:00+07:00", "obligations[0].due_before", "0001-01-01T00:00:00+07:00", "a date"),
    (DUE, DUE.replace("03-31", "04-30"), "obligations[0].due_before", None, "“hết ngày 30/3/2031”: 2031-03-31T00:00"),
    (DUE, DUE.replace("+02", "-07"), "obligations[0].due_before", None, "Europe/Paris: 2031-03-31T09:00:00+02:00"),
    (DUE, DUE.replace("T00:00", "T00:01"), "obligations[0].due_before", "2031-03-31T00:01:00+02:00", "or other words"),
    # spans
    ("end = 2031-04-23", "end = 2031-04-16", "span.end", "2031-04-16", "not before the start, 2031-04-17"),
    ("end = 2031-04-30", "end = 2031-04-09", "window.end", "2031-04-09", "not before the start, 2031-04-10"),
    ("[policy]", "[[policy]]", "policy", "a list", "a table"),
    ("[[occasions]]", "[occasions]", "occasions", "a table", "a list of tables"),
    # what does not fit together
    ('name = "Câu lạc bộ"', 'name = "chi  HỘI"', "groups[1].name", "“chi  HỘI”", "own"),
    (
        'names = ["Ngày Sách',
        'names = ["ngày sách và bản quyền thế giới", "Ngày Sách',
        "occasions[0].names[1]",
        None,
        "own",
    ),
    (
        "[[occasions]]",
        '[[board_tasks]]\ncode = "1"\ntext = "a"\nwords = "b"\n[[occasions]]',
        "board_tasks[0].due_before",
        "nothing",
        "together",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "found", "accepted"), IN_THE_PLAN)
def test_plan_with_one_fault(old, new, key, found, accepted):
    files = changed(PLAN, (old, new))
    told = {fault.key: fault for fault in faults_of(files)}

    assert key in told
    assert told[key].file == PLAN
    assert told[key].found == (found or told[key].found)
    assert accepted in told[key].accepted
    if new and found != "nothing":
        assert told[key].line == changed_line(PLAN, files)


IN_THE_FORM = [
    ('"tonghop:version"', '"tonghop:versio"', "tonghop:versio", "“tonghop:versio”", "did you mean “tonghop:version”?"),
    ('"tonghop:version": "2031.1"', '"tonghop:version": 1', "tonghop:version", "1", "a text"),
    ('"tonghop:key": "viec_lam"', '"tonghop:key": "viec"', "tonghop:key", "“viec”", "the file's own name, viec_lam"),
    ('"tonghop:table": "open"', '"tonghop:table": "opn"', "tonghop:table", "“opn”", "did you mean “open”?"),
    ('"tonghop:spare_rows": 20', '"tonghop:spare_rows": 20.0', "tonghop:spare_rows", "20.0", "from 1 to 5000"),
    ("SÁCH {year}", "SÁCH {nam}", "tonghop:heading[1]", "“{nam}”", "no other placeholder than {year}"),
    ('"tonghop:role": "name"', '"tonghop:role": "nam"', "fields[0].tonghop:role", "“nam”", "did you mean “name”?"),
    ('"tonghop:role": "name"', '"role": "name"', "fields[0].tonghop:role", "nothing", "one of ordinal, name"),
    ('"type": "string"', '"type": "integer"', "fields[0].type", "“integer”", '"string" or "boolean"'),
    (
        '"type": "boolean",\n        "trueV',
        '"type": "string",\n        "trueV',
        "tonghop:block.fields[0].type",
        "“string”",
        "boolean, which",
    ),
    ('"name": "bao_gio"', '"name": "viec"', "fields[1].name", "“viec”", "line 11 has it already"),
    ('"name": "bao_gio"', '"name": "Bao giờ"', "fields[1].name", "“Bao giờ”", "small letters without marks"),
    ('"title": "Kinh phí"', '"title": "việc  SẼ làm:"', "fields[2].title", "“việc  SẼ làm:”", "line 12 has it already"),
    (
        '"tonghop:aliases": ["Việc"]',
        '"tonghop:aliases": ["KINH PHÍ"]',
        "fields[0].tonghop:aliases[0]",
        "“KINH PHÍ”",
        "own",
    ),
    ('"tonghop:role": "scale"', '"tonghop:role": "period"', "fields[3].tonghop:role", "“period”", "own"),
    ('"minLength": 3', '"minLength": 201', "fields[0].constraints.minLength", "201", "no more than maxLength, 200"),
    ('"minLength": 3', '"minLength": -1', "fields[0].constraints.minLength", "-1", "a whole number"),
    ('"minLength": 3', '"minimum": 3', "fields[0].constraints.minimum", "“minimum”", "one of required, minLength"),
    ("(euro|đồng)", "(euro|đồng", "fields[2].constraints.pattern", None, "missing )"),
    ("(euro|đồng)", "euro|đồng", "fields[2].constraints.pattern", None, "alternatives outside a group"),
    ("(euro|đồng)", "(?i)euro", "fields[2].constraints.pattern", None, "global flags"),
    ("(euro|đồng)", "(?=euro).*", "fields[2].constraints.pattern", None, "look-around"),
    ("(euro|đồng)", "(?x: euro )", "fields[2].constraints.pattern", None, "flags other than i, m, s"),
    ("(euro|đồng)", "\\\\w{1,900}", "fields[2].constraints.pattern", None, "or 200 of \\w"),
    ("[0-9.]+", "[[0-9.]+", "fields[2].constraints.pattern", None, "nested set"),
    (
        '"falseValues": ["FALSE"]',
        '"falseValues": ["FALSE", "x"]',
        "tonghop:block.fields[0].falseValues",
        "“x”",
        "not among",
    ),
    (
        '"tonghop:role": "other"\n',
        '"trueValues": ["x"], "tonghop:role": "other"\n',
        "fields[2].trueValues",
        None,
        "boolean",
    ),
    (
        '"type": "boolean",',
        '"type": "boolean", "constraints": {"maxLength": 3},',
        "fields[4].constraints.maxLength",
        None,
        "required alone",
    ),
    (
        '"tonghop:width": 300',
        '"tonghop:width": 300, "tonghop:width": 200',
        "fields[0].tonghop:width",
        "the key a second time",
        "each key once",
    ),
    ('"description": "Gọi', '"description": "\\ud800Gọi', "fields[0].description", None, "a text"),
    (
        '"tonghop:spare_rows": 20',
        '"tonghop:needs_document": true',
        "tonghop:needs_document",
        None,
        "its number and its date",
    ),
    (
        '"tonghop:spare_rows": 20',
        '"tonghop:free_rows": [{"key": "a", "title": "b"}]',
        "tonghop:free_rows",
        "a list",
        "fixed",
    ),
    (
        '"fields": [\n      {\n        "name": "da_xong"',
        '"fields": 3, "x": [\n      {\n        "name": "da_xong"',
        "tonghop:block.fields",
        "3",
        "a list",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "found", "accepted"), IN_THE_FORM)
def test_form_with_one_fault(old, new, key, found, accepted):
    files = changed(FORM, (old, new))
    told = {fault.key: fault for fault in faults_of(files)}

    assert key in told
    assert told[key].file == FORM
    assert told[key].found == (found or told[key].found)
    assert accepted in told[key].accepted
    if found != "nothing":
        assert told[key].line == changed_line(FORM, files)


IN_THE_ROSTER = [
    ("CH-01", "clb-01", "code", "“clb-01”", "line 2 has it already"),
    ("CH-01", "Chi hội 1", "code", "“Chi hội 1”", "letters without marks"),
    ("CH-01", "", "code", "nothing", "letters without marks"),
    ("Chi hội Sông Xen", "", "name", "nothing", "full name"),
    ("Chi hội Sông Xen", "CLB  trang sách", "name", "“CLB  trang sách”", "line 2 has it already"),
    (",Sông Xen,", ",TRANG SÁCH,", "short_name", "“TRANG SÁCH”", "line 2 has it already"),
    (",Sông Xen,", ",,", "short_name", "nothing", "a tab title"),
    (",Sông Xen,", ",Sông/Xen,", "short_name", "“Sông/Xen”", "none of [ ] : * ? / \\"),
    (",Sông Xen,", ",'Sông Xen,", "short_name", "“'Sông Xen”", "no ' at either end"),
    (",Sông Xen,", ',"Sông\nXen",', "short_name", "“Sông\\nXen”", "a tab title"),
    (",Sông Xen,", f",{'S' * 101},", "short_name", f"“{'S' * 60}…”", "at most 100 characters"),
    (",Sông Xen,", ",HISTORY,", "short_name", "“HISTORY”", "not History"),
    ("chi_hoi", "chi_ho", "group", "“chi_ho”", "did you mean “chi_hoi”?"),
    ("chi_hoi", "", "group", "nothing", "a group in campaign.toml"),
    (",,,true", ",không có,,true", "emails", "“không có”", "e-mail addresses"),
    (",,,true", ",mailto:a@b.vn,,true", "emails", "“mailto:a@b.vn”", "e-mail addresses"),
    (",,,true", ",a@b.vn; c@d,,true", "emails", "“c@d”", "separated by ;"),
    (",,,true", ",a@b..vn,,true", "emails", "“a@b..vn”", "e-mail addresses"),
    (",,,true", ",tên@tỉnh.vn,,true", "emails", "“tên@tỉnh.vn”", "as name.unit@province.vn: letters without marks"),
    (",,,true", ",a@b.vn; a..b@c.vn,,true", "emails", "“a..b@c.vn”", "no two dots together"),
    (",,,true", ",.x@-b.vn,,true", "emails", "“.x@-b.vn”", "letters without marks"),
    (",,,true", ",x@-b.vn,,true", "emails", "“x@-b.vn”", "letters without marks"),
    (",,,true", ",,,", "active", "nothing", "true or false"),
    (",,,true", ",,,yes", "active", "“yes”", "true or false"),
    (",,,true", ",,,,true", "(line)", "8 cells", "7 cells"),
    (",Sông Xen,", ",S«ng Xªn,", "short_name", "“S«ng Xªn”", "“Sông Xên” in an old font (TCVN3, VNI)"),
    (",,,true", ",,", "(line)", "6 cells", "7 cells"),
    (",,,true", ',,"a"b,true', "(line)", None, "quotes closed"),
    ("code,", "mã,", "code", "nothing", "one column code"),
    ("aliases,active", "aliases,activ", "activ", "“activ”", "did you mean “active”?"),
    ("code,name", "name,name", "name", "2 such columns", "one column name"),
]


@pytest.mark.parametrize(("old", "new", "key", "found", "accepted"), IN_THE_ROSTER)
def test_roster_with_one_fault(old, new, key, found, accepted):
    told = {fault.key: fault for fault in faults_of(changed(UNITS, (old, new)))}

    assert key in told
    assert told[key].file == UNITS
    assert told[key].line == (1 if old in ("code,", "code,name", "aliases,active") else 3)
    assert told[key].found == (found or told[key].found)
    assert accepted in told[key].accepted


@pytest.mark.parametrize(
    ("file", "content", "line", "found", "accepted"),
    [
        (PLAN, "[policy\na = 1", 1, "a bracket that is not closed, cannot be read on from “[policy”", "valid TOML"),
        (PLAN, "a = 1\nb = 1\na = 2\n", 3, "the key a second time, cannot be read on from “a = 2”", "valid TOML"),
        (PLAN, "a = 1\nb = 2031-02-30", 2, "no such date or time, cannot be read on from “2031-02-30”", "valid TOML"),
        (PLAN, 'a = 1\nb = "', 2, "a quote that is not closed", "valid TOML"),
        (PLAN, "a = " + "[" * 5000, None, "nested beyond reading", "valid TOML"),
        (PLAN, f"a = {'9' * 5000}", None, "too large to be used", "valid TOML"),
        (FORM, f'{{"a": {"9" * 5000}}}', None, "too large to be used", "valid JSON"),
        (FORM, '{\n"a": 1,\n b: 2}', 3, "a key without double quotes, cannot be read on from “b: 2}”", "valid JSON"),
        (FORM, '{"a": NaN}', None, "NaN", "valid JSON"),
        (FORM, "[" * 100_000, None, "nested beyond reading", "valid JSON"),
        (FORM, "", 1, "nothing", "valid JSON"),
        (FORM, "[]", None, "a list", "a JSON object"),
        (UNITS, "", 1, "nothing", "code,name,short_name"),
        (UNITS, "mã;tên\nA;B\n", 1, "“mã;tên”", "code,name,short_name"),
        (UNITS, ORIGINAL[UNITS].decode().split("\n")[0], None, "nothing", "at least one line"),
    ],
)
def test_file_that_cannot_be_read(file, content, line, found, accepted):
    fault = next(fault for fault in faults_of(ORIGINAL | {file: content.encode()}) if fault.file == file)

    assert fault.line == line
    assert found in fault.found
    assert accepted in fault.accepted


@pytest.mark.parametrize("file", [PLAN, FORM, UNITS])
@pytest.mark.parametrize(("encoding", "line"), [("utf-16", 1), ("cp1258", None)])
def test_file_in_another_encoding(file, encoding, line):
    content = ORIGINAL[file].decode().encode(encoding, errors="replace")
    fault = next(fault for fault in faults_of(ORIGINAL | {file: content}) if fault.file == file)

    assert fault.accepted == "text saved as UTF-8"
    assert fault.found.startswith("byte 0x")
    assert line is None or fault.line == line


@pytest.mark.parametrize("file", [PLAN, FORM, UNITS])
def test_file_that_is_missing(file):
    files = {name: content for name, content in ORIGINAL.items() if name != file}

    assert "(file)" in {fault.key for fault in faults_of(files)}


def test_line_of_a_byte_that_is_not_text():
    content = ORIGINAL[PLAN].replace("Hội Khuyến đọc".encode(), b"H\xf4i")

    assert faults_of(ORIGINAL | {PLAN: content}) == (
        Fault(
            PLAN,
            "(whole file)",
            changed_line(PLAN, {PLAN: content}),
            "byte 0xf4, which is not UTF-8",
            "text saved as UTF-8",
        ),
    )


@pytest.mark.parametrize("section", ["span", "window", "obligations", "groups"])
def test_section_that_is_missing(section):
    text = ORIGINAL[PLAN].decode()
    parts = text.split("\n[")
    kept = "\n[".join(part for part in parts if section not in part.split("]")[0])

    assert section in {fault.key for fault in faults_of(ORIGINAL | {PLAN: kept.encode()}) if fault.file == PLAN}


def test_obligation_for_a_form_nobody_declared():
    files = changed(PLAN, ('form = "viec_lam"', 'form = "viec_la"'))

    assert [(fault.file, fault.key, fault.found) for fault in faults_of(files)] == [
        (PLAN, "obligations[0].form", "“viec_la”"),
        (FORM, "tonghop:key", "“viec_lam”"),
    ]


def test_form_without_an_obligation():
    files = ORIGINAL | {"khac.json": ORIGINAL[FORM].replace(b'"viec_lam"', b'"khac"')}

    assert faults_of(files) == (
        Fault("khac.json", "tonghop:key", None, "“khac”", "a form that an obligation in campaign.toml names"),
    )


def test_obligation_given_twice():
    again = '[[obligations]]\nform = "viec_lam"\ntitle = "a"\nwords = "b"\n' + DUE + "\n\n[[groups]]"
    files = changed(PLAN, ("[[groups]]", again))

    assert [(fault.key, fault.found) for fault in faults_of(files)] == [("obligations[1].form", "“viec_lam”")]


def test_fixed_table_without_contents():
    files = changed(FORM, ('"tonghop:table": "open"', '"tonghop:table": "fixed"'))

    assert {(fault.file, fault.key) for fault in faults_of(files)} == {(PLAN, "contents"), (FORM, "fields")}


@pytest.mark.parametrize("block", [None, 3, [], {}, {"fields": None}, {"fields": []}, {"fields": [], "x": 1}])
def test_block_that_is_none(block):
    form = json.loads(ORIGINAL[FORM]) | {"tonghop:block": block}
    told = faults_of(ORIGINAL | {FORM: json.dumps(form).encode()})

    assert [fault.key for fault in told if fault.key.startswith("tonghop:block")]


def test_block_without_a_confirmation():
    files = changed(FORM, ('"tonghop:role": "confirm"', '"tonghop:role": "other"'))

    assert [(fault.key, fault.accepted) for fault in faults_of(files)] == [
        ("tonghop:block.fields", "a field with the role confirm")
    ]


@pytest.mark.parametrize("key", ["", "Tuần lễ", "a/b", "a" * 101])
def test_folder_whose_name_is_no_key(key):
    assert [(fault.file, fault.key) for fault in faults_of(ORIGINAL, key)] == [("(folder)", "name")]


def test_window_apart_from_the_span():
    files = changed(PLAN, ("start = 2031-04-10\nend = 2031-04-30", "start = 2031-04-24\nend = 2031-04-30"))

    assert [(fault.key, fault.found) for fault in faults_of(files)] == [("window", "“2031-04-24 – 2031-04-30”")]


def test_every_fault_of_every_file_is_told_at_once():
    files = (
        changed(PLAN, ("Europe/Paris", "Mars"), (DUE, "due_before = 2031-03-31"), ('name = "Chi hội"', "nam = 1"))
        | {FORM: changed(FORM, ('"minLength": 3', '"minLength": "3"'), ("(euro|", "((euro|"))[FORM]}
        | {UNITS: changed(UNITS, ("CH-01", "CLB-01"), ("cau_lac_bo", "clb"), ("thu-ky@", "@"))[UNITS]}
    )

    with pytest.raises(DeclarationError) as refused:
        declaration.declare(files, "made_up")

    assert [(fault.file, fault.line, fault.key) for fault in refused.value.faults] == [
        (PLAN, 5, "zone"),
        (PLAN, 31, "obligations[0].due_before"),
        (PLAN, 33, "groups[0].name"),
        (PLAN, 35, "groups[0].nam"),
        (UNITS, 2, "group"),
        (UNITS, 2, "emails"),
        (UNITS, 3, "code"),
        (FORM, 14, "fields[0].constraints.minLength"),
        (FORM, 34, "fields[2].constraints.pattern"),
    ]


def test_error_says_every_fault_on_a_line():
    files = changed(PLAN, ("Europe/Paris", "Mars"), ("year = 2031", ""))

    with pytest.raises(DeclarationError) as refused:
        declaration.declare(files, "made_up")

    assert refused.value.text(Language.ENGLISH) == (
        "campaign.toml: year: found nothing; accepted: a year from 1950 to 2199\n"
        "campaign.toml:5: zone: found “Mars”; accepted: a time zone's name; that of Viet Nam is Asia/Ho_Chi_Minh"
    )


def test_fault_prints_on_one_line_whatever_was_found():
    files = changed(FORM, ('"tonghop:spare_rows"', '"a\\nb\\ud800' + "x" * 200 + '"'))
    with pytest.raises(DeclarationError) as refused:
        declaration.declare(files, "made_up")
    line = refused.value.faults[0].message.text(Language.ENGLISH)

    assert line.startswith("viec_lam.json: (whole file): found “a\\nb\\ud800xxx")
    assert len(line.encode().splitlines()) == 1


@settings(deadline=None)  # no test fails on a clock
@given(
    content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode), file=st.sampled_from([PLAN, FORM, UNITS])
)
def test_rubbish_is_refused_and_never_breaks(content, file):
    assert faults_of(ORIGINAL | {file: content})


@settings(deadline=None)  # no test fails on a clock
@given(data=st.data(), file=st.sampled_from([PLAN, FORM, UNITS]))
def test_torn_file_is_read_or_refused(data, file):
    content = ORIGINAL[file]
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 60)))
    patch = data.draw(st.sampled_from([b"", b'"', b"[", b"]", b"{", b"\n", b",", b"=", b"'", b"0", b"\xc3", b"#"]))

    told = faults_of(ORIGINAL | {file: content[:start] + patch + content[end:]})

    assert all(fault.line is None or 1 <= fault.line <= content.count(b"\n") + 2 for fault in told)


RUBBISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FORM_KEYS = st.sampled_from(["fields", "tonghop:block", "tonghop:free_rows", "tonghop:heading", "tonghop:table", "x"])


@settings(deadline=None)  # no test fails on a clock
@given(key=FORM_KEYS, value=RUBBISH)
def test_any_value_under_a_known_key_is_judged(key, value):
    form = json.loads(ORIGINAL[FORM]) | {key: value}

    told = faults_of(ORIGINAL | {FORM: json.dumps(form).encode()})

    assert all(fault.line == 1 or fault.line is None for fault in told if fault.file == FORM)


@pytest.mark.parametrize(
    ("words", "due", "agrees"),
    [
        ("trước ngày 31/3/2031", "2031-03-31T00:00:00", True),
        ("hết ngày 30/3/2031", "2031-03-30T17:00:00", True),  # the board closes with its office hours
        ("trước 15 giờ ngày 30/3/2031", "2031-03-30T15:00:00", True),
        ("trước 15 giờ ngày 30/3/2031", "2031-03-30T16:00:00", False),
        ("ngày 31 tháng 3 năm 2031", "2031-03-31T00:00:00", False),
        ("chậm nhất sau 5 ngày làm việc", "2031-05-05T00:00:00", True),  # says no day
    ],
)
def test_instant_of_a_limit_is_held_to_the_day_and_hour_that_its_words_name(words, due, agrees):
    files = changed(PLAN, ("hết ngày 30/3/2031", words), (DUE, f"due_before = {due}+02:00"))

    assert (
        not faults_of(files) if agrees else [fault.key for fault in faults_of(files)] == ["obligations[0].due_before"]
    )


@pytest.mark.parametrize(("year", "agrees"), [(2029, False), (2030, True), (2031, True), (2032, False)])
def test_limit_is_of_the_year_of_its_season_or_of_the_next(year, agrees):
    told = {fault.key: fault.accepted for fault in faults_of(changed(PLAN, ("year = 2031", f"year = {year}")))}

    assert told == (
        {} if agrees else {"obligations[0].due_before": f"an instant in the year {year} or the one after it"}
    )


@pytest.mark.parametrize("mark", [";", "\t", ","])
def test_roster_as_a_spreadsheet_saves_it_is_the_same_roster(mark):
    plain = list(csv.reader(ORIGINAL[UNITS].decode().splitlines()))
    several = [line[:] for line in plain]
    several[1][4] = "a@example.org; b@example.org"
    written, saved = io.StringIO(), io.StringIO()
    csv.writer(written).writerows(several)
    csv.writer(saved, delimiter=mark).writerows([*line, "", ""] for line in [*several, [""] * len(plain[0])])

    units = declaration.declare(ORIGINAL | {UNITS: written.getvalue().encode()}, "made_up").units
    content = saved.getvalue().encode("utf-8-sig")

    assert declaration.declare(ORIGINAL | {UNITS: content}, "made_up").units == units
    assert len(units[0].emails) == 2
    assert roster_text(content) == roster_text(written.getvalue().encode())


def test_fault_is_reported_in_either_language():
    files = changed(PLAN, ("Europe/Paris", "Europe/Pariss")) | {FORM: b"["} | {UNITS: b"code\n"}

    with pytest.raises(DeclarationError) as refused:
        declaration.declare(files, "made_up")
    vietnamese, english = (refused.value.text(language).splitlines() for language in Language)

    assert vietnamese[0] == (
        "campaign.toml:5: zone: có “Europe/Pariss”; nhận: tên múi giờ; giờ Việt Nam là Asia/Ho_Chi_Minh; "
        "có phải “Europe/Paris”?"
    )
    assert english[0] == (
        "campaign.toml:5: zone: found “Europe/Pariss”; accepted: a time zone's name; "
        "that of Viet Nam is Asia/Ho_Chi_Minh; did you mean “Europe/Paris”?"
    )
    assert len(vietnamese) == len(english) == 8
    assert vietnamese[-1].startswith("viec_lam.json:1: (cả tệp): có ")


def test_fault_in_a_table_hides_no_text_that_is_there_twice():
    files = changed(FORM, ('"minLength": 3', '"minLength": "3"'), ('"title": "Kinh phí"', '"title": "Việc sẽ làm"'))

    assert [fault.key for fault in faults_of(files)] == ["fields[0].constraints.minLength", "fields[2].title"]
