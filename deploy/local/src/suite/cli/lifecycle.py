"""`up`, `down`, `reset`: the suite as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from suite.paths import Home
    from suite.steps import Steps


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="The port of the web UI and REST interface.")
@click.option("--empty", is_flag=True, help="Start without demo data.")
@click.option("--currency", metavar="USD", help="The workspace's currency, the first time.")
@click.option(
    "--postgres",
    metavar="URL",
    envvar="RAPPORT_POSTGRES",
    help="A PostgreSQL that may create databases (or RAPPORT_POSTGRES); `local` for a private one.",
)
@click.option("--scale", multiple=True, metavar="deals=2", help="Processes of a service.")
def up(
    port: int | None, empty: bool, currency: str | None, postgres: str | None, scale: tuple[str, ...]
) -> None:
    """Start everything, and set up what is missing. Running it again is fine."""
    from suite import plan, start
    from suite.failures import Failure
    from suite.paths import Home
    from suite.steps import Steps

    if currency is not None and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise Failure(f"{currency!r} is no currency.", "Give its three letters: --currency USD", code=2)
    wishes = start.Wishes(
        port=port,
        empty=empty,
        currency=currency.upper() if currency else None,
        postgres=postgres,
        scale=plan.scale_of(scale),
    )
    home, steps = Home.current(), Steps()
    link = start.up(home, wishes, steps)
    _say_what_next(home, link, steps)


def _say_what_next(home: Home, link: str, steps: Steps) -> None:
    import json

    endpoints = json.loads(home.endpoints.read_text())
    http = endpoints["http"]
    out = steps.console
    out.print(f"\n[bold]Rapport is up[/bold] ({steps.elapsed:.1f} s)\n")
    out.print(f"  Web UI          {http}", markup=False)
    out.print(f"  Sign in (once)  {link}", markup=False)
    out.print(f"  REST            {http}/v1   documented at {http}/docs", markup=False)
    out.print(f"  Partners, gRPC  {endpoints['grpc']}   ./rapport partner --help", markup=False)
    out.print(f"  Keys and URLs   {home.endpoints}", markup=False)
    out.print("\nWhat to try next:", markup=False)
    out.print("  ./rapport open              another sign-in link", markup=False)
    out.print("  ./rapport status            processes, memory, queues", markup=False)
    out.print("  ./rapport import FOLDER     bring in CSV files", markup=False)
    out.print("  ./rapport down              stop everything; data stays", markup=False)


@click.command()
def down() -> None:
    """Stop everything. The data stays."""
    from suite.paths import Home
    from suite.steps import Steps

    stop_all(Home.current(), Steps())


def stop_all(home: Home, steps: Steps) -> None:
    """Ends every process of a home; fine when none runs."""
    from suite.control import only_one, supervisor_of
    from suite.failures import Failure

    supervisor = supervisor_of(home)
    if not home.root.exists() or not supervisor.is_running():
        steps.console.print("Nothing runs here; there is nothing to stop.")
        return
    with only_one(home), steps.step("Stopped") as step:
        count = len(supervisor.processes())
        supervisor.stop()
        if supervisor.is_running():
            raise Failure("The supervisor is still there.", f"Look at its log: {supervisor.log}")
        step.result = f"{count} processes"


@click.command()
@click.option("--yes", is_flag=True, help="Yes, delete all data of this home.")
def reset(yes: bool) -> None:
    """Stop everything and delete this home with all its data."""
    import shutil

    from suite import databases
    from suite.failures import Failure
    from suite.paths import Home
    from suite.postgres import Postgres
    from suite.settings import Settings
    from suite.steps import Steps

    home, steps = Home.current(), Steps()
    if not home.root.exists():
        steps.console.print(f"There is no suite in {home.root}; nothing to delete.")
        return
    if not yes:
        raise Failure(
            f"reset deletes everything in {home.root}, for good.",
            "If that is meant: ./rapport reset --yes",
            code=2,
        )
    if not home.settings.exists():
        raise Failure(f"{home.root} is not a home of Rapport.", "Delete it by hand, if you are sure.")
    stop_all(home, steps)
    with steps.step("Deleted") as step:
        settings = Settings.load(home.settings)
        databases.drop(settings)
        Postgres(home.root).remove()
        shutil.rmtree(home.run, ignore_errors=True)
        shutil.rmtree(home.root)
        step.result = str(home.root)


COMMANDS = (up, down, reset)
