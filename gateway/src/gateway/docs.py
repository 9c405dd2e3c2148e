"""Pages for readers: the interface out of its OpenAPI document, and what each error means.

They have no scripts and fetch nothing from outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from flask import Blueprint, Response, abort

from gateway import openapi
from gateway.errors import KINDS
from gateway.pages import page

_CODE = re.compile(r"^[a-z0-9_.]{1,80}$")
_KIND_OF_CODE = {
    "body_too_large": "malformed",
    "broker_blocked": "unavailable",
    "csrf_token_not_valid": "forbidden",
    "cursor_mismatch": "malformed",
    "deadline_exceeded": "timeout",
    "idempotency_key_reused": "invalid",
    "invalid_cursor": "malformed",
    "invalid_filter": "malformed",
    "invalid_limit": "malformed",
    "invalid_parameter": "malformed",
    "invalid_sort": "malformed",
    "key_not_valid": "unauthenticated",
    "method_not_allowed": "malformed",
    "no_such_address": "not_found",
    "origin_refused": "forbidden",
    "overloaded": "unavailable",
    "request_in_progress": "conflict",
    "service_unavailable": "unavailable",
    "session_ended": "unauthenticated",
    "sign_in_link_not_valid": "unauthenticated",
    "too_many_requests": "too_many",
    "unknown_field": "malformed",
    "unknown_link": "malformed",
    "unknown_parameter": "malformed",
    "unknown_reference": "invalid",
    "unsupported_media_type": "malformed",
    "version_conflict": "stale",
    "version_missing": "malformed",
}

blueprint = Blueprint("docs", __name__, url_prefix="/docs")


@blueprint.get("")
def reference() -> Response:
    """The whole interface on one page, by resource."""
    document = openapi.document()
    by_tag: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            by_tag.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    links = " ".join(f"<a href='#{escape(tag)}'>{escape(tag)}</a>" for tag in sorted(by_tag))
    parts = [
        _paragraphs(document["info"]["description"]),
        "<p><a href='/v1/openapi.json'>openapi.json</a> · <a href='/docs/errors'>Errors</a></p>",
        f"<nav aria-label='Resources'>{links}</nav>",
    ]
    for tag in sorted(by_tag):
        parts.append(f"<h2 id='{escape(tag)}'>{escape(tag)}</h2>")
        parts += [_operation(document, *entry) for entry in by_tag[tag]]
    return page("The interface for programs", "".join(parts))


@blueprint.get("/errors")
def errors() -> Response:
    """Every kind of error."""
    rows = "".join(
        f"<tr><td>{kind.status}</td><td><code>{escape(name)}</code></td><td>{escape(kind.title)}.<br>"
        f"<span class='dim'>{_inline(kind.advice)}</span></td></tr>"
        for name, kind in KINDS.items()
    )
    return page(
        "Errors",
        "<p>Every error answer is <code>application/problem+json</code>: <code>detail</code> is for people, "
        "<code>code</code> is to switch on, <code>errors</code> names each field, <code>request_id</code> finds the "
        "request in the logs.</p><table><thead><tr><th>Status</th><th>Kind</th><th>What it means, what to do</th></tr>"
        f"</thead><tbody>{rows}</tbody></table><p><a href='/docs'>The interface</a></p>",
    )


@blueprint.get("/errors/<code>")
def error(code: str) -> Response:
    """One error's page: the `type` of a problem points here."""
    if not _CODE.match(code):
        abort(404)
    kind = KINDS.get(_KIND_OF_CODE.get(code, code))
    if kind is not None:
        text = f"<p>{escape(kind.title)} (HTTP {kind.status}). {_inline(kind.advice)}</p>"
    else:
        owner = code.partition(".")[0]
        text = (
            f"<p>A rule of <code>{escape(owner)}</code> refused the request. The <code>detail</code> of the answer "
            "says which rule, and what to do instead.</p>"
        )
    return page(code, f"{text}<p><a href='/docs/errors'>All kinds of errors</a></p>")


# --- writing HTML ----------------------------------------------------------------------------------------------


def _inline(text: str) -> str:
    """Text with `code` and **emphasis**."""
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))
    return re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", text)


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_inline(part)}</p>" for part in text.strip().split("\n\n"))


def _operation(document: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any]) -> str:
    parts = [f"<details><summary><code><span class='method'>{method}</span>{escape(path)}</code> "]
    parts.append(f"{_inline(operation['summary'])}</summary>")
    if "description" in operation:
        parts.append(f"<p>{_inline(operation['description'])}</p>")
    rows = [
        (
            one["name"],
            one["in"],
            _type_of(document, one["schema"]),
            one.get("description", ""),
            one["required"],
        )
        for one in operation["parameters"]
    ]
    parts.append(_table("Parameters", rows))
    body = operation.get("requestBody", {}).get("content", {})
    for media, content in body.items():
        parts.append(_table(f"Body ({media})", _fields(document, content["schema"])))
    for status, answer in operation["responses"].items():
        for media, content in answer.get("content", {}).items():
            parts.append(_table(f"Answer {status} ({media})", _fields(document, content["schema"])))
    refusals = [status for status in operation["responses"] if status.isdigit() and int(status) >= 300]
    parts.append(f"<p class='dim'>Other answers: {', '.join(refusals)}</p></details>")
    return "".join(parts)


def _table(title: str, rows: list[tuple[str, str, str, str, bool]]) -> str:
    if not rows:
        return ""
    cells = "".join(
        f"<tr><td><code>{escape(name)}</code>{' *' if required else ''}</td><td>{escape(where)}</td>"
        f"<td>{escape(kind)}</td><td>{_inline(text)}</td></tr>"
        for name, where, kind, text, required in rows
    )
    return f"<p><strong>{escape(title)}</strong></p><table><tbody>{cells}</tbody></table>"


def _resolve(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][reference.rpartition("/")[2]]
    return found


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any]) -> list[tuple[str, str, str, str, bool]]:
    return list(_rows(document, _resolve(document, schema), ""))


def _rows(
    document: Mapping[str, Any], schema: Mapping[str, Any], before: str
) -> Iterator[tuple[str, str, str, str, bool]]:
    required = schema.get("required", ())
    for name, value in schema.get("properties", {}).items():
        text = str(value.get("description", ""))
        yield before + name, "", _type_of(document, value), text, name in required
        inner = value.get("items", value)
        if "$ref" in inner and not before:
            yield from _rows(document, _resolve(document, inner), f"{name}.")


def _type_of(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type_of(document, one) for one in schema["anyOf"])
    kind = schema.get("type", "any")
    words = " or ".join(kind) if isinstance(kind, list) else str(kind)
    if "items" in schema:
        words = f"list of {_type_of(document, schema['items'])}"
    if "enum" in schema:
        words += ": " + ", ".join("null" if one is None else str(one) for one in schema["enum"])
    return f"{words} ({schema['format']})" if "format" in schema else words
