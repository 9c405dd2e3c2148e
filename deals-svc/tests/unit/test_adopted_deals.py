"""The deals of a lead that is converted: its own are kept, one is opened where it has none, never a second."""

from __future__ import annotations

from typing import Any

import pytest
from deal_builders import NOON, USER, a_context, a_runtime
from sqlalchemy import select

from chassis import codec, envelope, ids
from chassis.envelope import Event
from chassis.inbox import Inbox
from chassis.operation import Runtime
from chassis.tables import outbox
from deals.service import Deals

LEAD, ACCOUNT, CONTACT = ids.new("lead"), ids.new("account"), ids.new("contact")
STAGES = [
    {"name": "First", "probability": 10},
    {"name": "Won", "kind": "won", "probability": 100},
    {"name": "Lost", "kind": "lost", "probability": 0},
]
WANTED = {"deal_id": ids.derive("deal", NOON, LEAD), "name": "Wind AG: Ada", "amount": None}


class Knowing:
    """Answers for contacts-svc: every record is there."""

    def call(self, service: str, operation: str, ctx: Any, *, ids: list[str], **_: Any) -> Any:
        return {"data": [{"id": one} for one in ids], "missing": []}


@pytest.fixture
def runtime() -> Runtime:
    runtime = a_runtime()
    runtime.client = Knowing()  # type: ignore[assignment]
    run(runtime, "create_pipeline", name="Sales", stages=STAGES, is_default=True)
    return runtime


def run(runtime: Runtime, operation: str, **values: Any) -> Any:
    return codec.plain(Deals.operations[operation].execute(runtime, a_context(), values))


def converted(wanted: dict[str, Any] | None = WANTED) -> Event:
    """What contacts-svc tells."""
    text = envelope.dump(
        event_id=ids.new("event"),
        event_type="lead.converted.v1",
        source="contacts",
        subject_type="lead",
        subject_id=LEAD,
        sequence=7,
        moment=NOON,
        ctx=a_context(),
        data={
            "record": {"id": LEAD, "owner_id": USER, "source": "Web"},
            "changes": {},
            "account_id": ACCOUNT,
            "contact_id": CONTACT,
            "wanted_deal": wanted,
        },
    )
    return envelope.load(text)


def hear(runtime: Runtime, *events: Event) -> None:
    Inbox("deals", Deals.subscriptions, runtime).handle(events)


def deals(runtime: Runtime) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run(runtime, "list_deals", filter=f'lead_id = "{LEAD}"', sort="created_at")[
        "data"
    ]
    return found


def adopted(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        rows = select(outbox.c.subject_id).where(
            outbox.c.workspace_id == a_context().workspace_id, outbox.c.type == "deal.adopted.v1"
        )
        return list(session.scalars(rows))


def test_one_is_opened_where_there_is_none(runtime: Runtime) -> None:
    event = converted({**WANTED, "amount": {"amount": "900.10", "currency": "EUR"}})
    hear(runtime, event, event)
    hear(runtime, event)
    (deal,) = deals(runtime)
    assert (deal["id"], deal["account_id"], deal["contact_id"], deal["owner_id"], deal["source"]) == (
        WANTED["deal_id"],
        ACCOUNT,
        CONTACT,
        USER,
        "Web",
    )
    assert deal["amount"] == {"amount": "900.10", "currency": "EUR"}
    assert adopted(runtime) == [deal["id"]]


def test_its_own_is_kept(runtime: Runtime) -> None:
    own = run(runtime, "open_deal", name="Own", lead_id=LEAD)
    hear(runtime, converted())
    (deal,) = deals(runtime)
    assert (deal["id"], deal["account_id"], deal["contact_id"]) == (own["id"], ACCOUNT, CONTACT)
    assert adopted(runtime) == [own["id"]]


def test_a_closed_one_does_not_count(runtime: Runtime) -> None:
    lost = run(runtime, "open_deal", name="Old", lead_id=LEAD)
    run(runtime, "lose_deal", deal_id=lost["id"], expected_version=1, reason="other")
    hear(runtime, converted())
    assert {deal["status"]: deal["id"] for deal in deals(runtime)} == {
        "lost": lost["id"],
        "open": WANTED["deal_id"],
    }


def test_none_is_opened_where_none_is_wanted(runtime: Runtime) -> None:
    hear(runtime, converted(None))
    assert (deals(runtime), adopted(runtime)) == ([], [])


def test_what_a_deal_points_to_stays(runtime: Runtime) -> None:
    other = ids.new("account")
    run(runtime, "open_deal", name="Own", lead_id=LEAD, account_id=other)
    hear(runtime, converted())
    assert deals(runtime)[0]["account_id"] == other
