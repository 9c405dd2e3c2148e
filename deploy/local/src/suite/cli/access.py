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
@click.option("--export", is_flag=True, help='For a shell: eval "$(./rapport key create ... --export)".')
def create_key(name: str, role: str, export: bool) -> None:
    """Make an API key and print it, this once."""
    import sys

    from suite.paths import Home
    from suite.rest import Rest

    rest = Rest.of(Home.current())
    made = rest.post("/v1/keys", {"name": name, "role": role})
    print(f"export RAPPORT_URL={rest.base} RAPPORT_KEY={made['key']}" if export else made["key"])
    print(f"The key {made['name']} has the role {made['role']}. It is not shown again.", file=sys.stderr)


COMMANDS = (open_link, key)
