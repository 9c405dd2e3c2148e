"""`open` and `key create`: ways in."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command(name="open")(open_link)
    keys = typer.Typer(help="API keys.", no_args_is_help=True)
    keys.command(name="create")(create_key)
    app.add_typer(keys, name="key")


def open_link() -> None:
    """Print a fresh sign-in link. It works once."""
    from suite.paths import Home
    from suite.rest import Rest

    print(Rest.of(Home.current()).post("/v1/sign-in-links", {})["url"])


def create_key(
    name: Annotated[str, typer.Option("--name", help="What the key is for.")],
    role: Annotated[
        str, typer.Option("--role", help="admin, manager, rep, support, read_only or integration.")
    ] = "read_only",
) -> None:
    """Make an API key and print it, this once."""
    import sys

    from suite.paths import Home
    from suite.rest import Rest

    made = Rest.of(Home.current()).post("/v1/keys", {"name": name, "role": role})
    print(made["key"])
    print(f"The key {made['name']} has the role {made['role']}. It is not shown again.", file=sys.stderr)
