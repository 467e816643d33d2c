"""The command line speaks one language at a time, on every terminal, and answers wrong arguments in it."""

import json
import os
import re
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from service.cli.root import main
from service.embedded.storage.shared_drives import MEMBER_ROLES

VIETNAMESE = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE)
ENGLISH = re.compile(r"\b(Usage|Options|Commands|Show|Error|Invalid|Missing|No such|default|required)\b")


def commands(command=main, path=()):
    yield path
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from commands(one, (*path, name))


def run(*arguments, lang="vi"):
    return CliRunner().invoke(main, arguments, prog_name="tonghop", env={"TONGHOP_LANG": lang})


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_help_is_in_one_language(path):
    vietnamese, english = run(*path, "--help"), run(*path, "--help", lang="en")
    assert (vietnamese.exit_code, english.exit_code) == (0, 0)
    assert not ENGLISH.search(vietnamese.output)
    assert not VIETNAMESE.search(re.sub(r"“[^”]*”", "", english.output))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_help_of_a_member_names_every_role(lang):
    shown = " ".join(run("sheets-server", "drive", "--help", lang=lang).output.split())

    assert f"({', '.join(MEMBER_ROLES)})" in shown


@pytest.mark.parametrize(
    ("arguments", "vietnamese", "english"),
    [
        (["stats"], "Không có lệnh “stats”", "There is no command “stats”"),
        (
            ["status", "--fom", "x"],
            "Không có tùy chọn --fom. Có phải: --form",
            "There is no option --fom. Did you mean",
        ),
        (["status", "a", "b"], "Thừa: a b.", "Too many arguments: a b."),
        (["status", "--form"], "Tùy chọn --form cần một giá trị.", "Option --form needs a value."),
        (["provision", "--dry-run=1"], "Tùy chọn --dry-run không nhận", "Option --dry-run takes no value."),
        (["status", "--now", "mai"], "“mai” không phải là thời điểm", "“mai” is not an instant"),
        (["status", "--now", "0001-01-01"], "năm phải từ 2000 đến 2099", "the year must be from 2000 to 2099"),
        (["explain"], "Thiếu ĐƠN_VỊ.", "Missing UNIT."),
        (["access", "grant", "a@b.vn"], "Thiếu --role. Chọn một: operator", "Missing --role. Choose one: operator"),
        (["access", "grant", "a@b.vn", "--role", "x"], "“x” không dùng được", "“x” cannot be used"),
        (["serve", "--port", "x"], "“x” không phải là số nguyên", "“x” is not a whole number"),
        (["serve", "--port", "70000"], "khoảng 0<=x<=65535", "range 0<=x<=65535"),
        (["sheets-server", "--data", __file__], "hoặc không đúng loại", "or is of the wrong kind"),
        (["accept", "--form", "report", "--all", "--unsent"], "Chọn một cách: ghi tên đơn vị;", "Choose one way"),
        (["accept", "--form", "report", "--all", "--group", "x"], "Chọn một cách: ghi tên đơn vị;", "Choose one way"),
        (["accept", "--form", "report", "S-CT", "--all"], "Chọn một cách: ghi tên đơn vị;", "Choose one way"),
        (["accept", "--form", "report"], "Chọn một cách: ghi tên đơn vị;", "Choose one way"),
        (["mail", "send", "--letter", "12-CV"], "--letter cần --unit", "--letter needs --unit"),
        (["explain", ""], "ĐƠN_VỊ: giá trị không dùng được. Giá trị đang trống.", "UNIT: this value cannot be used"),
        (["explain", "\udcff"], "không phải UTF-8", "is not UTF-8"),
    ],
)
def test_wrong_arguments_are_answered_in_the_language_that_is_set(arguments, vietnamese, english):
    for lang, words in (("vi", vietnamese), ("en", english)):
        answer = run(*arguments, lang=lang)

        assert (answer.exit_code, words in answer.stderr) == (2, True), answer.stderr


def test_blank_value_of_an_option_is_refused_by_its_name_and_not_taken_for_none():
    taken = []
    for path in commands():
        at = main
        for name in path:
            at = at.commands[name]
        for given in at.params:
            if not isinstance(given, click.Option) or given.is_flag:
                continue
            for blank in ("", "  "):
                answer = run(*path, given.opts[0], blank)
                hint = given.get_error_hint(click.Context(at)).replace("'", "")
                if (answer.exit_code, f"{hint}: giá trị không dùng được. Giá trị đang trống." in answer.stderr) != (
                    2,
                    True,
                ):
                    taken.append((*path, given.opts[0]))

    # blank, they say that the document has none
    assert set(taken) == {("intake", "--number"), ("intake", "--date")}


def test_malformed_language_is_refused_by_the_settings():
    answer = run("status", lang="fr")

    assert answer.exit_code == 2
    assert "TONGHOP_LANG: “fr”" in answer.stderr


@pytest.mark.parametrize(
    ("environ", "arguments"),
    [
        ({"PYTHONIOENCODING": "cp1252"}, [b"--help"]),
        ({"PYTHONIOENCODING": "ascii"}, [b"stats"]),
        ({"PYTHONIOENCODING": "ascii"}, [b"explain", b"\xff"]),
        ({"LC_ALL": "C"}, [b"--help"]),
    ],
)
def test_no_terminal_ends_in_a_traceback(environ, arguments):
    command = [sys.executable, "-c", "from service.cli import main; main()", *arguments]
    done = subprocess.run(command, env={"PATH": os.environ["PATH"]} | environ, capture_output=True, check=False)

    assert done.returncode == (0 if arguments == [b"--help"] else 2)
    assert b"Traceback" not in done.stderr
    assert done.stdout or done.stderr


def test_account_whose_name_is_no_text_decides_all_the_same(tmp_path):
    environ = {"PATH": os.environ["PATH"], "TONGHOP_DATA_DIR": str(tmp_path), "USER": b"kh\xf4ng"}
    command = [sys.executable, "-c", "from service.wiring import who_runs; print(who_runs())"]

    assert subprocess.run(command, env=environ, capture_output=True, check=True).stdout == b"kh?ng\n"


def test_setting_that_is_not_utf8_is_refused_by_name(tmp_path):
    environ = {
        "PATH": os.environ["PATH"],
        "TONGHOP_DATA_DIR": str(tmp_path).encode() + b"/kh\xf4ng",
        "TONGHOP_LANG": "en",
    }
    command = [sys.executable, "-c", "from service.cli import main; main()", "status"]
    done = subprocess.run(command, env=environ, capture_output=True, check=False)

    assert (done.returncode, b"TONGHOP_DATA_DIR: is not UTF-8" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_json_for_a_terminal_that_lacks_letters_loses_none():
    code = "from service.cli.context import answer_json; answer_json(['Văn phòng'])"
    environ = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "cp1252:replace"}
    said = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, check=True).stdout

    assert json.loads(said.decode("cp1252")) == ["Văn phòng"]
