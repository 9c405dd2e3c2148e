"""What every kind of record can do: be listed, read, changed; the typed methods of each kind stand on these."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from rapport_client.errors import ApiError, Incomplete, Stale, error_of
from rapport_client.pages import LARGEST_PAGE, Page, Pages
from rapport_client.record import Record, Ref, id_of
from rapport_client.transport import Transport, new_key
from rapport_client.values import body_of, to_wire

if TYPE_CHECKING:
    from _typeshed import StrPath

R = TypeVar("R", bound=Record)
Filter = str | Mapping[str, Any]
"""The filter language as text, or the same as a tree: `{"field": "amount", "op": ">=", "value": 50000}`."""

LONGEST_ADDRESS = 1500
LARGEST_BATCH = 1000
# The operations of a batch are done one after the other; this is what one takes on a machine that is very busy.
SECONDS_EACH = 0.2
# Others who write the same record at the same time win some rounds; each round, somebody gets on.
FRESH_READS = 20
FORMATS = ("csv", "xlsx", "jsonl")


class Collection(Generic[R]):
    """All records of one kind."""

    name: ClassVar[str]
    noun: ClassVar[str]
    record: ClassVar[type[Record]]

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._path = f"/v1/{self.name}"

    # --- reading ---

    def list(
        self,
        *,
        filter: Filter | None = None,
        sort: str | None = None,
        limit: int | None = None,
        fields: Iterable[str] = (),
        expand: Iterable[str] = (),
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> Pages[R]:
        """The records that match, fetched as they are read.

        Arguments: `filter` is text (`amount >= 50000 AND status = "open"`) or a tree; `sort` at most four fields, a
        minus sorts downwards (`-amount,name`); `limit` the most records altogether; `fields` only these; `expand` puts
        linked records beside their ids (`["account"]` gives `deal.account`); `cursor` goes on after a page.
        """
        shape = {"fields": _names(fields), "expand": _names(expand)}
        is_long = filter is not None and (not isinstance(filter, str) or len(filter) > LONGEST_ADDRESS)

        def fetch(at: str | None, size: int, count: bool) -> Page[R]:
            if is_long:
                body = {"filter": to_wire(filter), "sort": sort or "", "limit": size, "count": count, **shape}
                if at is not None:
                    body["cursor"] = at
                answer = self._transport.call("POST", f"{self._path}/search", json=body)
            else:
                query = {"filter": filter or None, "sort": sort or None, "limit": size, "cursor": at}
                query |= {name: ",".join(words) or None for name, words in shape.items()}
                query["count"] = "true" if count else None
                answer = self._transport.call("GET", self._path, params=query)
            return Page([self._made(one) for one in answer["data"]], answer)

        return Pages(fetch, limit=limit, page_size=page_size, cursor=cursor)

    def get(self, record: Ref, *, fields: Iterable[str] = (), expand: Iterable[str] = ()) -> R:
        """One record by its id; raises `NotFound` or `Gone`."""
        query = {"fields": ",".join(fields) or None, "expand": ",".join(expand) or None}
        return self._made(self._transport.call("GET", f"{self._path}/{id_of(record)}", params=query))

    def get_many(
        self, records: Iterable[Ref], *, fields: Iterable[str] = (), expand: Iterable[str] = ()
    ) -> Page[R]:
        """The records of these ids, in their order; those that are not there are named in `.missing`."""
        ids = [id_of(one) for one in records]
        shape = {"fields": ",".join(fields) or None, "expand": ",".join(expand) or None}
        found = Page[R]([], {})
        for start in range(0, len(ids), LARGEST_PAGE):
            query = {"ids": ",".join(ids[start : start + LARGEST_PAGE]), **shape}
            answer = self._transport.call("GET", self._path, params=query)
            found.extend(self._made(one) for one in answer["data"])
            found.missing += answer.get("missing") or []
            found.warnings += answer.get("warnings") or []
        return found

    def schema(self) -> list_[Record]:
        """The fields of this kind: `name`, `type`, `operators` for filters, `sortable`, `writable`, `required`."""
        answer = self._transport.call("GET", f"/v1/schema/{self.name}")
        return [Record(one) for one in answer["fields"]]

    def export(
        self,
        target: StrPath | IO[bytes] | None = None,
        *,
        format: str | None = None,
        filter: str | None = None,
        sort: str | None = None,
        fields: Iterable[str] = (),
    ) -> int:
        """Write the records that match into a file, as they come; returns how many bytes.

        `format` is csv, xlsx or jsonl; else the file's name says it. The file appears when it is complete: one that
        broke off leaves nothing, and raises `Incomplete`. `export_rows` gives the records one by one instead.
        """
        if target is None:
            raise TypeError("Say where to: export('deals.csv'); or iterate over export_rows().")
        is_path = not hasattr(target, "write")
        wanted = format or (Path(target).suffix.lstrip(".").lower() if is_path else "")  # type: ignore[arg-type]
        if wanted not in FORMATS:
            raise ValueError(f"{wanted or 'No format'} cannot be exported; formats: {', '.join(FORMATS)}.")
        query = {"format": wanted, "filter": filter, "sort": sort, "fields": ",".join(fields) or None}
        if not is_path:
            return self._download(query, target)  # type: ignore[arg-type]
        path = Path(target)  # type: ignore[arg-type]
        partial = path.with_name(f".{path.name}.{new_key()}.part")
        try:
            with open(partial, "wb") as file:
                size = self._download(query, file)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        return size

    def _download(self, query: Mapping[str, Any], file: IO[bytes]) -> int:
        size = 0
        with self._transport.stream(
            f"{self._path}/export", params=query, headers={"Accept": "*/*"}
        ) as answer:
            for block in answer.iter_bytes():
                file.write(block)
                size += len(block)
        return size

    def export_rows(
        self, *, filter: str | None = None, sort: str | None = None, fields: Iterable[str] = ()
    ) -> Iterator[R]:
        """The records that match, from one streamed answer; raises `Incomplete` when it breaks off."""
        query = {"format": "jsonl", "filter": filter, "sort": sort, "fields": ",".join(fields) or None}
        with self._transport.stream(
            f"{self._path}/export", params=query, headers={"Accept": "*/*"}
        ) as answer:
            for line in answer.iter_lines():
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                except ValueError:
                    raise Incomplete("The export broke off in the middle of a record.") from None
                yield self._made(row)

    # --- writing; the typed methods of each kind call these ---

    def _create(self, values: Mapping[str, Any], idempotency_key: str | None) -> R:
        return self._made(
            self._transport.call("POST", self._path, json=body_of(values), idempotency_key=idempotency_key)
        )

    def _update(self, record: Ref, changes: Mapping[str, Any], idempotency_key: str | None = None) -> R:
        """Send the changes for the version that was seen. When others have changed other fields meanwhile, send them
        again for the newest; raises `Stale` when they changed the same."""
        body = body_of(changes)
        seen = record if isinstance(record, Record) and "version" in record.raw else self.get(id_of(record))
        version = int(seen.raw["version"])
        for round_ in range(FRESH_READS + 1):
            try:
                return self._made(
                    self._transport.call(
                        "PATCH",
                        f"{self._path}/{id_of(record)}",
                        json=body,
                        headers={"If-Match": f'"{version}"'},
                        idempotency_key=idempotency_key if round_ == 0 else None,
                    )
                )
            except Stale as stale:
                current = self.get(id_of(record))
                both = _changed_both(seen.raw, current.raw, body, stale.changed)
                if both or round_ == FRESH_READS:
                    raise Stale(
                        stale.status,
                        {**stale.raw, "version": current.version},
                        changed=both,
                        current=current,
                    ) from None
                version = current.version
        raise AssertionError("the loop returns or raises")

    def _delete(self, record: Ref, takes_version: bool) -> None:
        def once(version: int | None) -> None:
            headers = {} if version is None else {"If-Match": f'"{version}"'}
            self._transport.call("DELETE", f"{self._path}/{id_of(record)}", headers=headers)

        self._at_version(record, takes_version, once)

    def _verb(
        self,
        record: Ref,
        verb: str,
        values: Mapping[str, Any],
        takes_version: bool,
        idempotency_key: str | None,
    ) -> Any:
        def once(version: int | None) -> Any:
            return self._transport.call(
                "POST",
                f"{self._path}/{id_of(record)}/{verb}",
                json=body_of(values),
                headers={} if version is None else {"If-Match": f'"{version}"'},
                idempotency_key=idempotency_key,
            )

        return self._at_version(record, takes_version, once)

    def _at_version(self, record: Ref, takes_version: bool, once: Any) -> Any:
        """Do it to the version that was seen: of the record, or the newest where only an id is given.

        Who gives an id means the record as it is, so a change in between is not theirs to decide about.
        """
        if not takes_version:
            return once(None)
        if isinstance(record, Record) and "version" in record.raw:
            return once(int(record.raw["version"]))
        for _ in range(FRESH_READS):
            try:
                return once(self.get(id_of(record)).version)
            except Stale:
                continue
        return once(self.get(id_of(record)).version)

    def _read(self, record: Ref, part: str, values: Mapping[str, Any]) -> Any:
        query = {name: _query(value) for name, value in body_of(values).items()}
        return self._transport.call("GET", f"{self._path}/{id_of(record)}/{part}", params=query)

    def _read_pages(
        self, record: Ref, part: str, cls: type[Record], values: Mapping[str, Any], limit: int | None
    ) -> Pages[Any]:
        def fetch(cursor: str | None, size: int, count: bool) -> Page[Any]:
            answer = self._read(record, part, {**values, "cursor": cursor, "limit": size})
            return Page([cls(one) for one in answer["data"]], answer)

        return Pages(fetch, limit=limit)

    # --- many at once ---

    def batch(self) -> Batch[R]:
        """Collects operations that `send()` sends together; each is done or refused by itself."""
        return Batch(self)

    def create_many(
        self, rows: Iterable[Mapping[str, Any]], *, at_once: int = 100
    ) -> Iterator[BatchResult[R]]:
        """Create a record from each row, `at_once` a request, as the results are read; one result a row, in order.

        `rows` may be endless: nothing is kept. A row that is refused does not stop the others.
        """
        batch = self.batch()
        number = 0
        for row in rows:
            batch.create(**row)
            if len(batch) >= max(1, min(at_once, LARGEST_BATCH)):
                for result in batch.send():
                    yield result.numbered(number + result.index)
                number += len(batch)
                batch = self.batch()
        for result in batch.send():
            yield result.numbered(number + result.index)

    def _made(self, raw: Mapping[str, Any]) -> R:
        return self.record(raw)  # type: ignore[return-value]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._transport.url}>"


@dataclass(frozen=True, slots=True)
class BatchResult(Generic[R]):
    """What came of one operation: the record, or the error. A deletion has neither."""

    index: int
    status: int
    record: R | None
    error: ApiError | None

    @property
    def ok(self) -> bool:
        return self.error is None

    def numbered(self, index: int) -> BatchResult[R]:
        return BatchResult(index, self.status, self.record, self.error)


class Batch(Generic[R]):
    """Operations on one kind of record, sent a thousand a request."""

    def __init__(self, collection: Collection[R]) -> None:
        self._collection = collection
        self._operations: list[dict[str, Any]] = []
        # Kept here, so that sending the same batch again after a lost connection does nothing twice.
        self._key = new_key()

    def create(self, **values: Any) -> None:
        self._add({"op": "create", "data": body_of(values)})

    def update(self, record: Record, **changes: Any) -> None:
        """Change a record that was read; a refusal for its version is a result like any other."""
        self._add({"op": "update", **_seen(record), "data": body_of(changes)})

    def delete(self, record: Record) -> None:
        self._add({"op": "delete", **_seen(record)})

    def do(self, verb: str, record: Record, **values: Any) -> None:
        """A verb of this kind, such as `win`."""
        self._add({"op": verb.replace("_", "-"), **_seen(record), "data": body_of(values)})

    def _add(self, operation: dict[str, Any]) -> None:
        self._operations.append(operation)

    def __len__(self) -> int:
        return len(self._operations)

    def send(self) -> list[BatchResult[R]]:
        """Do them all, in order; one result each."""
        results: list[BatchResult[R]] = []
        for start in range(0, len(self._operations), LARGEST_BATCH):
            body = {"operations": self._operations[start : start + LARGEST_BATCH]}
            answer = self._collection._transport.call(
                "POST",
                f"/v1/{self._collection.name}/batch",
                json=body,
                idempotency_key=f"{self._key}-{start}",
                extra=SECONDS_EACH * len(body["operations"]),
            )
            results += [self._result(one, start) for one in answer["results"]]
        return results

    def _result(self, raw: Mapping[str, Any], start: int) -> BatchResult[R]:
        error = raw.get("error")
        data = raw.get("data")
        return BatchResult(
            index=start + int(raw["index"]),
            status=int(raw["status"]),
            record=None if data is None else self._collection._made(data),
            error=None if error is None else error_of(int(raw["status"]), error),
        )


def _seen(record: Record) -> dict[str, Any]:
    """Which record, at which version. Verbs that take no version ignore it, as a restore does."""
    return {"id": id_of(record), "expected_version": int(record.raw["version"])}


def _names(names: Iterable[str]) -> Sequence[str]:
    return [names] if isinstance(names, str) else list(names)


def _query(value: Any) -> Any:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else value


def _changed_both(
    seen: Mapping[str, Any], current: Mapping[str, Any], changes: Mapping[str, Any], told: Sequence[str]
) -> list[str]:
    """The fields of `changes` that others changed too.

    The values that were seen decide; what the refusal told decides about fields that were not read.
    """
    both: list[str] = []
    for name, value in changes.items():
        before, now = seen.get(name), current.get(name)
        if name not in seen:
            clash = name in told and now != value
        elif (
            isinstance(value, dict)
            and isinstance(before, dict)
            and isinstance(now, dict)
            and name == "custom"
        ):
            clash = any(before.get(key) != now.get(key) and now.get(key) != value[key] for key in value)
        else:
            clash = before != now and now != value
        if clash:
            both.append(name)
    return both


list_ = list
