"""`status` and `logs`: what runs, and what it says."""

from __future__ import annotations

from typing import Any

import click


@click.command()
@click.option("-o", "--output", type=click.Choice(["table", "json"]), default="table", show_default=True)
def status(output: str) -> None:
    """Show the processes with their memory, the queues, and how many events were given up on."""
    import json

    from suite.paths import Home

    home = Home.current()
    facts = {
        "processes": _processes(home),
        "queues": _queues(home),
        "dead_letters": _dead_letters(home),
    }
    if output == "json":
        print(json.dumps(facts, indent=2))
    else:
        _as_tables(facts)


def _processes(home: Any) -> list[dict[str, Any]]:
    from suite import memory
    from suite.control import supervisor_of

    answer = supervisor_of(home).ask("status")
    children = memory.children_of_all()
    rows = [
        {
            "name": row["name"],
            "pid": row["pid"],
            "state": row["state"],
            "memory_bytes": memory.tree_bytes(row["pid"], children) if row["pid"] else 0,
            "restarts": row["restarts"],
            "uptime_seconds": row["uptime"],
            "last_death": row["last_death"],
        }
        for row in answer["processes"]
    ]
    own = {
        "name": "supervisor",
        "pid": answer["pid"],
        "state": "running",
        "memory_bytes": memory.pss_bytes(answer["pid"]),
        "restarts": 0,
        "uptime_seconds": answer["uptime"],
        "last_death": None,
    }
    return [*rows, own]


def _queues(home: Any) -> list[dict[str, Any]]:
    """Of the private broker; one that somebody else runs is not ours to look into."""
    import os

    from suite.broker import Broker
    from suite.failures import Failure

    if os.environ.get("RAPPORT_AMQP_URL"):
        return []
    try:
        return Broker(home.root).queues()
    except Failure:
        return []


def _dead_letters(home: Any) -> int | None:
    """How many events services gave up on; None where nobody answers."""
    from suite.failures import Failure
    from suite.rest import Rest

    try:
        found = Rest.of(home, timeout=5.0).get("/v1/admin/dead-letters", limit=1)
    except Failure:
        return None
    of_causes = sum(int(cause["count"]) for cause in found["causes"])
    return of_causes + sum(map(int, found["nameless"].values()))


def _as_tables(facts: dict[str, Any]) -> None:
    from rich.table import Table

    from suite.steps import console

    out = console()
    table = Table(box=None, pad_edge=False)
    for name, side in (("process", "left"), ("pid", "right"), ("state", "left"), ("memory", "right")):
        table.add_column(name, justify=side)  # type: ignore[arg-type]
    table.add_column("restarts", justify="right")
    table.add_column("last death")
    for row in facts["processes"]:
        colour = {"running": "green", "stopped": "dim"}.get(row["state"], "yellow")
        table.add_row(
            row["name"],
            str(row["pid"] or ""),
            f"[{colour}]{row['state']}[/{colour}]",
            f"{row['memory_bytes'] / 1e6:.0f} MB",
            str(row["restarts"]),
            row["last_death"] or "",
        )
    total = sum(row["memory_bytes"] for row in facts["processes"])
    table.add_row("all", "", "", f"{total / 1e6:.0f} MB", "", "", style="bold")
    out.print(table)
    queues = facts["queues"]
    waiting = [queue for queue in queues if queue["messages"]]
    lonely = [queue for queue in queues if not queue["consumers"] and not queue["name"].startswith("dead")]
    messages = sum(queue["messages"] for queue in queues)
    out.print(f"\n{len(queues)} queues, {messages} messages waiting, {len(lonely)} queues without a consumer")
    for queue in sorted(waiting, key=lambda queue: -int(queue["messages"]))[:20]:
        out.print(f"  {queue['messages']:>8}  {queue['name']}", markup=False)
    letters = facts["dead_letters"]
    if letters is None:
        out.print("The gateway does not answer: whether events were given up on is not known.")
    else:
        out.print(f"Dead letters: {letters:,}{', see ./rapport dead-letters' if letters else ''}")


@click.command()
@click.argument("names", nargs=-1, metavar="[PROCESS]...")
@click.option("-f", "--follow", is_flag=True, help="Go on as lines come.")
@click.option("-n", "--lines", default=40, show_default=True, help="How many of the last lines.")
@click.option("--raw", is_flag=True, help="The JSON lines as they are.")
def logs(names: tuple[str, ...], follow: bool, lines: int, raw: bool) -> None:
    """Show what the processes say; all of them when none is named."""
    from suite import logbook
    from suite.paths import Home

    logbook.show(Home.current(), list(names), follow=follow, lines=lines, raw=raw)


COMMANDS = (status, logs)
