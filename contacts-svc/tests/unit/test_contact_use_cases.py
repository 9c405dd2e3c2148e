"""Use cases of contacts-svc on a database in memory: what they store, tell, find and refuse."""

from __future__ import annotations

from typing import Any

import pytest
from contact_builders import USER, a_runtime, news, run
from sqlalchemy import event, select

from chassis import codec, ids
from chassis.errors import AppError
from chassis.operation import Runtime
from chassis.tables import outbox
from contacts.copies import remember_users


@pytest.fixture
def runtime() -> Runtime:
    return a_runtime()


def told(runtime: Runtime) -> list[tuple[str, dict[str, Any]]]:
    with runtime.database.reading() as session:
        rows = session.execute(select(outbox.c.type, outbox.c.payload).order_by(outbox.c.seq)).all()
    return [(row.type, codec.loads(row.payload)["data"]) for row in rows]


def names(runtime: Runtime, operation: str, **arguments: Any) -> list[str]:
    return [row["name"] for row in run(runtime, operation, **arguments)["data"]]


def refusal_of(runtime: Runtime, operation: str, **arguments: Any) -> AppError:
    with pytest.raises(AppError) as refusal:
        run(runtime, operation, **arguments)
    return refusal.value


def test_an_account_is_kept_as_given_and_told(runtime: Runtime) -> None:
    made = run(
        runtime,
        "create_account",
        name="Acme",
        domain="https://www.Acme.example/about",
        annual_revenue={"amount": "1100.04", "currency": "USD"},
        founded_year=1996,
        tags=["key"],
    )
    assert (made["version"], made["domain"], made["open_deal_count"], made["last_activity_at"]) == (
        1,
        "acme.example",
        0,
        None,
    )
    assert run(runtime, "get_account", account_id=made["id"]) == made
    ((kind, data),) = told(runtime)
    assert kind == "account.created.v1"
    assert data["record"]["annual_revenue"] == {"amount": "1100.04", "currency": "USD"}
    assert "open_deal_count" not in data["record"]


def test_no_circle_of_accounts(runtime: Runtime) -> None:
    top = run(runtime, "create_account", name="Top")
    middle = run(runtime, "create_account", name="Middle", parent_id=top["id"])
    bottom = run(runtime, "create_account", name="Bottom", parent_id=middle["id"])
    for parent in (top, middle, bottom):
        refusal = refusal_of(
            runtime,
            "update_account",
            account_id=top["id"],
            expected_version=1,
            changes={"parent_id": parent["id"]},
        )
        assert refusal.code == "contacts.account_above_itself"
    assert run(runtime, "get_account", account_id=top["id"])["version"] == 1


def test_no_circle_through_a_deleted_account(runtime: Runtime) -> None:
    top = run(runtime, "create_account", name="Top")
    middle = run(runtime, "create_account", name="Middle", parent_id=top["id"])
    bottom = run(runtime, "create_account", name="Bottom", parent_id=middle["id"])
    run(runtime, "delete_account", account_id=middle["id"], expected_version=1)
    refusal = refusal_of(
        runtime,
        "update_account",
        account_id=top["id"],
        expected_version=1,
        changes={"parent_id": bottom["id"]},
    )
    assert refusal.code == "contacts.account_above_itself"


def test_a_parent_must_be_there(runtime: Runtime) -> None:
    gone = run(runtime, "create_account", name="Gone")
    run(runtime, "delete_account", account_id=gone["id"], expected_version=1)
    for parent_id in (gone["id"], ids.new("account")):
        refusal = refusal_of(runtime, "create_account", name="Child", parent_id=parent_id)
        assert (refusal.code, refusal.errors[0]["pointer"]) == ("unknown_reference", "/parent_id")


def test_a_contact_belongs_to_an_account_that_is_there(runtime: Runtime) -> None:
    account = run(runtime, "create_account", name="Acme")
    contact = run(runtime, "create_contact", last_name="Lovelace", account_id=account["id"])
    refusal = refusal_of(
        runtime,
        "update_contact",
        contact_id=contact["id"],
        expected_version=1,
        changes={"account_id": ids.new("account")},
    )
    assert (refusal.kind, refusal.errors[0]["pointer"]) == ("invalid", "/changes/account_id")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"email": " Ada@Example.COM "}, {"email": "ada@example.com"}),
        ({"phone": "+49 (0) 30 123456"}, {"phone": "+4930123456"}),
        ({"phone": "+1 650-253-0000 ext. 5"}, {"phone": "+16502530000;ext=5"}),
        ({"phone": "030 123456"}, {"phone": "030 123456"}),
        ({"time_zone": "Europe/Berlin"}, {"time_zone": "Europe/Berlin"}),
    ],
)
def test_addresses_have_one_form(runtime: Runtime, given: dict[str, str], kept: dict[str, str]) -> None:
    contact = run(runtime, "create_contact", last_name="Lovelace", **given)
    assert {name: contact[name] for name in kept} == kept


