"""Messages of contacts-svc: accounts and their hierarchy, contacts, leads, and what winning them costs."""

from __future__ import annotations

from marshmallow import fields, validate

from messages.addresses import Domain, Email, Phone, Website
from messages.common import (
    Command,
    Day,
    EnrollCommand,
    EnrolledEvent,
    Event,
    ExportQuery,
    Id,
    ImportCommand,
    ImportRow,
    Instant,
    ListQuery,
    Message,
    MoneyField,
    Query,
    ReadQuery,
    RecordView,
    SearchQuery,
    ShareCommand,
    SharedEvent,
    SharesQuery,
    Text,
    UndoCommand,
    UnshareCommand,
    UnsharedEvent,
    View,
    custom,
    import_key,
    one_of,
    tags,
    version,
)
from messages.organisation import TimeZone

TIERS = ("strategic", "enterprise", "mid_market", "smb")
RELATIONSHIPS = ("prospect", "customer", "partner", "vendor", "distributor")
# How the source of a health begins that the model found.
HEALTH_MODEL = "Rapport's model"
LIFECYCLE_STAGES = ("subscriber", "lead", "mql", "sql", "opportunity", "customer", "evangelist", "other")
OUTCOMES = ("accepted", "same_external_id", "same_email")
SPEND_KINDS = ("marketing", "sales")
LEAD_STATUSES = ("new", "working", "qualified", "disqualified", "converted")


class Describe(Query):
    """The fields of a kind of record that filters and sorting know."""

    resource = Text(longest=60, required=True)


# --- accounts --------------------------------------------------------------------------------------------------


class AccountWrite(Message):
    """Properties of an account: an organisation that one sells to, buys from or works with."""

    name = Text(longest=200, shortest=1)
    domain = Domain(allow_none=True)
    website = Website(allow_none=True)
    industry = Text(longest=120, allow_none=True)
    employee_count = fields.Integer(
        strict=True, allow_none=True, validate=validate.Range(min=0, max=100_000_000)
    )
    annual_revenue = MoneyField(allow_none=True)
    founded_year = fields.Integer(strict=True, allow_none=True, validate=validate.Range(min=1000, max=2200))
    country = Text(longest=80, allow_none=True)
    city = Text(longest=120, allow_none=True)
    address = Text(longest=500, multiline=True, allow_none=True)
    parent_id = Id("account", allow_none=True)
    tier = one_of(*TIERS, allow_none=True)
    relationship = one_of(*RELATIONSHIPS, allow_none=True)
    lifecycle_stage = one_of(*LIFECYCLE_STAGES, allow_none=True)
    health = fields.Integer(
        strict=True,
        allow_none=True,
        validate=validate.Range(min=0, max=100),
        metadata={
            "description": "How well the customer does, 0 to 100: below 60 at risk, above 80 ready for more."
        },
    )
    health_source = Text(
        longest=120,
        allow_none=True,
        metadata={"description": "The model or the system that the health comes from."},
    )
    owner_id = Id("user", allow_none=True)
    team_id = Id("team", allow_none=True)
    source = Text(longest=120, allow_none=True)
    description = Text(longest=5000, multiline=True, allow_none=True)
    tags = tags()
    external_id = Text(longest=200, shortest=1, allow_none=True)
    custom = custom()


class AccountView(RecordView):
    """`open_deal_count` and `last_activity_at` follow the other services and never raise the version."""

    name = fields.String(required=True)
    domain = fields.String(allow_none=True)
    website = fields.String(allow_none=True)
    industry = fields.String(allow_none=True)
    employee_count = fields.Integer(allow_none=True)
    annual_revenue = fields.Dict(allow_none=True)
    founded_year = fields.Integer(allow_none=True)
    country = fields.String(allow_none=True)
    city = fields.String(allow_none=True)
    address = fields.String(allow_none=True)
    parent_id = fields.String(allow_none=True)
    tier = one_of(*TIERS, allow_none=True)
    relationship = one_of(*RELATIONSHIPS, allow_none=True)
    lifecycle_stage = one_of(*LIFECYCLE_STAGES, allow_none=True)
    health = fields.Integer(allow_none=True)
    health_source = fields.String(allow_none=True)
    owner_id = fields.String(allow_none=True)
    team_id = fields.String(allow_none=True)
    source = fields.String(allow_none=True)
    description = fields.String(allow_none=True)
    tags = fields.List(fields.String())
    external_id = fields.String(allow_none=True)
    open_deal_count = fields.Integer(required=True)
    last_activity_at = fields.String(required=True, allow_none=True)


