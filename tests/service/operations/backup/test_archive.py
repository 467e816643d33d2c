"""What is no whole backup is refused with a clear word, before anything is touched."""

from __future__ import annotations

import json
import os
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from service.errors import BackupError, FactsError
from service.facts.schema import FIRST_REVISION, REVISION
from service.operations.backup import archive, manifest, restoring
from service.workspace import silent
from tests.service.operations.backup.conftest import anything, rewritten


def refused(half_way, path: Path, tmp_path: Path) -> str:
    """Return why a file is not restored; nothing was made."""
    settings = replace(half_way.settings, data_dir=tmp_path / "khac")
    with pytest.raises((BackupError, FactsError)) as raised:
        restoring.restore(settings, path, silent)
    assert not (tmp_path / "khac").exists() or list((tmp_path / "khac").iterdir()) == []
    return str(raised.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "không phải là bản sao lưu"),
        (b"\x00" * 4096, "không phải là bản sao lưu"),
        ("Kính gửi: đơn vị 🏚 <b>=1+1</b>".encode(), "không phải là bản sao lưu"),
        ("sao lưu".encode("utf-16"), "không phải là bản sao lưu"),
        (b"PK\x03\x04" + os.urandom(2000), "không phải là bản sao lưu"),
        (b"SQLite format 3\x00" + b"\x00" * 2000, "không phải là bản sao lưu"),
    ],
)
def test_rubbish_is_refused(half_way, tmp_path, content, words):
    (tmp_path / "b.zip").write_bytes(content)

    assert words in refused(half_way, tmp_path / "b.zip", tmp_path)


@pytest.mark.parametrize(("name", "words"), [("khong-co.zip", "không có tệp"), ("data", "đây là thư mục")])
def test_what_is_no_file_is_refused(half_way, tmp_path, name, words):
    assert words in refused(half_way, tmp_path / name, tmp_path)


