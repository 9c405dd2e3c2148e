"""Imports: every row has one outcome, once; parents come in any order, and one that never comes is never silent."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import pytest
from contact_builders import JOB, a_runtime, run
from sqlalchemy import func, select
from sqlalchemy.event import listen

from chassis.guard import ACROSS
from chassis.operation import Runtime
from chassis.tables import import_change, outbox

NEXT_JOB = "job_01k8bbbbbbbbbbbbbbbbbbbbbb"


@pytest.fixture
def runtime() -> Runtime:
    return a_runtime()


def row(name: str, parent: str | None = None, **values: Any) -> dict[str, Any]:
    """An account named as its external id."""
    found = {"external_id": name, "name": name, **values}
    return found if parent is None else {**found, "parent_external_id": parent}


def bring(
    runtime: Runtime, *rows: Any, first_row: int = 1, job: str = JOB, **more: Any
) -> list[dict[str, Any]]:
    answer = run(runtime, "import_accounts", job_id=job, first_row=first_row, rows=list(rows), **more)
    outcomes: list[dict[str, Any]] = answer["outcomes"]
    assert [outcome["row"] for outcome in outcomes] == list(range(first_row, first_row + len(rows)))
    return outcomes


def settle(runtime: Runtime, job: str = JOB) -> list[dict[str, Any]]:
    outcomes: list[dict[str, Any]] = run(runtime, "settle_account_parents", job_id=job)["outcomes"]
    return outcomes


def actions(outcomes: list[dict[str, Any]]) -> list[str]:
    return [outcome["action"] for outcome in outcomes]


def codes(outcome: dict[str, Any]) -> list[str]:
    return [error["code"] for error in outcome.get("errors", ())]


def tree(runtime: Runtime) -> dict[str, str | None]:
    """Each account's parent, by name."""
    rows = run(runtime, "list_accounts", limit=200)["data"]
    names = {row["id"]: row["name"] for row in rows}
    return {row["name"]: names.get(row["parent_id"]) for row in rows}


def versions(runtime: Runtime) -> dict[str, int]:
    return {row["name"]: row["version"] for row in run(runtime, "list_accounts")["data"]}


def count(runtime: Runtime, table: Any) -> int:
    with runtime.database.reading() as session:
        statement = select(func.count()).select_from(table).execution_options(**ACROSS)
        return session.scalar(statement) or 0


def test_every_row_has_an_outcome_and_they_add_up(runtime: Runtime) -> None:
    bring(runtime, row("Acme", industry="retail"), row("Betatech"), job=NEXT_JOB)
    outcomes = bring(
        runtime,
        row("Acme", industry="technology"),
        row("Betatech"),
        row("Condax"),
        row("Dalt", employee_count=-3),
        {"name": "No key"},
        "no row at all",
        first_row=11,
    )
    assert actions(outcomes) == ["updated", "unchanged", "created", "failed", "failed", "failed"]
    assert [outcome["errors"][0]["pointer"] for outcome in outcomes[3:]] == [
        "/employee_count",
        "/external_id",
        "/",
    ]
    assert tree(runtime) == {"Acme": None, "Betatech": None, "Condax": None}


def test_a_chunk_that_comes_twice_does_nothing_twice(runtime: Runtime) -> None:
    rows = [row("Acme"), row("Branch", "Acme"), row("Lost", "Nowhere"), row("Bad", tier="gold")]
    first = bring(runtime, *rows)
    stored = count(runtime, outbox), count(runtime, import_change)
    assert bring(runtime, *rows) == first
    assert (count(runtime, outbox), count(runtime, import_change)) == stored
    assert set(versions(runtime).values()) == {1}


def test_a_second_import_changes_nothing(runtime: Runtime) -> None:
    rows = [row("Branch", "Acme"), row("Acme")]
    bring(runtime, *rows)
    assert actions(bring(runtime, *rows, job=NEXT_JOB)) == ["unchanged", "unchanged"]
    assert versions(runtime) == {"Acme": 1, "Branch": 1}


