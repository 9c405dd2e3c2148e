"""The client against running services: what is killed under it, and what it keeps."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from rapport_client import Forbidden, Money, Rapport, Rule, Stale
from suite.testing import Suite, eventually

SERVICES = ("contacts", "deals", "activities", "reporting")


@pytest.fixture(scope="module")
def running(suite: Suite) -> Suite:
    suite.start(*SERVICES, "web")
    suite.key = suite.bootstrap()["admin_key"]  # type: ignore[attr-defined]
    return suite


@pytest.fixture
def crm(running: Suite) -> Iterator[Rapport]:
    with Rapport(running.url, running.key) as found:  # type: ignore[attr-defined]
        eventually(lambda: found.pipelines.list().first(), what="the default pipeline")
        yield found


def test_a_deal_from_first_to_last(crm: Rapport) -> None:
    account = crm.accounts.create(name="Acme", custom={"size": 12})
    deal = crm.deals.create(name="Wind park", account_id=account, amount=Money("900.10", "USD"))
    moved = crm.deals.move_stage(deal, stage="discovery")
    assert (moved.version, moved.amount) == (2, Money("900.10", "USD"))
    shown = crm.deals.get(deal, expand=["account", "stage", "owner"])
    assert shown.account is not None and shown.stage is not None
    assert (shown.account.name, shown.stage.name) == ("Acme", "Discovery")
    won = crm.deals.win(deal.id)
    with pytest.raises(Rule) as refused:
        crm.deals.move_stage(won, stage="Discovery")
    assert refused.value.code == "deals.deal_is_closed"
    assert [step.to_stage for step in crm.deals.stage_history(deal).data][-1] == "Closed Won"
    crm.deals.delete(won)
    assert crm.deals.restore(deal).status == "won"
    eventually(lambda: crm.reports.win_rate().data[0].won, what="the report")


def test_two_who_change_one_record(crm: Rapport) -> None:
    deal = crm.deals.create(name="Wind park")
    crm.deals.update(deal, next_step="Call")
    assert crm.deals.update(deal, probability=30).next_step == "Call"
    with pytest.raises(Stale) as stale:
        crm.deals.update(deal, next_step="Visit")
    assert (stale.value.changed, stale.value.current.next_step) == (("next_step",), "Call")


def test_many_who_change_one_record_lose_nothing(crm: Rapport) -> None:
    deal = crm.deals.create(name="Wind park", custom={})

    def change(number: int) -> int:
        return crm.deals.update(deal.id, custom={f"field_{number}": number}).version

    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(change, range(12)))
    assert len(set(versions)) == 12
    assert crm.deals.get(deal).custom == {f"field_{number}": number for number in range(12)}


def test_lists_of_any_length(crm: Rapport) -> None:
    made = list(
        crm.contacts.create_many([{"last_name": f"Guest {n:03}", "source": "Fair"} for n in range(230)])
    )
    assert all(one.ok for one in made)
    names = [
        one.last_name for one in crm.contacts.list(filter='source = "Fair"', sort="last_name", page_size=100)
    ]
    assert names == [f"Guest {n:03}" for n in range(230)]
    tree = {"and": [{"field": "source", "op": "=", "value": "Fair"}]}
    assert crm.contacts.list(filter=tree).count() == 230
    ids = [one.record.id for one in made if one.record is not None]
    assert [one.id for one in crm.contacts.get_many(ids)] == ids


def _are_done(futures: list[Future[str]], some: int) -> bool:
    return sum(one.done() for one in futures) >= some


def test_a_service_that_is_killed_under_a_write_does_it_once(crm: Rapport, running: Suite) -> None:
    """Kills deals-svc again and again while deals are made; each is there, and once.

    The kills come from this thread: a process ends with the thread that started it.
    """
    deals = running.processes["deals"]

    def make(number: int) -> str:
        return crm.deals.create(name=f"Kill {number:02}", external_id=f"kill-{number}").id

    with ThreadPoolExecutor(4) as pool:
        made = [pool.submit(make, number) for number in range(60)]
        for some in (5, 30):
            eventually(partial(_are_done, made, some), what="some deals")
            deals.kill()
            deals.start()
        ids = [one.result() for one in made]
    found = crm.deals.list(filter='external_id ~ "kill-"', sort="name").all()
    assert sorted(one.id for one in found) == sorted(ids)
    assert all(one.version == 1 for one in found)


def test_a_watch_over_a_restart_of_the_gateway_has_no_gap_and_no_double(crm: Rapport, running: Suite) -> None:
    web = running.processes["web"]
    seen: list[Any] = []
    events = crm.events.watch(types=["lead.created.v1"])
    most = 30

    def follow() -> None:
        for event in events:
            seen.append(event)
            if len(seen) == most:
                return

    follower = threading.Thread(target=follow, daemon=True)
    follower.start()
    ids = []
    for number in range(most):
        ids.append(crm.leads.create(last_name=f"Lead {number}").id)
        if number == 10:
            eventually(lambda: len(seen) > 3, what="the first events")
            web.kill()
            web.start()
        if number == 20:
            web.stop()
            web.start()
    follower.join(60)
    assert sorted(event.subject for event in seen) == sorted(ids)
    assert seen[0].record.last_name.startswith("Lead ")
    # Those of different records come in the archive's order, which is what a position goes on in.
    later = list(crm.events.list(types="lead.created.v1", after=seen[9].position))
    assert [event.id for event in later] == [event.id for event in seen[10:]]


def test_a_list_of_events_ends_where_the_archive_ends_whoever_has_read_it_before(crm: Rapport) -> None:
    after = crm.events.latest()

    def listed() -> list[str]:
        return [event.subject for event in crm.events.list(types="lead.created.v1", after=after)]

    first = crm.leads.create(last_name="First").id
    eventually(lambda: listed() == [first], what="the first")
    with crm.events.watch(types="lead.created.v1", after=after) as events:
        assert next(events).subject == first
    second = crm.leads.create(last_name="Second").id
    eventually(lambda: listed() == [first, second], what="both", within=10)


def test_a_key_has_its_roles_rights(crm: Rapport, running: Suite) -> None:
    key = crm.keys.create(name="reader", role="read_only").key
    with Rapport(running.url, key) as reader:
        assert reader.me().role == "read_only"
        with pytest.raises(Forbidden):
            reader.accounts.create(name="Acme")


def test_every_type_of_event_is_told_of(crm: Rapport) -> None:
    types = {one.type: one for one in crm.events.types()}
    assert types["deal.stage_moved.v1"].source == "deals"
    assert types["deal.won.v1"].sample["data"]["record"]["status"]
    told = {event.type for event in crm.events.list()}
    assert told <= set(types)
