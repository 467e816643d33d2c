"""The root command: families in the order of a season, and the one place where our errors become messages."""

from __future__ import annotations

from importlib.metadata import version
from typing import IO, Any

import click

from service.cli import decision_commands, keeping, season_commands, serving
from service.cli.access import access
from service.cli.check import check
from service.cli.demo import demo
from service.cli.doctor import doctor
from service.cli.watch import watch
from service.cli.workbook_commands import workbook
from service.errors import ServiceError


class Failure(click.ClickException):
    """An error of ours on its way to the operator."""

    def __init__(self, message: str, exit_status: int) -> None:
        super().__init__(message)
        self.exit_code = exit_status  # type: ignore[misc]  # click reads it from the instance

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message on standard error."""
        click.echo(f"Lỗi: {self.format_message()}", err=True, file=file)


class SeasonGroup(click.Group):
    """Lists commands in the order they were added, and prints our errors as a message instead of a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 – click's signature
        """Return the commands in the order of a season."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 – click's signature
        """Run a command; raise click's exception with our message for an error of ours."""
        try:
            return super().invoke(ctx)
        except ServiceError as error:
            raise Failure(str(error), error.exit_status) from error


@click.group(cls=SeasonGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("tonghop"), prog_name="tonghop")
def main() -> None:
    """Gom một mẫu từ nhiều đơn vị về một bảng tổng hợp: ai đã gửi, ai trễ, gửi những gì.

    Các lệnh xếp theo trình tự của một đợt. Cài đặt bằng biến môi trường TONGHOP_…, xem README.
    """


IN_ORDER = (
    demo,
    season_commands.provision,
    workbook,
    season_commands.consolidate,
    season_commands.status,
    season_commands.explain,
    check,
    *decision_commands.ALL,
    access,
    *serving.ALL,
    watch,
    *keeping.ALL,
    doctor,
)
for command in IN_ORDER:
    main.add_command(command)
