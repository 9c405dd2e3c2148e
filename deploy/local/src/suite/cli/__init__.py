"""The commands of `./rapport`, one small file per family. Each imports what it needs only when it runs, so that a
command starts fast. A Failure anywhere ends here: its cause and its cure are printed, and the exit code is not 0.
"""

from __future__ import annotations

import os
import sys

import typer

from suite.cli import access, doctor, imports, lifecycle, processes, quality, reading
from suite.failures import Failure

app = typer.Typer(
    name="rapport",
    help="Rapport: the whole CRM suite from one command. Start with: ./rapport up",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for family in (lifecycle, reading, processes, access, imports, doctor, quality):
    family.register(app)


def main() -> int:
    """Runs one command; returns its exit code."""
    try:
        app(prog_name="./rapport")
    except Failure as failure:
        _explain(failure)
        return failure.code
    except KeyboardInterrupt:
        print(
            "Interrupted. What was done so far stays; the same command goes on from there.", file=sys.stderr
        )
        return 130
    except BrokenPipeError:
        # The reader of our output went away (`./rapport logs | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return 0


def _explain(failure: Failure) -> None:
    from rich.markup import escape

    from suite.steps import console

    out = console(stderr=True)
    out.print(f"[red]✗ {escape(failure.cause)}[/red]")
    if failure.cure:
        out.print(f"  {escape(failure.cure)}")