@pytest.mark.parametrize("order", list(itertools.permutations(["Top", "Middle", "Bottom"])))
def test_parents_come_in_any_order(runtime: Runtime, order: tuple[str, ...]) -> None:
    parents = {"Top": None, "Middle": "Top", "Bottom": "Middle"}
    outcomes = bring(runtime, *(row(name, parents[name]) for name in order))
    assert actions(outcomes) == ["created"] * 3
    assert not any(codes(outcome) for outcome in outcomes)
    assert tree(runtime) == parents
    assert set(versions(runtime).values()) == {1}
    assert settle(runtime) == []


@pytest.mark.parametrize("order", list(itertools.permutations(["Top", "Middle", "Bottom"])))
def test_parents_come_with_any_chunk(runtime: Runtime, order: tuple[str, ...]) -> None:
    parents = {"Top": None, "Middle": "Top", "Bottom": "Middle"}
    for number, name in enumerate(order, start=1):
        (outcome,) = bring(runtime, row(name, parents[name]), first_row=number)
        late = parents[name] is not None and order.index(parents[name] or "") >= number
        assert (outcome["action"], codes(outcome)) == ("created", ["parent_awaited"] if late else [])
    assert tree(runtime) == parents
    assert all((each["action"], codes(each)) == ("created", []) for each in settle(runtime))


def test_a_parent_that_never_comes_fails_its_row(runtime: Runtime) -> None:
    (waiting,) = bring(runtime, row("Branch", "Nowhere"))
    assert codes(waiting) == ["parent_awaited"]
    (settled,) = settle(runtime)
    assert (settled["row"], settled["was"], settled["action"], codes(settled)) == (
        1,
        "created",
        "failed",
        ["unknown_parent"],
    )
    assert settled["errors"][0]["pointer"] == "/parent_external_id"
    assert settle(runtime) == [settled]
    assert codes(bring(runtime, row("Branch", "Nowhere"))[0]) == ["unknown_parent"]
    bring(runtime, row("Nowhere"), job=NEXT_JOB)
    assert tree(runtime) == {"Branch": None, "Nowhere": None}


def test_rows_add_up_after_settling(runtime: Runtime) -> None:
    chunks = [
        [row("Branch", "Acme"), row("Lost", "Nowhere"), row("Bad", tier="gold")],
        [row("Acme"), row("Acme"), row("Sub", "Branch")],
    ]
    counts: Counter[str] = Counter()
    for number, chunk in enumerate(chunks):
        counts.update(actions(bring(runtime, *chunk, first_row=1 + 3 * number)))
    for outcome in settle(runtime):
        counts[outcome["was"]] -= 1
        counts[outcome["action"]] += 1
    assert counts == {"created": 3, "unchanged": 1, "failed": 2}
    with runtime.database.reading() as session:
        ledger = Counter(session.scalars(select(import_change.c.action).execution_options(**ACROSS)))
    assert ledger == counts


def test_a_parent_that_a_person_made_meanwhile_counts(runtime: Runtime) -> None:
    bring(runtime, row("Branch", "Acme"))
    run(runtime, "create_account", name="Acme", external_id="Acme")
    assert actions(settle(runtime)) == ["created"]
    assert tree(runtime) == {"Branch": "Acme", "Acme": None}


def test_a_known_account_gets_its_parent_later(runtime: Runtime) -> None:
    bring(runtime, row("Branch"), job=NEXT_JOB)
    assert actions(bring(runtime, row("Branch", "Acme"))) == ["unchanged"]
    bring(runtime, row("Acme"), first_row=2)
    (settled,) = settle(runtime)
    assert (settled["was"], settled["action"]) == ("unchanged", "updated")
    assert versions(runtime) == {"Branch": 2, "Acme": 1}


def test_an_empty_parent_takes_the_parent_away(runtime: Runtime) -> None:
    bring(runtime, row("Acme"), row("Branch", "Acme"))
    (outcome,) = bring(runtime, {**row("Branch"), "parent_external_id": None}, job=NEXT_JOB)
    assert outcome["action"] == "updated"
    assert tree(runtime) == {"Acme": None, "Branch": None}


