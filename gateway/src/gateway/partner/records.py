"""What partners do with records: get, list, create, update, delete, verbs. One set of functions for every kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from google.protobuf import empty_pb2, field_mask_pb2

from chassis import filters, ids, paging
from chassis.errors import NotFound
from chassis.filters.nodes import Comparison, Node, leaves
from chassis.filters.tree import to_tree
from gateway.partner import conversion
from gateway.partner.callers import Caller
from gateway.partner.calls import Call, Method
from gateway.partner.errors import BadRequest
from gateway.partner.kinds import CUSTOM, ETAG, EXTERNAL_ID, OUTPUT, Kind
from gateway.v1.resource import VERSION
from rapport.partner.v1 import deals_pb2, leads_pb2

DEFAULT_PAGE, LARGEST_PAGE, AT_ONCE = 50, 1000, paging.MAX_LIMIT
LONGEST_REQUEST_ID = 255
_ETAG = re.compile(r'(?:W/)?"?([1-9]\d{0,8})"?')
_OWN_ONLY = ("=", "!=", "in")


class Records:
    """The methods of one kind of record, by their names in its service."""

    def __init__(self, kind: Kind, secret: bytes) -> None:
        self.kind = kind
        self._secret = secret

    def methods(self) -> dict[str, Method]:
        noun = self.kind.noun.capitalize()
        found: dict[str, Method] = {
            f"Get{noun}": self.get,
            f"List{noun}s": self.list,
            f"BatchGet{noun}s": self.batch_get,
            f"Create{noun}": self.create,
            f"Update{noun}": self.update,
            f"Delete{noun}": self.delete,
        }
        if self.kind.noun == "lead":
            found["SubmitLead"] = self.submit
        if self.kind.noun == "deal":
            found |= {
                "MoveStage": self._verb("move_stage", ("stage_id", "lost_reason")),
                "WinDeal": self._verb("win_deal", ("reason",)),
                "LoseDeal": self._verb("lose_deal", ("reason", "competitor")),
                "ReopenDeal": self._verb("reopen_deal", ("stage_id",)),
                "ListPipelines": self.pipelines,
            }
        return found

    def visible(self, caller: Caller) -> frozenset[str]:
        """The fields this caller sees."""
        return self.kind.visible(caller.holder.shown_fields)

    # --- reading ---

    async def get(self, call: Call, request: Any) -> Any:
        names = self._read_mask(call, request)
        view = await self._ask(call, "get", {self.kind.resource.id_argument: self._known(request.id)})
        return self._message(call, view, names)

    async def list(self, call: Call, request: Any) -> Any:
        names = self._read_mask(call, request)
        catalogue = self.kind.catalogue(self.visible(call.caller))
        parsed = filters.parse(request.filter, catalogue)
        tree = to_tree(_with_own_numbers(parsed.root, call.caller)) if parsed.root is not None else None
        sort = _sort_of(request.order_by, catalogue)
        digest = self._digest(call, self.kind.name, request.filter, request.order_by)
        wanted = _page_size(request.page_size)
        after = self._after(request.page_token, digest)
        views: list[Any] = []
        while True:
            limit = min(AT_ONCE, wanted - len(views))
            arguments = {
                "filter": tree,
                "sort": sort,
                "limit": limit,
                "after": after,
                "time_zone": call.caller.holder.time_zone,
            }
            page = await self._ask(call, "list", arguments)
            views += page["data"]
            after = page["next"]
            if after is None or len(views) >= wanted:
                break
        answer = getattr(self.kind.module, f"List{self.kind.noun.capitalize()}sResponse")()
        getattr(answer, self.kind.name).extend(self._message(call, view, names) for view in views)
        answer.next_page_token = "" if after is None else paging.encode_cursor(self._secret, after, digest)
        return answer

    async def batch_get(self, call: Call, request: Any) -> Any:
        names = self._read_mask(call, request)
        wanted = list(dict.fromkeys(request.ids))
        if len(wanted) > LARGEST_PAGE:
            raise BadRequest(
                "ids", "too_many_ids", f"At most {LARGEST_PAGE} ids at once; these are {len(wanted)}."
            )
        well_formed = [one for one in wanted if ids.is_id(one, self.kind.noun)]
        found: dict[str, Any] = {}
        for start in range(0, len(well_formed), AT_ONCE):
            page = await self._ask(call, "read", {"ids": well_formed[start : start + AT_ONCE]})
            found.update({view["id"]: view for view in page["data"]})
        answer = getattr(self.kind.module, f"BatchGet{self.kind.noun.capitalize()}sResponse")()
        getattr(answer, self.kind.name).extend(
            self._message(call, found[one], names) for one in wanted if one in found
        )
        answer.missing_ids.extend(one for one in wanted if one not in found)
        return answer

    async def pipelines(self, call: Call, request: Any) -> Any:
        """The pipelines with their stages; without probabilities, which are nobody else's business."""
        digest = self._digest(call, "pipelines")
        arguments = {"limit": min(_page_size(request.page_size), AT_ONCE), "sort": "name"}
        page = await call.ask(
            "deals", "list_pipelines", {**arguments, "after": self._after(request.page_token, digest)}
        )
        answer = deals_pb2.ListPipelinesResponse()
        for view in page["data"]:
            conversion.fill(answer.pipelines.add(), view)
        if page["next"] is not None:
            answer.next_page_token = paging.encode_cursor(self._secret, page["next"], digest)
        return answer

    # --- writing ---

    async def create(self, call: Call, request: Any) -> Any:
        values = self._new_values(call, request)
        return self._message(call, await self._write(call, request, self._operation("create"), values))

    async def submit(self, call: Call, request: Any) -> Any:
        values = self._new_values(call, request)
        try:
            found = await self._write(call, request, "submit_lead", values)
        except Exception as error:
            if getattr(error, "code", "") != "already_exists":
                raise
            # Of two at the same moment the second finds the first one, once that is there.
            found = await call.ask("contacts", "submit_lead", values, is_trial=request.validate_only)
        outcome = f"SUBMISSION_OUTCOME_{found['outcome'].upper()}"
        return leads_pb2.SubmitLeadResponse(
            lead=self._message(call, found["lead"]), outcome=leads_pb2.SubmissionOutcome.Value(outcome)
        )

    async def update(self, call: Call, request: Any) -> Any:
        record = getattr(request, self.kind.noun)
        changes = self._changes(call, record, request.update_mask)
        arguments = {
            self.kind.resource.id_argument: self._known(record.id),
            VERSION: _version_of(record.etag, f"{self.kind.noun}.{ETAG}"),
            "changes": changes,
        }
        return self._message(call, await self._write(call, request, self._operation("update"), arguments))

    async def delete(self, call: Call, request: Any) -> Any:
        arguments = {
            self.kind.resource.id_argument: self._known(request.id),
            VERSION: _version_of(request.etag, ETAG),
        }
        await self._write(call, request, self._operation("delete"), arguments)
        return empty_pb2.Empty()

    def _verb(self, operation: str, names: Sequence[str]) -> Method:
        async def run(call: Call, request: Any) -> Any:
            values = conversion.to_values(request, names, call.caller.partner_id)
            arguments = {
                **{name: value for name, value in values.items() if value is not None},
                self.kind.resource.id_argument: self._known(request.id),
                VERSION: _version_of(request.etag, ETAG),
            }
            return self._message(call, await self._write(call, request, operation, arguments))

        return run

    # --- what the request says ---

    def _new_values(self, call: Call, request: Any) -> dict[str, Any]:
        record = getattr(request, self.kind.noun)
        names = conversion.set_fields(record)
        for name in names:
            self._may_write(call, name, self.kind.creatable)
        values: dict[str, Any] = conversion.to_values(record, names, call.caller.partner_id)
        return values

    def _changes(self, call: Call, record: Any, mask: field_mask_pb2.FieldMask) -> dict[str, Any]:
        """The fields to change: those of the mask, or without one those that are set."""
        paths = list(dict.fromkeys(mask.paths)) or [
            name for name in conversion.set_fields(record) if name not in OUTPUT
        ]
        changes: dict[str, Any] = {}
        for path in paths:
            name, _, inner = path.partition(".")
            if inner and name != CUSTOM:
                raise BadRequest(
                    "update_mask", "unknown_field", f"{path} is no field; only custom properties have paths."
                )
            self._may_write(call, name, self.kind.changeable, "update_mask")
            value = conversion.value_of(record, self.kind.fields[name], call.caller.partner_id)
            if inner:
                changes.setdefault(CUSTOM, {})[inner] = value.get(inner)
            else:
                changes[name] = value
        if not changes:
            raise BadRequest("update_mask", "nothing_to_change", "Name the fields to change.")
        return changes

    def _may_write(self, call: Call, name: str, writable: frozenset[str], place: str = "") -> None:
        field = place or f"{self.kind.noun}.{name}"
        if name not in self.kind.fields:
            allowed = ", ".join(sorted(writable & self.visible(call.caller)))
            raise BadRequest(field, "unknown_field", f"There is no field {name[:80]!r}; allowed: {allowed}.")
        if name not in self.visible(call.caller):
            raise BadRequest(field, "masked_field", f"The field {name} is masked for you; leave it out.")
        if name not in writable:
            raise BadRequest(field, "output_only", f"The field {name} is set by the server; leave it out.")

    def _read_mask(self, call: Call, request: Any) -> frozenset[str]:
        visible = self.visible(call.caller)
        paths = request.read_mask.paths
        if not paths or list(paths) == ["*"]:
            return visible
        for path in paths:
            if path not in visible:
                allowed = ", ".join(sorted(visible))
                raise BadRequest(
                    "read_mask", "unknown_field", f"There is no field {path[:80]!r}; allowed: {allowed}."
                )
        return frozenset(paths)

    def _known(self, record_id: str) -> str:
        if not ids.is_id(record_id, self.kind.noun):
            raise NotFound(what=self.kind.noun, id=record_id[:80])
        return record_id

    def _digest(self, call: Call, *parts: str) -> str:
        return paging.digest_of(call.caller.holder.workspace_id, call.caller.partner_id, *parts)

    def _after(self, token: str, digest: str) -> Any:
        return list(paging.decode_cursor(self._secret, token, digest)) if token else None

    # --- the services ---

    def _operation(self, action: str) -> str:
        return self.kind.resource.operation(action)

    async def _ask(self, call: Call, action: str, arguments: dict[str, Any]) -> Any:
        return await call.ask(self.kind.resource.service, self._operation(action), arguments)

    async def _write(self, call: Call, request: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if len(request.request_id) > LONGEST_REQUEST_ID:
            raise BadRequest(
                "request_id", "too_long", f"A request_id has at most {LONGEST_REQUEST_ID} characters."
            )
        return await call.ask(
            self.kind.resource.service,
            operation,
            arguments,
            command_id=request.request_id,
            is_trial=request.validate_only,
        )

    def _message(self, call: Call, view: Mapping[str, Any], names: Iterable[str] | None = None) -> Any:
        shown = self.visible(call.caller) if names is None else frozenset(names)
        return conversion.to_message(self.kind, view, shown, call.caller.partner_id)


def _page_size(number: int) -> int:
    if number < 0:
        raise BadRequest("page_size", "invalid_value", "page_size is a whole number from 0 on.")
    return min(number, LARGEST_PAGE) or DEFAULT_PAGE


def _version_of(etag: str, field: str) -> int:
    match = _ETAG.fullmatch(etag.strip())
    if match is None:
        code = "etag_not_valid" if etag else "etag_missing"
        raise BadRequest(field, code, "Send the etag of the version that you saw.")
    return int(match.group(1))


def _sort_of(order_by: str, catalogue: filters.Catalogue) -> str:
    """`name, created_at desc` as `name,-created_at`; raises `InvalidSort`."""
    keys = []
    for part in order_by.split(","):
        words = part.split()
        if not words:
            continue
        falling = len(words) == 2 and words[1].lower() == "desc"
        if len(words) > 2 or (len(words) == 2 and words[1].lower() not in ("asc", "desc")):
            raise BadRequest(
                "order_by", "invalid_sort", f"{part.strip()[:80]!r} is no field with asc or desc."
            )
        keys.append(f"-{words[0].lstrip('-')}" if falling else words[0])
    text = ",".join(keys)
    paging.parse_sort(text, catalogue)
    return text


def _with_own_numbers(root: Node, caller: Caller) -> Any:
    """The filter with the partner's own numbers as they are stored."""
    for leaf in leaves(root):
        if leaf.field.name == EXTERNAL_ID and leaf.operator not in _OWN_ONLY:
            raise BadRequest("filter", "invalid_filter", "external_id is compared by = or IN only.")
    return _rewritten(root, caller)


def _rewritten(node: Any, caller: Caller) -> Any:
    if isinstance(node, Comparison):
        if node.field.name != EXTERNAL_ID:
            return node
        own = tuple(
            conversion.own_external_id(caller.partner_id, one) if isinstance(one, str) else one
            for one in node.values
        )
        return Comparison(node.field, node.operator, own)
    if hasattr(node, "parts"):
        return type(node)(tuple(_rewritten(part, caller) for part in node.parts))
    return type(node)(_rewritten(node.part, caller))
