"""Every date that can take records up is one that the owner of the records can look for."""

from __future__ import annotations

import pytest

from activities.service import Activities
from automation.domain.conditions import CATALOGUES
from automation.usecases.enrolling import OWNERS
from contacts.service import Contacts
from deals.service import Deals
from messages.automation import TRIGGERS

SERVICES = {"contacts": Contacts, "deals": Deals, "activities": Activities}
PLURALS = {"activity": "activities"}


@pytest.mark.parametrize("kind", sorted(OWNERS))
def test_the_owner_knows_every_date(kind: str) -> None:
    owner = SERVICES[OWNERS[kind]]
    assert f"enroll_{kind}" in owner.operations
    plural = PLURALS.get(kind, f"{kind}s")
    assert f"list_{plural}" in owner.operations
    described = owner.operations["describe"].fn(None, None, resource=plural)["fields"]
    known = {row["name"]: row["type"] for row in described}
    wanted = {field.name: field.type for field in CATALOGUES[kind] if field.type in ("date", "instant")}
    assert wanted
    assert {name: known.get(name) for name in wanted} == wanted


def test_every_kind_that_can_be_taken_up_has_an_owner() -> None:
    told = {event.partition(".")[0] for event in TRIGGERS if event.endswith(".enrolled.v1")}
    assert told == set(OWNERS)
