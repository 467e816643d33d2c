"""The deployment's files say what there is: known settings and commands, units systemd takes, a block nginx takes."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
import requests

from service.cli.root import main
from service.settings import Settings, setting_names

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "scripts" / "deploy"
DOCUMENT = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
UNITS = sorted(path.name for path in FOLDER.iterdir() if path.suffix in {".service", ".timer"})
FILES = sorted(path.name for path in FOLDER.iterdir())
BLOCKS = "\n".join(re.findall(r"^```\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE))


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.optionxform = str
    parser.read(FOLDER / name, encoding="utf-8")
    return parser


def assert_runs(words: list[str]) -> None:
    """See that the command and every option of it exist."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    options = {option for parameter in command.params for option in parameter.opts}
    assert command is not main, words
    assert {word for word in words if word.startswith("--")} <= options | {"--help", "--version"}


@pytest.mark.parametrize("name", FILES)
def test_document_names_every_file(name):
    assert name in DOCUMENT or f"{Path(name).stem}.*" in DOCUMENT


def test_environment_file_has_known_settings_and_is_read():
    lines = [line for line in (FOLDER / "tonghop.env").read_text().splitlines() if line and not line.startswith("#")]
    environ = dict(line.split("=", 1) for line in lines)

    settings = Settings.from_env(environ)

    assert (settings.trusted_proxies, settings.log, settings.secret_key) == (1, "json", "")


@pytest.mark.parametrize("text", [DOCUMENT, *((FOLDER / name).read_text() for name in FILES)])
def test_every_setting_that_is_named_exists(text):
    assert set(re.findall(r"TONGHOP_[A-Z_]+[A-Z]", text)) - set(setting_names()) == set()


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_unit_runs_what_there_is(name):
    program, *words = unit(name)["Service"]["ExecStart"].split()

    assert program == "/opt/tonghop/bin/tonghop"
    assert_runs(words)


@pytest.mark.parametrize("line", re.findall(r"^(?:TONGHOP_\S+ )?tonghop +(.*?)(?: +#.*)?$", BLOCKS, re.MULTILINE))
def test_command_of_the_document_exists(line):
    assert_runs(line.split())


@pytest.mark.parametrize("line", re.findall(r"--args=(\S+)", DOCUMENT))
def test_arguments_of_a_container_exist(line):
    assert_runs(line.strip("`.").split(","))


