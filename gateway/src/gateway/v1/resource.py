"""A kind of record as the interface knows it: its name, its service, and what its service's messages say about it.

The fields of the interface are those of the messages, without ids and expected versions, which travel in addresses
and headers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from marshmallow import Schema

from chassis import contracts, ids
from chassis.errors import AppError, FieldError, NotFound
from gateway.v1.links import Link

VERSION = "expected_version"


@dataclass(frozen=True)
class Verb:
    """`POST /{id}/<path>` does `operation`."""

    path: str
    operation: str


@dataclass(frozen=True)
class Part:
    """`GET /{id}/<path>` reads `operation`, which takes the record's id and whatever else its message says.

    `service` and `id_argument` are given where they are not the resource's own. An operation that takes `after`
    answers in pages.
    """

    path: str
    operation: str
    service: str = ""
    id_argument: str = ""


@dataclass(frozen=True)
class Resource:
    """A kind of record. `create` names the operation that makes one when it is not `create_<noun>`.

    `plural` is the service's word when it is not `name`; `hand_made` actions have routes of their own elsewhere.
    """

    name: str
    service: str
    noun: str
    create: str = ""
    plural: str = ""
    links: Mapping[str, Link] = field(default_factory=dict)
    verbs: tuple[Verb, ...] = ()
    parts: tuple[Part, ...] = ()
    hand_made: frozenset[str] = frozenset()

    @property
    def id_argument(self) -> str:
        return f"{self.noun}_id"

    def operation(self, action: str) -> str:
        """The service's name for an action: list, export, read, get, create, update, delete, restore, share."""
        if action == "create" and self.create:
            return self.create
        if action in ("list", "export", "read"):
            return f"{action}_{self.plural or self.name.replace('-', '_')}"
        return f"{action}_{self.noun}"

    def has(self, action: str) -> bool:
        """Whether the service has a message for this action, and it is the factory's to serve."""
        if action in self.hand_made:
            return False
        try:
            self.schema(self.operation(action))
        except AttributeError:
            return False
        return True

    @property
    def all_verbs(self) -> tuple[Verb, ...]:
        """Its verbs, and those of sharing where its service shares records with partners."""
        sharing = [
            Verb(action, self.operation(action)) for action in ("share", "unshare") if self.has(action)
        ]
        return (*self.verbs, *sharing)

    @property
    def all_parts(self) -> tuple[Part, ...]:
        """Its parts, and the partners that see a record."""
        return (*self.parts, Part("shares", f"list_{self.noun}_shares")) if self.has("share") else self.parts

    def schema(self, operation: str) -> type[Schema]:
        """The message of an operation; raises `AttributeError` when the service has none by that name."""
        return contracts.schema_of(self.service, operation)

    def takes_version(self, operation: str) -> bool:
        """Whether an operation wants to know which version the caller saw."""
        return VERSION in self.schema(operation)._declared_fields

    @property
    def view(self) -> type[Schema]:
        """What a record shows; raises `AttributeError` when the message of getting one does not say."""
        operation = self.operation("get")
        answers: type[Schema] | None = getattr(self.schema(operation), "answers", None)
        if answers is None:
            raise AttributeError(f"messages.{self.service}: the message of {operation} says no answer")
        return answers

    def known(self, record_id: str) -> str:
        """An id out of an address; raises `NotFound` for what cannot be one of this kind."""
        if not ids.is_id(record_id, self.noun):
            raise NotFound(what=self.noun, id=record_id[:80])
        return record_id

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Let the service's complaints point into the caller's body rather than into its own arguments."""
        try:
            yield
        except AppError as error:
            error.errors = [self._pointed(entry) for entry in error.errors]
            if error.kind == "invalid":
                error.text = error.text.replace(" changes/", " ")
            raise

    def _pointed(self, entry: FieldError) -> FieldError:
        pointer = entry.get("pointer", "/").removeprefix("/changes")
        return {**entry, "pointer": "/id" if pointer == f"/{self.id_argument}" else pointer or "/"}
