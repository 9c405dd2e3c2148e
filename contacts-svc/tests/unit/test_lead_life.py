"""The life of a lead: stages with a dated history, the handoff between marketing and sales, conversion, once."""

from __future__ import annotations

from typing import Any

import pytest
from contact_builders import JOB, USER, WORKSPACE, a_context, a_runtime, news, run
from sqlalchemy import func, select

from chassis import ids
from chassis.errors import AppError
from chassis.inbox import Inbox
from chassis.operation import Runtime
from chassis.tables import outbox
from contacts.domain.account import Account
from contacts.domain.contact import Contact
from contacts.service import Contacts


@pytest.fixture
def runtime() -> Runtime:
    return a_runtime()


def a_lead(runtime: Runtime, **values: Any) -> dict[str, Any]:
    usual = {"first_name": "Ada", "last_name": "Berg", "company": "Wind AG", "email": "ada@wind.example"}
    made: dict[str, Any] = run(runtime, "create_lead", **{**usual, **values})
    return made


def lifecycle(runtime: Runtime, lead: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    steps = run(runtime, "lifecycle", lead_id=lead["id"])["data"]
    return [(step["from_stage"], step["to_stage"], step["handoff"]) for step in steps]


def refused(runtime: Runtime, operation: str, **values: Any) -> AppError:
    with pytest.raises(AppError) as refusal:
        run(runtime, operation, **values)
    return refusal.value


def told(runtime: Runtime, record_id: str) -> list[str]:
    with runtime.database.reading() as session:
        rows = select(outbox.c.type).where(
            outbox.c.workspace_id == WORKSPACE, outbox.c.subject_id == record_id
        )
        return list(session.scalars(rows.order_by(outbox.c.seq)))


def number(runtime: Runtime, cls: type[Account] | type[Contact]) -> int:
    with runtime.database.reading() as session:
        found = select(func.count()).select_from(cls).where(cls.workspace_id == WORKSPACE)
        return int(session.scalar(found) or 0)


# --- stages ------------------------------------------------------------------------------------------------------


def test_a_lead_comes_further_and_its_way_is_kept(runtime: Runtime) -> None:
    lead = a_lead(runtime)
    for stage in ("mql", "sql", "sql", "opportunity"):
        run(runtime, "set_lifecycle", lead_id=lead["id"], stage=stage)
    assert lifecycle(runtime, lead) == [
        ("lead", "mql", None),
        ("mql", "sql", None),
        ("sql", "opportunity", None),
    ]
    assert told(runtime, lead["id"])[1:] == ["lead.lifecycle_changed.v1"] * 3
    assert (
        refused(runtime, "set_lifecycle", lead_id=lead["id"], stage="mql").code == "contacts.goes_backwards"
    )
    back = run(runtime, "set_lifecycle", lead_id=lead["id"], stage="mql", is_backwards=True, reason="Cooled")
    assert back["lifecycle_stage"] == "mql"


@pytest.mark.parametrize(
    ("operation", "values", "stage", "status", "handoff"),
    [
        ("accept_lead", {}, "sql", "new", "accepted"),
        ("reject_lead", {"reason": "Too small"}, "lead", "disqualified", "rejected"),
        ("recycle_lead", {}, "lead", "new", "recycled"),
    ],
)
def test_sales_answers_marketing(
    runtime: Runtime, operation: str, values: dict[str, Any], stage: str, status: str, handoff: str
) -> None:
    lead = a_lead(runtime)
    early = refused(runtime, operation, lead_id=lead["id"], expected_version=1, **values)
    assert early.code == "contacts.not_handed_over"
    run(runtime, "set_lifecycle", lead_id=lead["id"], stage="mql")
    after = run(runtime, operation, lead_id=lead["id"], expected_version=2, **values)
    assert (after["lifecycle_stage"], after["status"]) == (stage, status)
    assert lifecycle(runtime, lead)[-1] == ("mql", stage, handoff)


def test_a_rejection_says_why(runtime: Runtime) -> None:
    lead = a_lead(runtime)
    assert refused(runtime, "reject_lead", lead_id=lead["id"], expected_version=1).code == "invalid"


def test_the_stage_and_the_score_are_not_edited(runtime: Runtime) -> None:
    lead = a_lead(runtime)
    for field, value in (("lifecycle_stage", "customer"), ("score", 100), ("deal_id", "x")):
        found = refused(
            runtime, "update_lead", lead_id=lead["id"], expected_version=1, changes={field: value}
        )
        assert found.errors[0]["code"] == "unknown_field"


# --- owner and score ---------------------------------------------------------------------------------------------


def test_a_lead_is_given_only_while_it_is_nobodys(runtime: Runtime) -> None:
    other = ids.new("user")
    lead = a_lead(runtime)
    assert run(runtime, "assign_lead", lead_id=lead["id"], owner_id=USER)["owner_id"] == USER
    assert run(runtime, "assign_lead", lead_id=lead["id"], owner_id=other)["owner_id"] == USER


def test_an_older_score_is_passed_over(runtime: Runtime) -> None:
    lead = a_lead(runtime)
    for score, revision, kept in ((30, 2, 30), (10, 1, 30), (30, 3, 30), (45, 4, 45), (45, 4, 45)):
        found = run(runtime, "set_lead_score", lead_id=lead["id"], score=score, revision=revision)
        assert found["score"] == kept
    assert told(runtime, lead["id"])[1:] == ["lead.properties_changed.v1"] * 2


# --- conversion --------------------------------------------------------------------------------------------------


def test_a_lead_becomes_an_account_and_a_contact(runtime: Runtime) -> None:
    lead = a_lead(runtime, industry="energy", country="DE", employee_count=300, phone="+4930123456")
    run(runtime, "assign_lead", lead_id=lead["id"], owner_id=USER)
    converted = run(runtime, "convert_lead", lead_id=lead["id"])
    account = run(runtime, "get_account", account_id=converted["account_id"])
    contact = run(runtime, "get_contact", contact_id=converted["contact_id"])
    assert (converted["status"], converted["lifecycle_stage"]) == ("converted", "opportunity")
    assert (account["name"], account["domain"], account["employee_count"]) == ("Wind AG", "wind.example", 300)
    assert (contact["name"], contact["email"], contact["account_id"]) == (
        "Ada Berg",
        "ada@wind.example",
        account["id"],
    )
    assert {account["owner_id"], contact["owner_id"]} == {USER}
    assert told(runtime, lead["id"])[-2:] == ["lead.converted.v1", "lead.lifecycle_changed.v1"]


def test_converted_twice_it_is_the_same(runtime: Runtime) -> None:
    lead = a_lead(runtime)
    first = run(runtime, "convert_lead", lead_id=lead["id"])
    again = run(runtime, "convert_lead", lead_id=lead["id"], without_deal=True)
    assert again == first
    assert (number(runtime, Account), number(runtime, Contact)) == (1, 1)
    assert told(runtime, lead["id"]).count("lead.converted.v1") == 1


@pytest.mark.parametrize("named", ["account", "contact"])
def test_converted_to_something_else_it_cannot_be(runtime: Runtime, named: str) -> None:
    lead = a_lead(runtime)
    first = run(runtime, "convert_lead", lead_id=lead["id"])
    said = refused(runtime, "convert_lead", lead_id=lead["id"], **{f"{named}_id": ids.new(named)})
    assert said.code == "contacts.lead_is_converted"
    assert first[f"{named}_id"] in said.text
    same = {f"{named}_id": first[f"{named}_id"]}
    assert run(runtime, "convert_lead", lead_id=lead["id"], **same) == first


def test_a_converted_lead_does_not_go_back(runtime: Runtime) -> None:
    lead = a_lead(runtime)
    converted = run(runtime, "convert_lead", lead_id=lead["id"])
    back = {"lead_id": lead["id"], "stage": "mql", "is_backwards": True}
    assert refused(runtime, "set_lifecycle", **back).code == "contacts.lead_is_converted"
    changes = {"lead_id": lead["id"], "expected_version": converted["version"], "changes": {"status": "new"}}
    assert refused(runtime, "update_lead", **changes).code == "contacts.lead_is_converted"
    assert run(runtime, "get_lead", lead_id=lead["id"]) == converted
    assert (
        run(runtime, "set_lifecycle", lead_id=lead["id"], stage="customer")["lifecycle_stage"] == "customer"
    )


def test_who_is_known_brings_the_account_along(runtime: Runtime) -> None:
    there = run(runtime, "create_account", name="Holding")
    person = run(
        runtime, "create_contact", last_name="Berg", email="ada@wind.example", account_id=there["id"]
    )
    converted = run(runtime, "convert_lead", lead_id=a_lead(runtime)["id"])
    assert (converted["account_id"], converted["contact_id"]) == (there["id"], person["id"])
    assert number(runtime, Account) == 1


@pytest.mark.parametrize("is_named", [True, False])
def test_a_contact_of_another_account_is_not_taken_along(runtime: Runtime, is_named: bool) -> None:
    there, other = (run(runtime, "create_account", name=name) for name in ("Holding", "Wind AG"))
    person = run(
        runtime, "create_contact", last_name="Berg", email="ada@wind.example", account_id=there["id"]
    )
    lead = a_lead(runtime)
    named = {"account_id": other["id"]} | ({"contact_id": person["id"]} if is_named else {})
    said = refused(runtime, "convert_lead", lead_id=lead["id"], **named)
    assert said.code == "contacts.contact_elsewhere"
    assert run(runtime, "get_lead", lead_id=lead["id"]) == lead


def test_a_contact_without_an_account_gets_one(runtime: Runtime) -> None:
    person = run(runtime, "create_contact", last_name="Berg", email="ada@wind.example")
    converted = run(runtime, "convert_lead", lead_id=a_lead(runtime)["id"])
    assert run(runtime, "get_contact", contact_id=person["id"])["account_id"] == converted["account_id"]


@pytest.mark.parametrize(
    "account",
    [
        {"name": "wind ag"},
        {"name": "Other", "domain": "wind.example"},
        {"name": "WIND ÄG", "company": "Wind äg"},
    ],
)
def test_what_is_here_is_linked_and_not_made_again(runtime: Runtime, account: dict[str, Any]) -> None:
    company = account.pop("company", "Wind AG")
    there = run(runtime, "create_account", **account)
    person = run(runtime, "create_contact", last_name="Berg", email="ada@wind.example")
    converted = run(runtime, "convert_lead", lead_id=a_lead(runtime, company=company)["id"])
    assert (converted["account_id"], converted["contact_id"]) == (there["id"], person["id"])
    assert (number(runtime, Account), number(runtime, Contact)) == (1, 1)


def test_a_name_that_several_have_is_asked_back(runtime: Runtime) -> None:
    one = run(runtime, "create_account", name="Wind AG")
    run(runtime, "create_account", name="WIND AG")
    lead = a_lead(runtime)
    assert refused(runtime, "convert_lead", lead_id=lead["id"]).code == "contacts.account_ambiguous"
    for _ in range(2):
        run(runtime, "create_contact", last_name="Berg", email="ada@wind.example")
    said = refused(runtime, "convert_lead", lead_id=lead["id"], account_id=one["id"])
    assert said.code == "contacts.contact_ambiguous"
    assert run(runtime, "get_lead", lead_id=lead["id"]) == lead
    unknown = refused(runtime, "convert_lead", lead_id=lead["id"], account_id=ids.new("account"))
    assert unknown.code == "unknown_reference"


def test_an_address_that_anybody_has_makes_no_domain(runtime: Runtime) -> None:
    converted = run(
        runtime, "convert_lead", lead_id=a_lead(runtime, email="ada@gmail.com", company=None)["id"]
    )
    account = run(runtime, "get_account", account_id=converted["account_id"])
    assert (account["name"], account["domain"]) == ("Ada Berg", None)


def test_its_deal_is_noted_once(runtime: Runtime) -> None:
    lead = a_lead(runtime)
    run(runtime, "convert_lead", lead_id=lead["id"])
    first, second = ids.new("deal"), ids.new("deal")
    inbox = Inbox("contacts", Contacts.subscriptions, runtime)
    for deal in (first, first, second):
        event = news("deal.adopted.v1", deal)
        event.data["lead_id"] = lead["id"]
        inbox.handle([event])
    assert run(runtime, "get_lead", lead_id=lead["id"])["deal_id"] == first


def test_a_converted_lead_that_an_import_brings_again_stays_converted(runtime: Runtime) -> None:
    lead = a_lead(runtime, external_id="L-1")
    run(runtime, "convert_lead", lead_id=lead["id"])
    chunk = {"job_id": JOB, "first_row": 1, "rows": [{"external_id": "L-1", "title": "CEO"}]}
    run(runtime, "import_leads", **chunk)
    after = run(runtime, "get_lead", lead_id=lead["id"])
    assert (after["status"], after["title"], a_context().workspace_id) == ("converted", "CEO", WORKSPACE)


# --- what brought them -------------------------------------------------------------------------------------------


def test_the_first_source_stays_and_the_latest_moves(runtime: Runtime) -> None:
    lead = a_lead(runtime)
    assert (lead["source"], lead["original_source"]) == (None, None)

    def changed(**changes: Any) -> dict[str, Any]:
        version = run(runtime, "get_lead", lead_id=lead["id"])["version"]
        found: dict[str, Any] = run(
            runtime, "update_lead", lead_id=lead["id"], expected_version=version, changes=changes
        )
        return found

    assert changed(source="google", medium="cpc", campaign="spring")["original_source"] == "google"
    after = changed(source="fair", medium=None)
    assert (after["source"], after["medium"], after["original_source"]) == ("fair", None, "google")
    assert changed(source=None)["original_source"] == "google"
    said = refused(
        runtime, "update_lead", lead_id=lead["id"], expected_version=1, changes={"original_source": "mail"}
    )
    assert said.code == "invalid"
    changed(source="web")
    contact_id = run(runtime, "convert_lead", lead_id=lead["id"])["contact_id"]
    contact = run(runtime, "get_contact", contact_id=contact_id)
    assert (contact["source"], contact["original_source"], contact["campaign"]) == ("web", "google", "spring")