class CreateAccount(Command, AccountWrite):
    """Add an account."""

    scope = "accounts:write"
    answers = AccountView
    account_id = Id("account")
    name = Text(longest=200, shortest=1, required=True)


class UpdateAccount(Command):
    """Edit an account; no account becomes its own ancestor."""

    scope = "accounts:write"
    answers = AccountView
    account_id = Id("account", required=True)
    expected_version = version()
    changes = fields.Nested(AccountWrite, required=True)


class DeleteAccount(Command):
    scope = "accounts:delete"
    permission = "delete"
    account_id = Id("account", required=True)
    expected_version = version()


class RestoreAccount(Command):
    answers = AccountView
    account_id = Id("account", required=True)


class GetAccount(Query):
    scope = "accounts:read"
    answers = AccountView
    account_id = Id("account", required=True)


class ReadAccounts(ReadQuery):
    scope = "accounts:read"


class ListAccounts(ListQuery):
    scope = "accounts:read"


class ExportAccounts(ExportQuery):
    pass


class SearchAccounts(SearchQuery):
    pass


class EnrollAccount(EnrollCommand):
    answers = AccountView
    account_id = Id("account", required=True)


class ShareAccount(ShareCommand):
    """Let a partner see the account, or write it too."""

    answers = AccountView
    account_id = Id("account", required=True)


class UnshareAccount(UnshareCommand):
    """A partner sees the account no more, also when they made it."""

    answers = AccountView
    account_id = Id("account", required=True)


class ListAccountShares(SharesQuery):
    """The partners that see the account."""

    account_id = Id("account", required=True)


class AccountImportRow(ImportRow, AccountWrite):
    """An account as an import brings it, its parent named by `parent_external_id`."""

    class Meta(Message.Meta):
        exclude = ("parent_id",)

    required_to_create = ("name",)
    parent_external_id = Text(longest=200, shortest=1, allow_none=True)


class ImportAccounts(ImportCommand):
    """Parents may come in any order, also in a later call.

    A row whose parent has not come yet is saved and says so (error `parent_awaited`); the parent is set when it
    comes. `settle_account_parents` ends the wait.
    """

    key = import_key("external_id", "domain", "name")


class SettleAccountParents(Command):
    """The last call of an import of accounts: answers how the rows ended that awaited their parent.

    Each of the `outcomes` takes the place of the row's earlier one, whose action is `was`. A row whose parent never
    came is `failed` (error `unknown_parent`); its account is saved, only the parent is not set.
    """

    permission = "import"
    job_id = Id("job", required=True)


# --- contacts --------------------------------------------------------------------------------------------------


class ContactWrite(Message):
    """Properties of a contact: a person one deals with. Their `name` follows from first and last name."""

    first_name = Text(longest=120, allow_none=True)
    last_name = Text(longest=120, shortest=1)
    email = Email(allow_none=True)
    phone = Phone(allow_none=True)
    title = Text(longest=200, allow_none=True)
    account_id = Id("account", allow_none=True)
    lifecycle_stage = one_of(*LIFECYCLE_STAGES, allow_none=True)
    language = Text(longest=35, allow_none=True)
    time_zone = TimeZone(longest=60, allow_none=True)
    owner_id = Id("user", allow_none=True)
    team_id = Id("team", allow_none=True)
    source = Text(longest=120, allow_none=True)
    medium = Text(longest=120, allow_none=True)
    campaign = Text(longest=200, allow_none=True)
    content = Text(longest=200, allow_none=True)
    term = Text(longest=200, allow_none=True)
    tags = tags()
    external_id = Text(longest=200, shortest=1, allow_none=True)
    custom = custom()


