"""A partner's program as a test drives it: a channel, the stubs, and errors as what they say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import httpx
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2

from messages.organisation import SCOPES
from rapport.partner.v1 import (
    accounts_pb2_grpc,
    contacts_pb2_grpc,
    deals_pb2_grpc,
    events_pb2_grpc,
    leads_pb2_grpc,
)
from suite.testing import Suite

DETAILS = "grpc-status-details-bin"
_KINDS = (
    error_details_pb2.ErrorInfo,
    error_details_pb2.BadRequest,
    error_details_pb2.PreconditionFailure,
    error_details_pb2.QuotaFailure,
    error_details_pb2.RetryInfo,
    error_details_pb2.ResourceInfo,
    error_details_pb2.RequestInfo,
)


class Program:
    """A partner's program. `target` is `host:port`, `certificate` the file that vouches for it."""

    def __init__(self, target: str, certificate: Path, key: str | None, *options: tuple[str, Any]) -> None:
        credentials = grpc.ssl_channel_credentials(certificate.read_bytes())
        # A channel of its own per program: otherwise they would share a connection, and its limits.
        self.channel = grpc.secure_channel(
            target, credentials, (("grpc.use_local_subchannel_pool", 1), *options)
        )
        self.metadata = (("authorization", f"Bearer {key}"),) if key is not None else ()
        self.accounts = accounts_pb2_grpc.AccountServiceStub(self.channel)
        self.contacts = contacts_pb2_grpc.ContactServiceStub(self.channel)
        self.leads = leads_pb2_grpc.LeadServiceStub(self.channel)
        self.deals = deals_pb2_grpc.DealServiceStub(self.channel)
        self.events = events_pb2_grpc.EventServiceStub(self.channel)

    def call(self, method: Any, request: Any, *, seconds: float = 20) -> Any:
        return method(request, metadata=self.metadata, timeout=seconds)

    def watch(self, request: Any, seconds: float = 600) -> Any:
        return self.events.WatchEvents(request, metadata=self.metadata, timeout=seconds)

    def close(self) -> None:
        self.channel.close()


@dataclass
class Refusal:
    """What a refused call said."""

    code: str = ""
    text: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return str(self.details["ErrorInfo"].reason)

    @property
    def fields(self) -> set[str]:
        return {one.field for one in self.details["BadRequest"].field_violations}


def read(error: grpc.RpcError) -> Refusal:
    """The refusal in an error, checked for what every one of them has."""
    found = Refusal(error.code().name, error.details() or "")
    sent = [value for name, value in error.trailing_metadata() or () if name == DETAILS]
    if sent:
        status = status_pb2.Status.FromString(sent[0])
        assert (status.code, status.message) == (error.code().value[0], error.details())
        for detail in status.details:
            found.details.update(_unpacked(detail))
        assert found.details["ErrorInfo"].domain == "rapport"
        assert found.details["RequestInfo"].request_id
    return found


def _unpacked(detail: any_pb2.Any) -> Iterator[tuple[str, Any]]:
    for kind in _KINDS:
        if detail.Is(kind.DESCRIPTOR):
            message = kind()
            detail.Unpack(message)
            yield kind.DESCRIPTOR.name, message


@contextmanager
def refused(code: str) -> Iterator[Refusal]:
    """The block is refused with this code; what was said is in the `Refusal` afterwards."""
    said = Refusal()
    try:
        yield said
    except grpc.RpcError as error:
        found = read(error)
        said.code, said.text, said.details = found.code, found.text, found.details
        assert found.code == code, f"{found.code}: {found.text} {found.details}"
    else:
        raise AssertionError(f"not refused, {code} was awaited")


@dataclass
class Partner:
    """A partner with a key that may do everything unless told otherwise."""

    id: str
    key: str
    key_id: str
    program: Program


def certificate(suite: Suite) -> Path:
    return suite.home / "keys" / "partner.crt"


def a_program(suite: Suite, key: str | None, *options: tuple[str, Any]) -> Program:
    return Program(f"127.0.0.1:{suite.grpc_port}", certificate(suite), key, *options)


def a_key(
    rest: httpx.Client, partner_id: str, scopes: tuple[str, ...] = SCOPES, **values: Any
) -> dict[str, Any]:
    made = rest.post(f"/v1/partners/{partner_id}/keys", json={"scopes": list(scopes), **values})
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


def a_partner(
    suite: Suite, rest: httpx.Client, name: str = "Acme", scopes: tuple[str, ...] = SCOPES, **values: Any
) -> Partner:
    answer = rest.post("/v1/partners", json={"name": name, "requests_per_second": 1000, **values})
    assert answer.status_code == 201, answer.text
    partner_id = answer.json()["id"]
    key = a_key(rest, partner_id, scopes)
    return Partner(partner_id, key["key"], key["id"], a_program(suite, key["key"]))
