"""`/llms.txt`: what Rapport is and how its interface works, in brief, for programs that read."""

from __future__ import annotations

from flask import Blueprint, Response

from gateway import guides, state
from gateway.errors import KINDS
from gateway.v1 import meta

blueprint = Blueprint("llms", __name__)

_TEXT = """\
# Rapport

> An open CRM suite: accounts, contacts, leads, deals, activities, workflows and reports behind one REST interface.
> Every change and its event commit together, every write can be repeated without a second effect, every job ends with
> counts that add up.

All of the interface of this suite is below {url}/v1 and described by {url}/v1/openapi.json (OpenAPI
3.1).

## Conventions

- Send `Authorization: Bearer rap_sk_...`. A key acts for a user with one role; `GET /v1/me` tells which, and what it
  may do.
- JSON in snake_case. Instants (`..._at`) are RFC 3339 in UTC, days (`..._on`) are YYYY-MM-DD, money is
  `{{"amount": "1250.00", "currency": "EUR"}}`. Ids say what they are of: `deal_01k...`. Unknown fields and parameters
  are refused by name.
- Kinds of records: {resources}. Each has `GET /v1/<kind>`, `GET /v1/<kind>/<id>` and `GET /v1/schema/<kind>` (its
  fields, and what filters may ask); as far as it applies also POST (create), PATCH (change), DELETE,
  `POST .../<id>/restore`, `POST .../search`, `POST .../batch` (up to 1,000 operations), and verbs such as
  `POST /v1/deals/<id>/move-stage`.
- Lists: `filter` (`amount >= 50000 AND status = "open" AND created_at > now - 30d AND name ~ "acme"`),
  `sort=-amount,name`, `limit` (1 to 200), `fields=id,name`, `expand=account,owner`, `count=true`. Go on with
  `next_cursor` as `cursor`, with the same filter and sort. `POST .../search` takes the same as a body, the filter also
  as a tree (`{{"and": [{{"field": "amount", "op": ">=", "value": 50000}}]}}`).
- Changes name the version they are based on: `If-Match: "7"` (the record's `version`), or `expected_version` in the
  body. 412 means that somebody changed it meanwhile; `changed` names the fields. Read it again, and repeat.
- `Idempotency-Key` on POST and PATCH makes a write repeatable for 24 hours. Repeat with the same key after 429, 502,
  503, 504 or a lost connection, after as many seconds as `Retry-After` says.
- Errors are application/problem+json with `kind`, `code`, `detail`, `errors` (`pointer`, `message`, `hint`) and
  `request_id`. Kinds: {kinds}.
- Events: `GET /v1/events?after=<position>&types=deal.*&wait=25` (long poll), or as a stream with
  `Accept: text/event-stream`. Each is a CloudEvent with a `position` to come back with; `after=start` is the beginning.
  `GET /v1/event-types` lists all types with samples.

## Documentation

- [OpenAPI]({url}/v1/openapi.json): every operation, body and answer
{guides}
"""


@blueprint.get("/llms.txt")
def show() -> Response:
    """The text, with the addresses of this suite."""
    url = state.settings().public_url
    listed = "\n".join(
        f"- [{guide.title}]({url}/docs/{name}.md): {guide.about}" for name, guide in guides.here().items()
    )
    text = _TEXT.format(
        url=url,
        resources=", ".join(meta.RESOURCES),
        kinds=", ".join(f"{name} ({kind.status})" for name, kind in KINDS.items()),
        guides=listed,
    )
    return Response(text, mimetype="text/plain")
