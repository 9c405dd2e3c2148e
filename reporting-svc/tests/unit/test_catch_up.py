"""Projections that came with an upgrade: they know what was told before, once, and go on where they stopped."""

from __future__ import annotations

from typing import Any

import pytest
from reporting_builders import START, Service, a_workspace, an_event, an_id
from sqlalchemy import delete

from chassis.reading import table_of
from reporting.domain.archive import CaughtUp
from reporting.domain.marketing_facts import LeadFact
from reporting.usecases import catch_up as catching
from reporting.usecases.catch_up import catch_up


def a_lead(number: int, sequence: int = 1, what: str = "created", **values: Any) -> Any:
    record_id = an_id("lead", number)
    moment = START.isoformat()
    record = {
        "id": record_id,
        "version": sequence,
        "created_at": moment,
        "updated_at": moment,
        "status": "new",
    }
    return an_event(f"lead.{what}.v1", record_id, sequence, record={**record, **values})


@pytest.fixture
def upgraded() -> Service:
    """A service that archived leads before it had facts about them."""
    service = Service()
    service.hear(
        a_workspace(), *(a_lead(n) for n in range(7)), a_lead(3, 2, "properties_changed", source="Web")
    )
    service.database.transact(
        lambda session: session.execute(
            delete(table_of(LeadFact)).where(table_of(LeadFact).c.workspace_id == a_workspace().workspace_id)
        )
    )
    return service


def test_what_was_told_before_is_known(upgraded: Service) -> None:
    assert upgraded.rows(LeadFact) == []
    catch_up(upgraded.runtime)
    facts = upgraded.rows(LeadFact)
    assert len(facts) == 7
    assert [fact["source"] for fact in facts if fact["version"] == 2] == ["Web"]


def test_it_goes_on_where_it_was_interrupted(upgraded: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catching, "AT_ONCE", 3)
    types, listener = catching.CAME_LATER["leads"]
    handled: list[int] = []

    def failing(session: Any, events: Any) -> None:
        if len(handled) == 1:
            handled.append(0)
            raise RuntimeError("killed")
        handled.append(len(events))
        listener(session, events)

    monkeypatch.setattr(catching, "CAME_LATER", {"leads": (types, failing)})
    with pytest.raises(RuntimeError):
        catch_up(upgraded.runtime)
    catch_up(upgraded.runtime)
    assert handled == [3, 0, 3, 2]
    assert len(upgraded.rows(LeadFact)) == 7


def test_done_once_it_does_nothing_more(upgraded: Service) -> None:
    catch_up(upgraded.runtime)
    upgraded.hear(a_lead(100))
    before = upgraded.rows(CaughtUp)
    catch_up(upgraded.runtime)
    assert upgraded.rows(CaughtUp) == before
    assert len(upgraded.rows(LeadFact)) == 8
