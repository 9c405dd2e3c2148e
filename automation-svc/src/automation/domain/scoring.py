"""Scores: points for what is known about a record (fit) and for what happens (behaviour), a fold over events.

Two models in one engine: how ready a lead is to buy, and how well a customer does. What happened counts for a while and
then no longer. A model is versioned; a score names its model, every contribution, and the shortest way to the next
threshold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from automation.domain.base import Base
from chassis.clock import Instant
from chassis.guard import ACROSS

PRICES = "pricing"


@dataclass(frozen=True)
class Fit:
    """Points for what is known about a lead."""

    label: str
    points: int
    holds: Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Behaviour:
    """Points for each thing of a kind while it `lasts`, `cap` in all; both are below zero where it speaks against."""

    kind: str
    label: str
    points: int
    cap: int
    lasts: timedelta


@dataclass(frozen=True)
class Model:
    """What counts how much. With none of the `touches` for the time of `silence` its points count as well."""

    version: str
    behaviours: tuple[Behaviour, ...]
    thresholds: tuple[int, ...]
    begins_with: int = 0
    highest: int = 1000
    touches: tuple[str, ...] = ()
    silence: Behaviour | None = None

    def behaviour(self, kind: str) -> Behaviour | None:
        return next((one for one in self.behaviours if one.kind == kind), None)


def _leads(title: Any) -> bool:
    words = str(title or "").lower()
    return any(word in words for word in ("chief", "head", "director", "vp", "ceo", "cto", "cfo", "owner"))


FITS = (
    Fit("A company of 200 people or more", 15, lambda lead: (lead.get("employee_count") or 0) >= 200),
    Fit("Somebody who decides", 15, lambda lead: _leads(lead.get("title"))),
    Fit("Can be called", 5, lambda lead: bool(lead.get("phone"))),
)
HALF_A_YEAR, MONTH = timedelta(days=180), timedelta(days=30)
LEAD = Model(
    version="2",
    behaviours=(
        Behaviour("demo_request", "Asked for a demo", 30, 30, HALF_A_YEAR),
        Behaviour("form_submission", "Sent a form", 20, 20, HALF_A_YEAR),
        Behaviour("download", "Downloaded something", 15, 30, HALF_A_YEAR),
        Behaviour(PRICES, "Looked at the prices", 10, 30, HALF_A_YEAR),
        Behaviour("page_view", "Viewed a page", 5, 20, HALF_A_YEAR),
        Behaviour("site_revisit", "Came back", 5, 10, HALF_A_YEAR),
        Behaviour("product_usage", "Used the product", 5, 20, HALF_A_YEAR),
        Behaviour("email_open", "Opened a mail", 3, 15, HALF_A_YEAR),
        Behaviour("click", "Followed a link", 3, 15, HALF_A_YEAR),
        Behaviour("ad_click", "Followed an ad", 2, 6, HALF_A_YEAR),
    ),
    thresholds=(65,),
)
MEETING, CALL, EMAIL, SUPPORT = "meeting", "call", "email", "support_call"
CONTRACT, RENEWED, CANCELLED, USAGE = "contract", "renewed", "cancelled", "product_usage"
HEALTH = Model(
    version="1",
    behaviours=(
        Behaviour(USAGE, "Used the product", 3, 15, MONTH),
        Behaviour(MEETING, "Met", 5, 10, 2 * MONTH),
        Behaviour(CALL, "Spoke on the phone", 2, 6, MONTH),
        Behaviour(RENEWED, "Renewed", 10, 10, HALF_A_YEAR),
        Behaviour(SUPPORT, "Called support", -5, -20, MONTH),
        Behaviour(CANCELLED, "Cancelled a contract", -30, -30, 2 * HALF_A_YEAR),
    ),
    thresholds=(60, 80),
    begins_with=70,
    highest=100,
    touches=(MEETING, CALL, EMAIL, SUPPORT),
    silence=Behaviour("silence", "Nobody has spoken for 60 days", -15, -15, 2 * MONTH),
)
MODELS = {"lead": LEAD, "account": HEALTH}


class ScoredFact(Base):
    """What counts for the score of a record: a signal of a lead, a meeting with an account."""

    __tablename__ = "scored_fact"
    __table_args__ = (Index("ix_scored_fact_at", "workspace_id", "record_id", "at"),)

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    fact_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str | None] = mapped_column(String(300), default=None)
    at: Mapped[datetime] = mapped_column(Instant)


class Score(Base):
    """The score of a record: `revision` moves with it, `is_told` says that contacts-svc has it.

    `again_at` is when it moves by itself: something no longer counts, or begins to.
    """

    __tablename__ = "score"
    __table_args__ = (
        # Without the workspace in front: the worker looks for what is to be done in any of them.
        Index("ix_score_untold", "is_told", "next_at", info=ACROSS),
        Index("ix_score_again", "again_at", info=ACROSS),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    score: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer)
    is_told: Mapped[bool] = mapped_column(Boolean)
    next_at: Mapped[datetime] = mapped_column(Instant)
    again_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


@dataclass(frozen=True)
class Seen:
    """A signal, a call, a meeting as the score sees it."""

    kind: str
    title: str | None
    at: datetime


def kind_of(signal: Mapping[str, Any]) -> str:
    """The kind that counts: a page with prices counts as such."""
    if signal["kind"] == "page_view" and PRICES in (signal.get("url") or "").lower():
        return PRICES
    return str(signal["kind"])


def fit_of(lead: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a lead is, as contributions."""
    return [
        {"group": "fit", "label": fit.label, "points": fit.points, "at": None}
        for fit in FITS
        if fit.holds(lead)
    ]


