"""Purchases, quotas and forecasts: what is stored and told, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from deal_builders import USER, a_context, a_runtime

from chassis import codec, ids
from chassis.errors import AppError
from chassis.operation import Runtime
from deals.service import Deals
from messages.periods import days_of

ACCOUNT, TEAM = ids.new("account"), ids.new("team")
EUR = {"amount": "1200.00", "currency": "EUR"}


class Knowing:
    """Answers for contacts-svc: every record is there."""

    def call(self, service: str, operation: str, ctx: Any, *, ids: list[str], **_: Any) -> Any:
        return {"data": [{"id": one} for one in ids], "missing": []}


@pytest.fixture
def runtime() -> Runtime:
    runtime = a_runtime()
    runtime.client = Knowing()  # type: ignore[assignment]
    return runtime


def run(runtime: Runtime, operation: str, role: str = "admin", actor: str = USER, **values: Any) -> Any:
    return codec.plain(
        Deals.operations[operation].execute(runtime, a_context(role=role, actor=actor), values)
    )


def refusal(
    runtime: Runtime, operation: str, role: str = "admin", actor: str = USER, **values: Any
) -> AppError:
    with pytest.raises(AppError) as refused:
        run(runtime, operation, role, actor, **values)
    return refused.value


def a_purchase(runtime: Runtime, **values: Any) -> dict[str, Any]:
    made: dict[str, Any] = run(
        runtime,
        "create_purchase",
        **{"account_id": ACCOUNT, "amount": EUR, "purchased_on": "2026-03-01", **values},
    )
    return made


def test_a_purchase_is_noted_once_an_external_id(runtime: Runtime) -> None:
    made = a_purchase(runtime, external_id="ORD-1")
    assert (made["kind"], made["billing"], made["quantity"], made["amount"]) == ("order", "one_off", 1, EUR)
    values: dict[str, Any] = {"account_id": ACCOUNT, "amount": EUR, "purchased_on": "2026-03-01"}
    assert refusal(runtime, "create_purchase", **values, external_id="ORD-1").code == "already_exists"


@pytest.mark.parametrize("field", ["product_id", "deal_id"])
def test_a_purchase_points_to_what_is_there(runtime: Runtime, field: str) -> None:
    unknown = ids.new(field.removesuffix("_id"))
    values: dict[str, Any] = {"account_id": ACCOUNT, "amount": EUR, "purchased_on": "2026-03-01"}
    refused = refusal(runtime, "create_purchase", **values, **{field: unknown})
    assert (refused.code, refused.errors[0]["pointer"]) == ("unknown_reference", f"/{field}")
    made = a_purchase(runtime)
    refused = refusal(
        runtime, "update_purchase", purchase_id=made["id"], expected_version=1, changes={field: unknown}
    )
    assert refused.errors[0]["pointer"] == f"/changes/{field}"


def test_nobody_has_two_quotas_for_a_period(runtime: Runtime) -> None:
    for holder in ({"owner_id": USER}, {"team_id": TEAM}, {}):
        made = run(runtime, "create_quota", period="2026-Q1", amount=EUR, **holder)
        refused = refusal(runtime, "create_quota", period="2026-Q1", amount=EUR, **holder)
        assert (refused.code, made["id"] in str(refused)) == ("deals.quota_exists", True)
        run(runtime, "create_quota", period="2026-01", amount=EUR, **holder)
        run(runtime, "delete_quota", quota_id=made["id"], expected_version=1)
        run(runtime, "create_quota", period="2026-Q1", amount=EUR, **holder)
    refused = refusal(runtime, "create_quota", period="2026", amount=EUR, owner_id=USER, team_id=TEAM)
    assert refused.code == "deals.quota_holders"
    assert refusal(runtime, "create_quota", role="rep", period="2026", amount=EUR).kind == "forbidden"


def test_a_forecast_is_the_callers_own_unless_they_say_whose(runtime: Runtime) -> None:
    mine = run(runtime, "submit_forecast", period="2026-q1", amount=EUR)
    assert (mine["owner_id"], mine["submitted_by"], mine["period"]) == (USER, USER, "2026-Q1")
    other = ids.new("user")
    theirs = run(runtime, "submit_forecast", period="2026-Q1", amount=EUR, owner_id=other)
    assert (theirs["owner_id"], theirs["submitted_by"]) == (other, USER)
    refused = refusal(runtime, "submit_forecast", actor="key:integration", period="2026-Q1", amount=EUR)
    assert refused.code == "deals.forecast_of_nobody"


@pytest.mark.parametrize("period", ["2026-Q5", "2026-13", "2026-1", "Q1", "26", "2026-Q1-1", "0000"])
def test_what_is_no_period(runtime: Runtime, period: str) -> None:
    refused = refusal(runtime, "submit_forecast", period=period, amount=EUR)
    assert (refused.code, refused.errors[0]["pointer"]) == ("invalid", "/period")


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"),
    ],
)
def test_the_days_of_a_period(period: str, first: str, last: str) -> None:
    assert [day.isoformat() for day in days_of(period)] == [first, last]
