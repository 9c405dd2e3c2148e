"""Users, teams, API keys and partners; who the caller is; how people sign in and out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, url_for
from marshmallow import fields

from chassis import access, context, ids
from gateway import authentication, credentials, http, state
from gateway.authentication import COOKIE, Identity
from gateway.endpoint import ANYBODY, endpoint
from gateway.organisation.domain.errors import LinkNotValid
from gateway.organisation.domain.sign_in import LONGEST
from gateway.organisation.queries.credentials import link_of
from gateway.v1 import schemas
from gateway.v1.links import Link
from gateway.v1.resource import Resource, Verb
from messages.common import Id, Message, View
from messages.organisation import (
    CreateKey,
    CreatePartnerKey,
    KeyView,
    PartnerKeyView,
    UserView,
    WorkspaceView,
)

SERVICE = "organisation"

USERS = Resource("users", SERVICE, "user")
TEAMS = Resource(
    "teams",
    SERVICE,
    "team",
    links={
        "parent": Link("parent_id", SERVICE, "read_teams"),
        "manager": Link("manager_id", SERVICE, "read_users"),
    },
)
# Making a key answers its text, once; that needs more than the factory knows.
KEYS = Resource(
    "keys",
    SERVICE,
    "key",
    links={"user": Link("user_id", SERVICE, "read_users")},
    hand_made=frozenset({"create"}),
)

PARTNERS = Resource("partners", SERVICE, "partner")
PARTNER_KEYS = Resource(
    "partner-keys",
    SERVICE,
    "partner_key",
    links={"partner": Link("partner_id", SERVICE, "read_partners")},
    hand_made=frozenset({"create"}),
)

VIEWS = Resource(
    "views",
    SERVICE,
    "view",
    links={"owner": Link("owner_id", SERVICE, "read_users")},
    verbs=(Verb("make-default", "make_view_default"), Verb("clear-default", "clear_view_default")),
)

RESOURCES = (USERS, TEAMS, KEYS, PARTNERS, PARTNER_KEYS, VIEWS)

blueprint = Blueprint("organisation", __name__, url_prefix="/v1")


class SignIn(Message):
    """The token out of a sign-in link."""

    token = fields.String(required=True)


class SessionView(View):
    user = fields.Nested(UserView, required=True)
    workspace = fields.Nested(WorkspaceView, required=True)
    csrf_token = fields.String(
        required=True, metadata={"description": "Send it as X-CSRF-Token with every write."}
    )


class Me(View):
    """Who the caller is and what they may do."""

    user = fields.Nested(UserView, required=True)
    role = fields.String(required=True)
    permissions = fields.List(fields.String(), required=True)
    workspace = fields.Nested(WorkspaceView, required=True)


class NewKey(KeyView):
    key = fields.String(required=True, metadata={"description": "The key itself; it is shown only now."})


class NewPartnerKey(PartnerKeyView):
    key = fields.String(required=True, metadata={"description": "The key itself; it is shown only now."})


class NewLink(Message):
    user_id = Id("user", metadata={"description": "Whom the link signs in; the caller when absent."})


class LinkView(View):
    url = fields.String(required=True)
    user_id = fields.String(required=True)
    expires_at = fields.String(required=True)


@blueprint.get("/me")
@endpoint("Who the caller is", permission="read", tag="session", answers=Me)
def me() -> Response:
    identity: Identity = g.identity
    user, workspace = _who(identity)
    return http.reply(
        {
            "user": user,
            "role": identity.role,
            "permissions": access.permissions(identity.role),
            "workspace": workspace,
        }
    )


@blueprint.post("/session")
@endpoint(
    "Sign in with a one-time token", permission=ANYBODY, tag="session", body=SignIn, answers=SessionView
)
def sign_in() -> Response:
    """Always a new session with a new token, whatever the browser sent: nobody can prepare one for somebody else."""
    authentication.require_same_site()
    token = schemas.load(SignIn, http.body())["token"]
    parts = state.current()
    found = None
    if credentials.is_token(token):
        with parts.runtime.database.reading() as session:
            found = link_of(session, credentials.sha256(token))
    if found is None:
        raise LinkNotValid()
    workspace_id, link_id = found
    session_token = credentials.new_token()
    ctx = replace(context.system(workspace_id, "sign-in", request_id=g.request_id), origin="ui")
    parts.call(
        SERVICE,
        "start_session",
        ctx,
        link_id=link_id,
        session_id=ids.new("session"),
        token_hash=credentials.sha256(session_token),
    )
    identity = authentication.by_session(session_token)
    response = http.reply(_session(identity))
    response.set_cookie(
        COOKIE,
        session_token,
        max_age=int(LONGEST.total_seconds()),
        secure=True,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


@blueprint.get("/session")
@endpoint("The browser's session and its CSRF token", permission="read", tag="session", answers=SessionView)
def read_session() -> Response:
    if g.identity.kind != "session":
        raise authentication.SessionEnded("There is no session; this request carries an API key.")
    return http.reply(_session(g.identity))


@blueprint.delete("/session")
@endpoint("Sign out", permission="read", tag="session", status=204)
def sign_out() -> Response:
    identity: Identity = g.identity
    if identity.kind == "session":
        ctx = context.system(identity.workspace_id, "sign-out", request_id=g.request_id)
        state.current().call(SERVICE, "end_session", ctx, session_id=identity.credential_id)
    response = http.nothing()
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    return response


@blueprint.post("/sign-in-links")
@endpoint(
    "Make a link that signs somebody in once, within 15 minutes",
    permission="administer",
    tag="session",
    body=NewLink,
    is_body_required=False,
    answers=LinkView,
    status=201,
)
def create_sign_in_link() -> Response:
    """Only the token's hash is stored, and it travels behind `#`, which browsers send to nobody."""
    values = schemas.load(NewLink, http.body(is_optional=True))
    token = credentials.new_token()
    made = http.call(
        SERVICE,
        "create_sign_in_link",
        {
            "link_id": ids.new("link"),
            "token_hash": credentials.sha256(token),
            "user_id": values.get("user_id"),
        },
    )
    return http.reply({"url": f"{state.settings().public_url}/sign-in#token={token}", **made}, 201)