def test_a_circle_within_a_chunk_is_refused(runtime: Runtime) -> None:
    outcomes = bring(runtime, row("A", "B"), row("B", "A"), row("C", "C"))
    assert actions(outcomes) == ["created", "failed", "failed"]
    assert codes(outcomes[1]) == codes(outcomes[2]) == ["contacts.account_above_itself"]
    assert tree(runtime) == {"A": "B", "B": None, "C": None}


def test_a_circle_across_chunks_is_refused(runtime: Runtime) -> None:
    bring(runtime, row("A", "B"))
    bring(runtime, row("B", "A"), first_row=2)
    (settled,) = settle(runtime)
    assert (settled["action"], codes(settled)) == ("failed", ["contacts.account_above_itself"])
    assert tree(runtime) == {"A": None, "B": "A"}


def test_a_dry_run_says_the_same_and_leaves_nothing(runtime: Runtime) -> None:
    bring(runtime, row("Acme", industry="retail"), row("Waiting", "Comes"), job=NEXT_JOB)
    before = count(runtime, outbox), count(runtime, import_change), tree(runtime)
    rows = [row("Acme", industry="energy"), row("Comes"), row("Branch", "Acme"), row("Lost", "Nowhere")]
    tried = bring(runtime, *rows, is_dry_run=True)
    assert actions(tried) == ["updated", "created", "created", "created"]
    assert codes(tried[3]) == ["parent_awaited"]
    assert (count(runtime, outbox), count(runtime, import_change), tree(runtime)) == before
    assert actions(bring(runtime, *rows)) == actions(tried)


def test_a_deleted_account_is_not_brought_back(runtime: Runtime) -> None:
    (made,) = bring(runtime, row("Acme"), job=NEXT_JOB)
    run(runtime, "delete_account", account_id=made["id"], expected_version=1)
    (outcome,) = bring(runtime, row("Acme", industry="energy"))
    assert (outcome["action"], codes(outcome)) == ("failed", ["gone"])


def test_contacts_find_their_account(runtime: Runtime) -> None:
    (acme,) = bring(runtime, row("Acme"))
    rows = [
        {
            "external_id": "c1",
            "last_name": "Lovelace",
            "email": "ADA@acme.example",
            "account_external_id": "Acme",
        },
        {"external_id": "c2", "last_name": "Hopper", "account_id": acme["id"]},
        {"external_id": "c3", "last_name": "Babbage", "account_external_id": "Nowhere"},
        {"external_id": "c4", "last_name": "Turing", "email": "alan@"},
    ]
    outcomes = run(runtime, "import_contacts", job_id=JOB, first_row=1, rows=rows)["outcomes"]
    assert actions(outcomes) == ["created", "created", "failed", "failed"]
    assert [outcome["errors"][0]["pointer"] for outcome in outcomes[2:]] == ["/account_external_id", "/email"]
    contacts = run(runtime, "list_contacts", sort="external_id")["data"]
    assert [(each["email"], each["account_id"]) for each in contacts] == [
        ("ada@acme.example", acme["id"]),
        (None, acme["id"]),
    ]
    assert run(runtime, "import_contacts", job_id=JOB, first_row=1, rows=rows)["outcomes"] == outcomes


def test_a_refused_row_leaves_its_record_as_it_was(runtime: Runtime) -> None:
    run(runtime, "import_leads", job_id=JOB, first_row=1, rows=[{"external_id": "l1", "last_name": "Hopper"}])
    rows = [
        {"external_id": "l1", "last_name": "Changed", "status": "converted"},
        {"external_id": "l2", "last_name": "New"},
    ]
    outcomes = run(runtime, "import_leads", job_id=JOB, first_row=2, rows=rows)["outcomes"]
    assert actions(outcomes) == ["failed", "created"]
    assert codes(outcomes[0]) == ["contacts.lead_not_converted"]
    leads = run(runtime, "list_leads", sort="external_id")["data"]
    assert [(each["last_name"], each["version"]) for each in leads] == [("Hopper", 1), ("New", 1)]