class ContactView(RecordView):
    first_name = fields.String(allow_none=True)
    last_name = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    account_id = fields.String(allow_none=True)
    lifecycle_stage = one_of(*LIFECYCLE_STAGES, allow_none=True)
    language = fields.String(allow_none=True)
    time_zone = fields.String(allow_none=True)
    owner_id = fields.String(allow_none=True)
    team_id = fields.String(allow_none=True)
    source = fields.String(allow_none=True)
    original_source = fields.String(
        allow_none=True,
        metadata={"description": "The first source, whatever `source` becomes; never changed."},
    )
    medium = fields.String(allow_none=True)
    campaign = fields.String(allow_none=True)
    content = fields.String(allow_none=True)
    term = fields.String(allow_none=True)
    tags = fields.List(fields.String())
    external_id = fields.String(allow_none=True)
    last_activity_at = fields.String(required=True, allow_none=True)


class CreateContact(Command, ContactWrite):
    """Add a contact."""

    scope = "contacts:write"
    answers = ContactView
    contact_id = Id("contact")
    last_name = Text(longest=120, shortest=1, required=True)


class UpdateContact(Command):
    scope = "contacts:write"
    answers = ContactView
    contact_id = Id("contact", required=True)
    expected_version = version()
    changes = fields.Nested(ContactWrite, required=True)


class DeleteContact(Command):
    scope = "contacts:delete"
    permission = "delete"
    contact_id = Id("contact", required=True)
    expected_version = version()


class RestoreContact(Command):
    answers = ContactView
    contact_id = Id("contact", required=True)


class GetContact(Query):
    scope = "contacts:read"
    answers = ContactView
    contact_id = Id("contact", required=True)


class ReadContacts(ReadQuery):
    scope = "contacts:read"


class ListContacts(ListQuery):
    scope = "contacts:read"


class ExportContacts(ExportQuery):
    pass


class SearchContacts(SearchQuery):
    pass


class EnrollContact(EnrollCommand):
    answers = ContactView
    contact_id = Id("contact", required=True)


class ShareContact(ShareCommand):
    """Let a partner see the contact, or write it too."""

    answers = ContactView
    contact_id = Id("contact", required=True)


class UnshareContact(UnshareCommand):
    """A partner sees the contact no more, also when they made it."""

    answers = ContactView
    contact_id = Id("contact", required=True)


class ListContactShares(SharesQuery):
    """The partners that see the contact."""

    contact_id = Id("contact", required=True)


class ContactImportRow(ImportRow, ContactWrite):
    """A contact as an import brings it; their account may be named by `account_external_id`."""

    required_to_create = ("last_name",)
    account_external_id = Text(longest=200, shortest=1, allow_none=True)


class ImportContacts(ImportCommand):
    """Their accounts come first: a row that names an account nobody knows fails."""

    key = import_key("external_id", "email")


# --- leads -----------------------------------------------------------------------------------------------------


class LeadWrite(Message):
    """Properties of a lead: somebody who may become a customer, kept apart until qualified."""

    first_name = Text(longest=120, allow_none=True)
    last_name = Text(longest=120, shortest=1)
    company = Text(longest=200, allow_none=True)
    email = Email(allow_none=True)
    phone = Phone(allow_none=True)
    title = Text(longest=200, allow_none=True)
    status = one_of(*LEAD_STATUSES)
    industry = Text(longest=120, allow_none=True)
    country = Text(longest=80, allow_none=True)
    employee_count = fields.Integer(
        strict=True, allow_none=True, validate=validate.Range(min=0, max=100_000_000)
    )
    owner_id = Id("user", allow_none=True)
    team_id = Id("team", allow_none=True)
    source = Text(longest=120, allow_none=True)
    medium = Text(longest=120, allow_none=True)
    campaign = Text(longest=200, allow_none=True)
    content = Text(longest=200, allow_none=True)
    term = Text(longest=200, allow_none=True)
    tags = tags()
    external_id = Text(longest=200, shortest=1, allow_none=True)
    custom = custom()


class LeadView(RecordView):
    first_name = fields.String(allow_none=True)
    last_name = fields.String(required=True)
    name = fields.String(required=True)
    company = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    status = one_of(*LEAD_STATUSES, required=True)
    industry = fields.String(allow_none=True)
    country = fields.String(allow_none=True)
    owner_id = fields.String(allow_none=True)
    team_id = fields.String(allow_none=True)
    source = fields.String(allow_none=True)
    original_source = fields.String(
        allow_none=True,
        metadata={"description": "The first source, whatever `source` becomes; never changed."},
    )
    medium = fields.String(allow_none=True)
    campaign = fields.String(allow_none=True)
    content = fields.String(allow_none=True)
    term = fields.String(allow_none=True)
    tags = fields.List(fields.String())
    external_id = fields.String(allow_none=True)
    employee_count = fields.Integer(allow_none=True)
    score = fields.Integer(allow_none=True)
    lifecycle_stage = one_of(*LIFECYCLE_STAGES, required=True)
    converted_at = fields.String(allow_none=True)
    account_id = fields.String(allow_none=True)
    contact_id = fields.String(allow_none=True)
    deal_id = fields.String(allow_none=True)
    last_activity_at = fields.String(required=True, allow_none=True)


