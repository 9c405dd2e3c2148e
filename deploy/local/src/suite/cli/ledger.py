"""`ledger`: what happened to a record, a job or a request, what it caused, what came twice, waits or failed."""

from __future__ import annotations

from typing import Any

import click

KINDS = ("arrived", "caused", "suppressed", "waiting", "failed", "parked")


@click.command()
@click.argument("record", metavar="ID")
@click.option(
    "--kind", multiple=True, type=click.Choice(KINDS), help="Only these; may be given several times."
)
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="How many entries."
)
@click.option("--retry", is_flag=True, help="Have what failed or was given up on tried again.")
@click.option("-o", "--output", type=click.Choice(["tree", "json"]), default="tree", show_default=True)
@click.option("--url", envvar="RAPPORT_URL", metavar="URL", help="Another suite (or RAPPORT_URL).")
@click.option("--key", envvar="RAPPORT_KEY", metavar="KEY", help="Its key (or RAPPORT_KEY).")
def ledger(
    record: str,
    kind: tuple[str, ...],
    limit: int,
    retry: bool,
    output: str,
    url: str | None,
    key: str | None,
) -> None:
    """Tell what happened to a record, a job or a request, and why.

    ID is that of a record (deal_01k...), of a job (job_01k...), or a request's (X-Request-Id of an answer).
    """
    import json
    import sys

    from suite.records import telling
    from suite.records.connecting import connected

    with connected(url, key) as crm:
        told = telling.read(crm, record, kind, limit)
        if output == "json":
            print(json.dumps(told, indent=2, ensure_ascii=False))
        else:
            for line in telling.lines(told, record):
                click.echo(line)
        if retry:
            print(f"{_try_again(crm, told)} tried again.", file=sys.stderr)


def _try_again(crm: Any, told: dict[str, Any]) -> int:
    """Have every entry tried again that can be; returns how many."""
    count = 0
    for entry in told["entries"]:
        remedy = entry.get("remedy") or {}
        if remedy.get("action") == "redrive":
            body = {"service": entry["service"], "letter_id": remedy["id"]}
            crm.request("POST", "/v1/ledger/redrive", json=body)
            count += 1
        elif remedy.get("action") == "retry_run":
            crm.request("POST", f"/v1/workflow-runs/{remedy['id']}/retry", json={})
            count += 1
    return count


COMMANDS = (ledger,)
