"""Saved views: kept by their owner, read by all when shared, one of them the default of each person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from gateway_builders import AGateway, AnOrganisation, a_gateway

from chassis import ids
from chassis.context import Context
from chassis.errors import AppError, Forbidden, NotFound


@pytest.fixture
def people() -> tuple[AnOrganisation, Context, Context]:
    """An organisation with two people: one who may write, one who only reads."""
    organisation = AnOrganisation()
    ada, ben = organisation.a_user("Ada"), organisation.a_user("Ben")
    return (
        organisation,
        replace(organisation.as_role("rep"), actor=ada["id"]),
        replace(organisation.as_role("read_only"), actor=ben["id"]),
    )


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AGateway]:
    made = a_gateway(tmp_path_factory.mktemp("views") / "home")
    yield made
    made.app.extensions["rapport"].close()


def a_view(organisation: AnOrganisation, ctx: Context, name: str = "Big", **values: Any) -> dict[str, Any]:
    made: dict[str, Any] = organisation.do_as(
        ctx, "create_view", name=name, resource="deals", filter="amount >= 50000", **values
    )
    return made


def names(organisation: AnOrganisation, ctx: Context) -> list[str]:
    return [view["name"] for view in organisation.do_as(ctx, "list_views", sort="name")["data"]]


def test_a_view_is_its_owners_until_it_is_shared(people: tuple[AnOrganisation, Context, Context]) -> None:
    organisation, ada, ben = people
    view = a_view(organisation, ada, columns=["name", "amount"], sort="-amount")
    assert (view["owner_id"], view["is_shared"], view["is_default"]) == (ada.actor, False, False)
    assert (names(organisation, ada), names(organisation, ben)) == (["Big"], [])
    with pytest.raises(NotFound):
        organisation.do_as(ben, "get_view", view_id=view["id"])
    assert organisation.do_as(ben, "read_views", ids=[view["id"]]) == {"data": [], "missing": [view["id"]]}
    shared = organisation.do_as(
        ada, "update_view", view_id=view["id"], expected_version=1, changes={"is_shared": True}
    )
    assert shared["version"] == 2
    assert names(organisation, ben) == ["Big"]
    assert organisation.do_as(ben, "get_view", view_id=view["id"])["columns"] == ["name", "amount"]


def test_somebody_elses_view_is_not_changed(people: tuple[AnOrganisation, Context, Context]) -> None:
    organisation, ada, ben = people
    shared = a_view(organisation, ada, is_shared=True)
    private = a_view(organisation, ada, "Mine")
    for operation, more in (("update_view", {"changes": {"name": "X"}}), ("delete_view", {})):
        for view, error in ((shared, Forbidden), (private, NotFound)):
            with pytest.raises(error) as refusal:
                # A version of long ago, to show that the refusal comes before it.
                organisation.do_as(ben, operation, view_id=view["id"], expected_version=9, **more)
            assert refusal.value.code in ("organisation.view_not_yours", "not_found")
    assert names(organisation, ada) == ["Big", "Mine"]


def test_who_only_reads_keeps_views_and_shares_none(people: tuple[AnOrganisation, Context, Context]) -> None:
    organisation, _, ben = people
    own = a_view(organisation, ben, "Own")
    for attempt in (
        lambda: a_view(organisation, ben, is_shared=True),
        lambda: organisation.do_as(
            ben, "update_view", view_id=own["id"], expected_version=1, changes={"is_shared": True}
        ),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert names(organisation, ben) == ["Own"]


def test_each_person_has_one_default_a_list(people: tuple[AnOrganisation, Context, Context]) -> None:
    organisation, ada, ben = people
    first, second = a_view(organisation, ada, "First", is_shared=True), a_view(organisation, ada, "Second")
    organisation.do_as(ben, "make_view_default", view_id=first["id"])
    for view in (first, second):
        assert organisation.do_as(ada, "make_view_default", view_id=view["id"])["is_default"] is True
    shown = {v["name"]: v["is_default"] for v in organisation.do_as(ada, "list_views")["data"]}
    assert shown == {"First": False, "Second": True}
    assert organisation.do_as(ben, "get_view", view_id=first["id"])["is_default"] is True
    assert organisation.do_as(ada, "clear_view_default", view_id=second["id"])["is_default"] is False
    with pytest.raises(NotFound):
        organisation.do_as(ben, "make_view_default", view_id=second["id"])


def test_a_deleted_view_comes_back(people: tuple[AnOrganisation, Context, Context]) -> None:
    organisation, ada, ben = people
    view = a_view(organisation, ada, is_shared=True)
    organisation.do_as(ada, "delete_view", view_id=view["id"], expected_version=1)
    assert names(organisation, ben) == []
    with pytest.raises(AppError):
        organisation.do_as(ben, "restore_view", view_id=view["id"])
    organisation.do_as(ada, "restore_view", view_id=view["id"])
    assert names(organisation, ben) == ["Big"]


def test_views_over_the_interface(gateway: AGateway) -> None:
    body = {"name": "Mine", "resource": "accounts", "filter": "owner_id = me", "columns": ["name"]}
    made = gateway.call("POST", "/v1/views", json=body)
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    view = made.get_json()
    path = f"/v1/views/{view['id']}"
    assert gateway.call("POST", f"{path}/make-default").get_json()["is_default"] is True
    listed = gateway.call("GET", '/v1/views?filter=resource = "accounts"').get_json()["data"]
    assert [(one["name"], one["is_default"]) for one in listed] == [("Mine", True)]
    assert gateway.call("PATCH", path, json={"name": "Other"}).status_code == 428
    changed = gateway.call("PATCH", path, json={"name": "Other", "expected_version": 1})
    assert changed.get_json()["name"] == "Other"
    assert gateway.call("DELETE", path, headers={"If-Match": '"2"'}).status_code == 204
    assert gateway.call("POST", f"{path}/restore").get_json()["version"] == 4


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"resource": "planets"}, "/resource"),
        ({"name": ""}, "/name"),
        ({"columns": ["x"] * 61}, "/columns"),
        ({"owner_id": ids.new("user")}, "/owner_id"),
    ],
)
def test_a_view_that_cannot_be_is_refused(gateway: AGateway, change: dict[str, Any], pointer: str) -> None:
    refused = gateway.call("POST", "/v1/views", json={"name": "V", "resource": "deals", **change})
    assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, pointer)
