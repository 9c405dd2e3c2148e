"""What partners read of the archive: what they made, and what is shared with them from then on."""

from __future__ import annotations

from typing import Any

import pytest
from reporting_builders import START, WORKSPACE, Service, an_id

from chassis import envelope, ids
from chassis.access import ScopeMissing
from chassis.context import Context
from chassis.envelope import Event
from reporting.service import Reporting

ONE, OTHER = an_id("partner", "one"), an_id("partner", "other")


def told(what: str, record: str, sequence: int, *, by: str = "user_x", **extra: Any) -> Event:
    text = envelope.dump(
        event_id=ids.new("event"),
        event_type=what,
        source="test",
        subject_type=what.split(".")[0],
        subject_id=an_id("account", record),
        sequence=sequence,
        moment=START,
        ctx=Context(workspace_id=WORKSPACE, actor=by),
        data={"record": {}, "changes": {}, **extra},
    )
    return envelope.load(text)


def shared(record: str, sequence: int, partner: str = ONE, access: str = "read") -> Event:
    return told("account.shared.v1", record, sequence, partner_id=partner, access=access, is_maker=False)


def unshared(record: str, sequence: int, partner: str = ONE) -> Event:
    return told("account.unshared.v1", record, sequence, partner_id=partner)


def changed(record: str, sequence: int) -> Event:
    return told("account.properties_changed.v1", record, sequence)


def read(service: Service, partner: str = ONE, after: int = 0, **more: Any) -> list[int]:
    ctx = Context(workspace_id=WORKSPACE, actor=partner, role="partner", scopes=("events:read",))
    answer = Reporting.operations["watched_events"].execute(service.runtime, ctx, {"after": after, **more})
    return [event["position"] for event in answer["data"]]


def fanned_out(service: Service) -> dict[int, list[str]]:
    page = service.ask("shared_events", after=0, role="system", actor="system:partner")
    return {event["position"]: event["partner_ids"] for event in page["data"]}


def test_a_maker_reads_its_record_from_the_beginning() -> None:
    service = Service()
    service.hear(told("account.created.v1", "a", 1, by=ONE), batch=1)
    # At once, not only when something else of the record comes: a stream at the end would pass it over.
    assert read(service) == [1]
    assert fanned_out(service) == {1: [ONE]}
    service.hear(changed("a", 2), told("account.created.v1", "b", 1))
    assert (read(service), read(service, OTHER)) == ([1, 2], [])


def test_what_is_addressed_to_a_user_is_read_by_no_partner() -> None:
    """Not even where its record were shared, or made by the partner."""
    service = Service()
    service.hear(shared("a", 1), told("notification.created.v1", "a", 2))
    service.hear(told("notification.created.v1", "b", 1, by=ONE))
    assert read(service) == [1]
    assert fanned_out(service) == {1: [ONE]}


def test_a_shared_record_is_read_from_the_sharing_on() -> None:
    service = Service()
    service.hear(told("account.created.v1", "a", 1), changed("a", 2), shared("a", 3), changed("a", 4))
    assert read(service) == [3, 4]
    assert fanned_out(service) == {3: [ONE], 4: [ONE]}
    service.hear(shared("a", 5, access="write"), shared("a", 6, OTHER), changed("a", 7))
    assert (read(service), read(service, OTHER)) == ([3, 4, 5, 6, 7], [6, 7])
    assert fanned_out(service)[7] == sorted([ONE, OTHER])


def test_after_the_end_of_sharing_only_that_is_told() -> None:
    service = Service()
    service.hear(
        told("account.created.v1", "a", 1), shared("a", 2), changed("a", 3), unshared("a", 4), changed("a", 5)
    )
    assert (read(service), fanned_out(service)) == ([4], {4: [ONE]})
    service.hear(shared("a", 6), changed("a", 7))
    assert read(service) == [6, 7]


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_batches_and_repetition_change_nothing(batch: int) -> None:
    service = Service()
    events = [
        told("account.created.v1", "a", 1, by=ONE),
        shared("a", 2, OTHER),
        unshared("a", 3),
        changed("a", 4),
    ]
    service.hear(*events, batch=batch)
    service.hear(*events, batch=batch)
    assert (read(service), read(service, OTHER)) == ([3], [2, 3, 4])


def test_pages_and_types_narrow_what_is_read() -> None:
    service = Service()
    service.hear(*(told("account.created.v1", f"a{n}", 1, by=ONE) for n in range(5)), changed("a0", 2))
    assert read(service, limit=2) == [1, 2]
    assert read(service, after=4) == [5, 6]
    assert read(service, types=["account.properties_changed.v1"]) == [6]


def test_a_key_needs_the_scope() -> None:
    service = Service()
    ctx = Context(workspace_id=WORKSPACE, actor=ONE, role="partner", scopes=("accounts:read",))
    with pytest.raises(ScopeMissing):
        Reporting.operations["watched_events"].execute(service.runtime, ctx, {"after": 0})
