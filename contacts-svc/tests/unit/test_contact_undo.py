"""Taking back an import of accounts and people: what it made goes, what it changed is as before, the rest says why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from contact_builders import a_context, a_runtime
from sqlalchemy import select

from chassis import codec
from chassis.errors import AppError
from chassis.guard import ACROSS
from chassis.operation import Runtime
from chassis.tables import outbox
from contacts.service import Contacts

JOB = "job_01k8aaaaaaaaaaaaaaaaaaaaaa"
NEXT_JOB = "job_01k8bbbbbbbbbbbbbbbbbbbbbb"


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    runtime = a_runtime()
    yield runtime
    runtime.database.dispose()


def run(runtime: Runtime, operation: str, **values: Any) -> Any:
    context = a_context(origin="import")
    return codec.plain(Contacts.operations[operation].execute(runtime, context, values))


def bring(runtime: Runtime, *rows: Any, kind: str = "accounts", **values: Any) -> list[dict[str, Any]]:
    chunk = {"job_id": JOB, "first_row": 1, "rows": list(rows), **values}
    outcomes: list[dict[str, Any]] = run(runtime, f"import_{kind}", **chunk)["outcomes"]
    return outcomes


def undo(runtime: Runtime, kind: str = "accounts", job: str = JOB, limit: int = 500) -> list[tuple[int, str]]:
    """What became of each row, to the end."""
    found: list[tuple[int, str]] = []
    before = None
    while True:
        answer = run(runtime, "undo_import", job_id=job, entity=kind, before_row=before, limit=limit)
        for outcome in answer["outcomes"]:
            [code] = [error["code"] for error in outcome.get("errors", [])] or [outcome["action"]]
            found.append((outcome["row"], code))
        before = answer["next"]
        if before is None:
            return found


def names(runtime: Runtime) -> set[str]:
    return {row["name"] for row in run(runtime, "list_accounts", limit=200)["data"]}


def account(name: str, **values: Any) -> dict[str, Any]:
    return {"external_id": name, "name": name, **values}


def told(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        return list(session.scalars(select(outbox.c.type).order_by(outbox.c.seq).execution_options(**ACROSS)))


@pytest.mark.parametrize("limit", [1, 2, 500])
def test_what_came_goes_and_what_changed_is_as_before(runtime: Runtime, limit: int) -> None:
    usd, eur = ({"amount": "10.00", "currency": currency} for currency in ("USD", "EUR"))
    bring(runtime, account("Old", industry="Retail", annual_revenue=usd, tags=["a"]), job_id=NEXT_JOB)
    before = run(runtime, "list_accounts")["data"][0]
    bring(
        runtime,
        account("New"),
        account("Old", industry=None, annual_revenue=eur, tags=["b"]),
        account("Old", city="Oslo"),
        account("New", city="Rome"),
        account("Old", city="Oslo"),
        {"name": "No key"},
    )
    assert undo(runtime, limit=limit) == [(4, "removed"), (3, "restored"), (2, "restored"), (1, "removed")]
    [after] = run(runtime, "list_accounts")["data"]
    clocks = ("version", "updated_at")
    assert {**after, **{name: before[name] for name in clocks}} == before
    assert told(runtime).count("account.deleted.v1") == 1
    count = len(told(runtime))
    assert undo(runtime, limit=limit) == [(4, "removed"), (3, "restored"), (2, "restored"), (1, "removed")]
    assert len(told(runtime)) == count


def test_what_somebody_changed_since_stays_and_says_so(runtime: Runtime) -> None:
    mine, kept, gone = bring(runtime, account("Mine"), account("Kept"), account("Gone"))
    run(runtime, "update_account", account_id=kept["id"], expected_version=1, changes={"city": "Oslo"})
    run(runtime, "delete_account", account_id=gone["id"], expected_version=1)
    # A change between two rows of the job counts as well.
    run(runtime, "update_account", account_id=mine["id"], expected_version=1, changes={"city": "Rome"})
    bring(runtime, account("Mine", city="Bonn"), first_row=4)
    assert undo(runtime) == [
        (4, "changed_since"),
        (3, "deleted_since"),
        (2, "changed_since"),
        (1, "changed_since"),
    ]
    assert names(runtime) == {"Mine", "Kept"}


def test_an_account_that_others_depend_on_stays_until_they_are_gone(runtime: Runtime) -> None:
    _, below, _ = bring(runtime, account("Top"), account("Below", parent_external_id="Top"), account("Alone"))
    contact = run(runtime, "create_contact", last_name="Berg", account_id=below["id"])
    assert undo(runtime) == [(3, "removed"), (2, "in_use"), (1, "in_use")]
    run(runtime, "delete_contact", contact_id=contact["id"], expected_version=1)
    assert undo(runtime) == [(3, "removed"), (2, "removed"), (1, "removed")]
    assert names(runtime) == set()


def test_an_account_of_somebody_else_below_keeps_the_one_above(runtime: Runtime) -> None:
    [top] = bring(runtime, account("Top"))
    run(runtime, "create_account", name="Branch", parent_id=top["id"])
    assert undo(runtime) == [(1, "in_use")]


def test_a_row_that_failed_for_its_parent_is_taken_back_too(runtime: Runtime) -> None:
    bring(runtime, account("A", parent_external_id="Nowhere"))
    run(runtime, "settle_account_parents", job_id=JOB)
    assert undo(runtime) == [(1, "removed")]
    assert names(runtime) == set()


def test_a_parent_that_came_late_does_not_keep_its_account(runtime: Runtime) -> None:
    bring(runtime, account("A", parent_external_id="B"))
    bring(runtime, account("B"), first_row=2)
    assert undo(runtime) == [(2, "removed"), (1, "removed")]


def test_the_same_file_comes_in_again_after_an_undo(runtime: Runtime) -> None:
    bring(runtime, account("A"))
    undo(runtime)
    [again] = bring(runtime, account("A"), job_id=NEXT_JOB)
    assert again["action"] == "created"


def test_people_are_taken_back_alike(runtime: Runtime) -> None:
    rows = [{"last_name": "Berg", "email": "ada@acme.example"}]
    for kind in ("contacts", "leads"):
        bring(runtime, *rows, kind=kind, key="email")
        assert undo(runtime, kind) == [(1, "removed")]
        assert run(runtime, f"list_{kind}")["data"] == []


def test_another_kind_or_role_is_refused(runtime: Runtime) -> None:
    with pytest.raises(AppError) as refusal:
        run(runtime, "undo_import", job_id=JOB, entity="deals")
    assert refusal.value.errors[0]["pointer"] == "/entity"
    with pytest.raises(AppError) as refusal:
        arguments = {"job_id": JOB, "entity": "accounts"}
        Contacts.operations["undo_import"].execute(runtime, a_context(role="rep"), arguments)
    assert refusal.value.kind == "forbidden"
