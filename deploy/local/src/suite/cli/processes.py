"""`restart` and `scale`: single services of a running suite."""

from __future__ import annotations

import click


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="SERVICE...")
def restart(names: tuple[str, ...]) -> None:
    """Restart a service: its processes one after the other, each until it is ready."""
    from suite.control import only_one, supervisor_of
    from suite.failures import Failure
    from suite.paths import Home
    from suite.steps import Steps

    home, steps = Home.current(), Steps()
    supervisor = supervisor_of(home)
    known = [row["name"] for row in supervisor.processes()]
    chosen = [one for one in known if any(one == name or one.startswith(f"{name}.") for name in names)]
    strange = [name for name in names if not any(one == name or one.startswith(f"{name}.") for one in known)]
    if strange:
        raise Failure(f"There is no process {', '.join(strange)}.", f"There are: {', '.join(known)}.", code=2)
    with only_one(home):
        for name in chosen:
            with steps.step(f"Restart {name}") as step:
                answer = supervisor.ask("restart", names=[name], patience=60, timeout=120)
                if answer["not_ready"]:
                    raise Failure(f"{name} did not become ready in 60 s.", f"Look: ./rapport logs {name}")
                step.result = "ready"


@click.command()
@click.argument("wishes", nargs=-1, required=True, metavar="SERVICE=N...")
def scale(wishes: tuple[str, ...]) -> None:
    """Run a service as several processes. On SQLite they share this host's files."""
    from suite import plan, start
    from suite.control import only_one, supervisor_of
    from suite.paths import Home
    from suite.settings import Settings
    from suite.steps import Steps

    home, steps = Home.current(), Steps()
    wanted = plan.scale_of(wishes)
    supervisor_of(home).ask("status")
    home.make()
    with only_one(home):
        start.Start(home, start.Wishes(scale=wanted), steps).rescale()
    if Settings.load(home.settings).postgres is None and any(number > 1 for number in wanted.values()):
        steps.warn("On SQLite the processes of a service share its file, so they stay on this one host.")


COMMANDS = (restart, scale)
