"""Where spreadsheets come from; a link, or an id, as people paste it."""

import pytest

from service.domain.file_sources import Files, FileSource, spreadsheet_id_in

ID = "1AbC-dEf_GhIjKlMnOpQrStUvWxYz0123456789abcdef"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f"  {ID}\n",
        f"https://docs.google.com/spreadsheets/d/{ID}",
        f"https://docs.google.com/spreadsheets/d/{ID}/",
        f"https://docs.google.com/spreadsheets/d/{ID}/edit#gid=0",
        f"https://docs.google.com/spreadsheets/d/{ID}/edit?usp=sharing&ouid=1#gid=5",
        f"https://docs.google.com/spreadsheets/u/1/d/{ID}/edit",
        f"https://docs.google.com/a/tinh.example.vn/spreadsheets/d/{ID}/edit",
        f"docs.google.com/spreadsheets/d/{ID}/edit",
        f"http://DOCS.google.com/spreadsheets/d/{ID}/htmlview",
        f"https://drive.google.com/file/d/{ID}/view?usp=drive_link",
        f"https://drive.google.com/open?id={ID}",
        f"https://drive.google.com/open?usp=drive_copy&id={ID}&authuser=0",
        f"<https://docs.google.com/spreadsheets/d/{ID}/edit>",
        f'"{ID}"',
    ],
)
def test_link_or_id_means_the_spreadsheet(text):
    assert spreadsheet_id_in(text) == ID


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "0",
        "bảng tính",
        "=IMPORTRANGE(1)",
        "https://docs.google.com/",
        "https://docs.google.com/document/d/" + ID,
        f"https://docs.google.com/spreadsheets/d/e/2PACX-{ID}/pubhtml",
        f"https://example.org/spreadsheets/d/{ID}/edit",
        f"https://docs.google.com.example.org/spreadsheets/d/{ID}/edit",
        f"https://example.org/?u=https://docs.google.com/spreadsheets/d/{ID}",
        f"javascript:{ID}",
        f"{ID} {ID}",
        f"{ID}\n{ID}",
        f"{ID}\x00",
        f"https://docs.google.com/spreadsheets/d/{ID[:10]}",
        f"https://docs.google.com/spreadsheets/d/{ID}'; DROP",
        ID * 3,
        "https://docs.google.com/spreadsheets/d/" + "a" * 5000,
        "https://docs.google.com/spreadsheets/d/bảng-tính-của-chúng-tôi-ở-đây",
        "🙂" * 30,
    ],
)
def test_anything_else_means_none(text):
    assert spreadsheet_id_in(text) is None


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("own", Files(FileSource.OWN)),
        ("brought", Files(FileSource.BROUGHT)),
        ("drive:0AB_c-d", Files(FileSource.DRIVE, "0AB_c-d")),
    ],
)
def test_setting_says_where_they_come_from(text, files):
    assert Files.of(text) == files
