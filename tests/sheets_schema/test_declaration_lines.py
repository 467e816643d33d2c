"""Every key is found on the line it stands on: in these texts each @ becomes the number of its line."""

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_schema.declaration.lines import json_lines, toml_lines


def numbered(text):
    """Return the text with each @ as the number of its line."""
    return "\n".join(line.replace("@", str(number)) for number, line in enumerate(text.split("\n"), start=1))


TOML = numbered('''# [not] = a.table
first = @
"quoted key" = @
'literal.key' = @
dotted.a = @
dotted . "b c" = @
text = """
[[inside]]
x = "y" \\""" and still """
after_text = @
raw = \'\'\'
a = @
\'\'\'\'
after_raw = @
list = [@, @, # ] a bracket in a comment
  @,

  { deep = @, more = [@] },
  [@, [@,
@]]]
inline = { a = @, b.c = @, "d" = [ @ ] }
when = 2023-09-30 00:00:00+07:00
after_when = @ # = @

[table] # comment
key = @
[table.sub]
key = @
[[many]]
key = @
[[ many ]]
[many.inner]
key = @
[[many.items]]
key = @
[[many.items]]
key = @
text = "a # b [c] = \\" d"
after = @
[[many]]
[[many.items]]
key = @
   [table.'sub two']
   key = @''')

JSON = numbered("""{
  "first": @, "second":@,
  "text": "a \\" { [ , : # } ",
  "list": [@, @,
    @, [@,
        @], {"deep": @}
  ],
  "table": {
    "key"
    :
    9, "e\\u0301": @, "empty": {}, "none": [],
    "last": @
  }
}""")


def leaves(value, path=()):
    """Yield the path and value of everything that holds nothing further."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value


def paths(value, path=()):
    """Yield the path of everything, tables and lists too."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*path, key))


@pytest.mark.parametrize("ends", ["", "\n", "\n\n# end"])
def test_toml_lines_of_every_number(ends):
    text = TOML + ends
    numbers = {path: value for path, value in leaves(tomllib.loads(text)) if isinstance(value, int)}
    lines = toml_lines(text)

    assert len(numbers) == 28
    assert {path: lines[path] for path in numbers} == numbers


@pytest.mark.parametrize(
    ("path", "beginning"),
    [
        (("text",), "text = "),
        (("raw",), "raw = "),
        (("list",), "list = "),
        (("list", 3), "  { deep"),
        (("list", 4), "  ["),
        (("when",), "when"),
        (("table",), "[table]"),
        (("table", "sub"), "[table.sub]"),
        (("many",), "[[many]]"),
        (("many", 0), "[[many]]"),
        (("many", 1), "[[ many ]]"),
        (("many", 1, "inner"), "[many.inner]"),
        (("many", 1, "items", 0), "[[many.items]]"),
        (("many", 1, "items", 0, "key"), "key = "),
        (("table", "sub two"), "   [table.'sub two']"),
    ],
)
def test_toml_lines_of_tables_and_lists(path, beginning):
    assert TOML.split("\n")[toml_lines(TOML)[path] - 1].startswith(beginning)


def test_toml_lines_of_later_items_lie_below_earlier_ones():
    lines = toml_lines(TOML)
    places = [
        ("many", 0),
        ("many", 1),
        ("many", 1, "items", 0),
        ("many", 1, "items", 1),
        ("many", 2),
        ("many", 2, "items", 0),
    ]

    assert [lines[place] for place in places] == sorted({lines[place] for place in places})


def test_toml_lines_name_every_path():
    assert set(paths(tomllib.loads(TOML))) - {()} == set(toml_lines(TOML))


def test_json_lines_of_every_number():
    numbers = {path: value for path, value in leaves(json.loads(JSON)) if isinstance(value, int)}
    lines, repeated = json_lines(JSON)

    assert {path: lines[path] for path in numbers} == numbers
    assert repeated == ()


def test_json_lines_tell_keys_given_twice():
    _, repeated = json_lines('{"a": 1,\n "b": {"c": 1,\n "c": 2},\n "a": 3}')

    assert repeated == ((("b", "c"), 3), (("a",), 4))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@given(value=VALUES, indent=st.sampled_from([None, 0, 2]), plain=st.booleans())
def test_json_lines_name_every_path_of_any_text(value, indent, plain):
    text = json.dumps(value, indent=indent, ensure_ascii=plain)
    lines, repeated = json_lines(text)

    assert set(lines) == set(paths(value))
    assert repeated == ()
    assert max(lines.values()) <= text.count("\n") + 1