@pytest.mark.parametrize(
    ("operation", "values"),
    [
        ("create_contact", {"email": "ada@"}),
        ("create_contact", {"email": "ada example.com"}),
        ("create_contact", {"phone": "+1 2"}),
        ("create_contact", {"phone": "call me"}),
        ("create_contact", {"time_zone": "Mars/Olympus"}),
        ("create_contact", {"name": "Ada"}),
        ("create_account", {"domain": "not a domain"}),
        ("create_account", {"website": "javascript:alert(1)"}),
        ("create_account", {"tier": "gold"}),
        ("create_account", {"employee_count": -1}),
        ("create_account", {"founded_year": 19}),
    ],
)
def test_what_has_no_form_is_refused_by_name(
    runtime: Runtime, operation: str, values: dict[str, Any]
) -> None:
    required = {"create_contact": {"last_name": "Lovelace"}, "create_account": {"name": "Acme"}}[operation]
    refusal = refusal_of(runtime, operation, **{**required, **values})
    assert [error["pointer"] for error in refusal.errors] == [f"/{next(iter(values))}"]


def test_a_name_is_read_only_and_sorts(runtime: Runtime) -> None:
    for first, last in (("Grace", "Hopper"), ("Ada", "Lovelace"), (None, "Babbage")):
        run(runtime, "create_contact", first_name=first, last_name=last)
    assert names(runtime, "list_contacts", sort="name") == ["Ada Lovelace", "Babbage", "Grace Hopper"]
    assert names(runtime, "list_contacts", filter='name ~ "love"') == ["Ada Lovelace"]


def test_a_lead_is_not_converted_by_an_edit(runtime: Runtime) -> None:
    lead = run(runtime, "create_lead", last_name="Hopper")
    assert lead["status"] == "new"
    refusal = refusal_of(
        runtime, "update_lead", lead_id=lead["id"], expected_version=1, changes={"status": "converted"}
    )
    assert refusal.code == "contacts.lead_not_converted"


def test_an_external_id_is_taken_once(runtime: Runtime) -> None:
    run(runtime, "create_account", name="Acme", external_id="a-1")
    refusal = refusal_of(runtime, "create_account", name="Other", external_id="a-1")
    assert (refusal.kind, refusal.code) == ("conflict", "already_exists")


def test_filters_reach_one_hop(runtime: Runtime) -> None:
    with runtime.database.writing() as session:
        remember_users(session, [news("user.created.v1", USER, name="Rosa Parks")])
    top = run(runtime, "create_account", name="Top", industry="energy", owner_id=USER)
    child = run(runtime, "create_account", name="Child", parent_id=top["id"])
    run(runtime, "create_contact", last_name="Lovelace", account_id=top["id"])
    run(runtime, "create_contact", last_name="Hopper", account_id=child["id"])
    assert names(runtime, "list_accounts", filter='parent.name = "Top"') == ["Child"]
    assert names(runtime, "list_accounts", filter='owner.name ~ "rosa"') == ["Top"]
    assert names(runtime, "list_contacts", filter='account.name = "Child"') == ["Hopper"]
    assert names(runtime, "list_contacts", filter='account.industry = "energy"') == ["Lovelace"]
    assert names(runtime, "list_contacts", sort="account.name") == ["Hopper", "Lovelace"]


