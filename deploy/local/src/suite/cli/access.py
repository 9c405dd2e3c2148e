"""`open` and `key create`: ways in."""

from __future__ import annotations

import click

ROLES = ("admin", "manager", "rep", "support", "read_only", "integration")


@click.command(name="open")
def open_link() -> None:
    """Print a fresh sign-in link. It works once."""
    from suite.paths import Home
    from suite.rest import Rest

    print(Rest.of(Home.current()).post("/v1/sign-in-links", {})["url"])


@click.group()
def key() -> None:
    """API keys."""


@key.command(name="create")
@click.option("--name", required=True, help="What the key is for.")
@click.option("--role", required=True, type=click.Choice(ROLES))
def create_key(name: str, role: str) -> None:
    """Make an API key and print it, this once."""
    import sys

    from suite.paths import Home
    from suite.rest import Rest

    made = Rest.of(Home.current()).post("/v1/keys", {"name": name, "role": role})
    print(made["key"])
    print(f"The key {made['name']} has the role {made['role']}. It is not shown again.", file=sys.stderr)


COMMANDS = (open_link, key)
