"""`./rapport cases [NUMBER]...`: the worked cases of a CRM, played on a fresh suite with a movable clock.

Each row says what was given, what must come out, what came out and where a person sees it. `--postgres` plays them on
a private PostgreSQL, `--kill` kills the services one after the other meanwhile, `--replay` tells every event again at
the end; `-o json` prints one JSON line last: `{"passed", "failed", "rows"}`. The exit code is 1 when a case fails.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from faults import Steadfast, killing, replay
from rich.console import Console
from rich.table import Table
from stage import Stage
from worked import CASES, Case

from suite.broker import Broker
from suite.postgres import Postgres
from suite.testing import Suite

REPLAY = Case("replay", "every event of all cases is told again", {}, "the ledgers", replay)
MARKS = {"passed": "[green]✓[/green]", "failed": "[red]✗[/red]", "skipped": "-"}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="./rapport cases", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("numbers", nargs="*", metavar="NUMBER", help="only these cases")
    parser.add_argument("--postgres", action="store_true", help="play them on a private PostgreSQL")
    parser.add_argument("--kill", action="store_true", help="kill one service after the other meanwhile")
    parser.add_argument(
        "--replay", action="store_true", help="then tell every event again, and look for what was done twice"
    )
    parser.add_argument("-o", "--output", choices=("table", "json"), default="table")
    options = parser.parse_args()
    chosen = [one for one in CASES if not options.numbers or one.number in options.numbers]
    strange = set(options.numbers) - {one.number for one in CASES}
    if strange or not chosen:
        parser.error(
            f"there is no case {', '.join(sorted(strange))}; there are {', '.join(one.number for one in CASES)}"
        )
    with fresh("postgresql" if options.postgres else "sqlite", steadfast=options.kill) as stage:
        with killing(stage) if options.kill else nullcontext([]) as killed:
            rows = [played(stage, one) for one in chosen]
        if options.kill:
            print(f"killed: {len(killed)}", file=sys.stderr)
        if options.replay:
            rows.append(played(stage, REPLAY))
    failed, passed = counted(rows, "failed"), counted(rows, "passed")
    if options.output == "json":
        print(json.dumps({"passed": passed, "failed": failed, "rows": rows}))
    else:
        show(rows)
    return int(failed > 0)


@contextmanager
def fresh(kind: str, *, steadfast: bool = False) -> Iterator[Stage]:
    """A suite of its own on a broker of its own, gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="rapport-cases-"))
    # The private server changes to a user of its own, who must be able to reach its folder.
    home.chmod(0o711)
    broker = Broker(home)
    started: list[Postgres] = []

    def postgres() -> Postgres:
        if not started:
            server = Postgres(home)
            server.start()
            started.append(server)
        return started[0]

    broker.start()
    try:
        suite = Suite(kind, broker, postgres)
        try:
            stage = Stage(suite, Steadfast if steadfast else None)
            yield stage
            stage.close()
        finally:
            suite.close()
    finally:
        for server in started:
            server.stop(how="immediate")
        broker.stop()
        shutil.rmtree(home, ignore_errors=True)


def played(stage: Stage, one: Case) -> dict[str, Any]:
    """What came out of a case, as a row of the answer."""
    row = {"number": one.number, "given": one.given, "expected": one.expected, "see": one.see}
    if one.missing:
        return {**row, "outcome": "skipped", "got": one.missing}
    try:
        got = one.play(stage)
    except Exception as error:  # noqa: BLE001 - a case that breaks is a row that failed, and the others go on
        return {**row, "outcome": "failed", "got": f"{type(error).__name__}: {error}"}
    return {**row, "outcome": "passed" if got == one.expected else "failed", "got": got}


def counted(rows: list[dict[str, Any]], outcome: str) -> int:
    return sum(row["outcome"] == outcome for row in rows)


def show(rows: list[dict[str, Any]]) -> None:
    table = Table(show_lines=True)
    for heading in ("case", "given", "expected", "got", "how to see it"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        mark = MARKS[row["outcome"]]
        table.add_row(
            f"{mark} {row['number']}", row["given"], words(row["expected"]), words(row["got"]), row["see"]
        )
    console = Console()
    console.print(table)
    console.print(", ".join(f"{counted(rows, outcome)} {outcome}" for outcome in MARKS))


def words(value: Any) -> str:
    """A value as a person reads it: one line for each of its parts."""
    if isinstance(value, dict):
        return "\n".join(f"{name}: {part}" for name, part in value.items())
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
