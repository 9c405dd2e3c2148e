"""Contracts: recurring revenue for a term, its movements as dated facts, and when it is to be renewed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, Date, ForeignKeyConstraint, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis import ids
from chassis.guard import ACROSS
from chassis.money import Amount, Money
from chassis.record import DomainEvent, Record, Row
from deals.domain.base import Base
from deals.domain.errors import (
    ArrUnchanged,
    ContractIsOver,
    CurrencyStays,
    TermsOverlap,
    TermUnordered,
)

Values = dict[str, Any]
"""The values of an `ArrMovement`."""

ACTIVE, CANCELLED = "active", "cancelled"
NEW, EXPANSION, CONTRACTION, CHURN = "new", "expansion", "contraction", "churn"
RENEWAL_NOTICE, REVIEW_NOTICE = timedelta(days=120), timedelta(days=90)
LAPSE_GRACE = timedelta(days=1)
TOLD_DAYS = ("renewal", "review", "lapse", "anniversary")


def years_on(day: date, years: int) -> date:
    """The same day some years later; the 29th of February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass(frozen=True)
class ContractArrMoved(DomainEvent):
    """The annual recurring revenue is another one from a day on."""

    wire: ClassVar[str] = "contract.arr_moved.v1"
    kind: str
    moved_on: date
    amount: Money
    arr_before: Money
    arr_after: Money


@dataclass(frozen=True)
class ContractRenewed(DomainEvent):
    """A term is over and the next one begins; `due_on` is the day on which it was to be renewed."""

    wire: ClassVar[str] = "contract.renewed.v1"
    ended_term: int
    due_on: date
    arr_before: Money


@dataclass(frozen=True)
class ContractCancelled(DomainEvent):
    wire: ClassVar[str] = "contract.cancelled.v1"
    cancelled_on: date
    reason: str


@dataclass(frozen=True)
class ContractRenewalOpened(DomainEvent):
    wire: ClassVar[str] = "contract.renewal_opened.v1"
    term_number: int
    renewal_deal_id: str


class ArrMovement(Row, Base):
    """One change of a contract's annual recurring revenue, never rewritten."""

    __tablename__ = "arr_movement"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "contract_id"], ["contract.workspace_id", "contract.id"]),
        Index("ix_arr_movement_contract", "workspace_id", "contract_id", "position"),
    )

    contract_id: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(12))
    moved_on: Mapped[date] = mapped_column(Date)
    amount: Mapped[Decimal] = mapped_column(Amount)
    arr_before: Mapped[Decimal] = mapped_column(Amount)
    arr_after: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str | None] = mapped_column(String(500), default=None)

    def view(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "moved_on": self.moved_on,
            **{
                name: Money(getattr(self, name), self.currency)
                for name in ("amount", "arr_before", "arr_after")
            },
            "reason": self.reason,
        }