@blueprint.post("/keys")
@endpoint(
    "Make an API key that acts for the caller",
    permission="administer",
    tag="keys",
    body=schemas.without(CreateKey, "key_id", "secret_hash"),
    answers=NewKey,
    status=201,
)
def create_key() -> Response:
    values = http.body()
    for name in ("key_id", "secret_hash"):
        values.pop(name, None)
    key_id = ids.new("key")
    text, secret_hash = credentials.new_key(key_id)
    with KEYS.speaking():
        made = http.call(SERVICE, "create_key", {**values, "key_id": key_id, "secret_hash": secret_hash})
    return http.reply({**made, "key": text}, 201, {"Location": url_for("keys.get", record_id=key_id)})


@blueprint.post("/partners/<partner_id>/keys")
@endpoint(
    "Make a key for a partner's programs",
    permission="administer",
    tag="partner-keys",
    body=schemas.without(CreatePartnerKey, "partner_key_id", "partner_id", "secret_hash"),
    answers=NewPartnerKey,
    status=201,
    statuses=(404, 410),
)
def create_partner_key(partner_id: str) -> Response:
    values = http.body()
    for name in ("partner_key_id", "partner_id", "secret_hash"):
        values.pop(name, None)
    key_id = ids.new("partner_key")
    text, secret_hash = credentials.new_key(key_id)
    named = {"partner_key_id": key_id, "partner_id": PARTNERS.known(partner_id), "secret_hash": secret_hash}
    with PARTNER_KEYS.speaking():
        made = http.call(SERVICE, "create_partner_key", {**values, **named})
    location = url_for("partner-keys.get", record_id=key_id)
    return http.reply({**made, "key": text}, 201, {"Location": location})


def _who(identity: Identity) -> tuple[Any, Any]:
    user = http.call(SERVICE, "get_user", {"user_id": identity.user_id})
    return user, http.call(SERVICE, "get_workspace")


def _session(identity: Identity) -> dict[str, Any]:
    g.identity = identity
    user, workspace = _who(identity)
    token = credentials.csrf_token(state.settings().secret, identity.credential_id)
    return {"user": user, "workspace": workspace, "csrf_token": token}
