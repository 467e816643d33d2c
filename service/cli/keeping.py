"""`tonghop backup` and `tonghop restore`: what was gathered outlives its machine."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC
from pathlib import Path

import click

from service import clock as clocks
from service import wiring
from service.cli import context
from service.cli.words import FilePath, Number, argument, command, language, option, print_word, word
from service.domain.instant_words import instant_words
from service.errors import BackupError
from service.operations.backup import in_place, restoring, taking
from service.operations.backup.accepting import accept_facts
from service.operations.backup.archive import megabytes
from service.operations.backup.restoring import Restored
from service.operations.backup.taking import Extras
from service.settings import Settings, campaign_of
from service.workspace import Progress
from sheets_schema.wording import Language, Message

INTERRUPTED = 130
UNWELL = 1


@contextmanager
def _interruptible(ending: str) -> Iterator[Progress]:
    """Report how an interruption ended; SIGTERM is one too. Yield what takes progress."""
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
        context.note(word(ending))
        raise click.exceptions.Exit(INTERRUPTED) from error
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@command("cli.backup_about")
@argument("target", metavar="cli.metavar_optional_file", required=False, type=FilePath())
@option("--with-secrets", "secrets", is_flag=True, help="cli.backup_secrets_help")
@option("--spreadsheets", is_flag=True, help="cli.backup_spreadsheets_help")
@option("--verify", "verified", is_flag=True, help="cli.backup_verify_help")
@option(
    "--keep",
    type=Number(1, 10_000),
    metavar="cli.metavar_number",
    help="cli.backup_keep_help",
)
@click.pass_context
def backup(ctx: click.Context, /, target: Path | None, keep: int | None, **extras: bool) -> None:
    """Back up the whole campaign into one .zip file while everything runs."""
    if keep is not None and (target is None or not target.is_dir()):
        raise click.UsageError(word("cli.backup_keep_needs_folder"), ctx)
    settings = context.settings()
    with _interruptible("cli.backup_stopped") as progress:
        taken = taking.take(settings, target, Extras(**extras), clocks.system, progress)
        rows = taken.manifest.rows
        size = megabytes(taken.size).text(Language(settings.lang))
        held = {"size": size, "rows": sum(rows.values()), "facts": rows.get("facts", 0)}
        print_word("cli.backup_done", path=taken.path, **held)
        if taken.verified is not None:
            print_word("cli.backup_verified", **asdict(taken.verified))
        if extras["secrets"]:
            context.note(word("cli.backup_has_secrets"))
        if keep is not None and target is not None:
            pruned = taking.keep_newest(target, campaign_of(settings), keep, clocks.system())
            for path in pruned.gone:
                print_word("cli.backup_deleted", path=path)
            if pruned.notice is not None:
                context.note(pruned.notice.text(language()))
    for notice in taken.manifest.notices:
        click.secho(notice, fg="yellow", err=True)
    if taken.manifest.notices:
        ctx.exit(UNWELL)


@command("cli.restore_about")
@argument("file", metavar="cli.metavar_optional_file", required=False, type=FilePath())
@option("--accept-facts", "accepts", is_flag=True, help="cli.restore_accept_help")
@option("--in-place", "replaces", is_flag=True, help="cli.restore_in_place_help")
@click.pass_context
def restore(ctx: click.Context, file: Path | None, accepts: bool, replaces: bool) -> None:
    """Restore a backup into an empty data folder and an empty database, or go on from the facts there are.

    With `--in-place` it takes the place of the data in use, of which a backup is taken first.
    """
    if (file is None) != accepts:
        raise click.UsageError(word("cli.restore_file_or_accept"), ctx)
    settings = context.settings()
    if file is None:
        accepted = accept_facts(settings, clocks.system(), wiring.who_runs())
        print_word(
            "cli.facts_accepted" if accepted.before > accepted.now else "cli.facts_as_counted", **asdict(accepted)
        )
        return
    if replaces:
        _replace(settings, file)
        return
    with _interruptible("cli.restore_stopped") as progress:
        restored = restoring.restore(settings, file, progress)
    for sentence in _sentences(restored):
        click.echo(sentence)


def _replace(settings: Settings, file: Path) -> None:
    why = in_place.impossible(settings)
    if why is not None:
        raise BackupError(why)
    with _interruptible("cli.restore_stopped") as progress:
        done = in_place.prepare(settings, file, clocks.system, progress)
    aside = in_place.order(settings, done.folder, clocks.system())
    said = {"facts": done.manifest.rows.get("facts", 0), "kept": done.kept, "folder": aside}
    if in_place.is_attended(settings):
        print_word("cli.replacing", **said)
    else:
        in_place.carry_out(settings)
        print_word("cli.replaced", **said)


def _sentences(restored: Restored) -> Iterator[str]:
    manifest = restored.manifest
    made = manifest.created_at.replace(microsecond=0)
    at = instant_words(made, made.tzinfo or UTC, language())
    yield word("cli.restored", title=manifest.title, at=at, facts=manifest.rows.get("facts", 0))
    if restored.campaign_folder is not None:
        yield word("cli.restored_declaration", folder=restored.campaign_folder)
    if manifest.sheets == "embedded" and not manifest.under("secrets"):
        yield word("cli.restored_without_secrets")
    if restored.spreadsheets:
        yield word("cli.restored_spreadsheets", count=restored.spreadsheets)
    if restored.mails_held:
        yield word("cli.restored_mails")
    yield word("cli.restored_next")
