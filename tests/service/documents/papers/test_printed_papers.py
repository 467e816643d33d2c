"""Papers as pages: LibreOffice prints them, poppler reads them. No small letters, no cut text, a header on each."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from service.documents import pdf_conversion
from service.documents.papers.clean_words import clean_paper
from service.documents.papers.docx_blocks import blocks
from service.documents.papers.paper_sheets import write_sheets
from service.documents.papers.shipped_templates import shipped_template
from service.documents.papers.template_filling import fill
from service.domain.papers import Paper, PaperName, PaperRequest, write_paper
from service.domain.papers.records import PaperTable, RowStyle
from service.domain.papers.sample import sample_content
from service.errors import BusyError, PaperError
from sheets_schema import campaign as campaigns
from sheets_schema.declaration.campaign_folder import load_campaign

SEASON = Path(campaigns.__file__).parent / "campaigns" / "thang_dan_van_2023"
PRINTED = [PaperName.PROGRESS, PaperName.URGING, PaperName.RESULTS, PaperName.FORM]
SMALLEST = 10.9  # points; 11 as measured
A_SIZE, ITS_WORD = 15.0, "CỘNG"

needs_printing = pytest.mark.skipif(
    pdf_conversion.converter() is None or shutil.which("pdftotext") is None, reason="no LibreOffice, or no poppler"
)


def short_word(number: int) -> str:
    """Return a word of its own that has room in the narrowest column: "q0a7"."""
    letters = "0123456789abcdefghijklmnopqrstuvwxyz"
    return "q" + "".join(letters[number // 36**place % 36] for place in (2, 1, 0))


def legible(paper: Paper) -> tuple[Paper, set[str]]:
    """Return the paper with words of its own in every body cell, some long, each word once; and those words."""
    numbers = count(1)
    used: set[str] = set()

    def words(row: int, cells: tuple[str, ...]) -> tuple[str, ...]:
        made = [
            [short_word(next(numbers)) for _ in range(1 + (row + index) % 5 * 5)] for index in range(len(cells) - 1)
        ]
        used.update(word for one in made for word in one)
        return (cells[0], *(" ".join(one) for one in made))

    def table(one: PaperTable) -> PaperTable:
        rows = (
            replace(row, cells=words(number, row.cells)) if row.style is RowStyle.BODY else row
            for number, row in enumerate(one.rows)
        )
        return replace(one, rows=tuple(rows))

    return replace(paper, tables=tuple(map(table, paper.tables))), used


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> dict[str, tuple[Path, set[str]]]:
    """Print some papers of a season, each as .docx and .xlsx, by one start of LibreOffice; with their words."""
    folder = tmp_path_factory.mktemp("giay")
    campaign = load_campaign(SEASON)
    few = replace(campaign, units=(*campaign.units[:20], *campaign.units[40:44]))
    content = sample_content(few)
    units = tuple(replace(one, name=few.unit(one.code).name) for one in content.campaign.units)
    content = replace(content, campaign=replace(content.campaign, units=units), label="")
    used: dict[str, set[str]] = {}
    for name in PRINTED:
        asked = PaperRequest(name, units[0].code if name.is_of_unit else "", "registration" if name.is_of_form else "")
        paper, used[name] = legible(write_paper(asked, content))
        document = fill(shipped_template(name), paper)
        (folder / f"{name}.docx").write_bytes(document)
        sheets = write_sheets("Thử", blocks(document, clean_paper(paper).tables))
        (folder / f"{name}-sheets.xlsx").write_bytes(sheets)
    program = str(pdf_conversion.converter())
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    sources = [str(path) for path in sorted(folder.glob("*.*x"))]
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *sources]
    subprocess.run(command, check=True, capture_output=True, timeout=240, env={**os.environ, "HOME": str(folder)})
    return {path.stem: (path, used[path.stem.partition("-")[0]]) for path in folder.glob("*.pdf")}


def words_of(pdf: Path) -> list[list[tuple[str, float]]]:
    """Return the words of every page with their heights."""
    said = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    found = re.compile(r'<word xMin="[\d.]+" yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">(.*?)</word>')
    return [
        [(words, float(bottom) - float(top)) for top, bottom, words in found.findall(page)]
        for page in said.split("<page ")[1:]
    ]


@needs_printing
def test_pages_are_legible_and_whole(printed):
    first = words_of(printed[PaperName.PROGRESS][0])
    # the head is of 15 points: how high the printer's letters of a point are
    point = next(height for word, height in first[0] if word == ITS_WORD) / A_SIZE
    for name, (pdf, used) in printed.items():
        pages = words_of(pdf)

        assert len(used) > 50, name
        assert used - {word for page in pages for word, _ in page} == set(), name
        assert min(height for page in pages for _, height in page) / point >= SMALLEST, name


@needs_printing
def test_every_page_has_its_number_and_its_header(printed):
    for name, (pdf, used) in printed.items():
        title = "Stt" if name.startswith("form") else "TT"
        for number, page in enumerate(words_of(pdf), start=1):
            words = [word for word, _ in page]

            assert title in words or not used & set(words), (name, number)
            assert str(number) in words[:3] or (number == 1 and "sheets" not in name), (name, number)


@needs_printing
def test_paper_becomes_a_pdf():
    content = sample_content(load_campaign(SEASON))
    document = fill(shipped_template(PaperName.URGING), write_paper(PaperRequest(PaperName.URGING), content))

    assert pdf_conversion.to_pdf(document).startswith(b"%PDF")


def a_program(folder: Path, script: str) -> None:
    (folder / "soffice").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "soffice").chmod(0o755)


def test_what_is_missing_slow_or_failing_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PaperError, match="chưa cài LibreOffice"):
        pdf_conversion.to_pdf(b"")

    a_program(tmp_path, "exit 1")
    with pytest.raises(PaperError, match="không chuyển được"):
        pdf_conversion.to_pdf(b"")

    a_program(tmp_path, "/bin/sleep 30 & wait")
    with pytest.raises(PaperError, match="không xong sau 1 giây"):
        pdf_conversion.to_pdf(b"", seconds=1)

    with pdf_conversion._alone(0), pytest.raises(BusyError, match="đang chuyển văn bản khác"):
        pdf_conversion.to_pdf(b"", seconds=0.2)
