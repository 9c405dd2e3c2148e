"""Ids, money, the JSON form and signed contexts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import codec, context, ids
from chassis.context import Context, Signer, Verifier
from chassis.errors import AppError, Malformed, Unauthenticated
from chassis.money import Money, text
from suite import keys

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_new_ids_sort_by_time_and_carry_their_prefix() -> None:
    made = [ids.new("thing") for _ in range(100)]
    assert made == sorted(made)
    assert {ids.prefix_of(one) for one in made} == {"thing"}


def test_a_derived_id_is_the_same_each_time_and_another_for_another_key() -> None:
    one = ids.derive("thing", NOON, "rule", "event")
    assert one == ids.derive("thing", NOON, "rule", "event")
    assert one != ids.derive("thing", NOON, "rule", "other")
    assert ids.is_id(one, "thing")
    assert ids.derive("thing", NOON, "z") < ids.derive("thing", NOON + timedelta(seconds=1), "a")


@pytest.mark.parametrize(
    "junk", ["", "thing", "thing_1", "Thing_01k8aaaaaaaaaaaaaaaaaaaaaa", "thing_8zzzzzzzzzzzzzzzzzzzzzzzzz"]
)
def test_junk_is_no_id(junk: str) -> None:
    with pytest.raises(Malformed):
        ids.prefix_of(junk)


def test_money_travels_as_text() -> None:
    assert codec.plain(Money(Decimal("1250"), "EUR")) == {"amount": "1250.00", "currency": "EUR"}
    assert text(Decimal("0.1234")) == "0.1234"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_comes_back_as_it_went(value: object) -> None:
    assert codec.loads(codec.dumps(value)) == value


def test_a_marker_in_user_data_stays_data() -> None:
    marked = {"__type__": "datetime", "__value__": "2026-01-01T00:00:00"}
    assert codec.loads(codec.dumps(marked)) == marked


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), object(), b"bytes"])
def test_what_has_no_json_form_is_refused(bad: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        codec.dumps({"x": bad})


def test_nan_is_not_json() -> None:
    with pytest.raises(ValueError, match="NaN"):
        codec.loads("[NaN]")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys.make_missing(tmp_path)
    return tmp_path


def a_caller() -> Context:
    return Context(
        workspace_id="workspace_1", actor="user_1", role="rep", request_id="request_1", depth=2, cause_id="e"
    )


def test_a_signed_context_comes_back_whole(folder: Path) -> None:
    headers = context.to_headers(a_caller(), Signer.load(folder, "gateway"))
    read = context.from_headers(headers, Verifier.load(folder, ("gateway",)))
    assert (read.workspace_id, read.actor, read.role, read.depth, read.issuer) == (
        "workspace_1",
        "user_1",
        "rep",
        2,
        "gateway",
    )


def test_a_context_of_an_issuer_nobody_accepts_is_refused(folder: Path) -> None:
    headers = context.to_headers(a_caller(), Signer.load(folder, "deals"))
    with pytest.raises(Unauthenticated):
        context.from_headers(headers, Verifier.load(folder, ("gateway",)))


def test_only_the_gateway_speaks_for_users(folder: Path) -> None:
    headers = context.to_headers(a_caller(), Signer.load(folder, "automation"))
    with pytest.raises(Unauthenticated, match="may not speak for a user"):
        context.from_headers(headers, Verifier.load(folder, ("automation",)))


def test_a_changed_claim_is_refused(folder: Path) -> None:
    import base64

    headers = context.to_headers(a_caller(), Signer.load(folder, "gateway"))
    claims, signature = headers["nameko.rapport_context"].split(".")
    raised = json.loads(base64.urlsafe_b64decode(claims)) | {"role": "admin"}
    forged = base64.urlsafe_b64encode(json.dumps(raised).encode()).decode()
    with pytest.raises(Unauthenticated):
        context.from_headers(
            {"nameko.rapport_context": f"{forged}.{signature}"}, Verifier.load(folder, ("gateway",))
        )


@pytest.mark.parametrize("junk", [None, "", "a.b", "a", 7, "..."])
def test_junk_is_no_context(folder: Path, junk: object) -> None:
    with pytest.raises(Unauthenticated):
        context.from_headers({"nameko.rapport_context": junk}, Verifier.load(folder, ("gateway",)))


def test_errors_cross_the_wire_typed() -> None:
    from chassis.bus import wire
    from chassis.errors import Stale

    with pytest.raises(AppError) as caught:
        wire.read_reply(wire.reply_body(None, Stale(version=7, changed=["name"])))
    assert (caught.value.kind, caught.value.code, caught.value.details["changed"]) == (
        "stale",
        "version_conflict",
        ["name"],
    )


def test_an_unexpected_error_says_nothing_of_itself() -> None:
    from chassis.bus import wire

    assert "secret" not in wire.reply_body(None, RuntimeError("secret"))


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"args": [1], "kwargs": {}}', '{"args": [], "kwargs": 3}'])
def test_an_unreadable_request_is_malformed(body: str) -> None:
    from chassis.bus import wire

    with pytest.raises(Malformed):
        wire.read_request(body)