def test_container_is_given_a_shell_that_understands_the_document(tmp_path):
    script = tmp_path / "lenh.sh"
    script.write_text(BLOCKS, encoding="utf-8")

    done = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_takes_the_unit(name, tmp_path):
    for other in UNITS:
        text = (FOLDER / other).read_text(encoding="utf-8")
        # the program and the user are not on this machine
        text = text.replace("/opt/tonghop/bin/tonghop", "/bin/true").replace("User=tonghop\nGroup=tonghop\n", "")
        (tmp_path / other).write_text(text.replace("file:/opt/tonghop/docs/deploy.md", "man:true(1)"), encoding="utf-8")

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)], capture_output=True, text=True, check=False
    )

    ours = [line for line in done.stderr.splitlines() if name in line or "tonghop" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_systemd_finds_little_that_the_unit_may_do(name):
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(FOLDER / name)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    if "Overall exposure level" not in said.stdout:
        pytest.skip(f"this systemd-analyze cannot: {said.stderr.strip()[:200]}")

    assert float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", said.stdout)[1]) < 2.0


@pytest.mark.skipif(os.geteuid() != 0, reason="asks for root's rights")
def test_script_hands_on_the_settings_and_lets_one_given_count(tmp_path):
    url = "postgresql://tonghop@/tonghop?host=/run/postgresql&port=5432 $(id) `id`"
    (tmp_path / "env").write_text(
        f"# TONGHOP_LANG=en\nTONGHOP_DATABASE_URL={url}\nTONGHOP_DATA_DIR=/a\nPATH=/khong\n"
        "TONGHOP_SMTP_URL='smtps://a@b'\n  TONGHOP_PUBLIC_URL=\"https://x y\"  \nTONGHOP_MAIL_FROM=a'b"
    )
    text = (FOLDER / "tonghop").read_text(encoding="utf-8").replace("/etc/tonghop.env", str(tmp_path / "env"))
    text = text.replace("setpriv --reuid=tonghop --regid=tonghop --init-groups /opt/tonghop/bin/tonghop", "env -0")
    (tmp_path / "tonghop").write_text(text, encoding="utf-8")

    environ = {"PATH": os.environ["PATH"], "TONGHOP_DATA_DIR": "/b c", "SUDO_USER": "hoa", "LOGNAME": "root"}
    done = subprocess.run(["bash", str(tmp_path / "tonghop")], env=environ, capture_output=True, text=True, check=True)

    told = dict(line.split("=", 1) for line in done.stdout.split("\0") if line)
    names = ("DATABASE_URL", "DATA_DIR", "LANG", "SMTP_URL", "PUBLIC_URL", "MAIL_FROM")
    assert {name: told.get(f"TONGHOP_{name}") for name in names} == {
        "DATABASE_URL": url,
        "DATA_DIR": "/b c",
        "LANG": None,
        # as systemd reads them
        "SMTP_URL": "smtps://a@b",
        "PUBLIC_URL": "https://x y",
        "MAIL_FROM": "a'b",
    }
    assert (told["USER"], told["LOGNAME"]) == ("hoa", "hoa")  # getpass asks the latter first
    assert told["PATH"] == os.environ["PATH"]


def test_script_hands_every_setting_that_is_given_on_to_root(tmp_path):
    """With programs of our own in the place of `id` and `sudo`: a machine of tests may have no sudo."""
    for name, script in (("id", "echo 1000"), ("sudo", 'printf "%s\\n" "$@"')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    environ = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": "/"}
    script = ["bash", str(FOLDER / "tonghop"), "status"]

    with_two, with_none = (
        subprocess.run(script, env=environ | given, capture_output=True, text=True, check=True).stdout.splitlines()
        for given in ({"TONGHOP_LANG": "en", "TONGHOP_DATA_DIR": "/b c"}, {})
    )

    assert with_two == ["--preserve-env=TONGHOP_DATA_DIR,TONGHOP_LANG", str(FOLDER / "tonghop"), "status"]
    assert with_none == [str(FOLDER / "tonghop"), "status"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def until(condition, seconds: float = 30.0) -> None:
    latest = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < latest
        time.sleep(0.05)


def answers(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def through_nginx(tmp_path):
    """Start the web, and nginx with our block in front of it; return its address and its certificate."""
    nginx, openssl = shutil.which("nginx") or "/usr/sbin/nginx", shutil.which("openssl")
    if not Path(nginx).exists() or not openssl:
        pytest.skip("no nginx here")
    plain, secure, behind = free_port(), free_port(), free_port()
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    block = (FOLDER / "nginx.conf").read_text(encoding="utf-8")
    for ours, here in {
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl;\n": "",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        "tonghop.example.org;": "localhost;",
        "/etc/letsencrypt/live/tonghop.example.org/fullchain.pem": str(certificate),
        "/etc/letsencrypt/live/tonghop.example.org/privkey.pem": str(key),
        "127.0.0.1:8080": f"127.0.0.1:{behind}",
    }.items():
        assert ours in block
        block = block.replace(ours, here)
    places = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; user root;"
        f"events {{}} http {{ access_log off; {places}\n{block}\n}}",
        encoding="utf-8",
    )
    command = [nginx, "-p", str(tmp_path), "-e", str(tmp_path / "error.log"), "-c", str(tmp_path / "nginx.conf")]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TONGHOP_")}
    environ |= {"TONGHOP_DATA_DIR": str(tmp_path / "data"), "TONGHOP_TRUSTED_PROXIES": "1"}
    environ |= {"TONGHOP_PUBLIC_URL": f"https://localhost:{secure}", "TONGHOP_HOOK_SECRET": "mot-bi-mat-du-dai-0123"}
    web = subprocess.Popen(
        [sys.executable, "-c", "from service.cli import main; main()", "serve", "--no-worker", "--port", str(behind)],
        env=environ, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    front = subprocess.Popen(command)
    try:
        until(lambda: answers(behind) and answers(secure))
        yield f"http://localhost:{plain}", f"https://localhost:{secure}", str(certificate)
    finally:
        for process in (front, web):
            process.send_signal(signal.SIGTERM)
        for process in (front, web):
            process.wait(20)


@pytest.mark.slow
def test_nginx_takes_the_block_and_passes_requests_on(through_nginx):
    plain, secure, certificate = through_nginx
    with requests.Session() as session:
        session.trust_env, session.verify = False, certificate
        page = session.get(f"{secure}/healthz", timeout=10)
        sent_on = session.get(f"{plain}/units", timeout=10, allow_redirects=False)
        refused = session.post(f"{secure}/hooks/sheet", data=b"{}", timeout=10)
        large = session.post(f"{secure}/hooks/sheet", data=b"x" * 20_000, timeout=10)
        huge = session.post(f"{secure}/hooks/sheet", data=b"x" * 3_000_000, timeout=10)
        hidden = session.get(f"{secure}/metrics", timeout=10)

    assert page.status_code == 200
    assert (sent_on.status_code, sent_on.headers["Location"]) == (301, "https://localhost/units")
    assert [answer.status_code for answer in (refused, large, huge)] == [401, 413, 413]
    assert hidden.status_code in {401, 403}
