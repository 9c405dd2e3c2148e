"""Messages of the organisation, which the gateway owns: workspaces, users, teams, API keys, and how people sign in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import ValidationError, fields, validate

from messages.common import (
    CURRENCY,
    Command,
    Event,
    ExportQuery,
    Id,
    ImportCommand,
    ImportRow,
    Instant,
    ListQuery,
    Message,
    Query,
    ReadQuery,
    RecordView,
    SearchQuery,
    Text,
    UndoCommand,
    View,
    custom,
    ids,
    import_key,
    one_of,
    version,
)

_KINDS, _ACTIONS = ("accounts", "contacts", "leads", "deals"), ("read", "write", "delete")
SCOPES = (
    *(f"{kind}:{action}" for kind in _KINDS for action in _ACTIONS),
    "leads:submit",
    "events:read",
)
# What partners see only where the organisation says so, for each kind of record.
MASKED = {
    "accounts": ("annual_revenue", "description", "lifecycle_stage", "owner_id", "team_id", "tags", "custom"),
    "contacts": ("lifecycle_stage", "owner_id", "team_id", "tags", "custom"),
    "leads": ("owner_id", "team_id", "tags", "custom"),
    "deals": (
        *("probability", "forecast_category", "competitor", "next_step", "lost_reason", "won_reason"),
        *("owner_id", "team_id", "tags", "custom"),
    ),
}
MASKED_FIELDS = tuple(f"{kind}.{name}" for kind, names in MASKED.items() for name in names)
ROLES = ("admin", "manager", "rep", "support", "read_only", "integration")
SHA256 = validate.Regexp(r"^[0-9a-f]{64}$")


class TimeZone(Text):
    """An IANA time zone like `Europe/Berlin`."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        name = super()._deserialize(value, attr, data, **kwargs)
        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            raise ValidationError("Not a time zone like Europe/Berlin.") from None
        return name


# --- workspaces ------------------------------------------------------------------------------------------------


class WorkspaceView(RecordView):
    name = fields.String(required=True)
    currency = fields.String(required=True)
    time_zone = fields.String(required=True)


class FoundWorkspace(Command):
    """Begin a workspace with its first administrator and a key of theirs."""

    permission = "administer"
    answers = WorkspaceView
    name = Text(longest=120, shortest=1, load_default="Rapport")
    currency = fields.String(required=True, validate=validate.Regexp(CURRENCY))
    time_zone = TimeZone(longest=60, load_default="UTC")
    admin_name = Text(longest=120, shortest=1, load_default="Administrator")
    admin_email = fields.Email(load_default="admin@example.com")
    key_id = Id("key", required=True)
    key_name = Text(longest=120, shortest=1, load_default="admin")
    secret_hash = fields.String(required=True, validate=SHA256)


class GetWorkspace(Query):
    answers = WorkspaceView


# --- users -----------------------------------------------------------------------------------------------------


class UserWrite(Message):
    """Properties of a person who works here."""

    name = Text(longest=120, shortest=1)
    email = fields.Email(allow_none=True, validate=validate.Length(max=200))
    role = one_of(*ROLES)
    is_active = fields.Boolean()
    time_zone = TimeZone(longest=60, allow_none=True)
    external_id = Text(longest=200, allow_none=True)
    custom = custom()


class UserView(RecordView):
    name = fields.String(required=True)
    email = fields.String(allow_none=True)
    role = one_of(*ROLES, required=True)
    is_active = fields.Boolean(required=True)
    time_zone = fields.String(allow_none=True)
    team_ids = fields.List(fields.String(), required=True)
    external_id = fields.String(allow_none=True)


class CreateUser(Command, UserWrite):
    """Add a person; nobody gives a role that may do more than their own."""

    permission = "administer"
    answers = UserView
    user_id = Id("user")
    name = Text(longest=120, shortest=1, required=True)
    role = one_of(*ROLES, load_default="rep")


class UpdateUser(Command):
    """Change a person; the last active administrator stays."""

    permission = "administer"
    answers = UserView
    user_id = Id("user", required=True)
    expected_version = version()
    changes = fields.Nested(UserWrite, required=True)


class GetUser(Query):
    answers = UserView
    user_id = Id("user", required=True)


class ReadUsers(ReadQuery):
    pass


class ListUsers(ListQuery):
    pass


class ExportUsers(ExportQuery):
    pass


class SearchUsers(SearchQuery):
    pass


class UserImportRow(ImportRow, UserWrite):
    """A person as an import brings them."""

    required_to_create = ("name",)


