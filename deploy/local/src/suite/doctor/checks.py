"""The checks, from the ground up: machine, variables, broker, databases, web UI, processes, the answer at the end."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from suite import plan, ports, webui
from suite.broker import Broker
from suite.doctor import Check, Finding
from suite.doctor.case import Case
from suite.failures import Failure
from suite.paths import checkout
from suite.rest import Rest

MB = 1024 * 1024
LITTLE_SPACE, NO_SPACE = 1024 * MB, 250 * MB
LEVELS = ("debug", "info", "warning", "error", "critical")


def disk_space(case: Case) -> Iterator[Finding]:
    """The broker stops every publisher below 200 MB, and a database that cannot grow refuses every write."""
    place = next(folder for folder in (case.home.root, *case.home.root.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    words = f"{free / MB:,.0f} MB free where {case.home.root} lies"
    if free < NO_SPACE:
        yield Finding("bad", "disk", f"full: {words}", "Free at least 1 GB; then ./rapport up")
    elif free < LITTLE_SPACE:
        yield Finding("warning", "disk", f"nearly full: {words}", "Free some space.")
    else:
        yield Finding("ok", "disk", words)


def variables(case: Case) -> Iterator[Finding]:
    """Variables set by hand that no process could work with."""
    wrong = list(_wrong_variables(case))
    yield from wrong
    if not wrong:
        by_hand = sorted(
            n for n in case.variables if n.startswith(plan.PASSED_ON) and n != "RAPPORT_CHECKOUT"
        )
        yield Finding(
            "ok", "variables", f"set by hand: {', '.join(by_hand)}" if by_hand else "none set by hand"
        )


def _wrong_variables(case: Case) -> Iterator[Finding]:
    level = case.variables.get("RAPPORT_LOG_LEVEL")
    if level is not None and level.lower() not in LEVELS:
        cure = f"Set it to one of {', '.join(LEVELS)}, or unset it."
        yield Finding("bad", "variables", f"RAPPORT_LOG_LEVEL is {level!r}, which is no log level", cure)
    amqp = case.variables.get("RAPPORT_AMQP_URL")
    if amqp is not None and not re.match(r"amqps?://[^/]+@[^/]+", amqp):
        cure = "Set it to amqp://user:password@host:5672/vhost, or unset it for the private broker."
        yield Finding("bad", "variables", "RAPPORT_AMQP_URL is no AMQP URL", cure)
    for store in plan.STORES:
        name = f"{store.upper()}_DATABASE_URL"
        url = case.variables.get(name)
        if url is not None and not re.match(r"(sqlite:////|postgresql\+psycopg://)", url):
            cure = (
                "Set it to sqlite:////absolute/path.db or postgresql+psycopg://user:password@host/database."
            )
            yield Finding("bad", "variables", f"{name} is no database URL this suite can use", cure)


def broker(case: Case) -> Iterator[Finding]:
    """Installed, running, and letting us in."""
    by_hand = "RAPPORT_AMQP_URL" in case.variables
    if not by_hand and not Broker.is_installed():
        cure = "Run ./rapport up as root, or: apt-get install --no-install-recommends rabbitmq-server"
        yield Finding("bad", "broker", "absent: RabbitMQ is not installed", cure)
        return
    url = case.amqp_url
    if url is None:
        yield Finding("warning", "broker", "installed, never started in this home", "Start it: ./rapport up")
        return
    yield broker_answers(url, by_hand)


def broker_answers(url: str, by_hand: bool) -> Finding:
    """Whether a broker lets us in. `by_hand`: its URL was given by RAPPORT_AMQP_URL."""
    import amqp

    where = urlsplit(url)
    place = f"{where.hostname}:{where.port or 5672}"
    down = (
        "Start it, or correct RAPPORT_AMQP_URL."
        if by_hand
        else "Start it: ./rapport up; its log: ./rapport logs broker"
    )
    refused = (
        "Correct RAPPORT_AMQP_URL."
        if by_hand
        else "The node keeps an older password: ./rapport down, then up"
    )
    try:
        with amqp.Connection(
            place,
            userid=unquote(where.username or ""),
            password=unquote(where.password or ""),
            virtual_host=unquote(where.path[1:]) or "/",
            connect_timeout=3,
            read_timeout=5,
        ) as connection:
            connection.connect()
    except amqp.AccessRefused:
        return Finding("bad", "broker", f"wrong password: {place} refuses the user {where.username}", refused)
    except amqp.exceptions.NotAllowed as error:
        return Finding(
            "bad", "broker", f"{place} does not let {where.username} into {where.path}: {error}", refused
        )
    except (OSError, amqp.exceptions.AMQPError) as error:
        return Finding(
            "bad", "broker", f"down: {place} does not answer ({error or type(error).__name__})", down
        )
    return Finding("ok", "broker", f"answers at {place}")


def http_port(case: Case) -> Iterator[Finding]:
    """While the web process runs, the port is its own; otherwise nobody may have it."""
    port = case.settings.http_port
    if port is None:
        return
    web = case.process("web")
    free = ports.is_free(port)
    if web is not None and web["state"] == "running":
        yield Finding("ok", "port", f"{port} is the suite's own")
    elif not free:
        who = ports.holder(port) or "another process"
        cure = f"Stop {who}, or choose another port: ./rapport up --port N"
        yield Finding("bad", "port", f"taken: {port} is held by {who}", cure)
    else:
        yield Finding("ok", "port", f"{port} is free")


def databases(case: Case) -> Iterator[Finding]:
    """Reachable, and at the schema that this code needs."""
    if not case.settings.http_port:
        return
    suite = case.plan
    script = (
        "import json, sys\n"
        "from chassis import migrate, settings\n"
        "from chassis.database import Database\n"
        "for name in sys.argv[1:]:\n"
        "    row = {'store': name}\n"
        "    try:\n"
        "        row['found'] = migrate.current(Database(settings.database_url(name)))\n"
        "        row['wanted'] = migrate.head(name)\n"
        "    except Exception as error:\n"
        "        row['error'] = str(error).strip().splitlines()[0]\n"
        "    print(json.dumps(row))\n"
    )
    missing = [
        store for store in (*plan.services(), "gateway") if _sqlite_file_is_missing(suite.database_url(store))
    ]
    if missing:
        yield Finding(
            "warning", "databases", f"not there yet: {', '.join(missing)}", "Make them: ./rapport up"
        )
        return
    command = [sys.executable, "-c", script, *plan.services(), "gateway"]
    done = subprocess.run(
        command, env=suite.environment(), cwd=checkout(), capture_output=True, text=True, check=False
    )
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if not rows:
        yield Finding("bad", "databases", f"could not be asked: {done.stderr.strip()[-300:]}", "")
        return
    bad = [_database_finding(row) for row in rows if "error" in row or row["found"] != row["wanted"]]
    yield from bad
    if not bad:
        kind = "PostgreSQL" if suite.admin_url else "SQLite"
        yield Finding("ok", "databases", f"{len(rows)} on {kind}, each at its newest schema")


def _sqlite_file_is_missing(url: str) -> bool:
    return url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists()


def _database_finding(row: dict[str, str]) -> Finding:
    if "error" not in row:
        words = f"{row['store']} is behind: at {row['found']}, the program needs {row['wanted']}"
        return Finding("bad", "databases", words, "Bring it up to date: ./rapport up")
    error = row["error"]
    if "password authentication failed" in error:
        return Finding(
            "bad", "databases", f"wrong password for {row['store']}: {error}", "Correct its database URL."
        )
    return Finding(
        "bad", "databases", f"{row['store']} cannot be read: {error}", "Start the server, or correct the URL."
    )


def web_ui(case: Case) -> Iterator[Finding]:
    if not webui.has_sources():
        yield Finding("warning", "web UI", "this checkout has none", "")
    elif not webui.is_built():
        yield Finding("bad", "web UI", "not built", "Build it: ./rapport up")
    elif not webui.is_current():
        yield Finding("warning", "web UI", "built from older sources", "Build it again: ./rapport up")
    else:
        yield Finding("ok", "web UI", "built from the sources as they are")


def private_files(case: Case) -> Iterator[Finding]:
    """Keys and endpoints may be read by their owner only."""
    files = [case.home.endpoints, case.home.settings, *sorted(case.home.keys.glob("*"))]
    open_ones = [f.name for f in files if f.exists() and stat.S_IMODE(f.stat().st_mode) & 0o077]
    if open_ones:
        cure = f"chmod 600 {' '.join(open_ones)} in {case.home.root}"
        yield Finding("bad", "secrets", f"others can read {', '.join(open_ones)}", cure)
    elif case.home.endpoints.exists():
        yield Finding("ok", "secrets", "only their owner can read them")


def processes(case: Case) -> Iterator[Finding]:
    """Those that are not running, and why the last one of each died."""
    if case.processes is None:
        yield Finding("warning", "processes", "nothing runs", "Start the suite: ./rapport up")
        return
    late = [row for row in case.processes if row["state"] != "running"]
    for row in late:
        words = f"{row['name']} is {row['state']}" + (
            f"; it {row['last_death']}" if row["last_death"] else ""
        )
        yield Finding("bad", "processes", words, f"Its log: ./rapport logs {row['name']}")
    if not late:
        restarts = sum(row["restarts"] for row in case.processes)
        yield Finding("ok", "processes", f"{len(case.processes)} running, {restarts} restarts")


def answer(case: Case) -> Iterator[Finding]:
    """The gateway's own word on whether everything it stands on is there."""
    if not case.processes or case.process("web") is None:
        return
    rest = Rest(f"http://127.0.0.1:{case.settings.http_port}", None, timeout=5)
    try:
        rest.get("/readyz")
    except (TimeoutError, Failure) as error:
        cause = error.cause if isinstance(error, Failure) else "no answer in 5 s"
        yield Finding("bad", "gateway", cause, "Its log: ./rapport logs web")
    else:
        yield Finding("ok", "gateway", f"ready at {rest.base}")


ALL: tuple[Check, ...] = (
    disk_space,
    variables,
    broker,
    http_port,
    databases,
    web_ui,
    private_files,
    processes,
    answer,
)