class CreateLead(Command, LeadWrite):
    """Add a lead."""

    scope = "leads:write"
    answers = LeadView
    lead_id = Id("lead")
    last_name = Text(longest=120, shortest=1, required=True)


class UpdateLead(Command):
    """Edit a lead. Its status moves freely, but `converted` is reached by converting only."""

    scope = "leads:write"
    answers = LeadView
    lead_id = Id("lead", required=True)
    expected_version = version()
    changes = fields.Nested(LeadWrite, required=True)


class AssignLead(Command):
    """Give a lead without an owner to somebody; who has taken it meanwhile keeps it."""

    answers = LeadView
    lead_id = Id("lead", required=True)
    owner_id = Id("user", required=True)


class SetAccountHealth(Command):
    """Keep the health that the model found, unless somebody else says how the customer does."""

    permission = "administer"
    answers = AccountView
    account_id = Id("account", required=True)
    health = fields.Integer(strict=True, required=True, validate=validate.Range(min=0, max=100))
    source = Text(longest=120, shortest=1, required=True)
    revision = fields.Integer(strict=True, required=True, validate=validate.Range(min=1))


class SetLeadScore(Command):
    """Keep a score; one with a `revision` that is not newer is passed over."""

    permission = "administer"
    answers = LeadView
    lead_id = Id("lead", required=True)
    score = fields.Integer(strict=True, required=True, validate=validate.Range(min=0, max=1000))
    revision = fields.Integer(strict=True, required=True, validate=validate.Range(min=1))


class SetLifecycle(Command):
    """Say how far a lead has come; `is_backwards` when it is meant to go back. There already, it stays."""

    answers = LeadView
    lead_id = Id("lead", required=True)
    stage = one_of(*LIFECYCLE_STAGES, required=True)
    reason = Text(longest=500, load_default=None, allow_none=True)
    is_backwards = fields.Boolean(load_default=False)


class AcceptLead(Command):
    """Sales takes over a lead that marketing qualified: from mql to sql."""

    answers = LeadView
    lead_id = Id("lead", required=True)
    expected_version = version()


class RejectLead(Command):
    """Sales refuses a lead that marketing qualified, and says why; it is disqualified."""

    answers = LeadView
    lead_id = Id("lead", required=True)
    expected_version = version()
    reason = Text(longest=500, shortest=1, required=True)


class RecycleLead(Command):
    """Sales sends a lead that marketing qualified back to be nurtured."""

    answers = LeadView
    lead_id = Id("lead", required=True)
    expected_version = version()
    reason = Text(longest=500, load_default=None, allow_none=True)


class ConvertLead(Command):
    """Make a lead an account, a contact and a deal.

    The account is the one named, the one of the lead's company or e-mail domain, or a new one; the contact the one
    named, the one with the lead's address, or a new one. The lead's open deal is theirs from now on; where it has none
    one is opened, unless `without_deal`. The lead keeps its history. Converted before, it stays what it became.
    """

    answers = LeadView
    lead_id = Id("lead", required=True)
    account_id = Id("account", load_default=None, allow_none=True)
    contact_id = Id("contact", load_default=None, allow_none=True)
    without_deal = fields.Boolean(load_default=False)
    deal_name = Text(longest=200, shortest=1, load_default=None, allow_none=True)
    amount = MoneyField(load_default=None, allow_none=True)


class LifecycleStepView(View):
    from_stage = fields.String(required=True)
    to_stage = fields.String(required=True)
    changed_at = fields.String(required=True)
    changed_by = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    handoff = fields.String(required=True, allow_none=True)


class LifecycleView(View):
    data = fields.List(fields.Nested(LifecycleStepView), required=True)


class Lifecycle(Query):
    """Every change of a lead's lifecycle stage, in order."""

    answers = LifecycleView
    lead_id = Id("lead", required=True)


