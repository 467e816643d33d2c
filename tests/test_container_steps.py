"""The image's steps in a clean folder: what the Dockerfile says is done line by line, then the result is started.

Where there is a container engine, `docker build` does the same with a base image and a user of its own. What needs root
is left out here, and the folders of the image lie below one of the test's.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PLACES = ("opt", "src", "data")  # the top folders the image uses
NEEDS_ROOT = "useradd"

pytestmark = pytest.mark.slow


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Yield every instruction with its arguments, continued lines joined, comments left out."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        word, _, rest = line.partition(" ")
        yield word, rest.strip()


def context_holds(path: str) -> bool:
    """Say whether .dockerignore lets a file of the checkout into the build."""
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    return rules[0] != "*" or f"!{path.removeprefix('./')}" in rules


class Image:
    """What the instructions make: folders below one, an environment, commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "root"
        base = folder / "base"
        base.mkdir()
        python = base / "python"
        python.write_text(f'#!/bin/sh\nexec "{os.path.realpath(sys.executable)}" "$@"\n')
        python.chmod(0o755)
        kept = {name: os.environ[name] for name in os.environ if name.startswith("PIP_") or name in {"HOME", "LANG"}}
        self.clean = kept | {"PATH": f"{base}:/usr/bin:/bin"}
        self.stages: dict[str, Path] = {}
        self.stage, self.user, self.command, self.check = "", "root", [], []
        self.environ: dict[str, str] = {}
        self.workdir = self.root

    def build(self) -> None:
        for word, rest in instructions(DOCKERFILE):
            getattr(self, f"do_{word.lower()}")(rest)

    def here(self, text: str) -> str:
        """Return a text with the image's folders put below ours."""
        return re.sub(rf"(?<![\w./-])/({'|'.join(PLACES)})\b", rf"{self.root}/\1", text)

    def do_from(self, rest: str) -> None:
        # both stages know their folders by the same names: the first makes room for the second
        if self.stage:
            self.stages[self.stage] = self.root.rename(self.folder / f"stage-{self.stage}")
        _, _, self.stage = rest.partition(" AS ")
        self.root.mkdir()
        self.environ, self.workdir = dict(self.clean), self.root

    def do_env(self, rest: str) -> None:
        for name, value in re.findall(r"(\w+)=(\S+)", rest):
            if name != "PIP_NO_CACHE_DIR":  # an image wants no cache, a second test does
                self.environ[name] = self.here(value).replace("$PATH", self.environ["PATH"])

    def do_arg(self, rest: str) -> None:
        name, _, value = rest.partition("=")
        self.environ[name] = value

    def do_workdir(self, rest: str) -> None:
        self.workdir = Path(self.here(rest))
        self.workdir.mkdir(parents=True, exist_ok=True)

    def do_copy(self, rest: str) -> None:
        *sources, target = rest.split()
        destination = self.workdir / self.here(target)
        if sources[0].startswith("--from="):
            stage = self.stages[sources[0].removeprefix("--from=")]
            shutil.copytree(stage / sources[1].lstrip("/"), destination, symlinks=True)
            return
        for source in sources:
            assert context_holds(source), f"{source} is kept out by .dockerignore"
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, destination, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
            else:
                shutil.copy(ROOT / source, destination)

    def do_run(self, rest: str) -> None:
        if rest.startswith(NEEDS_ROOT):
            self.do_workdir("/data")
            return
        done = subprocess.run(
            ["/bin/sh", "-c", self.here(rest)], cwd=self.workdir, env=self.environ, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-3000:]

    def do_user(self, rest: str) -> None:
        self.user = rest

    def do_volume(self, rest: str) -> None:
        assert Path(self.here(rest)).is_dir()

    def do_expose(self, rest: str) -> None:
        assert rest == self.environ["PORT"]

    def do_healthcheck(self, rest: str) -> None:
        self.check = json.loads(rest[rest.index("[") :])

    def do_cmd(self, rest: str) -> None:
        self.command = json.loads(rest)

    def program(self, name: str) -> str:
        """Return where the image's PATH finds a program."""
        found = shutil.which(name, path=self.environ["PATH"])
        assert found, name
        return found


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Image:
    if not os.environ.get("TONGHOP_TEST_IMAGE"):
        pytest.skip("the image is built by .ci/run, or where TONGHOP_TEST_IMAGE=1: three minutes of installing")
    made = Image(tmp_path_factory.mktemp("image"))
    made.build()
    return made


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def health_of(image: Image, port: int) -> int:
    """Run the health check as the engine would; return its status."""
    command = [image.program(image.check[0]), *image.check[1:]]
    return subprocess.run(command, env=image.environ | {"PORT": str(port)}, capture_output=True).returncode


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_image_runs_as_somebody_without_rights(image):
    assert image.user not in {"", "root", "0"}


def test_everything_is_compiled_and_never_checked_again(image):
    package = next((image.root / "opt/tonghop/lib").glob("python3*/site-packages/service"))
    modules = list(package.rglob("*.py"))
    compiled = list(package.rglob("*.pyc"))

    assert len(compiled) == len(modules) > 50
    assert {int.from_bytes(path.read_bytes()[4:8], "little") for path in compiled} == {1}  # unchecked hash


def test_image_holds_no_sources_of_the_build(image):
    assert sorted(path.name for path in image.root.iterdir()) == ["data", "opt"]


def test_started_it_answers_and_ends_in_ten_seconds(image, port, tmp_path):
    name, *args = image.command
    args = ["127.0.0.1" if arg == "0.0.0.0" else arg for arg in args]
    environ = image.environ | {"PORT": str(port), "TONGHOP_LOG": "json"}
    assert health_of(image, port) != 0

    with (tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
        process = subprocess.Popen([image.program(name), *args], cwd=image.workdir, env=environ, stdout=out, stderr=err)
    try:
        latest = time.monotonic() + 30
        while not answers(port) and process.poll() is None:
            assert time.monotonic() < latest
            time.sleep(0.1)
        assert process.poll() is None, (tmp_path / "err").read_text(encoding="utf-8")[-3000:]
        assert health_of(image, port) == 0
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert time.monotonic() - began < 10
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()

    told = [json.loads(line) for line in (tmp_path / "err").read_text(encoding="utf-8").splitlines()]
    assert {"worker starts", "worker stops"} <= {line["event"].partition(":")[0] for line in told}
    assert (image.root / "data" / "tonghop" / "facts.sqlite").exists()
    assert list((image.root / "opt").rglob("*.pyc.*")) == []
