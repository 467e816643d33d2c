"""A PDF of a spreadsheet, printed by LibreOffice where it is installed: one at a time, for so long and no longer."""

import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from service.embedded.api_errors import ApiError
from service.embedded.book.open_book import Book

SECONDS = 60.0
SECONDS_OF_WAITING = 30.0
MOST_CELLS = 200_000  # about a hundred pages a second are printed
_turn = threading.BoundedSemaphore(1)  # of this process


def require(book: Book) -> None:
    """Raise the 400 where there is no LibreOffice, or too much to print."""
    if shutil.which("soffice") is None:
        raise ApiError(400, "This server writes PDF only where LibreOffice is installed.", reason="badRequest")
    if sum(sheet.grid.whole_size for sheet in book.sheets) > MOST_CELLS:
        message = f"This file is too large to be exported as PDF: more than {MOST_CELLS} cells are filled."
        raise ApiError(403, message, reason="exportSizeLimitExceeded")


def of_workbook(workbook: bytes) -> bytes:
    """Return a workbook (xlsx) printed; raise the 503 where LibreOffice is busy or fails."""
    if not _turn.acquire(timeout=SECONDS_OF_WAITING):
        raise _unavailable("Too many files are being exported as PDF. Please try again later.")
    try:
        with tempfile.TemporaryDirectory(prefix="sheets-pdf-") as folder:
            return _printed(Path(folder), workbook)
    finally:
        _turn.release()


def _printed(folder: Path, workbook: bytes) -> bytes:
    source = folder / "file.xlsx"
    source.write_bytes(workbook)
    program = shutil.which("soffice") or "soffice"
    # a profile of its own: LibreOffice opens each profile once, and macros of a user's one do not run
    options = ["--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    command = [program, *options, "--convert-to", "pdf:calc_pdf_Export", "--outdir", str(folder), str(source)]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)  # noqa: S603 – a list, no shell
        return source.with_suffix(".pdf").read_bytes()
    except (OSError, subprocess.SubprocessError) as error:
        raise _unavailable("The file could not be exported as PDF.") from error


def _unavailable(message: str) -> ApiError:
    return ApiError(503, message, reason="backendError")
