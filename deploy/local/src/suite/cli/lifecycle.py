"""`up`, `down`, `reset`: the suite as a whole."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command()(up)
    app.command()(down)
    app.command()(reset)


def up(
    port: Annotated[int | None, typer.Option(help="The port of the web UI and REST interface.")] = None,
    empty: Annotated[bool, typer.Option("--empty", help="Start without demo data.")] = False,
    currency: Annotated[str | None, typer.Option(help="The workspace's currency, the first time.")] = None,
    postgres: Annotated[
        str | None,
        typer.Option(help="A PostgreSQL URL that may create databases, or `local` for a private server."),
    ] = None,
    scale: Annotated[list[str] | None, typer.Option(help="Processes of a service, e.g. deals=2.")] = None,
) -> None:
    """Start everything, and set up what is missing. Running it again is fine."""
    from suite import plan, start
    from suite.failures import Failure
    from suite.paths import Home
    from suite.steps import Steps

    if currency is not None and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise Failure(f"{currency!r} is no currency.", "Give its three letters: --currency EUR", code=2)
    if port is not None and not 1 <= port <= 65535:
        raise Failure(f"{port} is no port.", "Give a number from 1024 to 65535.", code=2)
    wishes = start.Wishes(
        port=port,
        empty=empty,
        currency=currency.upper() if currency else None,
        postgres=postgres,
        scale=plan.scale_of(scale or []),
    )
    home, steps = Home.current(), Steps()
    link = start.up(home, wishes, steps)
    _say_what_next(home.root, link, steps)


def _say_what_next(home: object, link: str, steps: object) -> None:
    import json
    from pathlib import Path

    from suite.steps import Steps

    assert isinstance(steps, Steps) and isinstance(home, Path)
    http = json.loads((home / "endpoints.json").read_text())["http"]
    out = steps.console
    out.print(f"\n[bold]Rapport is up[/bold] ({steps.elapsed:.1f} s)\n")
    out.print(f"  Web UI          {http}", markup=False)
    out.print(f"  Sign in (once)  {link}", markup=False)
    out.print(f"  REST            {http}/v1   documented at {http}/docs", markup=False)
    out.print(f"  Keys and URLs   {home / 'endpoints.json'}", markup=False)
    out.print("\nWhat to try next:", markup=False)
    out.print("  ./rapport open              another sign-in link", markup=False)
    out.print("  ./rapport status            processes, memory, queues", markup=False)
    out.print("  ./rapport import FOLDER     bring in CSV files", markup=False)
    out.print("  ./rapport down              stop everything; data stays", markup=False)


def down() -> None:
    """Stop everything. The data stays."""
    from suite.failures import Failure
    from suite.paths import Home
    from suite.start import only_one, supervisor_of
    from suite.steps import Steps

    home, steps = Home.current(), Steps()
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


def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Yes, delete all data of this home.")] = False,
) -> None:
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
    down()
    with steps.step("Deleted") as step:
        settings = Settings.load(home.settings)
        databases.drop(settings)
        Postgres(home.root).remove()
        shutil.rmtree(home.run, ignore_errors=True)
        shutil.rmtree(home.root)
        step.result = str(home.root)