def behaviour_of(model: Model, facts: Iterable[Seen], now: datetime) -> list[dict[str, Any]]:
    """What happened, oldest first, each with the points it still added to its group; what is over is left out."""
    had: dict[str, int] = defaultdict(int)
    found = []
    ordered = sorted(facts, key=lambda one: one.at)
    for seen in ordered:
        behaviour = model.behaviour(seen.kind)
        if behaviour is None or not seen.at <= now < seen.at + behaviour.lasts:
            continue
        points = _within(behaviour, had[seen.kind])
        had[seen.kind] += points
        label = f"{behaviour.label}: {seen.title}" if seen.title else behaviour.label
        found.append({"group": seen.kind, "label": label, "points": points, "at": seen.at})
    silent_since = _silent_since(model, ordered, now)
    if model.silence is not None and silent_since is not None and silent_since <= now:
        silence = model.silence
        found.append(
            {"group": silence.kind, "label": silence.label, "points": silence.points, "at": silent_since}
        )
    return found


def _within(behaviour: Behaviour, had: int) -> int:
    """The points of one more, so that all together stay within the cap."""
    left = behaviour.cap - had
    return min(behaviour.points, left) if behaviour.points > 0 else max(behaviour.points, left)


def _silent_since(model: Model, facts: Sequence[Seen], now: datetime) -> datetime | None:
    """When silence begins to count after the last touch; None where nobody has ever spoken."""
    touches = [seen.at for seen in facts if seen.kind in model.touches and seen.at <= now]
    return max(touches) + model.silence.lasts if touches and model.silence is not None else None


def moves_at(model: Model, facts: Iterable[Seen], now: datetime) -> datetime | None:
    """When the score moves by itself next; None when it does not."""
    ordered = sorted(facts, key=lambda one: one.at)
    moments = [_silent_since(model, ordered, now)]
    for seen in ordered:
        behaviour = model.behaviour(seen.kind)
        moments.append(seen.at)
        if behaviour is not None:
            moments.append(seen.at + behaviour.lasts)
    return min((moment for moment in moments if moment is not None and moment > now), default=None)


def total(model: Model, contributions: Sequence[Mapping[str, Any]]) -> int:
    """The sum, between 0 and the highest of the model."""
    points = model.begins_with + sum(int(one["points"]) for one in contributions)
    return max(0, min(points, model.highest))


def way_to(
    model: Model, threshold: int, score: int, contributions: Sequence[Mapping[str, Any]]
) -> list[str] | None:
    """The fewest further things that reach the threshold, those with the most points first; None when none do."""
    had: dict[str, int] = defaultdict(int)
    for one in contributions:
        had[one["group"]] += one["points"]
    steps: list[str] = []
    while score < threshold:
        best = max(model.behaviours, key=lambda one: _within(one, had[one.kind]))
        points = _within(best, had[best.kind])
        if points <= 0:
            return None
        had[best.kind] += points
        score += points
        steps.append(f"{best.label} (+{points})")
    return steps


def said(signals: Iterable[Seen]) -> dict[str, str]:
    """What somebody did, in words for a notification: pages visited, content downloaded, mails."""
    groups: dict[str, list[str]] = defaultdict(list)
    mails = 0
    for seen in sorted(signals, key=lambda one: one.at):
        if seen.kind in (PRICES, "page_view", "site_revisit"):
            groups["pages"].append(seen.title or "a page")
        elif seen.kind == "download":
            groups["downloads"].append(seen.title or "a file")
        elif seen.kind in ("email_open", "click"):
            mails += 1
    words = {name: ", ".join(dict.fromkeys(titles)) for name, titles in groups.items()}
    return {"pages": "", "downloads": "", **words, "mails": f"{mails} in mails" if mails else ""}
