"""Lead scoring: points for who somebody is (fit) and for what they do (behaviour), a fold over events.

The model is versioned; a score names its model, every contribution, and the shortest way to the next threshold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from automation.domain.base import Base
from chassis.clock import Instant
from chassis.guard import ACROSS

MODEL_VERSION = "1"
THRESHOLDS = (65,)
PRICES = "pricing"


@dataclass(frozen=True)
class Fit:
    """Points for what is known about a lead."""

    label: str
    points: int
    holds: Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Behaviour:
    """Points for each signal of a kind, at most `cap` in all."""

    kind: str
    label: str
    points: int
    cap: int


def _leads(title: Any) -> bool:
    words = str(title or "").lower()
    return any(word in words for word in ("chief", "head", "director", "vp", "ceo", "cto", "cfo", "owner"))


FITS = (
    Fit("A company of 200 people or more", 15, lambda lead: (lead.get("employee_count") or 0) >= 200),
    Fit("Somebody who decides", 15, lambda lead: _leads(lead.get("title"))),
    Fit("Can be called", 5, lambda lead: bool(lead.get("phone"))),
)
BEHAVIOURS = (
    Behaviour("demo_request", "Asked for a demo", 30, 30),
    Behaviour("form_submission", "Sent a form", 20, 20),
    Behaviour("download", "Downloaded something", 15, 30),
    Behaviour(PRICES, "Looked at the prices", 10, 30),
    Behaviour("page_view", "Viewed a page", 5, 20),
    Behaviour("site_revisit", "Came back", 5, 10),
    Behaviour("product_usage", "Used the product", 5, 20),
    Behaviour("email_open", "Opened a mail", 3, 15),
    Behaviour("click", "Followed a link", 3, 15),
    Behaviour("ad_click", "Followed an ad", 2, 6),
)
_BY_KIND = {behaviour.kind: behaviour for behaviour in BEHAVIOURS}


class ScoredSignal(Base):
    """A signal of a lead that counts for its score."""

    __tablename__ = "scored_signal"
    __table_args__ = (Index("ix_scored_signal_at", "workspace_id", "lead_id", "at"),)

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    lead_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    signal_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str | None] = mapped_column(String(300), default=None)
    at: Mapped[datetime] = mapped_column(Instant)


class LeadScore(Base):
    """The score of a lead: `revision` moves with it, `is_told` says that contacts-svc has it."""

    __tablename__ = "lead_score"
    __table_args__ = (
        # Without the workspace in front: the worker looks for what is to be told in any of them.
        Index("ix_lead_score_untold", "is_told", "next_at", info=ACROSS),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    lead_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    score: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer)
    is_told: Mapped[bool] = mapped_column(Boolean)
    next_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True)
class Seen:
    """A signal as the score sees it."""

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


def behaviour_of(signals: Iterable[Seen]) -> list[dict[str, Any]]:
    """What a lead did, oldest first, each with the points it still added to its group."""
    had: dict[str, int] = defaultdict(int)
    found = []
    for seen in sorted(signals, key=lambda one: one.at):
        behaviour = _BY_KIND.get(seen.kind)
        if behaviour is None:
            continue
        points = min(behaviour.points, behaviour.cap - had[seen.kind])
        had[seen.kind] += points
        label = f"{behaviour.label}: {seen.title}" if seen.title else behaviour.label
        found.append({"group": seen.kind, "label": label, "points": points, "at": seen.at})
    return found


def total(contributions: Sequence[Mapping[str, Any]]) -> int:
    return sum(int(one["points"]) for one in contributions)


def way_to(threshold: int, score: int, contributions: Sequence[Mapping[str, Any]]) -> list[str] | None:
    """The fewest further signals that reach the threshold, those with the most points first; None when none do."""
    had: dict[str, int] = defaultdict(int)
    for one in contributions:
        had[one["group"]] += one["points"]
    steps: list[str] = []
    while score < threshold:
        best = max(BEHAVIOURS, key=lambda one: min(one.points, one.cap - had[one.kind]))
        points = min(best.points, best.cap - had[best.kind])
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
