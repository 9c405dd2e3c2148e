"""Pages for developers: where to start, the interface out of its OpenAPI document, and what each error means.

They have no scripts and fetch nothing from outside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort

from gateway import guides, openapi
from gateway.errors import KINDS
from gateway.pages import page

_CODE = re.compile(r"^[a-z0-9_.]{1,80}$")
_CODES = Path(__file__).with_name("error_codes.json")

blueprint = Blueprint("docs", __name__, url_prefix="/docs")


@blueprint.get("")
def reference() -> Response:
    """Where a developer starts, and the whole interface on one page, by resource."""
    document = openapi.document()
    by_tag: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            by_tag.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    links = " ".join(f"<a href='#{escape(tag)}'>{escape(tag)}</a>" for tag in sorted(by_tag))
    parts = [
        "<h2 id='start'>Start here</h2>",
        _starts(),
        "<h2 id='reference'>The interface</h2>",
        _paragraphs(document["info"]["description"]),
        f"<nav aria-label='Resources'>{links}</nav>",
    ]
    for tag in sorted(by_tag):
        parts.append(f"<h3 id='{escape(tag)}'>{escape(tag)}</h3>")
        parts += [_operation(document, *entry) for entry in by_tag[tag]]
    return page("For developers", "".join(parts))


def _starts() -> str:
    rows = [
        f"<li><a href='/docs/{name}'>{escape(guide.title)}</a>: {escape(guide.about)}</li>"
        for name, guide in guides.here().items()
    ]
    rows.append(
        "<li><a href='/v1/openapi.json'>openapi.json</a>: this interface for tools (OpenAPI 3.1), and "
        "<a href='/llms.txt'>llms.txt</a>: all of it in brief, for programs that read</li>"
    )
    return f"<ul>{''.join(rows)}</ul>"


@blueprint.get("/<name>")
def guide(name: str) -> Response:
    """A page of the documentation; with `.md` as Markdown."""
    if name.endswith(".md"):
        text = guides.markdown(name.removesuffix(".md"))
        if text is None:
            abort(404)
        return Response(text, mimetype="text/markdown")
    found = guides.shown(name)
    if found is None:
        abort(404)
    title, body = found
    return page(title, f"{body}<p><a href='/docs'>For developers</a></p>")


@blueprint.get("/errors/<code>")
def error(code: str) -> Response:
    """One error's page: the `type` of a problem points here."""
    if not _CODE.match(code):
        abort(404)
    known = _codes().get(code, {"kind": code, "message": "", "about": ""})
    kind = KINDS.get(known["kind"])
    parts = [f"<p>{_inline(known[name])}</p>" for name in ("message", "about") if known[name]]
    if kind is not None:
        name = escape(known["kind"])
        parts.append(
            f"<p><a href='/docs/errors#{name}'>{name}</a>, HTTP {kind.status}: {escape(kind.title)}. "
            f"{_inline(kind.advice)}</p>"
        )
    else:
        parts.append(
            "<p>The <code>detail</code> of the answer says what is wrong, and what to do instead.</p>"
        )
    return page(code, f"{''.join(parts)}<p><a href='/docs/errors'>All errors</a></p>")


@cache
def _codes() -> Mapping[str, dict[str, str]]:
    """Every code that the suite has, as `./rapport generate` collected them."""
    return {entry["code"]: entry for entry in json.loads(_CODES.read_text("utf-8"))}


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