class ImportUsers(ImportCommand):
    key = import_key("external_id", "email")


# --- teams -----------------------------------------------------------------------------------------------------


class TeamWrite(Message):
    name = Text(longest=120, shortest=1)
    parent_id = Id("team", allow_none=True)
    manager_id = Id("user", allow_none=True)
    member_ids = ids("user", most=1000)
    external_id = Text(longest=200, allow_none=True)
    custom = custom()


class TeamView(RecordView):
    name = fields.String(required=True)
    parent_id = fields.String(allow_none=True)
    manager_id = fields.String(allow_none=True)
    member_ids = fields.List(fields.String(), required=True)
    external_id = fields.String(allow_none=True)


class CreateTeam(Command, TeamWrite):
    """Make a team, under another one if it has a parent."""

    permission = "configure"
    answers = TeamView
    team_id = Id("team")
    name = Text(longest=120, shortest=1, required=True)


class UpdateTeam(Command):
    """Change a team; `member_ids` replaces its members. A team is never under itself."""

    permission = "configure"
    answers = TeamView
    team_id = Id("team", required=True)
    expected_version = version()
    changes = fields.Nested(TeamWrite, required=True)


class GetTeam(Query):
    answers = TeamView
    team_id = Id("team", required=True)


class ReadTeams(ReadQuery):
    pass


class ListTeams(ListQuery):
    pass


class ExportTeams(ExportQuery):
    pass


class TeamImportRow(ImportRow):
    """A team as an import brings it; parent, manager and members are named by their external ids."""

    required_to_create = ("name",)
    external_id = Text(longest=200, shortest=1)
    name = Text(longest=120, shortest=1)
    parent = Text(longest=200, allow_none=True)
    manager = Text(longest=200, allow_none=True)
    members = fields.List(Text(longest=200, shortest=1), validate=validate.Length(max=1000))


class ImportTeams(ImportCommand):
    """Parents come before their children."""


class UndoImport(UndoCommand):
    entity = one_of("users", "teams", required=True)


# --- keys --------------------------------------------------------------------------------------------------

# --- saved views -----------------------------------------------------------------------------------------------

VIEWED = ("accounts", "contacts", "leads", "deals", "activities", "products")


class ViewWrite(Message):
    """What a list shows: the filter as text, sort keys, and the columns in their order (none: the usual ones)."""

    name = Text(longest=120, shortest=1)
    filter = Text(longest=8000)
    sort = Text(longest=200)
    columns = fields.List(Text(longest=60, shortest=1), validate=validate.Length(max=60))
    is_shared = fields.Boolean(
        metadata={"description": "Whether everybody reads it; else it is the owner's."}
    )


class SavedViewView(RecordView):
    name = fields.String(required=True)
    resource = one_of(*VIEWED, required=True)
    filter = fields.String(required=True)
    sort = fields.String(required=True)
    columns = fields.List(fields.String(), required=True)
    owner_id = fields.String(required=True)
    is_shared = fields.Boolean(required=True)
    is_default = fields.Boolean(
        required=True, metadata={"description": "Whether the caller's list opens with it."}
    )


class CreateView(Command, ViewWrite):
    """Save a view of a list; it is the caller's. Sharing one takes the right to write."""

    permission = "read"
    answers = SavedViewView
    view_id = Id("view")
    name = Text(longest=120, shortest=1, required=True)
    resource = one_of(*VIEWED, required=True)


class UpdateView(Command):
    """Change a view of one's own; somebody else's is refused."""

    permission = "read"
    answers = SavedViewView
    view_id = Id("view", required=True)
    expected_version = version()
    changes = fields.Nested(ViewWrite, required=True)


class DeleteView(Command):
    """Delete a view of one's own."""

    permission = "read"
    answers = SavedViewView
    view_id = Id("view", required=True)
    expected_version = version()


class RestoreView(Command):
    """Bring back a view of one's own."""

    permission = "read"
    answers = SavedViewView
    view_id = Id("view", required=True)


class MakeViewDefault(Command):
    """Let the caller's list open with this view."""

    permission = "read"
    answers = SavedViewView
    view_id = Id("view", required=True)


class ClearViewDefault(Command):
    """Let the caller's list open with all records again."""

    permission = "read"
    answers = SavedViewView
    view_id = Id("view", required=True)


class GetView(Query):
    answers = SavedViewView
    view_id = Id("view", required=True)


class ReadViews(ReadQuery):
    pass


class ListViews(ListQuery):
    """One's own views and the shared ones."""


