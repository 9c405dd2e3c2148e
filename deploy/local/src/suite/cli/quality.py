"""`test`, `check`, `generate`, `cases`, `soak`, `bench`: for whoever changes Rapport."""

from __future__ import annotations

import sys

import click

PASS_ON = {"ignore_unknown_options": True}


@click.command(context_settings=PASS_ON)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[TIER]... [PYTEST OPTION]...")
def test(words: tuple[str, ...]) -> None:
    """Run the tests: unit, architecture, wire, service, journeys, faults; all tiers when none is named. What stands
    behind the first option goes to pytest."""
    from suite import tiers

    first = next((place for place, word in enumerate(words) if word.startswith("-")), len(words))
    sys.exit(tiers.run(list(words[:first]), list(words[first:])))


@click.command()
@click.argument("files", nargs=-1)
def check(files: tuple[str, ...]) -> None:
    """Check the code as it is written: ruff, mypy, import boundaries."""
    from suite import checking

    sys.exit(checking.run(list(files)))


@click.command()
def generate() -> None:
    """Write the files that are made from others: typed records, docs/events.md ..."""
    from suite import generating
    from suite.paths import checkout

    root = checkout()
    changed = generating.write(root)
    for path in changed:
        click.echo(f"written: {path.relative_to(root)}")
    if not changed:
        click.echo("Everything was up to date.")


@click.command(context_settings=PASS_ON)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[GUARANTEE]...")
def soak(words: tuple[str, ...]) -> None:
    """Hold the guarantees under faults at full size, in pieces: ./rapport soak G1 G2."""
    from suite import tiers

    sys.exit(tiers.run_module("tests/faults", "soak", list(words)))


@click.command(context_settings=PASS_ON)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[OPTION]...")
def bench(words: tuple[str, ...]) -> None:
    """Measure load, latency, memory and start-up."""
    from suite import tiers

    sys.exit(tiers.run_module("tests/bench", "bench", list(words)))


@click.command(context_settings=PASS_ON)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[NUMBER]... [OPTION]...")
def cases(words: tuple[str, ...]) -> None:
    """Play the worked cases of a CRM on a fresh suite: given, expected, got, and where to see it."""
    from suite import tiers
    from suite.steps import Steps

    tiers.ensure_programs({"broker", *(["postgres"] if "--postgres" in words else [])}, Steps())
    sys.exit(tiers.run_module("tests/cases", "cases", list(words)))


COMMANDS = (test, check, generate, cases, soak, bench)
