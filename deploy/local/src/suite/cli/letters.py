"""`dead-letters`: the events that services gave up on, by cause; try them again, or discard them."""

from __future__ import annotations

from typing import Any

import click


@click.command("dead-letters")
@click.argument("letter", required=False, metavar="[ID]")
@click.option("--service", help="Only of this service.")
@click.option("--cause", help="Only of this cause, as the list names it.")
@click.option(
    "--status", type=click.Choice(["parked", "redriven", "discarded"]), default="parked", show_default=True
)
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, 200), help="How many are listed."
)
@click.option(
    "--redrive", is_flag=True, help="Have them handled once more: the one, those of the cause, or all."
)
@click.option("--discard", metavar="REASON", help="Give them up for good: the one, or those of the cause.")
@click.option("-o", "--output", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--url", envvar="RAPPORT_URL", metavar="URL", help="Another suite (or RAPPORT_URL).")
@click.option("--key", envvar="RAPPORT_KEY", metavar="KEY", help="Its key (or RAPPORT_KEY).")
def dead_letters(
    letter: str | None,
    service: str | None,
    cause: str | None,
    status: str,
    limit: int,
    redrive: bool,
    discard: str | None,
    output: str,
    url: str | None,
    key: str | None,
) -> None:
    """List the events that services gave up on, with the reason; or one of them with its body and trace.

    A letter keeps the identity of its event: however often it is tried again, what was done is not done twice.
    """
    from suite.records.connecting import connected
    from suite.records.letters import Letters

    if redrive and discard:
        raise click.UsageError("Choose --redrive or --discard.")
    if discard is not None and letter is None and cause is None:
        raise click.UsageError("Name a letter or --cause: not everything is discarded at once.")
    with connected(url, key) as crm:
        letters = Letters(crm, service=service, cause=cause)
        if letter is not None:
            _one(letters, letter, redrive=redrive, discard=discard, output=output)
        elif redrive:
            click.echo(f"{letters.redrive():,} tried again.")
        elif discard is not None:
            click.echo(f"{letters.discard(discard):,} discarded.")
        else:
            _print(letters.listed(status, limit), output, letters.lines)


def _one(letters: Any, letter: str, *, redrive: bool, discard: str | None, output: str) -> None:
    if redrive:
        letters.redrive_one(letter)
        click.echo("Tried again.")
    elif discard is not None:
        letters.discard_one(letter, discard)
        click.echo("Discarded.")
    else:
        _print(letters.read(letter), output, letters.lines_of_one)


def _print(found: dict[str, Any], output: str, lines: Any) -> None:
    import json

    if output == "json":
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for line in lines(found):
        click.echo(line)


COMMANDS = (dead_letters,)
