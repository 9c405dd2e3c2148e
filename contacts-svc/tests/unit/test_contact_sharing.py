"""Partners see what they made and what is shared with them, by one rule for lists, reads and writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from contact_builders import a_runtime
from sqlalchemy import select

from chassis import access, ids
from chassis.access import ClosedToPartners, ScopeMissing
from chassis.context import Context
from chassis.errors import AppError, NotFound
from chassis.operation import Runtime
from chassis.sharing import ReadOnly
from chassis.tables import outbox
from contacts.domain.errors import AccountUnknown
from contacts.service import Contacts
from messages.organisation import SCOPES

WORKSPACE = ids.new("workspace")
PLURALS = {"account": "accounts", "contact": "contacts", "lead": "leads"}


def a_partner(scopes: tuple[str, ...] = SCOPES) -> Context:
    return Context(workspace_id=WORKSPACE, actor=ids.new("partner"), role="partner", scopes=scopes)


MANAGER = Context(workspace_id=WORKSPACE, actor=ids.new("user"), role="manager")


@pytest.fixture
def run() -> Callable[..., Any]:
    runtime: Runtime = a_runtime()

    def one(ctx: Context, operation: str, **values: Any) -> Any:
        return Contacts.operations[operation].execute(runtime, ctx, values)

    one.runtime = runtime  # type: ignore[attr-defined]
    return one


def make(run: Callable[..., Any], ctx: Context, noun: str, name: str = "Acme") -> str:
    values = {"name": name} if noun == "account" else {"last_name": name}
    return str(run(ctx, f"create_{noun}", **values)["id"])


def seen(run: Callable[..., Any], ctx: Context, noun: str, record_id: str) -> list[bool]:
    """Whether a record is found: by list, by batch read, by id."""
    listed = run(ctx, f"list_{PLURALS[noun]}")["data"]
    read = run(ctx, f"read_{PLURALS[noun]}", ids=[record_id])["data"]
    try:
        run(ctx, f"get_{noun}", **{f"{noun}_id": record_id})
    except NotFound:
        by_id = False
    else:
        by_id = True
    return [record_id in {row["id"] for row in listed}, bool(read), by_id]


@pytest.mark.parametrize("noun", list(PLURALS))
def test_a_partner_sees_own_and_shared_records_only(run: Callable[..., Any], noun: str) -> None:
    one, other = a_partner(), a_partner()
    own, ours = make(run, one, noun), make(run, MANAGER, noun)
    assert seen(run, one, noun, own) == [True] * 3
    assert seen(run, other, noun, own) == [False] * 3
    assert seen(run, one, noun, ours) == [False] * 3
    assert seen(run, MANAGER, noun, own) == [True] * 3
    run(MANAGER, f"share_{noun}", **{f"{noun}_id": ours, "partner_id": one.actor})
    assert seen(run, one, noun, ours) == [True] * 3
    assert seen(run, other, noun, ours) == [False] * 3
    run(MANAGER, f"unshare_{noun}", **{f"{noun}_id": ours, "partner_id": one.actor})
    assert seen(run, one, noun, ours) == [False] * 3


@pytest.mark.parametrize("noun", list(PLURALS))
def test_a_partner_writes_what_is_shared_for_writing(run: Callable[..., Any], noun: str) -> None:
    partner = a_partner()
    record_id = make(run, MANAGER, noun)
    change = {f"{noun}_id": record_id, "expected_version": 1, "changes": {"source": "partner"}}
    with pytest.raises(NotFound):
        run(partner, f"update_{noun}", **change)
    shared = run(MANAGER, f"share_{noun}", **{f"{noun}_id": record_id, "partner_id": partner.actor})
    change["expected_version"] = shared["version"]
    with pytest.raises(ReadOnly):
        run(partner, f"update_{noun}", **change)
    again = {f"{noun}_id": record_id, "partner_id": partner.actor, "access": "write"}
    change["expected_version"] = run(MANAGER, f"share_{noun}", **again)["version"]
    assert run(partner, f"update_{noun}", **change)["source"] == "partner"
    shares = run(MANAGER, f"list_{noun}_shares", **{f"{noun}_id": record_id})["data"]
    assert [(one["partner_id"], one["access"], one["is_maker"]) for one in shares] == [
        (partner.actor, "write", False)
    ]


def test_sharing_is_told_and_the_same_again_is_not(run: Callable[..., Any]) -> None:
    partner = a_partner()
    own, ours = make(run, partner, "lead"), make(run, MANAGER, "lead")
    for _ in range(2):
        run(MANAGER, "share_lead", lead_id=ours, partner_id=partner.actor)
    for _ in range(2):
        run(MANAGER, "unshare_lead", lead_id=ours, partner_id=partner.actor)

    def told(record_id: str) -> list[str]:
        with run.runtime.database.reading() as session:  # type: ignore[attr-defined]
            found = session.scalars(
                select(outbox.c.type).where(outbox.c.subject_id == record_id).order_by(outbox.c.sequence)
            )
            return list(found)

    assert told(own) == ["lead.created.v1"]
    assert told(ours) == ["lead.created.v1", "lead.shared.v1", "lead.unshared.v1"]


@pytest.mark.parametrize("operation", sorted(Contacts.operations))
def test_an_operation_is_closed_to_partners_unless_its_scope_is_held(operation: str) -> None:
    """Deny by default: no scope, no entry; no operation of administration has a scope."""
    line = Contacts.operations[operation]
    refused: type[AppError] = ClosedToPartners if line.scope is None else ScopeMissing
    with pytest.raises(refused):
        access.require_operation(a_partner(scopes=("events:read",)), line.permission, line.scope)
    if line.scope is not None:
        assert line.scope in SCOPES
        assert line.permission in {"read", "write", "delete"}


def test_a_partner_may_not_point_to_what_it_may_not_see(run: Callable[..., Any]) -> None:
    partner = a_partner()
    ours = make(run, MANAGER, "account")
    with pytest.raises(AccountUnknown):
        run(partner, "create_contact", last_name="Berg", account_id=ours)
    with pytest.raises(AccountUnknown):
        run(partner, "create_account", name="Sub", parent_id=ours)
    run(MANAGER, "share_account", account_id=ours, partner_id=partner.actor)
    assert run(partner, "create_contact", last_name="Berg", account_id=ours)["account_id"] == ours


def test_a_submission_is_taken_once(run: Callable[..., Any]) -> None:
    one, other = a_partner(), a_partner()
    first = run(one, "submit_lead", last_name="Berg", email="berg@example.com", external_id="one:7")
    assert first["outcome"] == "accepted"
    again = run(one, "submit_lead", last_name="Berg", external_id="one:7")
    assert (again["outcome"], again["lead"]["id"]) == ("same_external_id", first["lead"]["id"])
    again = run(one, "submit_lead", last_name="B.", email="berg@example.com", external_id="one:8")
    assert (again["outcome"], again["lead"]["id"]) == ("same_email", first["lead"]["id"])
    foreign = run(other, "submit_lead", last_name="Berg", email="berg@example.com")
    assert foreign["outcome"] == "accepted"
    assert foreign["lead"]["id"] != first["lead"]["id"]


def test_a_trial_changes_nothing(run: Callable[..., Any]) -> None:
    partner = replace(a_partner(), is_trial=True, command_id="once")
    assert run(partner, "create_account", name="Acme")["name"] == "Acme"
    assert run(MANAGER, "list_accounts")["data"] == []
    assert run(replace(partner, is_trial=False), "create_account", name="Acme")["name"] == "Acme"
    assert len(run(MANAGER, "list_accounts")["data"]) == 1
