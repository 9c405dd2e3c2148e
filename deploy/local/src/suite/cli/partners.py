"""`partner`: other organisations whose programs come in over gRPC, and their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from suite.rest import Rest


@click.group()
def partner() -> None:
    """Partners and their keys (docs/partners.md)."""


@partner.command(name="add")
@click.argument("name")
def add(name: str) -> None:
    """Add a partner and print their id."""
    print(_rest().post("/v1/partners", {"name": name})["id"])


@partner.command(name="list")
def list_all() -> None:
    """Show the partners, their keys, and when each key was last used."""
    rest = _rest()
    keys = _all(rest, "/v1/partner-keys")
    for one in _all(rest, "/v1/partners"):
        click.echo(f"{one['id']}  {one['name']}{'' if one['is_active'] else '  (switched off)'}")
        for key in keys:
            if key["partner_id"] == one["id"]:
                used = key["last_used_at"] or "never"
                click.echo(f"  {key['id']}  {key['name']}  last used {used}  {' '.join(key['scopes'])}")


@partner.command(name="key")
@click.argument("partner_name", metavar="PARTNER")
@click.option("--scopes", required=True, metavar="accounts:read,leads:submit", help="What the key may do.")
@click.option("--name", default="key", show_default=True, help="What the key is for.")
@click.option("--expires", metavar="2027-01-31T00:00:00Z", help="Until when it counts.")
def key(partner_name: str, scopes: str, name: str, expires: str | None) -> None:
    """Make a key for a partner (name or id) and print it, this once."""
    rest = _rest()
    found = _found(rest, partner_name)
    wanted = [one for one in scopes.replace(",", " ").split() if one]
    body = {"name": name, "scopes": wanted, **({"expires_at": expires} if expires else {})}
    made = rest.post(f"/v1/partners/{found['id']}/keys", body)
    click.echo(made["key"])
    click.echo(f"A key of {found['name']} for {', '.join(made['scopes'])}. It is not shown again.", err=True)


@partner.command(name="revoke")
@click.argument("key_id", metavar="KEY_ID")
def revoke(key_id: str) -> None:
    """Revoke a key (its id, from `partner list`); it takes effect within five seconds."""
    _rest().call("DELETE", f"/v1/partner-keys/{key_id}")
    click.echo("Revoked.")


def _rest() -> Rest:
    from suite.paths import Home
    from suite.rest import Rest

    return Rest.of(Home.current())


def _all(rest: Rest, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    more: dict[str, Any] = {}
    while True:
        page = rest.get(path, limit=200, **more)
        found += page["data"]
        if page["next_cursor"] is None:
            return found
        more = {"cursor": page["next_cursor"]}


def _found(rest: Rest, name: str) -> dict[str, Any]:
    """The partner of this id or name; raises Failure for none or several."""
    from suite.failures import Failure

    partners = _all(rest, "/v1/partners")
    found = [one for one in partners if name in (one["id"], one["name"])]
    if len(found) != 1:
        known = ", ".join(one["name"] for one in partners) or "none yet"
        words = f"{len(found)} partners have the name" if found else "There is no partner"
        raise Failure(
            f"{words} {name!r}.", f"There are: {known}. Add one: ./rapport partner add NAME", code=2
        )
    return found[0]


COMMANDS = (partner,)
