"""The commands of `./rapport`, one small file per family. Each imports what it needs only when it runs, so that a
command starts fast. A Failure anywhere ends here: its cause and its cure are printed, and the exit code is not 0.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from suite.cli import (
    access,
    doctor,
    imports,
    ledger,
    letters,
    lifecycle,
    partners,
    processes,
    quality,
    reading,
)
from suite.failures import Failure


class _ReaderGone(Exception):
    """The reader of our output went away (`./rapport logs | head`)."""


class InOrder(click.Group):
    """Lists the commands in the order in which a newcomer needs them, not by the alphabet.

    Those that speak to the interface (`deals list`, `events` ...) are made when one is wanted: they stand on the
    client, which takes longer to import than the others need in all.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.commands, *self._speaking()]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return super().get_command(ctx, name) or self._speaking().get(name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            # click would end the process with a failure, and this is none.
            raise _ReaderGone from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands:
            from suite.cli.records import suggest

            suggest(ctx, args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, commands in (("The suite", self.commands), ("What is in it", self._speaking())):
            with formatter.section(title):
                formatter.write_dl(
                    [(name, command.get_short_help_str(80)) for name, command in commands.items()]
                )

    @staticmethod
    def _speaking() -> dict[str, click.Command]:
        from suite.cli.records import COMMANDS

        return COMMANDS


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def rapport() -> None:
    """Rapport: the whole CRM suite from one command. Start with: ./rapport up"""


for family in (lifecycle, reading, processes, access, partners, imports, ledger, letters, doctor, quality):
    for command in family.COMMANDS:
        rapport.add_command(command)


def main() -> int:
    """Runs one command; returns its exit code."""
    try:
        code = rapport.main(prog_name="./rapport", standalone_mode=False)
        # Here, where a reader that went away is heard of, and not after the end.
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except Failure as failure:
        _explain(failure)
        return failure.code
    except click.ClickException as misuse:
        misuse.show()
        return misuse.exit_code
    except (KeyboardInterrupt, click.Abort):
        print(
            "Interrupted. What was done so far stays; the same command goes on from there.", file=sys.stderr
        )
        return 130
    except (_ReaderGone, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _explain(failure: Failure) -> None:
    click.secho(f"✗ {failure.cause}", fg="red", err=True)
    if failure.cure:
        click.echo(f"  {failure.cure}", err=True)
