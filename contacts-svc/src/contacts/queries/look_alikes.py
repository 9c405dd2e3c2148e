"""Look for records that are here already, before another one of the same is made, and after an import made some."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import searching
from chassis.context import Context
from chassis.reading import visible
from contacts.domain.account import Account
from contacts.domain.contact import Contact
from contacts.domain.lead import CONVERTED, Lead
from contacts.domain.look_alikes import (
    ALIKE_NAME,
    SAME_ADDRESS,
    SAME_DOMAIN,
    SAME_NAME,
    LookAlike,
    plain_name,
)

MOST, CANDIDATES = 10, 50


def find_duplicates(
    session: Session,
    ctx: Context,
    *,
    kind: str,
    email: str | None = None,
    domain: str | None = None,
    name: str | None = None,
) -> dict[str, Any]:
    """The most probable first; people by their address, accounts by their domain or name."""
    found: list[LookAlike] = []
    if kind == "account":
        found += by_domain(session, ctx, [domain] if domain else ()).get(domain or "", [])
        found += _by_name(session, ctx, name) if name else []
    elif email:
        found += by_address(session, ctx, [email])[email]
    best: dict[str, LookAlike] = {}
    for one in sorted(found, key=lambda one: (-one.score, one.name, one.id)):
        best.setdefault(one.id, one)
    return {"data": [vars(one) for one in list(best.values())[:MOST]]}


def by_address(session: Session, ctx: Context, addresses: Iterable[str]) -> Mapping[str, list[LookAlike]]:
    """Contacts, and leads that are none of them yet, with these addresses."""
    found: dict[str, list[LookAlike]] = defaultdict(list)
    wanted = sorted(set(addresses))
    if not wanted:
        return found
    people: Sequence[tuple[type[Contact] | type[Lead], Sequence[Any]]] = (
        (Contact, ()),
        (Lead, (Lead.status != CONVERTED,)),
    )
    for cls, where in people:
        rows = session.execute(
            select(cls.id, cls.name, cls.email).where(*visible(cls, ctx), cls.email.in_(wanted), *where)
        )
        for row in rows:
            reason = f"has the same address, {row.email}"
            found[row.email].append(LookAlike(cls.noun, row.id, row.name, SAME_ADDRESS, reason))
    return found


def by_domain(session: Session, ctx: Context, domains: Iterable[str]) -> Mapping[str, list[LookAlike]]:
    """Accounts with these domains."""
    found: dict[str, list[LookAlike]] = defaultdict(list)
    wanted = sorted(set(domains))
    if wanted:
        for row in _accounts(session, ctx, Account.domain.in_(wanted)):
            reason = f"has the same domain, {row.domain}"
            found[row.domain].append(LookAlike("account", row.id, row.name, SAME_DOMAIN, reason))
    return found


def by_exact_name(session: Session, ctx: Context, names: Iterable[str]) -> Mapping[str, list[LookAlike]]:
    """Accounts that are written exactly so."""
    found: dict[str, list[LookAlike]] = defaultdict(list)
    wanted = sorted(set(names))
    if wanted:
        for row in _accounts(session, ctx, Account.name.in_(wanted)):
            found[row.name].append(LookAlike("account", row.id, row.name, SAME_NAME, "has the same name"))
    return found


def _by_name(session: Session, ctx: Context, name: str) -> list[LookAlike]:
    """Accounts whose name is the same but for case, accents, signs and the form of the company."""
    plain = plain_name(name)
    found = []
    for hit in searching.find(session, ctx, Account, visible(Account, ctx), plain, CANDIDATES):
        label = str(hit["label"])
        if label.lower() == name.lower():
            found.append(LookAlike("account", hit["id"], label, SAME_NAME, "has the same name"))
        elif plain_name(label) == plain:
            found.append(LookAlike("account", hit["id"], label, ALIKE_NAME, "has nearly the same name"))
    return found


def _accounts(session: Session, ctx: Context, condition: Any) -> Sequence[Any]:
    return session.execute(
        select(Account.id, Account.name, Account.domain).where(*visible(Account, ctx), condition)
    ).all()
