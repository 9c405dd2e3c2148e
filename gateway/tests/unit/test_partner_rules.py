"""What the partners' door decides by itself: limits, statuses, masks, tokens' numbers, values in both forms."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.protobuf import field_mask_pb2
from google.rpc import error_details_pb2
from google.type import money_pb2

from chassis import errors as kinds
from chassis.errors import AppError, Invalid, NotFound, RuleBroken, Stale, TooMany, Unavailable
from chassis.settings import BadSetting
from gateway.errors import KINDS, grpc_code
from gateway.partner import conversion, settings
from gateway.partner.callers import Bucket
from gateway.partner.changes import Window
from gateway.partner.errors import status_of
from gateway.partner.kinds import BY_NOUN
from rapport.partner.v1 import accounts_pb2


def details_of(error: AppError, **options: object) -> dict[str, object]:
    status = status_of(error, "request_1", **options)  # type: ignore[arg-type]
    found = {}
    for packed in status.details:
        kind = getattr(error_details_pb2, packed.TypeName().rpartition(".")[2])()
        assert packed.Unpack(kind)
        assert packed.TypeName() not in found
        found[packed.TypeName().rpartition(".")[2]] = kind
    return found


def test_every_kind_of_error_has_a_status_in_both_protocols() -> None:
    import grpc

    assert set(KINDS) == set(kinds.KINDS)
    assert all(hasattr(grpc.StatusCode, kind.grpc) for kind in KINDS.values())


@pytest.mark.parametrize(
    ("error", "code", "names"),
    [
        (
            Invalid(errors=[{"pointer": "/changes/name", "message": "Too long."}]),
            "INVALID_ARGUMENT",
            {"BadRequest"},
        ),
        (NotFound(what="deal", id="deal_x"), "NOT_FOUND", {"ResourceInfo"}),
        (Stale(version=3, changed=["name"]), "ABORTED", {"PreconditionFailure"}),
        (RuleBroken("No."), "FAILED_PRECONDITION", {"PreconditionFailure"}),
        (TooMany(retry_seconds=0.5), "RESOURCE_EXHAUSTED", {"QuotaFailure", "RetryInfo"}),
        (Unavailable(service="deals"), "UNAVAILABLE", {"RetryInfo"}),
        (kinds.AlreadyExists(), "ALREADY_EXISTS", set()),
        (AppError(), "INTERNAL", set()),
    ],
)
def test_an_error_comes_with_the_details_that_fit(error: AppError, code: str, names: set[str]) -> None:
    assert grpc_code(error) == code
    found = details_of(error, noun="deal")
    assert set(found) == {"ErrorInfo", "RequestInfo", *names}


def test_a_complaint_points_into_the_request() -> None:
    error = Invalid(
        errors=[{"pointer": "/changes/name", "message": "Too long."}, {"pointer": "/ids/0", "message": "No."}]
    )
    found = details_of(error, noun="deal")["BadRequest"]
    assert [one.field for one in found.field_violations] == ["deal.name", "ids.0"]  # type: ignore[attr-defined]


def test_a_conflict_names_no_masked_field() -> None:
    found = details_of(Stale(version=3, changed=["name", "owner_id"]), visible={"name"})
    assert found["ErrorInfo"].metadata["changed"] == "name"  # type: ignore[attr-defined]


def test_a_bucket_gives_as_many_as_its_rate() -> None:
    bucket = Bucket(2.0, 0.0)
    assert [bucket.take(2, 0.0) for _ in range(3)] == [0.0, 0.0, 0.5]
    assert [bucket.take(2, 0.5) for _ in range(2)] == [0.0, 0.5]
    assert [bucket.take(2, 100.0) for _ in range(3)] == [0.0, 0.0, 0.5]


def test_own_numbers_are_seen_by_their_partner_only() -> None:
    stored = conversion.own_external_id("partner_a", "7")
    assert conversion.shown_external_id("partner_a", stored) == "7"
    assert conversion.shown_external_id("partner_b", stored) is None
    assert conversion.shown_external_id("partner_a", "7") is None
    assert conversion.shown_external_id("partner_a", None) is None


@pytest.mark.parametrize(
    ("amount", "units", "nanos"),
    [
        ("1250.50", 1250, 500_000_000),
        ("-0.75", 0, -750_000_000),
        ("-3.10", -3, -100_000_000),
        ("0.0001", 0, 100_000),
    ],
)
def test_money_is_exact_in_both_forms(amount: str, units: int, nanos: int) -> None:
    from decimal import Decimal

    kind = BY_NOUN["account"]
    view = {"annual_revenue": {"amount": amount, "currency": "EUR"}, "version": 1}
    message = conversion.to_message(kind, view, kind.fields, "partner_a")
    assert message.annual_revenue == money_pb2.Money(currency_code="EUR", units=units, nanos=nanos)
    back = conversion.value_of(message, kind.fields["annual_revenue"], "partner_a")
    assert (Decimal(back["amount"]), back["currency"]) == (Decimal(amount), "EUR")


def test_a_mask_cuts_the_message() -> None:
    kind = BY_NOUN["account"]
    view = {"id": "account_x", "name": "Acme", "owner_id": "user_x", "custom": {"a": 1}, "version": 7}
    message = conversion.to_message(kind, view, kind.visible(()), "partner_a")
    assert (message.name, message.etag, message.HasField("owner_id"), len(message.custom)) == (
        "Acme",
        '"7"',
        False,
        0,
    )
    opened = kind.visible(("accounts.owner_id", "accounts.custom", "deals.owner_id"))
    message = conversion.to_message(kind, view, opened, "partner_a")
    assert (message.owner_id, message.custom["a"].number_value) == ("user_x", 1)


def test_an_unset_field_is_absent_and_an_unknown_word_is_zero() -> None:
    account = accounts_pb2.Account(name="x", tier=99)  # type: ignore[arg-type]
    values = conversion.to_values(account, ["name", "city", "tier", "tags", "annual_revenue"], "partner_a")
    assert values == {"name": "x", "city": None, "tier": "unknown (99)", "tags": [], "annual_revenue": None}
    message = conversion.to_message(BY_NOUN["account"], {"tier": "huge", "name": "x"}, {"tier", "name"}, "p")
    assert message.tier == accounts_pb2.ACCOUNT_TIER_UNSPECIFIED
    assert field_mask_pb2.FieldMask(paths=["name"]).paths == ["name"]


def an_event(
    position: int, subject: str = "account_a", kind: str = "created", *partners: str
) -> dict[str, object]:
    data = {"partner_id": "partner_a"} if kind == "unshared" else {}
    return {
        "position": position,
        "subject": subject,
        "type": f"account.{kind}.v1",
        "data": data,
        "partner_ids": list(partners),
    }


def test_the_window_holds_the_end_of_the_archive() -> None:
    window = Window(start=5, end=5)
    page = [an_event(n, "account_a", "created", "partner_a") for n in range(6, 9)]
    window.grow({"data": page, "position": 9, "has_more": False})
    assert [one.position for one in window.after(6)] == [7, 8]
    assert (window.end, window.after(9)) == (9, [])
    more = [an_event(n, f"account_{n}", "created", "partner_a") for n in range(10, 2500)]
    window.grow({"data": more, "position": 2500, "has_more": False})
    assert len(window.told) == 2000
    assert window.start == window.told[0].position - 1


def test_what_is_no_longer_shared_leaves_the_window() -> None:
    window = Window(start=0, end=0)
    first = [
        an_event(1, "account_a", "created", "partner_a", "partner_b"),
        an_event(2, "account_b", "created", "partner_a"),
    ]
    window.grow({"data": first, "position": 2, "has_more": False})
    window.grow(
        {"data": [an_event(3, "account_a", "unshared", "partner_a")], "position": 3, "has_more": False}
    )
    seen = {one.position for one in window.after(0) if "partner_a" in one.partner_ids}
    assert seen == {2, 3}
    assert {one.position for one in window.after(0) if "partner_b" in one.partner_ids} == {1}


def test_plaintext_stays_on_loopback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTNER_PLAINTEXT", "1")
    monkeypatch.setenv("PARTNER_BIND", "0.0.0.0:50051")
    with pytest.raises(BadSetting, match="loopback"):
        settings.load(tmp_path)
    monkeypatch.setenv("PARTNER_BIND", "127.0.0.1:50051")
    assert settings.load(tmp_path).certificate is None
    monkeypatch.delenv("PARTNER_PLAINTEXT")
    with pytest.raises(BadSetting, match="PARTNER_TLS_CERT"):
        settings.load(tmp_path)
