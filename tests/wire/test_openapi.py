"""The OpenAPI document is valid, and its operations and schemas have names of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from gateway_builders import AGateway, a_gateway
from openapi_spec_validator import validate


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    gateway: AGateway = a_gateway(tmp_path_factory.mktemp("openapi") / "home")
    yield gateway.client.get("/v1/openapi.json").get_json()
    gateway.app.extensions["rapport"].close()


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_operations_have_ids_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))
