"""A .docx as .pdf by LibreOffice, where it is installed: one at a time, in a profile of its own, in bounded time."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.errors import BusyError, PaperError
from sheets_schema.wording import message

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 35  # within the time that the web server gives a request
LOCK_FILE = "tonghop-pdf.lock"
FONT = "Times New Roman"  # of every paper, as the rules for them ask
_FONT_SECONDS = 10
_PAUSE = 0.1


def converter() -> str | None:
    """Return where LibreOffice is; None where it is not installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@dataclass(frozen=True, slots=True)
class PaperFont:
    """The font of this machine that stands for the one of papers."""

    family: str
    has_vietnamese: bool  # every letter: those it lacks are taken from another font, and look it


def font_of_papers() -> PaperFont | None:
    """Return what papers are printed in here; None where fontconfig cannot be asked."""
    program = shutil.which("fc-match")
    if program is None:
        return None
    asked = [program, "-f", "%{family[0]}\n%{lang}", FONT]
    try:
        answer = subprocess.run(asked, capture_output=True, check=True, timeout=_FONT_SECONDS)  # noqa: S603 – no shell
    except (OSError, subprocess.SubprocessError):
        return None
    family, _, languages = answer.stdout.decode("utf-8", "replace").partition("\n")
    return PaperFont(family, "vi" in languages.strip().split("|"))


def to_pdf(document: bytes, seconds: float = SECONDS) -> bytes:
    """Return a .docx as .pdf; PaperError where LibreOffice is missing or fails, BusyError while it has other work."""
    program = converter()
    if program is None:
        raise PaperError(message("documents.no_converter"))
    ends = time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="tonghop-pdf-") as place, _alone(ends):
        folder = Path(place)
        source = folder / "paper.docx"
        source.write_bytes(document)
        _run(
            [
                program,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--norestore",
                "--convert-to",
                "pdf",
                "--outdir",
                str(folder),
                str(source),
            ],
            folder,
            max(1.0, ends - time.monotonic()),
        )
        made = folder / "paper.pdf"
        if not made.exists() or not made.stat().st_size:
            raise PaperError(message("documents.not_converted"))
        return made.read_bytes()


@contextmanager
def _alone(ends: float) -> Iterator[None]:
    """Run the block while no other process of this machine's user converts; BusyError when the time is up."""
    place = Path(tempfile.gettempdir()) / f"{LOCK_FILE}.{os.getuid()}"
    with os.fdopen(os.open(place, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600), "r+") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= ends:
                    raise BusyError(message("documents.converter_busy")) from None
                time.sleep(_PAUSE)
        yield


def _run(command: list[str], folder: Path, seconds: float) -> None:
    """Run LibreOffice with nothing of our environment but its path; what it started ends with it."""
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LANG": "C.UTF-8"}
    with subprocess.Popen(  # noqa: S603 – a list of arguments, no shell
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as started:
        try:
            started.wait(seconds)
        except subprocess.TimeoutExpired:
            raise PaperError(message("documents.converter_slow", seconds=round(seconds))) from None
        finally:
            _end(started)


def _end(started: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(started.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
    started.wait()
