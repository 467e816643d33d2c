"""`tonghop backup` and `tonghop restore`: what was gathered outlives its machine."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from service import clock as clocks
from service import wiring
from service.cli import context
from service.operations.backup import restoring, taking
from service.operations.backup.archive import megabytes
from service.operations.backup.restoring import Restored
from service.operations.backup.taking import Extras
from service.workspace import Progress
from sheets_schema.wording import Language, Message

INTERRUPTED = 130
UNWELL = 1
_path = click.Path(path_type=Path)


@contextmanager
def _interruptible(said: str) -> Iterator[Progress]:
    """Say what an interruption leaves behind; being told to end is one too. Yields who is to be told of progress."""
    told_to_end = threading.Event()

    def interrupt(_number: int, _frame: object) -> None:
        told_to_end.set()
        raise KeyboardInterrupt

    def progress(sentence: Message | str) -> None:
        # Python drops what is raised while it tidies up: an interruption that fell there is heard here
        if told_to_end.is_set():
            raise KeyboardInterrupt
        context.show_progress(sentence)

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield progress
    except KeyboardInterrupt as error:
        context.note(said)
        raise click.exceptions.Exit(INTERRUPTED) from error
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@click.command()
@click.argument("target", metavar="[TỆP]", required=False, type=_path)
@click.option(
    "--with-secrets", is_flag=True, help="Kèm các mã bí mật trong thư mục dữ liệu; giữ tệp như giữ chìa khóa."
)
@click.option("--spreadsheets", is_flag=True, help="Kèm mỗi bảng tính và bảng tổng hợp một tệp .xlsx.")
@click.option(
    "--keep",
    type=click.IntRange(1, 10_000),
    metavar="SỐ",
    help="TỆP là thư mục: giữ bấy nhiêu bản mới nhất của đợt ở đó, xóa bản cũ hơn khi bản mới đã trọn vẹn.",
)
@click.pass_context
def backup(ctx: click.Context, target: Path | None, with_secrets: bool, spreadsheets: bool, keep: int | None) -> None:
    """Sao lưu cả đợt vào một tệp .zip, trong lúc mọi thứ vẫn chạy: nhật ký, bảng tính có sẵn, khai báo riêng.

    Không ghi TỆP thì tên là tonghop-ĐỢT-NGÀY-GIỜ.zip ở thư mục đang đứng; TỆP là thư mục thì tệp nằm trong đó. Chỉ
    người chạy lệnh đọc được tệp. Mã bí mật đặt bằng biến môi trường không bao giờ nằm trong tệp.
    """
    if keep is not None and (target is None or not target.is_dir()):
        raise click.UsageError("--keep cần TỆP là một thư mục có sẵn.", ctx)
    settings = context.settings()
    with _interruptible("Đã dừng; không để lại tệp dở.") as progress:
        taken = taking.take(settings, target, Extras(with_secrets, spreadsheets), clocks.system, progress)
        rows = taken.manifest.rows
        size = megabytes(taken.size).text(Language(settings.lang))
        held = f"{size}, {sum(rows.values())} dòng, {rows.get('facts', 0)} sự kiện"
        click.echo(f"Đã sao lưu: {taken.path} ({held}).")
        if with_secrets:
            context.note(
                "Tệp có mã bí mật: ai có tệp là mở được mọi bảng tính. Không gửi qua thư, không để nơi dùng chung."
            )
        if keep is not None and target is not None:
            for path in taking.keep_newest(target, wiring.campaign_of(settings), keep):
                click.echo(f"Đã xóa bản cũ: {path}")
    for notice in taken.manifest.notices:
        click.secho(notice, fg="yellow", err=True)
    if taken.manifest.notices:
        ctx.exit(UNWELL)


@click.command()
@click.argument("file", metavar="TỆP", type=_path)
def restore(file: Path) -> None:
    """Khôi phục một bản sao lưu vào thư mục dữ liệu và cơ sở dữ liệu trống: trọn vẹn, hoặc không gì cả.

    Bản sao lưu từ SQLite khôi phục được vào PostgreSQL và ngược lại: đó cũng là cách chuyển khi một máy không còn đủ.
    Đặt TONGHOP_DATA_DIR là thư mục mới, TONGHOP_DATABASE_URL nếu dùng PostgreSQL, rồi chạy lệnh này.
    """
    settings = context.settings()
    with _interruptible("Đã dừng; không khôi phục gì, thư mục dữ liệu vẫn trống.") as progress:
        restored = restoring.restore(settings, file, progress)
    for sentence in _said(restored):
        click.echo(sentence)


def _said(restored: Restored) -> Iterator[str]:
    manifest = restored.manifest
    at = manifest.created_at.isoformat(timespec="seconds")
    yield f"Đã khôi phục {manifest.title} như lúc {at}: {manifest.rows.get('facts', 0)} sự kiện."
    if restored.campaign_folder is not None:
        yield f"Khai báo riêng của đợt đã ghi lại; dùng bằng TONGHOP_CAMPAIGN={restored.campaign_folder}."
    if manifest.sheets == "embedded" and not manifest.under("secrets"):
        yield "Không kèm mã bí mật của thư mục cũ: mã mới được tạo khi cần, mọi người vào lại bằng liên kết mới."
    if restored.spreadsheets:
        yield f"Trong tệp còn {restored.spreadsheets} tệp .xlsx ở mục spreadsheets, mở bằng chương trình nén."
    yield "Tiếp theo: tonghop doctor, tonghop status, rồi tonghop serve."


ALL: tuple[click.Command, ...] = (backup, restore)