def test_name_with_a_nul_is_refused(half_way, tmp_path):
    assert "null byte" in refused(half_way, tmp_path / "b\x00.zip", tmp_path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_truncated_file_is_refused(half_way, taken, tmp_path, share):
    content = taken.path.read_bytes()
    (tmp_path / "b.zip").write_bytes(content[: int(len(content) * share)])

    assert "bị cắt ngắn" in refused(half_way, tmp_path / "b.zip", tmp_path)


def test_every_flipped_byte_is_noticed_or_does_not_matter(half_way, taken, tmp_path):
    """A hundred places over the file: refused, or the content is still exactly what the manifest says."""
    content = taken.path.read_bytes()
    with archive.opened(taken.path, anything) as opened:
        whole = opened.manifest
    path = tmp_path / "b.zip"
    for at in range(0, len(content), len(content) // 100):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :])
        try:
            with archive.opened(path, anything) as opened:
                assert opened.manifest == whole
        except BackupError as error:
            assert str(error)[-1] in ".?"  # noqa: PT017 – most are refused, a few do not matter


def test_another_zip_is_refused(half_way, tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as file:
        file.writestr("word/document.xml", "<w/>")

    assert "không có manifest.json" in refused(half_way, tmp_path / "b.zip", tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "không đọc được"),
        ("[]", "không đúng"),
        ("null", "không đúng"),
        ('{"format": 1}', "không đúng ở mục “version”"),
        ('{"format": 99, "version": "7.0"}', "do tonghop 7.0 lập; bản đang chạy chỉ biết đến số 1"),
        ("[" * 100_000, "không đọc được"),
        ('{"format": 1e400}', "không đúng"),
    ],
)
def test_manifest_that_is_none_is_refused(half_way, tmp_path, text, words):
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as file:
        file.writestr(manifest.NAME, text)

    assert words in refused(half_way, tmp_path / "b.zip", tmp_path)


def put(name: str, content: bytes = b"x"):
    return lambda _manifest, parts: parts.update({name: content})


@pytest.mark.parametrize(
    "name",
    [
        "../ngoai.txt",
        "campaign/../../ngoai.txt",
        "/etc/tonghop.env",
        "campaign\\..\\ngoai.txt",
        "C:/ngoai.txt",
        "campaign/x/y.json",
        "campaign/.an.json",
        "secrets/../facts.sqlite",
        "facts/Facts.JSONL",
        "facts/facts.jsonl/",
        "RESTORING",
        "campaign/" + "x" * 500,
        "campaign/a\nb.json",
    ],
)
def test_nothing_is_unpacked_outside_its_place(half_way, taken, tmp_path, name):
    path = rewritten(taken.path, tmp_path / "b.zip", put(name))

    assert "phần không được nhận" in refused(half_way, path, tmp_path)
    assert not (tmp_path / "ngoai.txt").exists()


def drop(name: str):
    return lambda _manifest, parts: parts.pop(name)


def set_to(key: str, value: object):
    return lambda manifest, _parts: manifest.update({key: value})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (set_to("revision", "9999"), "dữ liệu ở phiên bản 9999; bản đang chạy chỉ biết đến"),
        (set_to("revision", ""), "bản đang chạy chỉ biết đến"),
        (set_to("embedded_version", 99), "Cài bản tonghop mới hơn"),
        (set_to("format", 2), "theo cách ghi số 2"),
        (set_to("campaign", "dot_khac"), "TONGHOP_CAMPAIGN=dot_khac"),
        (set_to("created_at", "2023-09-28T08:00:00"), "thiếu múi giờ"),
        (set_to("created_at", "hôm qua"), "không đúng ở mục “created_at”"),
        (set_to("rows", {"facts": -1}), "không đúng ở mục “rows.facts”"),
        (set_to("rows", {"attempts": 1_000}), "facts/attempts.jsonl có 0 dòng, bản kê ghi 1000"),
        (set_to("numbers", "nhiều"), "không đúng ở mục “numbers”"),
        (drop("facts/facts.jsonl"), "thiếu bảng facts"),
        (put("facts/facts.jsonl", b"{"), "dòng 1: không đọc được"),
        (put("facts/facts.jsonl", b"[1]\n"), "dòng 1: không phải là một dòng"),
        (put("facts/facts.jsonl", b'{"id": 1}\n' * 8), "không đúng các cột"),
        (put("facts/la_lam.jsonl", b'{"id": 1}\n'), "Không có bảng “la_lam”"),
        (put("facts/facts.jsonl", b"\xff\xfe"), "dòng 1: không đọc được"),
    ],
)
def test_changed_content_is_refused_even_with_checksums_that_fit(half_way, taken, tmp_path, change, words):
    path = rewritten(taken.path, tmp_path / "b.zip", change)

    with pytest.raises((BackupError, restoring.portable.FactsError)) as raised:
        restoring.restore(replace(half_way.settings, data_dir=tmp_path / "khac"), path, silent)

    assert words in str(raised.value)
    assert not (tmp_path / "khac").exists() or list((tmp_path / "khac").iterdir()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put("facts/facts.jsonl"), "không đúng độ dài"),
        (lambda _manifest, parts: parts.update({"sheets.sqlite": bytes(len(parts["sheets.sqlite"]))}), "sai mã kiểm"),
        (put("campaign/a.json"), "có thêm phần lạ"),
        (drop("sheets.sqlite"), "thiếu phần sheets.sqlite"),
        (lambda manifest, _parts: manifest["parts"].append(manifest["parts"][0]), "hai phần cùng tên"),
    ],
)
def test_parts_that_are_not_those_of_the_manifest_are_refused(half_way, taken, tmp_path, change, words):
    path = rewritten(taken.path, tmp_path / "b.zip", change, reseal=False)

    assert words in refused(half_way, path, tmp_path)


