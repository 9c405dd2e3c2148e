"""Lines and approvals: the amount follows the lines, discounts ask exactly those who must agree, and lock the deal."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from deal_builders import NOON, USER, WORKSPACE, a_context, a_runtime
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from chassis import codec, ids
from chassis.errors import AppError
from chassis.operation import Runtime
from chassis.tables import outbox, reference
from deals.domain.line_item import LineItem, Totals
from deals.service import Deals

BOB, MIA, VIC, CAS = (ids.derive("user", NOON, name) for name in ("Bob", "Mia", "Vic", "Cas"))
SALES, REGION, COMPANY = (ids.derive("team", NOON, name) for name in ("Sales", "Region", "Company"))
STAGES = [
    {"name": "First", "probability": 10},
    {"name": "Won", "kind": "won", "probability": 100},
    {"name": "Lost", "kind": "lost", "probability": 0},
]


def run(runtime: Runtime, operation: str, actor: str = USER, role: str = "rep", **values: Any) -> Any:
    return codec.plain(
        Deals.operations[operation].execute(runtime, a_context(actor=actor, role=role), values)
    )


@pytest.fixture
def runtime() -> Runtime:
    """Bob's team is Mia's; the team above is Vic's, the one above that is Cas's."""
    runtime = a_runtime()
    know(runtime, "user", BOB, team_ids=[SALES])
    know(runtime, "team", SALES, manager_id=MIA, parent_id=REGION)
    know(runtime, "team", REGION, manager_id=VIC, parent_id=COMPANY)
    know(runtime, "team", COMPANY, manager_id=CAS, parent_id=None)
    run(runtime, "create_pipeline", role="admin", name="Sales", stages=STAGES, is_default=True)
    return runtime


def know(runtime: Runtime, kind: str, record_id: str, **data: Any) -> None:
    row: dict[str, Any] = {"workspace_id": WORKSPACE, "type": kind, "id": record_id, "label": kind}
    row |= {"owner_id": None, "state": "live", "sequence": 1, "merged_into": None, "data": data}
    runtime.database.transact(
        lambda session: (
            session.execute(
                reference.delete().where(reference.c.workspace_id == WORKSPACE, reference.c.id == record_id)
            ),
            session.execute(insert(reference), [row]),
        )
    )


def eur(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def a_line(price: str = "100", discount: str = "0", **values: Any) -> dict[str, Any]:
    return {"name": "Licence", "unit_price": eur(price), "discount": discount, **values}


def sold(runtime: Runtime, *lines: dict[str, Any], owner: str | None = BOB) -> dict[str, Any]:
    """A deal of Bob with these lines."""
    deal = run(runtime, "open_deal", name="Wind park", owner_id=owner)
    return set_lines(runtime, deal, *lines)


def set_lines(runtime: Runtime, deal: dict[str, Any], *lines: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = run(
        runtime, "set_lines", deal_id=deal["id"], expected_version=deal["version"], lines=list(lines)
    )
    return found


def refusal(runtime: Runtime, operation: str, **values: Any) -> AppError:
    with pytest.raises(AppError) as refused:
        run(runtime, operation, **values)
    return refused.value


def approval_of(runtime: Runtime, deal: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = run(runtime, "get_approval", approval_id=deal["approval_id"])
    return found


def decide(
    runtime: Runtime, deal: dict[str, Any], actor: str, operation: str, **values: Any
) -> dict[str, Any]:
    request = approval_of(runtime, deal)
    arguments = {"approval_id": request["id"], "expected_version": request["version"], **values}
    found: dict[str, Any] = run(runtime, operation, actor, **arguments)
    return found


def reread(runtime: Runtime, deal: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = run(runtime, "get_deal", deal_id=deal["id"])
    return found


# --- lines -------------------------------------------------------------------------------------------------------


def test_the_amount_follows_the_lines(runtime: Runtime) -> None:
    deal = sold(runtime, a_line("99.99", "10", quantity=3), a_line("10", billing="monthly", periods=12))
    assert (deal["amount"], deal["list_amount"]) == (eur("389.97"), eur("419.97"))
    assert [line["amount"] for line in run(runtime, "lines", deal_id=deal["id"])["data"]] == [
        eur("269.97"),
        eur("120.00"),
    ]
    refused = refusal(
        runtime,
        "update_deal",
        deal_id=deal["id"],
        expected_version=deal["version"],
        changes={"amount": eur("1")},
    )
    assert refused.code == "deals.amount_follows_lines"
    without = set_lines(runtime, deal)
    assert (without["amount"], without["list_amount"]) == (eur("389.97"), None)
    changes = {"amount": eur("1")}
    assert run(
        runtime, "update_deal", deal_id=deal["id"], expected_version=without["version"], changes=changes
    )["amount"] == eur("1.00")


def test_a_line_takes_name_and_price_of_its_product(runtime: Runtime) -> None:
    product = run(runtime, "create_product", name="Mast", list_price=eur("12.50"))
    deal = sold(runtime, {"product_id": product["id"], "quantity": 2})
    (line,) = run(runtime, "lines", deal_id=deal["id"])["data"]
    assert (line["name"], line["unit_price"], deal["amount"]) == ("Mast", eur("12.50"), eur("25.00"))


@pytest.mark.parametrize(
    ("lines", "code", "pointer"),
    [
        (
            [a_line(), {**a_line(), "unit_price": {"amount": "1", "currency": "USD"}}],
            "deals.currencies_differ",
            1,
        ),
        ([{"name": "Something"}], "deals.price_missing", 0),
        ([a_line(), a_line(product_id=ids.new("product"))], "unknown_reference", 1),
        ([{"unit_price": eur("1")}], "invalid", 0),
        ([a_line("-1")], "invalid", 0),
        ([a_line(discount="100.1")], "invalid", 0),
        ([a_line(discount="1.00001")], "invalid", 0),
        ([a_line(quantity=0)], "invalid", 0),
    ],
)
def test_a_line_that_is_refused_changes_nothing(
    runtime: Runtime, lines: list[dict[str, Any]], code: str, pointer: int
) -> None:
    deal = sold(runtime, a_line())
    with pytest.raises(AppError) as refused:
        set_lines(runtime, deal, *lines)
    assert refused.value.code == code
    assert refused.value.errors[0]["pointer"].startswith(f"/lines/{pointer}")
    assert reread(runtime, deal) == deal


@given(
    st.lists(
        st.tuples(st.integers(1, 50), st.decimals(0, 10**5, places=2), st.decimals(0, 100, places=4)),
        min_size=1,
        max_size=8,
    )
)
def test_totals_are_exact(made: list[tuple[int, Decimal, Decimal]]) -> None:
    lines = [
        LineItem(quantity=quantity, unit_price=price, discount=float(discount), periods=1)
        for quantity, price, discount in made
    ]
    totals = Totals.of(lines)
    listed = sum(Fraction(price) * quantity for quantity, price, _ in made)
    net = sum(
        Fraction(price) * quantity * (100 - Fraction(discount)) / 100 for quantity, price, discount in made
    )
    assert totals.list_amount == listed
    assert abs(Fraction(totals.amount) - net) <= Fraction(len(made), 200)
    highest = max(Fraction(discount) for _, _, discount in made)
    assert totals.discount == max(highest, (1 - net / listed) * 100 if listed else 0)


# --- who is asked ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "asked"),
    [
        ([a_line("100", "20")], []),
        ([a_line("100", "20.0001")], [MIA]),
        ([a_line("100", "20.01")], [MIA]),
        # One line above the limit is enough, however little of the total it is.
        ([a_line("100000", "0"), a_line("1", "21")], [MIA, VIC]),
        # After the discount: 62,500.00 less 20.0001 % is below 50,000.
        ([a_line("62500", "20.0001")], [MIA]),
        ([a_line("62500.10", "20.0001")], [MIA, VIC]),
        ([a_line("500000", "50")], [MIA, VIC, CAS]),
        ([a_line("499999.98", "50")], [MIA, VIC]),
    ],
)
def test_who_approves(runtime: Runtime, lines: list[dict[str, Any]], asked: list[str]) -> None:
    deal = sold(runtime, *lines)
    if not asked:
        assert (deal["approval_status"], deal["approval_id"]) == (None, None)
        return
    request = approval_of(runtime, deal)
    assert deal["approval_status"] == "pending"
    assert [step["approver_id"] for step in request["steps"]] == asked
    assert [step["status"] for step in request["steps"]] == ["pending", *["waiting"] * (len(asked) - 1)]
    assert (request["owner_id"], request["requested_by"]) == (MIA, USER)


def test_somebody_without_a_manager_is_told_what_is_missing(runtime: Runtime) -> None:
    for owner in (None, CAS):
        deal = run(runtime, "open_deal", name="Alone", owner_id=owner or ids.new("user"))
        with pytest.raises(AppError) as refused:
            set_lines(runtime, deal, a_line("100", "30"))
        assert refused.value.code == "deals.nobody_to_approve"
        assert "manager" in str(refused.value)
        assert reread(runtime, deal) == deal


def test_who_has_left_approves_nothing(runtime: Runtime) -> None:
    know(runtime, "user", MIA, is_active=False)
    assert approval_of(runtime, sold(runtime, a_line("100", "30")))["owner_id"] == VIC


def test_a_manager_does_not_approve_their_own_discount(runtime: Runtime) -> None:
    know(runtime, "user", MIA, team_ids=[SALES])
    assert approval_of(runtime, sold(runtime, a_line("100", "30"), owner=MIA))["owner_id"] == VIC


def test_teams_in_a_circle_end_somewhere(runtime: Runtime) -> None:
    know(runtime, "team", COMPANY, manager_id=MIA, parent_id=SALES)
    deal = run(runtime, "open_deal", name="Round", owner_id=BOB)
    with pytest.raises(AppError) as refused:
        set_lines(runtime, deal, a_line("1000000", "50"))
    assert "CFO" in str(refused.value)


def test_the_rule_is_the_workspaces_own(runtime: Runtime) -> None:
    sold(runtime, a_line())
    (rule,) = run(runtime, "list_approval_rules")["data"]
    assert (rule["discount_above"], rule["currency"]) == (20, "EUR")
    bands = [
        {"role": "manager", "from_amount": "0"},
        {"role": "board", "from_amount": "1000", "approver_id": CAS},
    ]
    values = {"approval_rule_id": rule["id"], "expected_version": rule["version"]}
    changes = {"discount_above": "10", "bands": bands}
    run(runtime, "update_approval_rule", role="admin", **values, changes=changes)
    assert sold(runtime, a_line("100", "10"))["approval_id"] is None
    large = approval_of(runtime, sold(runtime, a_line("2000", "10.0001")))
    assert [(step["role"], step["approver_id"]) for step in large["steps"]] == [
        ("manager", MIA),
        ("board", CAS),
    ]
    # Nobody knows what another currency is worth here: everybody has to agree.
    dollars = {"name": "Licence", "unit_price": {"amount": "10", "currency": "USD"}, "discount": "11"}
    assert len(approval_of(runtime, sold(runtime, dollars))["steps"]) == 2
    assert (
        refusal(runtime, "update_approval_rule", **values, changes={"discount_above": "1"}).kind
        == "forbidden"
    )
    for bad in ([{"role": "x", "from_amount": "5"}], [*bands, bands[1]], []):
        refused = refusal(runtime, "update_approval_rule", role="admin", **values, changes={"bands": bad})
        assert refused.code == "invalid"


# --- what becomes of it ------------------------------------------------------------------------------------------


def test_everybody_agrees_in_order_and_the_deal_can_be_won(runtime: Runtime) -> None:
    deal = sold(runtime, a_line("100000", "30"))
    locked = {"deal_id": deal["id"], "expected_version": deal["version"]}
    for operation, values in (
        ("win_deal", {}),
        ("update_deal", {"changes": {"name": "x"}}),
        ("set_lines", {"lines": []}),
        ("lose_deal", {"reason": "other"}),
        ("request_approval", {}),
    ):
        refused = refusal(runtime, operation, **locked, **values)
        assert refused.code == "deals.deal_is_locked", operation
        assert deal["approval_id"] in str(refused)
    with pytest.raises(AppError) as early:
        decide(runtime, deal, VIC, "approve_discount")
    assert early.value.code == "deals.not_your_approval"
    decide(runtime, deal, MIA, "approve_discount", comment="Good customer.")
    assert reread(runtime, deal)["approval_status"] == "pending"
    request = decide(runtime, deal, VIC, "approve_discount")
    assert (request["status"], request["owner_id"]) == ("approved", None)
    assert request["steps"][0]["comment"] == "Good customer."
    with pytest.raises(AppError) as late:
        decide(runtime, deal, VIC, "approve_discount")
    assert late.value.code == "deals.approval_is_over"
    deal = reread(runtime, deal)
    won = run(runtime, "win_deal", deal_id=deal["id"], expected_version=deal["version"])
    assert (won["status"], won["approval_status"]) == ("won", "approved")
    assert told(runtime, request["id"]) == [
        "approval.created.v1",
        "approval.properties_changed.v1",
        "approval.approved.v1",
    ]


def told(runtime: Runtime, record_id: str) -> list[str]:
    with runtime.database.reading() as session:
        rows = select(outbox.c.type).where(
            outbox.c.workspace_id == WORKSPACE, outbox.c.subject_id == record_id
        )
        return list(session.scalars(rows.order_by(outbox.c.seq)))


def test_a_rejection_stops_the_chain_and_frees_the_deal(runtime: Runtime) -> None:
    deal = sold(runtime, a_line("100000", "30"))
    request = decide(runtime, deal, MIA, "reject_discount", comment="Too much.")
    assert [step["status"] for step in request["steps"]] == ["rejected", "waiting"]
    deal = reread(runtime, deal)
    refused = refusal(runtime, "win_deal", deal_id=deal["id"], expected_version=deal["version"])
    assert refused.code == "deals.discount_not_approved"
    again = run(runtime, "request_approval", deal_id=deal["id"], expected_version=deal["version"])
    assert (again["approval_status"], again["approval_id"] != request["id"]) == ("pending", True)
    decide(runtime, again, MIA, "reject_discount", comment="No.")
    lower = set_lines(runtime, reread(runtime, deal), a_line("100000", "20"))
    assert (lower["approval_status"], lower["approval_id"]) == (None, None)
    assert run(runtime, "win_deal", deal_id=deal["id"], expected_version=lower["version"])["status"] == "won"


def test_a_request_is_recalled_by_who_made_it(runtime: Runtime) -> None:
    deal = sold(runtime, a_line("100", "30"))
    with pytest.raises(AppError) as refused:
        decide(runtime, deal, MIA, "recall_approval")
    assert refused.value.code == "deals.not_your_approval"
    assert decide(runtime, deal, USER, "recall_approval")["status"] == "recalled"
    assert reread(runtime, deal)["approval_status"] == "recalled"


def test_who_has_the_turn_hands_it_on(runtime: Runtime) -> None:
    deal = sold(runtime, a_line("100", "30"))
    with pytest.raises(AppError):
        decide(runtime, deal, VIC, "delegate_approval", to_user_id=VIC)
    assert decide(runtime, deal, MIA, "delegate_approval", to_user_id=VIC)["owner_id"] == VIC
    assert decide(runtime, deal, VIC, "approve_discount")["status"] == "approved"


def test_nothing_to_approve_is_said(runtime: Runtime) -> None:
    deal = sold(runtime, a_line("100", "5"))
    refused = refusal(runtime, "request_approval", deal_id=deal["id"], expected_version=deal["version"])
    assert refused.code == "deals.nothing_to_approve"


def test_lines_with_a_lower_discount_do_not_inherit_an_approval(runtime: Runtime) -> None:
    deal = sold(runtime, a_line("100", "30"))
    decide(runtime, deal, MIA, "approve_discount")
    higher = set_lines(runtime, reread(runtime, deal), a_line("100", "40"))
    assert (higher["approval_status"], higher["approval_id"] != deal["approval_id"]) == ("pending", True)
