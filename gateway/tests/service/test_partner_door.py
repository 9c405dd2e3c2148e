"""The partners' door in front of running services: every method, and the refusals."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from google.protobuf import field_mask_pb2
from google.type import date_pb2, money_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from partner_builders import Partner, a_key, a_partner, a_program, certificate, read, refused

from chassis import ids
from gateway import credentials
from rapport.partner.v1 import (
    accounts_pb2,
    common_pb2,
    contacts_pb2,
    deals_pb2,
    events_pb2,
    leads_pb2,
)
from suite.testing import Suite, eventually

SERVICES = ("contacts", "deals", "reporting")


@pytest.fixture(scope="module")
def running(suite: Suite) -> Suite:
    suite.start(*SERVICES, "web", "partner")
    suite.key = suite.bootstrap()["admin_key"]  # type: ignore[attr-defined]
    return suite


@pytest.fixture(scope="module")
def rest(running: Suite) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {running.key}"}  # type: ignore[attr-defined]
    with httpx.Client(base_url=running.url, headers=headers, timeout=30) as client:
        eventually(lambda: client.get("/v1/pipelines").json()["data"], what="the default pipeline")
        yield client


@pytest.fixture(scope="module")
def acme(running: Suite, rest: httpx.Client) -> Iterator[Partner]:
    made = a_partner(running, rest)
    yield made
    made.program.close()


@pytest.fixture(scope="module")
def globex(running: Suite, rest: httpx.Client) -> Iterator[Partner]:
    made = a_partner(running, rest, "Globex")
    yield made
    made.program.close()


def an_account(partner: Partner, name: str = "Acme", **values: Any) -> Any:
    account = accounts_pb2.Account(name=name, **values)
    program = partner.program
    return program.call(program.accounts.CreateAccount, accounts_pb2.CreateAccountRequest(account=account))


def mask(*paths: str) -> field_mask_pb2.FieldMask:
    return field_mask_pb2.FieldMask(paths=paths)


# --- records -------------------------------------------------------------------------------------------------------


def test_an_account_goes_its_way(acme: Partner, globex: Partner) -> None:
    program = acme.program
    made = an_account(
        acme,
        "Wind AG",
        industry="energy",
        employee_count=80,
        tier=accounts_pb2.ACCOUNT_TIER_SMB,
        external_id="A-1",
    )
    assert (made.etag, made.tier, made.external_id) == ('"1"', accounts_pb2.ACCOUNT_TIER_SMB, "A-1")
    assert program.call(program.accounts.GetAccount, accounts_pb2.GetAccountRequest(id=made.id)) == made
    change = accounts_pb2.Account(id=made.id, etag=made.etag, city="Kiel")
    request = accounts_pb2.UpdateAccountRequest(account=change, update_mask=mask("city", "industry"))
    changed = program.call(program.accounts.UpdateAccount, request)
    assert (changed.city, changed.HasField("industry"), changed.etag) == ("Kiel", False, '"2"')
    by_number = accounts_pb2.ListAccountsRequest(filter='external_id = "A-1"')
    assert [one.id for one in program.call(program.accounts.ListAccounts, by_number).accounts] == [made.id]
    assert list(globex.program.call(globex.program.accounts.ListAccounts, by_number).accounts) == []
    # Another partner's numbers are their own.
    assert an_account(globex, "Other", external_id="A-1").external_id == "A-1"
    delete = accounts_pb2.DeleteAccountRequest(id=made.id, etag=changed.etag)
    program.call(program.accounts.DeleteAccount, delete)
    with refused("NOT_FOUND") as said:
        program.call(program.accounts.GetAccount, accounts_pb2.GetAccountRequest(id=made.id))
    assert (said.reason, said.details["ResourceInfo"].resource_name) == ("GONE", made.id)


def test_a_page_follows_the_other(acme: Partner) -> None:
    program = acme.program
    for number in range(5):
        an_account(acme, f"Page {number}")
    seen: list[str] = []
    token = ""
    while True:
        request = accounts_pb2.ListAccountsRequest(
            page_size=2,
            page_token=token,
            filter='name ~ "Page"',
            order_by="name desc",
            read_mask=mask("name"),
        )
        page = program.call(program.accounts.ListAccounts, request)
        seen += [one.name for one in page.accounts]
        assert all(not one.id and not one.etag for one in page.accounts)
        token = page.next_page_token
        if not token:
            break
    assert seen == [f"Page {number}" for number in (4, 3, 2, 1, 0)]


def test_a_page_holds_up_to_a_thousand(acme: Partner) -> None:
    program = acme.program
    found = program.call(program.accounts.ListAccounts, accounts_pb2.ListAccountsRequest(page_size=5000))
    assert (len(found.accounts) >= 5, found.next_page_token) == (True, "")


def test_people_and_deals_go_their_way(acme: Partner) -> None:
    program = acme.program
    account = an_account(acme, "Solar AG")
    contact = contacts_pb2.Contact(
        first_name="Ada",
        last_name="Berg",
        email="ada@example.com",
        account_id=account.id,
        language="de-DE",
        time_zone="Europe/Berlin",
    )
    request = contacts_pb2.CreateContactRequest(contact=contact)
    made = program.call(program.contacts.CreateContact, request)
    assert (made.name, made.time_zone) == ("Ada Berg", "Europe/Berlin")
    found = program.call(
        program.contacts.BatchGetContacts,
        contacts_pb2.BatchGetContactsRequest(ids=["nonsense", made.id, ids.new("contact")]),
    )
    assert ([one.id for one in found.contacts], len(found.missing_ids)) == ([made.id], 2)
    amount = money_pb2.Money(currency_code="EUR", units=1250, nanos=500_000_000)
    deal = deals_pb2.Deal(
        name="Roof",
        account_id=account.id,
        contact_id=made.id,
        amount=amount,
        type=deals_pb2.DEAL_TYPE_NEW,
        expected_close_on=date_pb2.Date(year=2027, month=1, day=31),
    )
    opened = program.call(program.deals.CreateDeal, deals_pb2.CreateDealRequest(deal=deal))
    assert (opened.amount, opened.expected_close_on, opened.status) == (
        amount,
        deal.expected_close_on,
        deals_pb2.DEAL_STATUS_OPEN,
    )
    [pipeline] = program.call(program.deals.ListPipelines, deals_pb2.ListPipelinesRequest()).pipelines
    stage = pipeline.stages[1]
    move = deals_pb2.MoveStageRequest(id=opened.id, etag=opened.etag, stage_id=stage.id, request_id="move-1")
    moved = program.call(program.deals.MoveStage, move)
    assert program.call(program.deals.MoveStage, move) == moved
    assert moved.stage_id == stage.id
    lost = program.call(
        program.deals.LoseDeal, deals_pb2.LoseDealRequest(id=opened.id, etag=moved.etag, reason="price")
    )
    assert (lost.status, lost.HasField("lost_reason")) == (deals_pb2.DEAL_STATUS_LOST, False)
    with refused("FAILED_PRECONDITION") as said:
        program.call(program.deals.WinDeal, deals_pb2.WinDealRequest(id=opened.id, etag=lost.etag))
    assert said.reason == "DEALS_DEAL_IS_CLOSED"
    assert said.details["PreconditionFailure"].violations[0].type == "DEALS_DEAL_IS_CLOSED"
    again = deals_pb2.ReopenDealRequest(id=opened.id, etag=lost.etag)
    reopened = program.call(program.deals.ReopenDeal, again)
    won = program.call(program.deals.WinDeal, deals_pb2.WinDealRequest(id=opened.id, etag=reopened.etag))
    assert won.status == deals_pb2.DEAL_STATUS_WON
    kinds = deals_pb2.ListDealsRequest(filter='stage.kind = "won" AND amount >= 1000', order_by="amount desc")
    assert [one.id for one in program.call(program.deals.ListDeals, kinds).deals] == [opened.id]


def test_a_submission_is_taken_once(acme: Partner, globex: Partner) -> None:
    program = acme.program
    lead = leads_pb2.Lead(last_name="Curie", email="curie@example.com", external_id="S-1", company="Lab")
    first = program.call(program.leads.SubmitLead, leads_pb2.SubmitLeadRequest(lead=lead, request_id="s-1"))
    assert (first.outcome, first.lead.external_id) == (leads_pb2.SUBMISSION_OUTCOME_ACCEPTED, "S-1")
    same = program.call(program.leads.SubmitLead, leads_pb2.SubmitLeadRequest(lead=lead, request_id="s-1"))
    assert same == first
    again = program.call(program.leads.SubmitLead, leads_pb2.SubmitLeadRequest(lead=lead))
    assert (again.outcome, again.lead.id) == (leads_pb2.SUBMISSION_OUTCOME_SAME_EXTERNAL_ID, first.lead.id)
    other = leads_pb2.Lead(last_name="Curie", email="curie@example.com")
    again = program.call(program.leads.SubmitLead, leads_pb2.SubmitLeadRequest(lead=other))
    assert (again.outcome, again.lead.id) == (leads_pb2.SUBMISSION_OUTCOME_SAME_EMAIL, first.lead.id)
    foreign = globex.program.call(globex.program.leads.SubmitLead, leads_pb2.SubmitLeadRequest(lead=lead))
    assert (foreign.outcome, foreign.lead.id != first.lead.id) == (
        leads_pb2.SUBMISSION_OUTCOME_ACCEPTED,
        True,
    )
    updated = leads_pb2.Lead(id=first.lead.id, etag=first.lead.etag, status=leads_pb2.LEAD_STATUS_WORKING)
    request = leads_pb2.UpdateLeadRequest(lead=updated)
    assert program.call(program.leads.UpdateLead, request).status == leads_pb2.LEAD_STATUS_WORKING


def test_submissions_at_the_same_moment_make_one_lead(acme: Partner) -> None:
    program = acme.program
    lead = leads_pb2.Lead(last_name="Noether", external_id="S-2")
    answers = [
        program.leads.SubmitLead.future(
            leads_pb2.SubmitLeadRequest(lead=lead), metadata=program.metadata, timeout=20
        )
        for _ in range(8)
    ]
    assert len({one.result().lead.id for one in answers}) == 1


def test_a_request_id_makes_a_request_repeatable(acme: Partner) -> None:
    program = acme.program
    request = accounts_pb2.CreateAccountRequest(account=accounts_pb2.Account(name="Once"), request_id="once")
    first = program.call(program.accounts.CreateAccount, request)
    assert program.call(program.accounts.CreateAccount, request) == first
    request.account.name = "Twice"
    with refused("INVALID_ARGUMENT") as said:
        program.call(program.accounts.CreateAccount, request)
    assert said.reason == "IDEMPOTENCY_KEY_REUSED"


def test_a_trial_changes_nothing(acme: Partner) -> None:
    program = acme.program
    account = accounts_pb2.Account(name="Trial")
    request = accounts_pb2.CreateAccountRequest(account=account, validate_only=True, request_id="trial")
    assert program.call(program.accounts.CreateAccount, request).name == "Trial"
    listed = accounts_pb2.ListAccountsRequest(filter='name = "Trial"')
    assert list(program.call(program.accounts.ListAccounts, listed).accounts) == []


# --- who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, "junk", "rap_pk_" + "0" * 75])
def test_nobody_comes_in_without_a_key(running: Suite, key: str | None) -> None:
    program = a_program(running, key)
    with refused("UNAUTHENTICATED") as said:
        program.call(program.accounts.GetAccount, accounts_pb2.GetAccountRequest())
    assert said.reason in ("UNAUTHENTICATED", "KEY_NOT_VALID")
    with refused("UNAUTHENTICATED"):
        next(program.watch(events_pb2.WatchEventsRequest()))
    with refused("UNAUTHENTICATED"):
        listed = reflection_pb2.ServerReflectionRequest(list_services="")
        stub = reflection_pb2_grpc.ServerReflectionStub(program.channel)
        next(stub.ServerReflectionInfo(iter([listed]), metadata=program.metadata))
    program.close()


def test_keys_that_do_not_count_are_refused(running: Suite, rest: httpx.Client) -> None:
    partner = a_partner(running, rest, "Keys")
    text, _ = credentials.new_key(ids.new("partner_key"))
    expired = a_key(rest, partner.id, expires_at="2020-01-01T00:00:00Z")["key"]
    personal = running.key  # type: ignore[attr-defined]
    for key in (text, expired, personal):
        program = a_program(running, key)
        with refused("UNAUTHENTICATED"):
            program.call(program.accounts.ListAccounts, accounts_pb2.ListAccountsRequest())
        program.close()
    assert rest.get("/v1/me", headers={"Authorization": f"Bearer {partner.key}"}).status_code == 401
    partner.program.close()


def test_a_revoked_key_ends_calls_and_streams(running: Suite, rest: httpx.Client) -> None:
    partner = a_partner(running, rest, "Revoked")
    program = partner.program
    program.call(program.accounts.ListAccounts, accounts_pb2.ListAccountsRequest())
    eventually(lambda: rest.get(f"/v1/partner-keys/{partner.key_id}").json()["last_used_at"], what="a stamp")
    stream = program.watch(events_pb2.WatchEventsRequest())
    assert next(stream).resume_token
    second = a_key(rest, partner.id)
    assert rest.post(f"/v1/partners/{partner.id}/keys", json={"scopes": ["events:read"]}).status_code == 422
    assert rest.delete(f"/v1/partner-keys/{partner.key_id}").status_code == 204
    with refused("UNAUTHENTICATED") as said:
        for _ in stream:
            pass
    assert (said.reason, bool(said.details["ErrorInfo"].metadata["resume_token"])) == ("KEY_NOT_VALID", True)
    with refused("UNAUTHENTICATED"):
        program.call(program.accounts.ListAccounts, accounts_pb2.ListAccountsRequest())
    other = a_program(running, second["key"])
    other.call(other.accounts.ListAccounts, accounts_pb2.ListAccountsRequest())
    version = rest.get(f"/v1/partners/{partner.id}").json()["version"]
    off = rest.patch(f"/v1/partners/{partner.id}", json={"is_active": False, "expected_version": version})
    assert off.status_code == 200

    def is_shut_out() -> bool:
        try:
            other.call(other.accounts.ListAccounts, accounts_pb2.ListAccountsRequest())
        except grpc.RpcError as error:
            return read(error).code == "UNAUTHENTICATED"
        return False

    eventually(is_shut_out, within=5, what="a partner that was switched off is out")
    other.close()
    program.close()


def test_a_key_is_held_to_its_scopes(running: Suite, rest: httpx.Client) -> None:
    partner = a_partner(running, rest, "Scopes", scopes=("accounts:read", "leads:submit"))
    program = partner.program
    program.call(program.accounts.ListAccounts, accounts_pb2.ListAccountsRequest())
    create = accounts_pb2.CreateAccountRequest(account=accounts_pb2.Account(name="x"))
    with refused("PERMISSION_DENIED") as said:
        program.call(program.accounts.CreateAccount, create)
    assert (said.reason, said.details["ErrorInfo"].metadata["scope"]) == ("SCOPE_MISSING", "accounts:write")
    with refused("PERMISSION_DENIED"):
        program.call(program.leads.ListLeads, leads_pb2.ListLeadsRequest())
    with refused("PERMISSION_DENIED"):
        next(program.watch(events_pb2.WatchEventsRequest()))
    lead = leads_pb2.SubmitLeadRequest(lead=leads_pb2.Lead(last_name="Ok"))
    assert program.call(program.leads.SubmitLead, lead).lead.id
    program.close()


def test_too_many_requests_say_when_to_come_back(running: Suite, rest: httpx.Client) -> None:
    partner = a_partner(running, rest, "Eager", requests_per_second=2)
    program = partner.program
    with refused("RESOURCE_EXHAUSTED") as said:
        for _ in range(20):
            program.call(program.accounts.ListAccounts, accounts_pb2.ListAccountsRequest())
    assert said.reason == "RATE_EXCEEDED"
    assert said.details["QuotaFailure"].violations[0].subject == partner.id
    assert said.details["RetryInfo"].retry_delay.ToMilliseconds() > 0
    program.close()


# --- own and shared only --------------------------------------------------------------------------------------------


def test_a_foreign_record_is_not_there(rest: httpx.Client, acme: Partner, globex: Partner) -> None:
    ours = rest.post("/v1/accounts", json={"name": "Ours"}).json()
    theirs = an_account(globex, "Theirs")
    program = acme.program
    for record_id, etag in ((ours["id"], '"1"'), (theirs.id, theirs.etag)):
        with refused("NOT_FOUND") as said:
            program.call(program.accounts.GetAccount, accounts_pb2.GetAccountRequest(id=record_id))
        assert said.reason == "NOT_FOUND"
        change = accounts_pb2.Account(id=record_id, etag=etag, name="Mine")
        with refused("NOT_FOUND"):
            program.call(program.accounts.UpdateAccount, accounts_pb2.UpdateAccountRequest(account=change))
        with refused("NOT_FOUND"):
            program.call(
                program.accounts.DeleteAccount, accounts_pb2.DeleteAccountRequest(id=record_id, etag=etag)
            )
        batch = accounts_pb2.BatchGetAccountsRequest(ids=[record_id])
        found = program.call(program.accounts.BatchGetAccounts, batch)
        assert (list(found.accounts), list(found.missing_ids)) == ([], [record_id])
        by_id = accounts_pb2.ListAccountsRequest(filter=f'id = "{record_id}"')
        assert list(program.call(program.accounts.ListAccounts, by_id).accounts) == []
        contact = contacts_pb2.Contact(last_name="Spy", account_id=record_id)
        with refused("INVALID_ARGUMENT") as said:
            program.call(program.contacts.CreateContact, contacts_pb2.CreateContactRequest(contact=contact))
        assert said.reason == "UNKNOWN_REFERENCE"
        deal = deals_pb2.Deal(name="Spy", account_id=record_id)
        with refused("INVALID_ARGUMENT"):
            program.call(program.deals.CreateDeal, deals_pb2.CreateDealRequest(deal=deal))


def test_a_shared_record_is_read_and_written_as_granted(rest: httpx.Client, acme: Partner) -> None:
    program = acme.program
    deal = rest.post("/v1/deals", json={"name": "Shared", "next_step": "secret"}).json()
    assert (
        rest.post(f"/v1/deals/{deal['id']}/share", json={"partner_id": ids.new("partner")}).status_code == 422
    )
    shared = rest.post(f"/v1/deals/{deal['id']}/share", json={"partner_id": acme.id})
    assert shared.status_code == 200, shared.text
    seen = program.call(program.deals.GetDeal, deals_pb2.GetDealRequest(id=deal["id"]))
    assert (seen.name, seen.HasField("next_step"), seen.HasField("owner_id")) == ("Shared", False, False)
    change = deals_pb2.UpdateDealRequest(deal=deals_pb2.Deal(id=seen.id, etag=seen.etag, name="Taken"))
    with refused("PERMISSION_DENIED") as said:
        program.call(program.deals.UpdateDeal, change)
    assert said.reason == "SHARED_FOR_READING"
    rest.post(f"/v1/deals/{deal['id']}/share", json={"partner_id": acme.id, "access": "write"})
    change.deal.etag = program.call(program.deals.GetDeal, deals_pb2.GetDealRequest(id=deal["id"])).etag
    assert program.call(program.deals.UpdateDeal, change).name == "Taken"
    shares = rest.get(f"/v1/deals/{deal['id']}/shares").json()["data"]
    assert [(one["partner_id"], one["access"]) for one in shares] == [(acme.id, "write")]
    assert rest.post(f"/v1/deals/{deal['id']}/unshare", json={"partner_id": acme.id}).status_code == 200
    with refused("NOT_FOUND"):
        program.call(program.deals.GetDeal, deals_pb2.GetDealRequest(id=deal["id"]))


def test_a_masked_field_is_neither_read_nor_written_nor_asked_for(running: Suite, rest: httpx.Client) -> None:
    partner = a_partner(running, rest, "Masked")
    program = partner.program
    made = an_account(partner)
    masked = accounts_pb2.Account(name="x", description="internal")
    with refused("INVALID_ARGUMENT") as said:
        program.call(program.accounts.CreateAccount, accounts_pb2.CreateAccountRequest(account=masked))
    assert (said.reason, said.fields) == ("MASKED_FIELD", {"account.description"})
    for request, field in (
        (accounts_pb2.ListAccountsRequest(filter='description ~ "x"'), "filter"),
        (accounts_pb2.ListAccountsRequest(order_by="owner_id"), "order_by"),
        (accounts_pb2.ListAccountsRequest(read_mask=mask("owner_id")), "read_mask"),
    ):
        with refused("INVALID_ARGUMENT") as said:
            program.call(program.accounts.ListAccounts, request)
        assert said.fields == {field}
    body = {"shown_fields": ["accounts.description", "accounts.custom"], "expected_version": 1}
    assert rest.patch(f"/v1/partners/{partner.id}", json=body).status_code == 200
    change = accounts_pb2.Account(id=made.id, etag=made.etag, description="internal")
    change.custom["size"].number_value = 7
    paths = mask("description", "custom.size")

    def is_shown() -> bool:
        try:
            request = accounts_pb2.UpdateAccountRequest(account=change, update_mask=paths, request_id="shown")
            found = program.call(program.accounts.UpdateAccount, request)
        except grpc.RpcError:
            return False
        return bool(found.description == "internal" and found.custom["size"].number_value == 7)

    eventually(is_shown, within=5, what="the mask's change")
    program.close()


# --- bad requests ---------------------------------------------------------------------------------------------------


def test_a_bad_request_names_its_field(acme: Partner) -> None:
    program = acme.program
    made = an_account(acme, "Bad")
    listing, updating = program.accounts.ListAccounts, program.accounts.UpdateAccount
    account = accounts_pb2.Account(id=made.id, etag=made.etag, name="x")
    page = program.call(listing, accounts_pb2.ListAccountsRequest(page_size=1))
    other = accounts_pb2.ListAccountsRequest(page_token=page.next_page_token, filter='name = "x"')
    cases: list[tuple[Any, Any, str]] = [
        (listing, accounts_pb2.ListAccountsRequest(filter="nme = 1"), "filter"),
        (listing, accounts_pb2.ListAccountsRequest(filter='external_id ~ "A"'), "filter"),
        (listing, accounts_pb2.ListAccountsRequest(order_by="name sideways"), "order_by"),
        (listing, accounts_pb2.ListAccountsRequest(page_token="forged"), "page_token"),
        (listing, other, "page_token"),
        (listing, accounts_pb2.ListAccountsRequest(page_size=-1), "page_size"),
        (listing, accounts_pb2.ListAccountsRequest(read_mask=mask("nothing")), "read_mask"),
        (
            updating,
            accounts_pb2.UpdateAccountRequest(account=account, update_mask=mask("nothing")),
            "update_mask",
        ),
        (updating, accounts_pb2.UpdateAccountRequest(account=account, update_mask=mask("id")), "update_mask"),
        (
            updating,
            accounts_pb2.UpdateAccountRequest(account=accounts_pb2.Account(id=made.id, name="x")),
            "account.etag",
        ),
        (
            updating,
            accounts_pb2.UpdateAccountRequest(
                account=account, update_mask=mask("country", "name"), request_id="x" * 300
            ),
            "request_id",
        ),
        (
            program.accounts.CreateAccount,
            accounts_pb2.CreateAccountRequest(account=accounts_pb2.Account(name="x", domain="no domain")),
            "domain",
        ),
        (program.accounts.CreateAccount, accounts_pb2.CreateAccountRequest(), "name"),
        (program.accounts.CreateAccount, accounts_pb2.CreateAccountRequest(account=account), "account.id"),
        (
            program.accounts.BatchGetAccounts,
            accounts_pb2.BatchGetAccountsRequest(ids=[ids.new("account") for _ in range(1001)]),
            "ids",
        ),
    ]
    for method, request, field in cases:
        with refused("INVALID_ARGUMENT") as said:
            program.call(method, request)
        assert field in {one.rpartition("account.")[2] for one in said.fields} | said.fields, (said, field)


def test_a_stale_etag_says_what_changed(acme: Partner) -> None:
    program = acme.program
    made = an_account(acme, "Stale")
    change = accounts_pb2.UpdateAccountRequest(
        account=accounts_pb2.Account(
            id=made.id, etag=made.etag, lifecycle_stage=common_pb2.LIFECYCLE_STAGE_UNSPECIFIED, city="Kiel"
        )
    )
    program.call(program.accounts.UpdateAccount, change)
    with refused("ABORTED") as said:
        program.call(program.accounts.UpdateAccount, change)
    assert (said.reason, said.details["ErrorInfo"].metadata["changed"]) == ("VERSION_CONFLICT", "city")
    assert said.details["PreconditionFailure"].violations[0].type == "VERSION_CONFLICT"


def test_an_external_id_that_is_taken_is_told(acme: Partner) -> None:
    an_account(acme, "First", external_id="same")
    with refused("ALREADY_EXISTS"):
        an_account(acme, "Second", external_id="same")


def test_a_message_has_a_size_and_a_call_a_deadline(acme: Partner) -> None:
    program = acme.program
    large = accounts_pb2.CreateAccountRequest(account=accounts_pb2.Account(name="x" * 5_000_000))
    with refused("RESOURCE_EXHAUSTED"):
        program.call(program.accounts.CreateAccount, large)
    with refused("DEADLINE_EXCEEDED"):
        program.call(program.accounts.ListAccounts, accounts_pb2.ListAccountsRequest(), seconds=0.001)


# --- the page -------------------------------------------------------------------------------------------------------


def test_the_pages_example_runs(running: Suite, rest: httpx.Client) -> None:
    """The program of docs/partners.md, as it stands there."""
    page = (Path(__file__).resolve().parents[3] / "docs" / "partners.md").read_text()
    [program] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    partner = a_partner(running, rest, "Reader of the page")
    env = {
        **os.environ,
        "RAPPORT_CERTIFICATE": str(certificate(running)),
        "RAPPORT_TARGET": f"127.0.0.1:{running.grpc_port}",
        "RAPPORT_PARTNER_KEY": partner.key,
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines() == [
        'made Wind Park AG "1"',
        'changed Kiel "2"',
        "listed Wind Park AG",
        "SUBMISSION_OUTCOME_ACCEPTED",
        "SUBMISSION_OUTCOME_SAME_EXTERNAL_ID",
        "NOT_FOUND - There is no account with the id account_nobody.",
        "account.created.v1 Wind Park AG",
        "account.properties_changed.v1 Wind Park AG",
    ]
    partner.program.close()


# --- the door itself ------------------------------------------------------------------------------------------------


def test_it_says_what_it_is(acme: Partner) -> None:
    stub = reflection_pb2_grpc.ServerReflectionStub(acme.program.channel)
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    answer = next(stub.ServerReflectionInfo(iter([request]), metadata=acme.program.metadata))
    names = {one.name for one in answer.list_services_response.service}
    assert {"rapport.partner.v1.DealService", "rapport.partner.v1.EventService"} <= names


def test_a_service_that_is_away_is_not_serving(running: Suite, acme: Partner) -> None:
    program = a_program(running, None)
    health = health_pb2_grpc.HealthStub(program.channel)

    def state(name: str) -> int:
        request = health_pb2.HealthCheckRequest(service=f"rapport.partner.v1.{name}")
        return int(health.Check(request, timeout=10).status)

    serving, away = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING
    assert [state(name) for name in ("AccountService", "DealService", "EventService")] == [serving] * 3
    running.processes["deals"].stop()
    eventually(lambda: state("DealService") == away, what="deals is away")
    assert state("AccountService") == serving
    with refused("UNAVAILABLE") as said:
        acme.program.call(acme.program.deals.ListDeals, deals_pb2.ListDealsRequest())
    assert said.details["RetryInfo"].retry_delay.ToMilliseconds() > 0
    running.processes["deals"].start()
    eventually(lambda: state("DealService") == serving, what="deals is back")
    program.close()


def test_it_stops_with_its_streams(running: Suite, acme: Partner) -> None:
    stream = acme.program.watch(events_pb2.WatchEventsRequest())
    token = next(stream).resume_token
    ended: list[Any] = []

    def read_on() -> None:
        try:
            for _ in stream:
                pass
        except grpc.RpcError as error:
            ended.append(read(error))

    reader = threading.Thread(target=read_on, daemon=True)
    reader.start()
    assert running.processes["partner"].stop() == 0
    reader.join(10)
    running.processes["partner"].start()
    assert [(one.code, one.reason) for one in ended] == [("UNAVAILABLE", "DRAINING")]
    assert ended[0].details["ErrorInfo"].metadata["resume_token"] == token