class DeleteLead(Command):
    scope = "leads:delete"
    permission = "delete"
    lead_id = Id("lead", required=True)
    expected_version = version()


class RestoreLead(Command):
    answers = LeadView
    lead_id = Id("lead", required=True)


class GetLead(Query):
    scope = "leads:read"
    answers = LeadView
    lead_id = Id("lead", required=True)


class ReadLeads(ReadQuery):
    scope = "leads:read"


class ListLeads(ListQuery):
    scope = "leads:read"


class ExportLeads(ExportQuery):
    pass


class SearchLeads(SearchQuery):
    pass


class EnrollLead(EnrollCommand):
    answers = LeadView
    lead_id = Id("lead", required=True)


class ShareLead(ShareCommand):
    """Let a partner see the lead, or write it too."""

    answers = LeadView
    lead_id = Id("lead", required=True)


class UnshareLead(UnshareCommand):
    """A partner sees the lead no more, also when they made it."""

    answers = LeadView
    lead_id = Id("lead", required=True)


class ListLeadShares(SharesQuery):
    """The partners that see the lead."""

    lead_id = Id("lead", required=True)


class SubmissionView(View):
    """A partner's submission. `outcome` says whether it is new, or which one they made before."""

    lead = fields.Dict(required=True)
    outcome = one_of(*OUTCOMES, required=True)


class SubmitLead(Command, LeadWrite):
    """Take a lead from a partner; one that they submitted before (same external id, same e-mail) is not made again."""

    answers = SubmissionView
    scope = "leads:submit"
    last_name = Text(longest=120, shortest=1, required=True)


class LeadImportRow(ImportRow, LeadWrite):
    """A lead as an import brings it."""

    required_to_create = ("last_name",)


class ImportLeads(ImportCommand):
    key = import_key("external_id", "email")


# --- the quality of the data -----------------------------------------------------------------------------------


class DuplicateRow(View):
    """A record that is probably the same; `score` is 0 to 100, `reason` says in words what they have in common."""

    kind = one_of("account", "contact", "lead", required=True)
    id = fields.String(required=True)
    name = fields.String(required=True)
    score = fields.Integer(required=True)
    reason = fields.String(required=True)


class DuplicatesView(View):
    data = fields.List(fields.Nested(DuplicateRow), required=True)


class FindDuplicates(Query):
    """Records that are probably the same as one that is to be made: at most ten, the most probable first.

    People are found by `email`, among contacts and leads; accounts by `domain` and `name`.
    """

    answers = DuplicatesView
    kind = one_of("account", "contact", "lead", required=True)
    email = Email(load_default=None, allow_none=True)
    domain = Domain(load_default=None, allow_none=True)
    name = Text(longest=200, shortest=1, load_default=None, allow_none=True)


class QualityView(RecordView):
    """Shares in percent: `completeness` of the key fields, and `duplicate_share` of the records."""

    completeness = fields.Float(required=True)
    duplicate_share = fields.Float(required=True)
    records = fields.Integer(required=True)
    expected_fields = fields.Integer(required=True)
    filled_fields = fields.Integer(required=True)
    duplicates = fields.Integer(required=True)
    checked_at = fields.String(required=True, allow_none=True)


class CheckQuality(Command):
    """Look at how good the data is now: are the key fields filled, and is every account and contact there once."""

    answers = QualityView


class GetQuality(Query):
    answers = QualityView
    quality_id = Id("quality", required=True)


class ReadQuality(ReadQuery):
    pass


class ListQuality(ListQuery):
    pass


class ExportQuality(ExportQuery):
    pass


# --- spend -----------------------------------------------------------------------------------------------------


class SpendWrite(Message):
    """Money spent on winning customers, on one day, in one channel: the channel is what leads and deals call source."""

    spent_on = Day()
    channel = Text(longest=120, shortest=1)
    kind = one_of(*SPEND_KINDS)
    campaign = Text(longest=200, allow_none=True)
    amount = MoneyField()
    note = Text(longest=1000, multiline=True, allow_none=True)
    external_id = Text(longest=200, shortest=1, allow_none=True)
    custom = custom()