def test_search_finds_by_name_and_address(runtime: Runtime) -> None:
    account = run(runtime, "create_account", name="Ärzte 100% GmbH", domain="praxis.example")
    contact = run(runtime, "create_contact", last_name="Lovelace", email="ada@praxis.example")
    lead = run(runtime, "create_lead", last_name="Hopper", company="Navy")
    gone = run(runtime, "create_lead", last_name="Navy")
    run(runtime, "delete_lead", lead_id=gone["id"], expected_version=1)
    entry = {"type": "account", "id": account["id"], "label": "Ärzte 100% GmbH", "detail": "praxis.example"}
    for q, field, span in (("ärzte", "name", [0, 5]), ("100%", "name", [6, 9]), ("PRAXIS", "domain", [0, 6])):
        (hit,) = run(runtime, "search_accounts", q=q)["data"]
        assert hit == {**entry, "rank": hit["rank"], "matched": {**hit["matched"], "field": field}}
        assert hit["matched"]["spans"] == [span]
    assert run(runtime, "search_accounts", q="1_0")["data"] == []
    assert [row["id"] for row in run(runtime, "search_contacts", q="ada@")["data"]] == [contact["id"]]
    (hit,) = run(runtime, "search_leads", q="navy")["data"]
    assert (hit["id"], hit["label"], hit["detail"], hit["rank"]) == (lead["id"], "Hopper", "Navy", "exact")


def test_deleted_and_restored(runtime: Runtime) -> None:
    contact = run(runtime, "create_contact", last_name="Lovelace")
    run(runtime, "delete_contact", contact_id=contact["id"], expected_version=1)
    assert refusal_of(runtime, "get_contact", contact_id=contact["id"]).kind == "gone"
    assert run(runtime, "restore_contact", contact_id=contact["id"])["version"] == 3
    kinds = [kind for kind, _ in told(runtime)]
    assert kinds == ["contact.created.v1", "contact.deleted.v1", "contact.restored.v1"]


def test_a_long_list_costs_as_many_statements_as_a_short_one(runtime: Runtime) -> None:
    statements: list[str] = []
    event.listen(
        runtime.database.read_engine, "before_cursor_execute", lambda *parts: statements.append(parts[2])
    )

    def cost() -> int:
        statements.clear()
        run(runtime, "list_accounts", filter='parent.name != "X"', sort="-open_deal_count", count=True)
        return len(statements)

    run(runtime, "create_account", name="One")
    one = cost()
    for number in range(30):
        run(runtime, "create_account", name=f"Account {number}")
    assert cost() == one <= 6


@pytest.mark.parametrize("resource", ["accounts", "contacts", "leads"])
def test_every_field_filters_and_sorts(runtime: Runtime, resource: str) -> None:
    made = {"accounts": {"name": "One"}, "contacts": {"last_name": "One"}, "leads": {"last_name": "One"}}
    first = run(runtime, f"create_{resource.removesuffix('s')}", **made[resource])["id"]
    second = run(runtime, f"create_{resource.removesuffix('s')}", **made[resource])["id"]

    def ids_of(**asked: Any) -> list[str]:
        return [row["id"] for row in run(runtime, f"list_{resource}", **asked)["data"]]

    fields = run(runtime, "describe", resource=resource)["fields"]
    assert {"id", "created_at"} <= {field["name"] for field in fields}
    for field in fields:
        parts = [ids_of(filter=f"{field['name']} {operator} null") for operator in ("=", "!=")]
        # Absent or not: each record is in exactly one of the two.
        assert sorted(parts[0] + parts[1]) == sorted([first, second]), field["name"]
        if field["sortable"]:
            assert sorted(ids_of(sort=f"-{field['name']}")) == sorted([first, second]), field["name"]


def test_the_health_of_the_model_gives_way_to_anybody_elses(runtime: Runtime) -> None:
    account = run(runtime, "create_account", name="Acme")

    def found(health: int, revision: int) -> tuple[int | None, str | None]:
        kept = run(
            runtime,
            "set_account_health",
            account_id=account["id"],
            health=health,
            source="Rapport's model 1",
            revision=revision,
        )
        return kept["health"], kept["health_source"]

    def changed(**changes: Any) -> None:
        version = run(runtime, "get_account", account_id=account["id"])["version"]
        run(runtime, "update_account", account_id=account["id"], expected_version=version, changes=changes)

    assert found(70, 2) == (70, "Rapport's model 1")
    assert found(50, 1) == (70, "Rapport's model 1")
    assert found(75, 3) == (75, "Rapport's model 1")
    changed(health=40)
    assert found(80, 4) == (40, None)
    changed(health=None)
    assert found(80, 4) == (None, None)
    assert found(81, 5) == (81, "Rapport's model 1")
    changed(health=41, health_source="Survey")
    assert found(90, 6) == (41, "Survey")