def test_part_that_is_there_twice_is_refused(half_way, taken, tmp_path):
    with zipfile.ZipFile(taken.path, "a") as file, pytest.warns(UserWarning, match="Duplicate name"):
        file.writestr("facts/facts.jsonl", "")

    assert "hai phần cùng tên" in refused(half_way, taken.path, tmp_path)


def test_bomb_is_refused_for_want_of_room(half_way, tmp_path):
    """A petabyte of zeros, said to be the spreadsheets: nothing is read, let alone written."""
    size = 10**15
    part = {"name": "sheets.sqlite", "size": size, "sha256": "0" * 64}
    said = {"format": 1, "version": "1", "revision": REVISION, "campaign": half_way.campaign.key, "title": ""}
    said |= {"created_at": "2023-09-28T08:00:00Z", "sheets": "embedded", "embedded_version": 2, "rehearsal": False}
    said |= {"rows": {}, "numbers": {}, "parts": [part], "notices": []}
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("sheets.sqlite", bytes(50_000_000))
        file.writestr(manifest.NAME, json.dumps(said))
        file.getinfo("sheets.sqlite").file_size = size

    assert "cần ít nhất" in refused(half_way, tmp_path / "b.zip", tmp_path)


def test_file_under_a_password_is_refused(half_way, taken, tmp_path):
    content = bytearray(taken.path.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1  # the first part's flag
    (tmp_path / "b.zip").write_bytes(content)

    assert "bằng chương trình khác" in refused(half_way, tmp_path / "b.zip", tmp_path)


@pytest.mark.parametrize("revision", ["0001", f"{int(FIRST_REVISION) - 1:04}"])
def test_backup_of_a_trial_version_is_refused(half_way, taken, tmp_path, revision):
    def age(manifest, _parts):
        manifest["revision"] = revision

    assert "bản thử của tonghop" in refused(half_way, rewritten(taken.path, tmp_path / "b.zip", age), tmp_path)


def number(table: str, column: str, value: object):
    """Put a value into the first row of a table."""

    def change(_manifest, parts):
        first, *others = parts[f"facts/{table}.jsonl"].splitlines(keepends=True)
        row = json.loads(first) | {column: value}
        parts[f"facts/{table}.jsonl"] = b"".join([json.dumps(row).encode() + b"\n", *others])

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (number("facts", "id", 2**63), "dòng 1: không đọc được"),
        (number("facts", "id", 2**63 - 1), "dòng 1: không đọc được"),
        (number("facts", "recorded_at", -(2**63) - 1), "dòng 1: không đọc được"),
        (number("facts", "recorded_at", 2**59), "giữ sự kiện không đọc được"),
        (number("runs", "id", 10**400), "dòng 1: không đọc được"),
        (number("facts", "actor", ["a"]), "dòng 1: không đọc được"),
        (number("facts", "actor", float("nan")), "dòng 1: không đọc được"),
        (lambda manifest, _parts: manifest["rows"].update(facts=2**63), "không đúng ở mục “rows.facts”"),
        (lambda manifest, _parts: manifest["numbers"].update(facts=2**63), "không đúng ở mục “numbers.facts”"),
        (lambda manifest, _parts: manifest["numbers"].update(facts=2**63 - 1), "không đúng ở mục “numbers.facts”"),
    ],
)
def test_number_that_no_column_holds_is_refused(half_way, taken, tmp_path, change, words):
    bad = rewritten(taken.path, tmp_path / "so-lon.zip", change)

    assert words in refused(half_way, bad, tmp_path)


def test_line_longer_than_any_row_is_refused_in_little_memory(half_way, taken, tmp_path):
    def endless(_manifest, parts):
        parts["facts/facts.jsonl"] = b'{"actor": "' + b"x" * (80 * 1024 * 1024) + b'"}'

    bad = rewritten(taken.path, tmp_path / "dong-dai.zip", endless)
    tracemalloc.start()

    said = refused(half_way, bad, tmp_path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert "có dòng dài bất thường" in said
    assert most < 250 * 1024 * 1024
