"""Open the deals that follow from a contract: its renewal, once a term, and expansions."""

from __future__ import annotations

from sqlalchemy import select

from chassis import ids
from chassis.context import Context
from chassis.money import Money
from chassis.unit_of_work import UnitOfWork
from deals.domain.contract import Contract, ContractRenewalOpened
from deals.domain.deal import Deal
from deals.usecases.open_deal import open_deal


def open_renewal(uow: UnitOfWork, ctx: Context, *, contract_id: str, owner_id: str | None = None) -> Deal:
    """The deal that renews this term. Asked again, by whomever, it is the same; raises `Gone` when it was deleted."""
    # Two that ask at once come one after the other.
    uow.session.execute(
        select(Contract.id)
        .where(Contract.workspace_id == ctx.workspace_id, Contract.id == contract_id)
        .with_for_update()
    )
    contract = uow.get(Contract, contract_id)
    contract.require_active()
    if contract.renewal_deal_id is not None:
        return uow.get(Deal, contract.renewal_deal_id)
    deal = open_deal(
        uow,
        ctx,
        deal_id=ids.derive("deal", contract.created_at, contract.id, "renewal", str(contract.term)),
        name=f"Renewal of {contract.name}"[:200],
        type="renewal",
        account_id=contract.account_id,
        contract_id=contract.id,
        owner_id=owner_id or contract.owner_id,
        amount=Money(contract.arr, contract.currency),
        expected_close_on=contract.renews_on,
    )
    contract.renewal_deal_id = deal.id
    contract.happened(ContractRenewalOpened(term_number=contract.term, renewal_deal_id=deal.id))
    return deal


def open_expansion(
    uow: UnitOfWork, ctx: Context, *, contract_id: str, amount: Money | None, name: str | None
) -> Deal:
    """A deal to sell more to the customer of a contract."""
    contract = uow.get(Contract, contract_id)
    contract.require_active()
    return open_deal(
        uow,
        ctx,
        name=name or f"Expansion of {contract.name}"[:200],
        type="expansion",
        account_id=contract.account_id,
        contract_id=contract.id,
        owner_id=contract.owner_id,
        amount=amount,
    )
