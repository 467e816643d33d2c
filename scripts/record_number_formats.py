"""Record what LibreOffice shows of numbers under number formats: `python scripts/record_number_formats.py`.

It writes tests/service/documents/data/number_formats.csv (number, format, what is shown), which a test holds us to on
machines without LibreOffice. The locale is that of Vietnam.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

RECORDED = Path(__file__).parents[1] / "tests/service/documents/data/number_formats.csv"
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">
<value>vi-VN</value></prop></item></oor:items>
"""
AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true"

NUMBERS = {
    "General": (
        0, 1, 12, 1234.5, -1234.567, 0.1, 1 / 3, 24081987654321, 123456789012, 0.00001234, 1.1, 2.5, 99999999999.5,
        -0.5, 1234567890.123, 45214, 0.07, 3.14159265358979,
    ),
    "00000": (0, 7, 402, 12345, 123456, -42),
    "000": (1, 27),
    '#,##0.0 "đồng"': (1250000, 0.5, -12.34, 999.95),
    '#,##0 "đ"': (50000, 1250000000, 0),
    "#,##0": (1234567.891, 0.5, 1000, -1000),
    "#,##0.00": (1234567.891, 12, 0.005),
    "0.00": (1.005, 12.345, 0, -0.001),
    "#.##": (12.5, 12, 0.25),
    "#,##0.0#": (1.25, 1, 1234.5),
    "#,##0,": (1234567,),
    '0.0,,"tr"': (1250000000, 50000000),
    "0%": (0.5, 0.955, 1),
    "0.0%": (0.955, 0.8307),
    "0.00E+00": (12345, 0.00012, 1),
    "##0.0E+0": (12345,),
    "#,##0;(#,##0)": (-1234, 1234),
    '#,##0;-#,##0;"-"': (0, 5, -5),
    '[>=1000000]0.0,,"tr";[>=1000]0.0,"k";0': (1250000, 1500, 7),
    "0000 000 000": (912345678,),
    '0000"."000"."000': (912345678,),
    "000-000-0000": (842403855123,),
    '"Mã "0000': (27,),
    '0" xã"': (12,),
    "[Red]0": (5,),
    "[$-42A]0": (5,),
    "0.0 [$€-407]": (12.5,),
}  # fmt: skip
DAYS = (45214, 45200, 44927, 45291, 45358)
MOMENTS = (45214.354166667, 45204.75, 45245.0)
DAY_FORMATS = (
    "dd/mm/yyyy", "d/m/yyyy", "m/d/yyyy", "mm/dd/yy", "d/m", "dd/mm", "mm/yyyy", "m/yyyy", "yyyy", "dd", "yyyy-mm-dd",
    "d.m.yyyy", "dd-mm-yyyy", '"Tháng "mm', '"Tháng "m"/"yyyy', '"ngày "dd" tháng "mm" năm "yyyy', "mmmm yyyy",
    "dddd, dd/mm/yyyy", "dddd, dd mmmm yyyy", "[$-42A]dd mmmm yyyy", "[$-409]d-mmm-yy", "[$-409]mmmm d, yyyy",
    "[$-409]dddd", "[$-409]mmm-yy", "d/m/yy;@", "[$-1010000]d/m/yyyy",
)  # fmt: skip
MOMENT_FORMATS = (
    "dd/mm/yyyy hh:mm", "d/m/yyyy h:mm", "h:mm", "hh:mm", "h:mm:ss", 'h"g"mm', "[h]:mm", "hh:mm dd/mm/yyyy", "mm:ss",
)  # fmt: skip
SPANS = ("[h]:mm", "[mm]", "[ss]", "[h]:mm:ss")


def cases() -> Iterator[tuple[float, str]]:
    """Yield every number with its format."""
    for code, numbers in NUMBERS.items():
        yield from ((number, code) for number in numbers)
    yield from ((day, code) for code in DAY_FORMATS for day in DAYS)
    yield from ((moment, code) for code in MOMENT_FORMATS for moment in MOMENTS)
    yield from ((span, code) for code in SPANS for span in (0.5, 1.5625, 2.25))


def main() -> None:
    """Write the workbook, have LibreOffice show it, keep what it shows."""
    listed = list(cases())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with xlsxwriter.Workbook(folder / "cells.xlsx") as book:
            sheet = book.add_worksheet()
            for row, (number, code) in enumerate(listed):
                sheet.write_number(row, 0, number, book.add_format({"num_format": code}))
        (folder / "profile/user").mkdir(parents=True)
        (folder / "profile/user/registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
        soffice = shutil.which("soffice") or "soffice"
        options = [f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", AS_SHOWN]
        subprocess.run([soffice, *options, "--outdir", str(folder), str(folder / "cells.xlsx")], check=True)  # noqa: S603
        shown = list(csv.reader((folder / "cells.csv").read_text(encoding="utf-8").splitlines()))
    with RECORDED.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        rows = zip(listed, shown, strict=True)
        writer.writerows([repr(number), code, row[0]] for (number, code), row in rows)


if __name__ == "__main__":
    main()