# --- keys and signing in ---------------------------------------------------------------------------------------


class KeyView(RecordView):
    """An API key without its secret, which is shown once and stored nowhere."""

    name = fields.String(required=True)
    role = one_of(*ROLES, required=True)
    user_id = fields.String(required=True)
    expires_at = fields.String(allow_none=True)


class CreateKey(Command):
    """Make an API key that acts for the caller, with at most the caller's rights."""

    permission = "administer"
    answers = KeyView
    key_id = Id("key", required=True)
    name = Text(longest=120, shortest=1, required=True)
    role = one_of(*ROLES, required=True)
    expires_at = Instant(allow_none=True, load_default=None)
    secret_hash = fields.String(required=True, validate=SHA256)


class DeleteKey(Command):
    """Revoke a key."""

    permission = "administer"
    key_id = Id("key", required=True)


class GetKey(Query):
    permission = "administer"
    answers = KeyView
    key_id = Id("key", required=True)


class ReadKeys(ReadQuery):
    permission = "administer"


class ListKeys(ListQuery):
    permission = "administer"


class ExportKeys(ExportQuery):
    permission = "administer"


# --- partners --------------------------------------------------------------------------------------------------


class PartnerWrite(Message):
    """A partner: another organisation whose programs read and write what they made and what is shared with them."""

    name = Text(longest=120, shortest=1)
    is_active = fields.Boolean(metadata={"description": "False shuts the partner out within five seconds."})
    shown_fields = fields.List(
        one_of(*MASKED_FIELDS),
        validate=validate.Length(max=len(MASKED_FIELDS)),
        metadata={"description": "Masked fields that this partner sees and writes all the same."},
    )
    requests_per_second = fields.Integer(strict=True, validate=validate.Range(min=1, max=1000))
    streams = fields.Integer(
        strict=True,
        validate=validate.Range(min=1, max=1000),
        metadata={"description": "How many change feeds may be open at once."},
    )


class PartnerView(RecordView):
    name = fields.String(required=True)
    is_active = fields.Boolean(required=True)
    shown_fields = fields.List(fields.String(), required=True)
    requests_per_second = fields.Integer(required=True)
    streams = fields.Integer(required=True)


class CreatePartner(Command, PartnerWrite):
    """Add a partner; their programs get in with a key."""

    permission = "administer"
    answers = PartnerView
    partner_id = Id("partner")
    name = Text(longest=120, shortest=1, required=True)


class UpdatePartner(Command):
    """Change a partner; it takes effect within five seconds."""

    permission = "administer"
    answers = PartnerView
    partner_id = Id("partner", required=True)
    expected_version = version()
    changes = fields.Nested(PartnerWrite, required=True)


class DeletePartner(Command):
    """Remove a partner; their keys end with them, what they made stays."""

    permission = "administer"
    partner_id = Id("partner", required=True)


class GetPartner(Query):
    permission = "administer"
    answers = PartnerView
    partner_id = Id("partner", required=True)


class ReadPartners(ReadQuery):
    permission = "administer"


class ListPartners(ListQuery):
    permission = "administer"


class ExportPartners(ExportQuery):
    permission = "administer"


class PartnerKeyView(RecordView):
    """A partner's key without its secret, which is shown once and stored nowhere."""

    partner_id = fields.String(required=True)
    name = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    expires_at = fields.String(allow_none=True)
    last_used_at = fields.String(allow_none=True)


class CreatePartnerKey(Command):
    """Make a key for a partner's programs; two may be active at once, so that one can take over from the other."""

    permission = "administer"
    answers = PartnerKeyView
    partner_key_id = Id("partner_key", required=True)
    partner_id = Id("partner", required=True)
    name = Text(longest=120, shortest=1, load_default="key")
    scopes = fields.List(one_of(*SCOPES), required=True, validate=validate.Length(min=1, max=len(SCOPES)))
    expires_at = Instant(allow_none=True, load_default=None)
    secret_hash = fields.String(required=True, validate=SHA256)


class DeletePartnerKey(Command):
    """Revoke a partner's key; it takes effect within five seconds, also for open feeds."""

    permission = "administer"
    partner_key_id = Id("partner_key", required=True)


class GetPartnerKey(Query):
    permission = "administer"
    answers = PartnerKeyView
    partner_key_id = Id("partner_key", required=True)


class ReadPartnerKeys(ReadQuery):
    permission = "administer"


class ListPartnerKeys(ListQuery):
    permission = "administer"


class ExportPartnerKeys(ExportQuery):
    permission = "administer"


