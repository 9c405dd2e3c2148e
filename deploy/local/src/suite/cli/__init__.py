"""The commands of `./rapport`, one small file per family. Each imports what it needs only when it runs, so that a
command starts fast. A Failure anywhere ends here: its cause and its cure are printed, and the exit code is not 0.
"""

from __future__ import annotations

import os
import sys

import click

from suite.cli import access, doctor, imports, lifecycle, processes, quality, reading
from suite.failures import Failure


class InOrder(click.Group):
    """Lists the commands in the order in which a newcomer needs them, not by the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def rapport() -> None:
    """Rapport: the whole CRM suite from one command. Start with: ./rapport up"""


for family in (lifecycle, reading, processes, access, imports, doctor, quality):
    for command in family.COMMANDS:
        rapport.add_command(command)


def main() -> int:
    """Runs one command; returns its exit code."""
    try:
        code = rapport.main(prog_name="./rapport", standalone_mode=False)
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
    except BrokenPipeError:
        # The reader of our output went away (`./rapport logs | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _explain(failure: Failure) -> None:
    click.secho(f"✗ {failure.cause}", fg="red", err=True)
    if failure.cure:
        click.echo(f"  {failure.cure}", err=True)
