"""Note of the rows of an import that made a record which is probably here already. Nothing is held up by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chassis.importing import CREATED, Imported
from chassis.unit_of_work import UnitOfWork
from contacts.domain.errors import PossibleDuplicate
from contacts.domain.look_alikes import LookAlike
from contacts.queries.look_alikes import by_address, by_domain, by_exact_name

Finder = Callable[[UnitOfWork, Sequence[str]], Mapping[str, list[LookAlike]]]


def note_people(uow: UnitOfWork, imported: Sequence[Imported[Any]]) -> None:
    """Contacts and leads by their address."""
    _note(uow, imported, "email", lambda uow, values: by_address(uow.session, uow.ctx, values))


def note_accounts(uow: UnitOfWork, imported: Sequence[Imported[Any]]) -> None:
    """Accounts by their domain; those without one by their name as it is written."""
    _note(uow, imported, "domain", lambda uow, values: by_domain(uow.session, uow.ctx, values))
    nameless = [one for one in imported if one.record is not None and not one.record.domain]
    _note(uow, nameless, "name", lambda uow, values: by_exact_name(uow.session, uow.ctx, values))


def _note(uow: UnitOfWork, imported: Sequence[Imported[Any]], field: str, find: Finder) -> None:
    made = [
        one
        for one in imported
        if one.action == CREATED and not one.errors and one.record is not None and getattr(one.record, field)
    ]
    if not made:
        return
    own = {one.record.id for one in imported if one.record is not None}
    with uow.session.no_autoflush:
        known = find(uow, [getattr(one.record, field) for one in made])
    first: dict[str, Any] = {}
    for one in made:
        value = getattr(one.record, field)
        others = [other for other in known.get(value, ()) if other.id not in own]
        twin: Any = first.setdefault(value, one.record)
        if others:
            _complain(one, field, others[0].name, others[0].id, others[0].reason)
        elif twin is not one.record:
            _complain(one, field, twin.name, twin.id, f"has the same {field}, {value}")


def _complain(one: Imported[Any], field: str, name: str, record_id: str, reason: str) -> None:
    error = PossibleDuplicate(name=name, id=record_id, reason=reason)
    one.complain(error, pointer=f"/{field}", action=one.action)