def people(runtime: Runtime, *rows: Any, **values: Any) -> list[dict[str, Any]]:
    chunk = {"job_id": JOB, "first_row": 1, "rows": list(rows), "key": "email", **values}
    outcomes: list[dict[str, Any]] = run(runtime, "import_contacts", **chunk)["outcomes"]
    return outcomes


ADA = {"last_name": "Lovelace", "email": "ada@acme.example"}


def test_people_are_found_by_their_address_whatever_its_spelling(runtime: Runtime) -> None:
    first = people(
        runtime, ADA, {**ADA, "email": "ADA@acme.example", "title": "Countess"}, {"last_name": "No"}
    )
    assert actions(first) == ["created", "updated", "failed"]
    assert (first[2]["errors"][0]["pointer"], codes(first[2])) == ("/email", ["required"])
    assert first[0]["id"] == first[1]["id"]
    [again] = people(runtime, {**ADA, "title": "Countess"}, job_id=NEXT_JOB)
    assert (again["action"], again["id"]) == ("unchanged", first[0]["id"])


def test_the_mode_says_what_becomes_of_a_row(runtime: Runtime) -> None:
    people(runtime, ADA, job_id=NEXT_JOB)
    rows = [{**ADA, "title": "Countess"}, {"last_name": "Hopper", "email": "grace@navy.example"}]
    [here, new] = people(runtime, *rows, mode="create")
    assert (here["action"], codes(here), new["action"]) == ("skipped", ["already_exists"], "created")
    assert here["id"]
    rows[1]["email"] = "nobody@navy.example"
    [here, new] = people(runtime, *rows, first_row=3, mode="update")
    assert (here["action"], new["action"], codes(new)) == ("updated", "skipped", ["not_found"])
    assert people(runtime, *rows, first_row=3, mode="update") == [here, new]
    [nameless] = people(runtime, {"email": "new@navy.example"}, first_row=5)
    assert (nameless["action"], nameless["errors"][0]["pointer"]) == ("failed", "/last_name")


def test_a_key_that_fits_two_records_fails_its_row_only(runtime: Runtime) -> None:
    for number in (1, 2):
        run(runtime, "create_contact", **ADA, external_id=str(number))
    outcomes = people(runtime, {**ADA, "title": "Countess"}, {**ADA, "email": "other@acme.example"})
    assert actions(outcomes) == ["failed", "created"]
    assert (outcomes[0]["errors"][0]["pointer"], codes(outcomes[0])) == ("/email", ["ambiguous_key"])


def test_an_external_id_of_somebody_else_fails_its_row_only(runtime: Runtime) -> None:
    run(runtime, "create_contact", last_name="Hopper", external_id="1")
    rows = [{**ADA, "external_id": "1"}, {**ADA, "external_id": "2"}]
    outcomes = people(runtime, *rows, {**ADA, "email": "b@acme.example", "external_id": "2"})
    assert actions(outcomes) == ["failed", "created", "failed"]
    assert (outcomes[0]["errors"][0]["pointer"], codes(outcomes[2])) == (
        "/external_id",
        ["external_id_taken"],
    )


def test_an_address_is_free_again_when_its_contact_is_deleted(runtime: Runtime) -> None:
    [made] = people(runtime, ADA, job_id=NEXT_JOB)
    run(runtime, "delete_contact", contact_id=made["id"], expected_version=1)
    [again] = people(runtime, ADA)
    assert again["action"] == "created"
    assert again["id"] != made["id"]


def test_a_chunk_costs_as_many_statements_as_a_row(runtime: Runtime) -> None:
    [acme] = bring(runtime, row("Acme"))
    counted: list[str] = []
    listen(runtime.database.write_engine, "before_cursor_execute", lambda *args: counted.append(args[2]))

    def cost(*rows: Any, first_row: int) -> int:
        before = len(counted)
        people(runtime, *rows, first_row=first_row)
        return len(counted) - before

    def a_person(number: int) -> dict[str, Any]:
        return {
            **ADA,
            "email": f"{number}@acme.example",
            "external_id": str(number),
            "account_id": acme["id"],
        }

    one = cost(a_person(0), first_row=1)
    assert cost(*(a_person(number) for number in range(1, 100)), first_row=2) == one