class Contract(Record, Base):
    """What a customer is bound to, term by term. `arr` is its annual recurring revenue, none once it is cancelled.

    `renewal_tells_on`, `review_tells_on` and `lapse_tells_on` are the days on which it is told that the renewal and the
    review are due, and that the term is over without either; None when that was told for this term, or is not to be.
    `anniversary_tells_on` is the next anniversary of its beginning.
    """

    __tablename__ = "contract"
    __table_args__ = (
        Index("uq_contract_external", "workspace_id", "external_id", unique=True),
        Index("ix_contract_account", "workspace_id", "account_id"),
        Index("ix_contract_renews", "workspace_id", "status", "renews_on"),
        # Without the workspace in front: the timer looks for what is due in any of them.
        *(
            Index(
                f"ix_contract_{name}",
                f"{name}_tells_on",
                info=ACROSS,
                sqlite_where=text(f"{name}_tells_on IS NOT NULL"),
                postgresql_where=text(f"{name}_tells_on IS NOT NULL"),
            )
            for name in TOLD_DAYS
        ),
    )
    noun = "contract"
    prefix = "contract"
    money_columns = {"arr": "currency"}
    hidden_columns = frozenset({"currency", "moves", *(f"{name}_tells_on" for name in TOLD_DAYS)})

    name: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[str] = mapped_column(String(40))
    deal_id: Mapped[str | None] = mapped_column(String(40), default=None)
    owner_id: Mapped[str | None] = mapped_column(String(40), default=None)
    status: Mapped[str] = mapped_column(String(12), default=ACTIVE)
    arr: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    term: Mapped[int] = mapped_column(Integer, default=1)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    renews_on: Mapped[date] = mapped_column(Date)
    cancelled_on: Mapped[date | None] = mapped_column(Date, default=None)
    notice_days: Mapped[int | None] = mapped_column(Integer, default=None)
    terms: Mapped[str | None] = mapped_column(Text, default=None)
    renewal_deal_id: Mapped[str | None] = mapped_column(String(40), default=None)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    external_id: Mapped[str | None] = mapped_column(String(200), default=None)
    moves: Mapped[int] = mapped_column(Integer, default=0)
    renewal_tells_on: Mapped[date | None] = mapped_column(Date, default=None)
    review_tells_on: Mapped[date | None] = mapped_column(Date, default=None)
    lapse_tells_on: Mapped[date | None] = mapped_column(Date, default=None)
    anniversary_tells_on: Mapped[date | None] = mapped_column(Date, default=None)

    def begin(self, arr: Money) -> Values:
        """Its first term begins with this annual recurring revenue."""
        self.arr, self.currency = Decimal(0), arr.currency
        self._expect_days()
        self.anniversary_tells_on = years_on(self.starts_on, 1)
        return self._move(NEW, arr.amount, self.starts_on, None)

    def edit(self, changes: dict[str, Any]) -> None:
        """Set plain properties; other days of a term are told anew."""
        if self.status != ACTIVE and {"ends_on", "renews_on"} & changes.keys():
            raise ContractIsOver(status=self.status)
        followed = self.renews_on == self.ends_on + timedelta(days=1)
        if "ends_on" in changes and "renews_on" not in changes and followed:
            changes = {**changes, "renews_on": changes["ends_on"] + timedelta(days=1)}
        before = self.renews_on
        self.set(changes)
        self._require_order()
        if self.renews_on != before:
            self._expect_days()

    def change_arr(self, arr: Money, *, on: date, reason: str | None) -> Values:
        """From a day on it brings more or less a year."""
        self._require_active()
        self._require_currency(arr)
        if arr.amount == self.arr:
            raise ArrUnchanged(arr=arr.amount)
        return self._move(EXPANSION if arr.amount > self.arr else CONTRACTION, arr.amount, on, reason)

    def cancel(self, *, on: date, reason: str) -> Values:
        """The customer is lost from a day on."""
        self._require_active()
        movement = self._move(CHURN, Decimal(0), on, reason)
        self.status, self.cancelled_on = CANCELLED, on
        for name in TOLD_DAYS:
            setattr(self, f"{name}_tells_on", None)
        self.happened(ContractCancelled(cancelled_on=on, reason=reason))
        return movement

    def renew(self, *, ends_on: date, arr: Money | None) -> Values | None:
        """The next term begins on the day of renewal; a movement when it brings more or less."""
        self._require_active()
        if arr is not None:
            self._require_currency(arr)
        before, due_on, ended = Money(self.arr, self.currency), self.renews_on, self.term
        self.term += 1
        self.starts_on, self.ends_on = due_on, ends_on
        self.renews_on = ends_on + timedelta(days=1)
        self.renewal_deal_id = None
        self._require_order()
        self._expect_days()
        self.happened(ContractRenewed(ended_term=ended, due_on=due_on, arr_before=before))
        if arr is None or arr.amount == self.arr:
            return None
        kind = EXPANSION if arr.amount > self.arr else CONTRACTION
        return self._move(kind, arr.amount, due_on, f"Renewal of term {ended}")

    def require_active(self) -> None:
        """Refuse what can only be done with a contract that runs."""
        self._require_active()

    def _require_active(self) -> None:
        if self.status != ACTIVE:
            raise ContractIsOver(status=self.status)

    def _require_currency(self, arr: Money) -> None:
        if arr.currency != self.currency:
            raise CurrencyStays(currency=self.currency)

    def _require_order(self) -> None:
        if self.ends_on < self.starts_on:
            raise TermUnordered(field="ends_on", starts_on=self.starts_on)
        if self.renews_on <= self.ends_on:
            raise TermsOverlap(field="renews_on", ends_on=self.ends_on)

    def _expect_days(self) -> None:
        self._require_order()
        self.renewal_tells_on = self.renews_on - RENEWAL_NOTICE
        self.review_tells_on = self.renews_on - REVIEW_NOTICE
        self.lapse_tells_on = self.renews_on + LAPSE_GRACE

    def _move(self, kind: str, after: Decimal, on: date, reason: str | None) -> Values:
        before, position = self.arr, self.moves or 0
        self.arr, self.moves = after, position + 1
        currency = self.currency
        self.happened(
            ContractArrMoved(
                kind=kind,
                moved_on=on,
                amount=Money(abs(after - before), currency),
                arr_before=Money(before, currency),
                arr_after=Money(after, currency),
            )
        )
        return {
            "id": ids.derive("movement", self.created_at, self.id, str(position)),
            "contract_id": self.id,
            "position": position,
            "kind": kind,
            "moved_on": on,
            "amount": abs(after - before),
            "arr_before": before,
            "arr_after": after,
            "currency": currency,
            "reason": reason,
        }