# --- signing in ------------------------------------------------------------------------------------------------


class SignInLinkView(View):
    user_id = fields.String(required=True)
    expires_at = fields.String(required=True)


class CreateSignInLink(Command):
    """Make a link that signs a person in once, within 15 minutes; the caller unless `user_id` names somebody."""

    permission = "administer"
    answers = SignInLinkView
    link_id = Id("link", required=True)
    user_id = Id("user", allow_none=True, load_default=None)
    token_hash = fields.String(required=True, validate=SHA256)


class SessionView(View):
    id = fields.String(required=True)
    user_id = fields.String(required=True)


class StartSession(Command):
    """Spend a sign-in link on a session."""

    permission = "administer"
    answers = SessionView
    link_id = Id("link", required=True)
    session_id = Id("session", required=True)
    token_hash = fields.String(required=True, validate=SHA256)


class EndSession(Command):
    permission = "administer"
    session_id = Id("session", required=True)


class Describe(Query):
    """The fields of a kind of record that filters and sorting know."""

    resource = Text(longest=60, required=True)


# --- exports ---------------------------------------------------------------------------------------------------

EXPORT_FORMATS = ("csv", "xlsx", "jsonl")


class StartExport(Command):
    """Say that somebody begins to take a list away as a file."""

    permission = "read"
    export_id = Id("export", required=True)
    resource = Text(longest=60, required=True)
    format = one_of(*EXPORT_FORMATS, required=True)
    filter = Text(longest=20_000, multiline=True, allow_none=True, load_default=None)
    sort = Text(longest=200, load_default="")
    fields_ = fields.List(fields.String(), load_default=list, data_key="fields", attribute="fields")
    rows = fields.Integer(required=True)


class EndExport(Command):
    """Say how many rows left, and whether that was all."""

    permission = "read"
    export_id = Id("export", required=True)
    rows = fields.Integer(required=True)
    is_complete = fields.Boolean(required=True)


# --- events ----------------------------------------------------------------------------------------------------


class WorkspaceCreated(Event):
    """A workspace begins; services install their defaults for it."""

    wire = "workspace.created.v1"


class WorkspacePropertiesChanged(Event):
    wire = "workspace.properties_changed.v1"


class UserCreated(Event):
    wire = "user.created.v1"


class UserPropertiesChanged(Event):
    wire = "user.properties_changed.v1"


class TeamCreated(Event):
    wire = "team.created.v1"


class TeamPropertiesChanged(Event):
    wire = "team.properties_changed.v1"


class TeamMembersChanged(Event):
    """The members of a team after the change."""

    wire = "team.members_changed.v1"
    member_ids = fields.List(fields.String())


class KeyCreated(Event):
    """An API key was made; its secret travels nowhere."""

    wire = "key.created.v1"


class KeyDeleted(Event):
    wire = "key.deleted.v1"


class PartnerCreated(Event):
    wire = "partner.created.v1"


class PartnerPropertiesChanged(Event):
    wire = "partner.properties_changed.v1"


class PartnerDeleted(Event):
    wire = "partner.deleted.v1"


class PartnerKeyCreated(Event):
    """A partner's key was made; its secret travels nowhere."""

    wire = "partner_key.created.v1"


class PartnerKeyDeleted(Event):
    wire = "partner_key.deleted.v1"


class JobEnded(Event):
    """A job has ended: its kind, its counts by outcome, and who asked for it. Dry runs tell nothing."""

    job_id = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "import or undo"})
    requested_by = fields.String(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    files = fields.List(fields.String(), required=True)


class JobCompleted(JobEnded):
    """A job came to its end; rows that failed are in its counts."""

    wire = "job.completed.v1"


class JobFailed(JobEnded):
    """A job stopped before its end, with the reason; what it did until then stays done."""

    wire = "job.failed.v1"
    reason = fields.String(required=True)


class ExportStarted(Event):
    """Somebody began to take a list away as a file; `rows` were counted then."""

    wire = "export.started.v1"
    resource = fields.String(required=True)
    format = one_of(*EXPORT_FORMATS, required=True)
    filter = fields.String(allow_none=True)
    sort = fields.String()
    fields_ = fields.List(fields.String(), data_key="fields", attribute="fields")
    rows = fields.Integer(required=True)


class ExportEnded(Event):
    """An export ended, after `rows` rows; one that is not complete broke off."""

    wire = "export.ended.v1"
    rows = fields.Integer(required=True)
    is_complete = fields.Boolean(required=True)