class SpendView(RecordView):
    spent_on = fields.String(required=True)
    channel = fields.String(required=True)
    kind = one_of(*SPEND_KINDS, required=True)
    campaign = fields.String(allow_none=True)
    amount = fields.Dict(required=True)
    note = fields.String(allow_none=True)
    external_id = fields.String(allow_none=True)


class CreateSpend(Command, SpendWrite):
    """Note money spent on winning customers; an `external_id` that is here already is refused."""

    answers = SpendView
    spend_id = Id("spend")
    spent_on = Day(required=True)
    channel = Text(longest=120, shortest=1, required=True)
    amount = MoneyField(required=True)


class UpdateSpend(Command):
    answers = SpendView
    spend_id = Id("spend", required=True)
    expected_version = version()
    changes = fields.Nested(SpendWrite, required=True)


class DeleteSpend(Command):
    permission = "delete"
    spend_id = Id("spend", required=True)
    expected_version = version()


class RestoreSpend(Command):
    answers = SpendView
    spend_id = Id("spend", required=True)


class GetSpend(Query):
    answers = SpendView
    spend_id = Id("spend", required=True)


class ReadSpend(ReadQuery):
    pass


class ListSpend(ListQuery):
    pass


class ExportSpend(ExportQuery):
    pass


class UndoImport(UndoCommand):
    entity = one_of("accounts", "contacts", "leads", required=True)


# --- events ----------------------------------------------------------------------------------------------------


class AccountCreated(Event):
    wire = "account.created.v1"


class AccountPropertiesChanged(Event):
    wire = "account.properties_changed.v1"


class AccountDeleted(Event):
    wire = "account.deleted.v1"


class AccountRestored(Event):
    wire = "account.restored.v1"


class AccountEnrolled(EnrolledEvent):
    wire = "account.enrolled.v1"


class AccountShared(SharedEvent):
    wire = "account.shared.v1"


class AccountUnshared(UnsharedEvent):
    wire = "account.unshared.v1"


class ContactCreated(Event):
    wire = "contact.created.v1"


class ContactPropertiesChanged(Event):
    wire = "contact.properties_changed.v1"


class ContactDeleted(Event):
    wire = "contact.deleted.v1"


class ContactRestored(Event):
    wire = "contact.restored.v1"


class ContactEnrolled(EnrolledEvent):
    wire = "contact.enrolled.v1"


class ContactShared(SharedEvent):
    wire = "contact.shared.v1"


class ContactUnshared(UnsharedEvent):
    wire = "contact.unshared.v1"


class QualityCreated(Event):
    """The quality of the data was looked at for the first time."""

    wire = "quality.created.v1"


class QualityPropertiesChanged(Event):
    """The quality of the data is another one than when it was looked at last."""

    wire = "quality.properties_changed.v1"


class SpendCreated(Event):
    wire = "spend.created.v1"


class SpendPropertiesChanged(Event):
    wire = "spend.properties_changed.v1"


class SpendDeleted(Event):
    wire = "spend.deleted.v1"


class SpendRestored(Event):
    wire = "spend.restored.v1"


class LeadLifecycleChanged(Event):
    """A lead has come further, or goes back; `handoff` says how sales answered marketing."""

    wire = "lead.lifecycle_changed.v1"
    from_stage = one_of(*LIFECYCLE_STAGES, required=True)
    to_stage = one_of(*LIFECYCLE_STAGES, required=True)
    changed_at = Instant(required=True)
    reason = fields.String(allow_none=True)
    handoff = one_of("accepted", "rejected", "recycled", allow_none=True)


class LeadConverted(Event):
    """A lead has become an account and a contact; `wanted_deal` is to be opened where it has no open deal."""

    wire = "lead.converted.v1"
    account_id = fields.String(required=True)
    contact_id = fields.String(required=True)
    wanted_deal = fields.Dict(required=True, allow_none=True)


class LeadCreated(Event):
    wire = "lead.created.v1"


class LeadPropertiesChanged(Event):
    wire = "lead.properties_changed.v1"


class LeadDeleted(Event):
    wire = "lead.deleted.v1"


class LeadRestored(Event):
    wire = "lead.restored.v1"


class LeadEnrolled(EnrolledEvent):
    wire = "lead.enrolled.v1"


class LeadShared(SharedEvent):
    wire = "lead.shared.v1"


class LeadUnshared(UnsharedEvent):
    wire = "lead.unshared.v1"
