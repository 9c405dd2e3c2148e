"""`test`, `check`, `soak`, `bench`: for whoever changes Rapport."""

from __future__ import annotations

from typing import Annotated

import typer

PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


def register(app: typer.Typer) -> None:
    app.command(context_settings=PASS_ON)(test)
    app.command()(check)
    app.command(context_settings=PASS_ON)(soak)
    app.command(context_settings=PASS_ON)(bench)


def test(
    context: typer.Context,
    tiers: Annotated[
        list[str] | None,
        typer.Argument(help="unit, architecture, wire, service, journeys, faults; all by default."),
    ] = None,
) -> None:
    """Run the tests, tier by tier. Options behind the tiers go to pytest."""
    from suite import tiers as all_tiers

    raise typer.Exit(all_tiers.run(tiers or [], context.args))


def check(
    files: Annotated[
        list[str] | None, typer.Argument(help="Only these files; everything by default.")
    ] = None,
) -> None:
    """Check the code as it is written: ruff, mypy, import boundaries."""
    from suite import checking

    raise typer.Exit(checking.run(files or []))


def soak(context: typer.Context) -> None:
    """Hold the guarantees under faults at full size, in pieces: ./rapport soak G1 G2."""
    from suite import tiers as all_tiers

    raise typer.Exit(all_tiers.run_module("tests/faults", "soak", context.args))


def bench(context: typer.Context) -> None:
    """Measure load, latency, memory and start-up."""
    from suite import tiers as all_tiers

    raise typer.Exit(all_tiers.run_module("tests/bench", "bench", context.args))
