"""Finding who a credential belongs to. A credential names its workspace, so these reads look across all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, select, update
from sqlalchemy.orm import Session

from chassis import guard
from gateway.organisation.domain.key import Key
from gateway.organisation.domain.partner import Partner, PartnerKey
from gateway.organisation.domain.sign_in import BrowserSession, SignInLink
from gateway.organisation.domain.user import User
from gateway.organisation.domain.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Holder:
    """The person behind a credential, and the credential's own facts."""

    workspace_id: str
    user_id: str
    role: str
    time_zone: str
    credential_id: str
    secret_hash: str = ""
    expires_at: datetime | None = None
    started_at: datetime | None = None
    seen_at: datetime | None = None


def _person(
    statement: Select[*tuple[object, ...]], owner: type[Key] | type[BrowserSession]
) -> Select[*tuple[object, ...]]:
    return (
        statement.join(User, (User.workspace_id == owner.workspace_id) & (User.id == owner.user_id))
        .join(Workspace, Workspace.workspace_id == owner.workspace_id)
        .where(User.is_active.is_(True), User.deleted_at.is_(None))
        .execution_options(**guard.ACROSS)
    )


def _zone(row: Row[*tuple[object, ...]]) -> str:
    return str(row.user_zone or row.workspace_zone)


def holder_of_key(session: Session, key_id: str) -> Holder | None:
    """The active person a live key acts for, or None. A key has its own role."""
    statement = _person(
        select(
            Key.__table__, User.time_zone.label("user_zone"), Workspace.time_zone.label("workspace_zone")
        ).select_from(Key),
        Key,
    )
    row = session.execute(statement.where(Key.id == key_id, Key.deleted_at.is_(None))).first()
    if row is None:
        return None
    return Holder(
        workspace_id=row.workspace_id,
        user_id=row.user_id,
        role=row.role,
        time_zone=_zone(row),
        credential_id=row.id,
        secret_hash=row.secret_hash,
        expires_at=row.expires_at,
    )


def holder_of_session(session: Session, token_hash: str) -> Holder | None:
    """The active person of a session, or None; whether the session still counts is the caller's to ask."""
    statement = _person(
        select(
            BrowserSession.__table__,
            User.role,
            User.time_zone.label("user_zone"),
            Workspace.time_zone.label("workspace_zone"),
        ).select_from(BrowserSession),
        BrowserSession,
    )
    row = session.execute(statement.where(BrowserSession.token_hash == token_hash)).first()
    if row is None:
        return None
    return Holder(
        workspace_id=row.workspace_id,
        user_id=row.user_id,
        role=row.role,
        time_zone=_zone(row),
        credential_id=row.id,
        started_at=row.started_at,
        seen_at=row.seen_at,
    )


def link_of(session: Session, token_hash: str) -> tuple[str, str] | None:
    """The workspace and id of a sign-in link, or None."""
    statement = select(SignInLink.workspace_id, SignInLink.id).where(SignInLink.token_hash == token_hash)
    row = session.execute(statement.execution_options(**guard.ACROSS)).first()
    return None if row is None else (row.workspace_id, row.id)


def any_workspace(session: Session) -> str | None:
    """The id of the first workspace of this installation, or None when there is none yet."""
    found = session.scalars(
        select(Workspace.id).order_by(Workspace.id).limit(1).execution_options(**guard.ACROSS)
    ).first()
    return found


def stamp_seen(session: Session, workspace_id: str, session_id: str, now: datetime) -> None:
    """Remember that a session was used."""
    session.execute(
        update(BrowserSession)
        .where(BrowserSession.workspace_id == workspace_id, BrowserSession.id == session_id)
        .values(seen_at=now)
    )


@dataclass(frozen=True, slots=True)
class PartnerHolder:
    """The partner behind a key: what the key may do, how much, and what the partner sees."""

    workspace_id: str
    partner_id: str
    name: str
    credential_id: str
    scopes: tuple[str, ...]
    shown_fields: tuple[str, ...]
    requests_per_second: int
    streams: int
    time_zone: str
    secret_hash: str
    expires_at: datetime | None
    last_used_at: datetime | None


def holders_of_partner_keys(session: Session, key_ids: Iterable[str]) -> dict[str, PartnerHolder]:
    """The active partners that these live keys belong to, by key; revoked and unknown ones are left out."""
    wanted = list(key_ids)
    if not wanted:
        return {}
    statement = (
        select(
            PartnerKey.__table__,
            Partner.name.label("partner_name"),
            Partner.shown_fields,
            Partner.requests_per_second,
            Partner.streams,
            Workspace.time_zone,
        )
        .select_from(PartnerKey)
        .join(
            Partner,
            (Partner.workspace_id == PartnerKey.workspace_id) & (Partner.id == PartnerKey.partner_id),
        )
        .join(Workspace, Workspace.workspace_id == PartnerKey.workspace_id)
        .where(
            PartnerKey.id.in_(wanted),
            PartnerKey.deleted_at.is_(None),
            Partner.deleted_at.is_(None),
            Partner.is_active.is_(True),
        )
        .execution_options(**guard.ACROSS)
    )
    return {
        row.id: PartnerHolder(
            workspace_id=row.workspace_id,
            partner_id=row.partner_id,
            name=row.partner_name,
            credential_id=row.id,
            scopes=tuple(row.scopes),
            shown_fields=tuple(row.shown_fields),
            requests_per_second=row.requests_per_second,
            streams=row.streams,
            time_zone=row.time_zone,
            secret_hash=row.secret_hash,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
        )
        for row in session.execute(statement)
    }


def stamp_used(session: Session, workspace_id: str, key_id: str, now: datetime) -> None:
    """Remember that a partner's key was used."""
    session.execute(
        update(PartnerKey)
        .where(PartnerKey.workspace_id == workspace_id, PartnerKey.id == key_id)
        .values(last_used_at=now)
    )
