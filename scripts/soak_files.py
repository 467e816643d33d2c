"""Check files of rows made by chance, whole and broken, and count what ends in anything but a verdict or a reason.

Files of every kind that offices mail: .xlsx, .ods, .docx, text, .jsonl, with rows as people fill them and as no one
would; then bytes changed, cut or doubled, also within the parts of a packed file. Ends with a table, and status 1 when
anything was raised that is no reason for people, or a file took longer than it may.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import resource
import signal
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType

from openpyxl import Workbook

from service.documents.check_report import as_json
from service.documents.file_check import check_file
from service.documents.file_reading import read_table
from service.errors import UnreadableFileError
from service.settings import Settings, campaign_of
from sheets_schema.campaign import Campaign, Form

LONGEST = 20  # seconds a file may take
SHOWN = 5  # faults in full
HEADINGS = ("UBND TỈNH BẮC GIANG", "BIỂU ĐĂNG KÝ", "Số: 12/KH-SCT", "Ngày 12/9/2023", "", "(Ký tên, đóng dấu)")
TEXTS = (
    "", " ", "1", "1.1", "I", "0", "-", "15/10/2023", "Tháng 10/2023", "từ 01 - 31/10", "30/2/2023", "45214", "24:00",
    "Ra quân vệ sinh môi trường", "Toàn tỉnh", "300 hộ", "=1+1", '=HYPERLINK("http://x","y")', "@x", "+84", "<b>x</b>",
    "a\nb", "a\tb", "a;b,c", '"', "'", "\u200b", "\u202eabc", "e\u0302\u0301", "ữ😀", "\ufeff", "A" * 3000,
    "Cộng", "Tổng số", "Ghi chú", "{{7*7}}", "../../x", "#N/A", "1e400", "NaN", "9" * 400, "31/12/9999", "1/1/0001",
)  # fmt: skip
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1258", "cp1252", "latin-1")


@dataclass
class Findings:
    """What came of the files."""

    verdicts: Counter[str] = field(default_factory=Counter)  # by kind
    refused: Counter[str] = field(default_factory=Counter)  # by reason
    faults: Counter[str] = field(default_factory=Counter)  # by error
    longest: tuple[float, str] = (0.0, "")


class Maker(random.Random):
    """Files by chance, the same for the same seed."""

    def __init__(self, seed: int, form: Form) -> None:
        super().__init__(seed)
        self.form = form

    def rows(self) -> list[list[str]]:
        """Return the lines of a form: a letterhead, most titles, rows with some of the cells, a foot."""
        titles = [column.title for column in self.form.columns]
        if self.random() < 0.2:
            self.shuffle(titles)
        if self.random() < 0.1:
            titles = titles[: self.randrange(len(titles))]
        head = [[self.choice(HEADINGS)] for _ in range(self.randrange(4))]
        width = max(1, len(titles) + self.randrange(-1, 2))
        body = [[self.choice(TEXTS) for _ in range(width)] for _ in range(self.randrange(12))]
        return [*head, titles, *body, [self.choice(HEADINGS)]]

    def table(self) -> bytes:
        """Return a text file: commas, semicolons or tabs, in one of the encodings that offices use."""
        text = io.StringIO()
        csv.writer(text, delimiter=self.choice(",;\t|"), lineterminator=self.choice(("\n", "\r\n", "\r"))).writerows(
            self.rows()
        )
        return text.getvalue().encode(self.choice(ENCODINGS), "replace")

    def lines(self) -> bytes:
        """Return a file of JSON lines."""
        keys = [*(column.key for column in self.form.columns), "unit", "x"]
        found = [{self.choice(keys): self.value() for _ in range(self.randrange(8))} for _ in range(self.randrange(8))]
        return "\n".join(json.dumps(one, ensure_ascii=self.random() < 0.5) for one in found).encode("utf-8", "replace")

    def value(self) -> object:
        """Return a value of any JSON kind."""
        return self.choice((None, True, self.randrange(-5, 50_000), 1.5, 1e300, [], {}, ["a"], self.choice(TEXTS)))

    def xlsx(self) -> bytes:
        """Return a workbook of one to three sheets."""
        book = Workbook()
        for number in range(self.randrange(1, 4)):
            sheet = book.active if number == 0 else book.create_sheet(f"Bảng {number}")
            sheet.sheet_state = self.choice(("visible", "hidden")) if number else "visible"
            for row in self.rows():
                sheet.append(
                    [self.choice((cell, cell, self.randrange(50_000))) if cell else None for cell in map(_legal, row)]
                )
            if self.random() < 0.3:
                sheet.merge_cells(
                    start_row=1, start_column=1, end_row=self.randrange(1, 9), end_column=self.randrange(1, 9)
                )
        return _saved(book.save)

    def docx(self) -> bytes:
        """Return a document with one or two tables."""
        tables = "".join(self._docx_table() for _ in range(self.randrange(1, 3)))
        body = f'<w:document xmlns:w="{_WORD}"><w:body><w:p><w:r><w:t>x</w:t></w:r></w:p>{tables}</w:body></w:document>'
        types = (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'wordprocessingml.document.main+xml"/></Types>'
        )
        links = (
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" Target="word/document.xml" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
        )
        parts = {"[Content_Types].xml": types, "_rels/.rels": links, "word/document.xml": body}
        return _packed({name: part.encode("utf-8", "replace") for name, part in parts.items()})

    def _docx_table(self) -> str:
        rows = ("".join(self._docx_cell(text) for text in row) for row in self.rows())
        return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"

    def _docx_cell(self, text: str) -> str:
        paragraphs = "".join(f"<w:p><w:r><w:t>{_shown(line)}</w:t></w:r></w:p>" for line in text.split("\n"))
        shapes = (
            "",
            "",
            "",
            '<w:gridSpan w:val="2"/>',
            '<w:vMerge w:val="restart"/>',
            "<w:vMerge/>",
            '<w:gridSpan w:val="x"/>',
        )
        inner = self._docx_table() if self.random() < 0.002 else ""
        return f"<w:tc><w:tcPr>{self.choice(shapes)}</w:tcPr>{inner}{paragraphs}</w:tc>"

    def ods(self) -> bytes:
        """Return an OpenDocument spreadsheet."""
        cells = "".join(
            "<table:table-row>" + "".join(self._ods_cell(text) for text in row) + "</table:table-row>"
            for row in self.rows()
        )
        spaces = "".join(
            f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
        )
        content = (
            f'<office:document-content{spaces}><office:body><office:spreadsheet><table:table table:name="B">{cells}'
            "</table:table></office:spreadsheet></office:body></office:document-content>"
        )
        kind = b"application/vnd.oasis.opendocument.spreadsheet"
        return _packed({"mimetype": kind, "content.xml": content.encode("utf-8", "replace")})

    def _ods_cell(self, text: str) -> str:
        times = f' table:number-columns-repeated="{self.randrange(1, 2000)}"' if self.random() < 0.05 else ""
        return f'<table:table-cell office:value-type="string"{times}><text:p>{_shown(text)}</text:p></table:table-cell>'

    def bent(self, raw: bytes) -> bytes:
        """Return a file as it is, or cut, doubled, changed in a few bytes, or changed within one of its parts."""
        kind = self.randrange(8)
        at = self.randrange(len(raw) + 1)
        if kind == 0:
            return raw[:at]
        if kind == 1:
            return raw[:at] + self.randbytes(self.randrange(1, 9)) + raw[at + self.randrange(9) :]
        if kind in (2, 3) and raw[:2] == b"PK":
            return self._bent_within(raw)
        if kind == 4:
            return raw + raw
        return raw

    def _bent_within(self, raw: bytes) -> bytes:
        changed = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(raw)) as before, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as after:
            names = before.namelist()
            chosen = self.choice(names)
            for name in names:
                part = before.read(name)
                after.writestr(name, self._bent_part(part) if name == chosen else part)
        return changed.getvalue()

    def _bent_part(self, part: bytes) -> bytes:
        kind, at = self.randrange(4), self.randrange(len(part) + 1)
        if kind == 0:
            return part[:at]
        if kind == 1:
            return part[:at] + self.choice((b"<", b"&", b"\x00", b"</x>", b'"', b"99999999999")) + part[at:]
        figures = [place for place, byte in enumerate(part) if 48 <= byte <= 57]
        if kind == 2 and figures:
            place = self.choice(figures)
            return part[:place] + self.choice((b"-1", b"4294967296", b"1e9", b"x")) + part[place + 1 :]
        return part


def _legal(text: str) -> str:
    return "".join(letter for letter in text if letter >= " " or letter in "\n\t")


def _shown(text: str) -> str:
    return _legal(text).replace("&", "&amp;").replace("<", "&lt;")


def _packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    file = io.BytesIO()
    save(file)
    return file.getvalue()


class TooLongError(Exception):
    """A file took longer than it may."""


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise TooLongError


def tried(campaign: Campaign, form: Form, content: bytes, kind: str, findings: Findings) -> None:
    """Check one file and note what came of it."""
    started = time.perf_counter()
    signal.alarm(LONGEST)
    try:
        json.dumps(as_json(check_file(campaign, form, read_table(content, form, f"tep.{kind}"))))
        findings.verdicts[kind] += 1
    except UnreadableFileError as error:
        findings.refused[error.message.key] += 1
        str(error)
    except Exception as error:  # noqa: BLE001 – what it is, is what is counted
        name = type(error).__name__
        if sum(findings.faults.values()) < SHOWN:
            traceback.print_exc()
        findings.faults[f"{kind}: {name}"] += 1
    finally:
        signal.alarm(0)
    findings.longest = max(findings.longest, (time.perf_counter() - started, kind))


def told(files: int, seed: int, findings: Findings) -> Iterator[str]:
    """Yield the lines of the table."""
    yield f"{files} files, seed {seed}"
    for name, counted in (("judged", findings.verdicts), ("refused with a reason", findings.refused)):
        yield f"{name}: {sum(counted.values())}"
        yield from (f"  {key} {count}" for key, count in counted.most_common())
    seconds, kind = findings.longest
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    yield f"longest {seconds:.2f} s ({kind}), memory at most {memory} MB, other ends: {dict(findings.faults) or 'none'}"


def main() -> int:
    """Try the files asked for; print what came of them."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--files", type=int, default=2_000)
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args()
    signal.signal(signal.SIGALRM, _ring)
    campaign = campaign_of(Settings())
    makers = {form.key: Maker(asked.seed, form) for form in campaign.forms}
    findings = Findings()
    for number in range(asked.files):
        form = campaign.forms[number % len(campaign.forms)]
        maker = makers[form.key]
        kinds = {"csv": maker.table, "jsonl": maker.lines, "xlsx": maker.xlsx, "ods": maker.ods, "docx": maker.docx}
        # a document takes ten times as long to make as a text file
        kind = maker.choices(list(kinds), weights=(5, 2, 3, 3, 1))[0]
        tried(campaign, form, maker.bent(kinds[kind]()), kind, findings)
    sys.stdout.write("".join(f"{line}\n" for line in told(asked.files, asked.seed, findings)))
    return 1 if findings.faults else 0


if __name__ == "__main__":
    sys.exit(main())
