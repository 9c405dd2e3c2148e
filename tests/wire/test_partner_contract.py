"""The partner interface and the services' messages match: fields, words, filters, scopes, methods."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from marshmallow import fields, validate

from chassis import contracts
from chassis.bus.topology import menu_of
from gateway.partner.kinds import KINDS, OUTPUT, Kind, words_of
from gateway.partner.records import Records
from messages.organisation import MASKED, SCOPES

CATALOGUES = {
    "accounts": ("contacts.queries.accounts", "ACCOUNT_FIELDS"),
    "contacts": ("contacts.queries.people", "CONTACT_FIELDS"),
    "leads": ("contacts.queries.people", "LEAD_FIELDS"),
    "deals": ("deals.queries.deals", "DEAL_FIELDS"),
}
# What partners never see: figures that follow other people's work, what the workspace thinks of its customers, and how
# it comes to its prices.
LEFT_OUT = {"version", "open_deal_count", "last_activity_at", "health", "health_source"}
LEFT_OUT |= {"original_source", "medium", "campaign", "content", "term"}
LEFT_OUT |= {"list_amount", "approval_status", "approval_id", "contract_id"}
# How far the workspace is with a lead is its own affair.
LEFT_OUT_OF = {
    "leads": {
        *("employee_count", "score", "lifecycle_stage", "converted_at"),
        *("account_id", "contact_id", "deal_id"),
    }
}
ALL = tuple(f"{kind}.{name}" for kind, names in MASKED.items() for name in names)


def declared(kind: Kind) -> dict[str, fields.Field[Any]]:
    found: dict[str, fields.Field[Any]] = dict(kind.resource.view._declared_fields)
    return found


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_message_holds_what_the_service_shows(kind: Kind) -> None:
    assert set(kind.fields) - {"etag"} == set(declared(kind)) - LEFT_OUT - LEFT_OUT_OF.get(kind.name, set())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_an_enum_has_the_services_words(kind: Kind) -> None:
    for name, one in kind.fields.items():
        choices = (
            [
                set(check.choices)
                for check in declared(kind)[name].validators
                if isinstance(check, validate.OneOf)
            ]
            if name in declared(kind)
            else []
        )
        if one.enum_type is not None and choices:
            assert set(words_of(one.enum_type).values()) == choices[0], name
        if choices:
            assert one.enum_type is not None, name


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_filters_name_what_the_service_can_filter_by(kind: Kind) -> None:
    module, name = CATALOGUES[kind.name]
    known = {one.name: one for one in getattr(importlib.import_module(module), name)}
    for field in kind.catalogue(kind.visible(ALL)):
        assert field.name in known
        assert field.type == known[field.name].type, field.name
    hidden = {field.name for field in kind.catalogue(kind.visible(()))}
    assert hidden & set(kind.masked) == set()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_method_is_served(kind: Kind) -> None:
    service = kind.module.DESCRIPTOR.services_by_name[kind.service]
    assert {method.name for method in service.methods} == set(Records(kind, b"").methods())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_the_server_sets_is_not_written(kind: Kind) -> None:
    assert kind.creatable & OUTPUT == kind.changeable & OUTPUT == frozenset()
    assert set(kind.masked) <= set(kind.fields)


def test_the_scopes_are_those_that_operations_ask_for() -> None:
    asked = {
        operation.scope
        for service in ("contacts", "deals", "activities", "automation", "reporting")
        for operation in menu_of(service).operations.values()
        if operation.scope is not None
    }
    assert asked == set(SCOPES)


def test_types_of_events_are_named_or_refused() -> None:
    assert contracts.event_types(()) is None
    assert contracts.event_types(("deal.won.v1",)) == ["deal.won.v1"]
    assert "lead.shared.v1" in (contracts.event_types(("lead.*",)) or [])
