"""Messages of contacts-svc: accounts, contacts, leads."""

from __future__ import annotations

from messages.common import Event


class AccountCreated(Event):
    wire = "account.created.v1"


class AccountPropertiesChanged(Event):
    wire = "account.properties_changed.v1"


class AccountDeleted(Event):
    wire = "account.deleted.v1"


class AccountRestored(Event):
    wire = "account.restored.v1"


class ContactCreated(Event):
    wire = "contact.created.v1"


class ContactPropertiesChanged(Event):
    wire = "contact.properties_changed.v1"


class ContactDeleted(Event):
    wire = "contact.deleted.v1"


class ContactRestored(Event):
    wire = "contact.restored.v1"


class LeadCreated(Event):
    wire = "lead.created.v1"


class LeadPropertiesChanged(Event):
    wire = "lead.properties_changed.v1"


class LeadDeleted(Event):
    wire = "lead.deleted.v1"


class LeadRestored(Event):
    wire = "lead.restored.v1"
