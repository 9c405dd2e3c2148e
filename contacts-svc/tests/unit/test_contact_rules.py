"""The rules of accounts, contacts and leads, without a database."""

from __future__ import annotations

import pytest
from contact_builders import an_account

from contacts.domain.contact import Contact
from contacts.domain.errors import AccountAboveItself, LeadNotConverted
from contacts.domain.lead import Lead


def test_an_account_moves_under_another() -> None:
    holding, branch = an_account("Holding"), an_account("Branch")
    branch.move_under(holding.id, {holding.id: None})
    assert branch.parent_id == holding.id
    branch.move_under(None, {})
    assert branch.parent_id is None


def test_an_account_is_never_its_own_parent() -> None:
    account = an_account()
    with pytest.raises(AccountAboveItself):
        account.move_under(account.id, {account.id: None})


def test_an_account_is_never_above_itself_however_far_up() -> None:
    top, middle, bottom = an_account("Top"), an_account("Middle"), an_account("Bottom")
    lineage = {bottom.id: middle.id, middle.id: top.id, top.id: None}
    with pytest.raises(AccountAboveItself) as refusal:
        top.move_under(bottom.id, lineage)
    assert refusal.value.code == "contacts.account_above_itself"
    assert top.parent_id is None


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ({"first_name": "Ada", "last_name": "Lovelace"}, "Ada Lovelace"),
        ({"last_name": "Lovelace"}, "Lovelace"),
        ({"first_name": None, "last_name": "Lovelace"}, "Lovelace"),
    ],
)
def test_a_name_is_first_and_last_name(parts: dict[str, str | None], name: str) -> None:
    contact = Contact()
    contact.set(parts)
    assert contact.name == name


def test_a_name_follows_its_parts() -> None:
    contact = Contact()
    contact.set({"first_name": "Ada", "last_name": "Byron"})
    contact.set({"last_name": "Lovelace"})
    assert contact.name == "Ada Lovelace"


def test_a_lead_is_not_converted_by_setting_its_status() -> None:
    lead = Lead()
    lead.set({"last_name": "Hopper", "status": "qualified"})
    with pytest.raises(LeadNotConverted):
        lead.set({"status": "converted"})
    assert lead.status == "qualified"
