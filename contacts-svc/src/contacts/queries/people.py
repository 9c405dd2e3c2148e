"""What filters and sorting know of contacts and leads, and how they are searched."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select

from chassis.copies import copied
from chassis.filters import Catalogue, Field
from chassis.reading import searcher
from contacts.domain.account import Account
from contacts.domain.contact import Contact
from contacts.domain.lead import Lead
from contacts.domain.person import Person
from contacts.queries.figures import last_activity_at
from messages.contacts import LEAD_STATUSES, LIFECYCLE_STAGES


def _of_person(cls: type[Person]) -> list[Field]:
    return [
        Field("id", "reference", cls.id),
        Field("name", "text", cls.name),
        Field("first_name", "text", cls.first_name),
        Field("last_name", "text", cls.last_name),
        Field("email", "text", cls.email),
        Field("phone", "text", cls.phone),
        Field("title", "text", cls.title),
        Field("owner_id", "reference", cls.owner_id),
        Field("owner.name", "text", copied("user", cls.owner_id)),
        Field("team_id", "reference", cls.team_id),
        Field("team.name", "text", copied("team", cls.team_id)),
        Field("source", "text", cls.source),
        Field("original_source", "text", cls.original_source),
        Field("medium", "text", cls.medium),
        Field("campaign", "text", cls.campaign),
        Field("content", "text", cls.content),
        Field("term", "text", cls.term),
        Field("tags", "list", cls.tags),
        Field("external_id", "text", cls.external_id),
        Field("last_activity_at", "instant", last_activity_at(cls)),
        Field("created_at", "instant", cls.created_at),
        Field("updated_at", "instant", cls.updated_at),
    ]


def _account(column: Any) -> ColumnElement[Any]:
    return (
        select(column)
        .where(Account.workspace_id == Contact.workspace_id, Account.id == Contact.account_id)
        .scalar_subquery()
    )


CONTACT_FIELDS = Catalogue(
    [
        *_of_person(Contact),
        Field("account_id", "reference", Contact.account_id),
        Field("account.name", "text", _account(Account.name)),
        Field("account.industry", "text", _account(Account.industry)),
        Field("lifecycle_stage", "select", Contact.lifecycle_stage, LIFECYCLE_STAGES),
        Field("language", "text", Contact.language),
        Field("time_zone", "text", Contact.time_zone),
    ]
)

LEAD_FIELDS = Catalogue(
    [
        *_of_person(Lead),
        Field("company", "text", Lead.company),
        Field("status", "select", Lead.status, LEAD_STATUSES),
        Field("industry", "text", Lead.industry),
        Field("country", "text", Lead.country),
        Field("employee_count", "number", Lead.employee_count),
        Field("score", "number", Lead.score),
        Field("lifecycle_stage", "select", Lead.lifecycle_stage, LIFECYCLE_STAGES),
        Field("converted_at", "instant", Lead.converted_at),
        Field("account_id", "reference", Lead.account_id),
        Field("contact_id", "reference", Lead.contact_id),
        Field("deal_id", "reference", Lead.deal_id),
    ]
)

search_contacts = searcher(Contact)
search_leads = searcher(Lead)
