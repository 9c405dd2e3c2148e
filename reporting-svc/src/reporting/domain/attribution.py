"""Attribution: which of the touches before a deal was won get how much of the credit for it.

Touches are what people do where it is seen (signals). Models that give fixed shares to points on the way - the first
touch, the one that led to the lead, the one that led to the deal, the one before the close - pass the share of a point
that is missing on to the others in proportion; a touch that is several points gets the shares of all. So do the touches
between (the rest). Shares are exact fractions that add up to one, and money is divided to the cent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from chassis.money import SCALE

HALF_LIFE = timedelta(days=7)
ORIGINAL, FIRST, LAST, LINEAR, DECAY = "original_source", "first_touch", "last_touch", "linear", "time_decay"
_CENT = SCALE // 100


@dataclass(frozen=True)
class Way:
    """The moments on the way to a won deal; None where there was no such moment."""

    lead_at: datetime | None
    deal_at: datetime | None
    closed_at: datetime


@dataclass(frozen=True)
class Points:
    """Fixed shares in percent: of the first touch, lead creation, deal creation, close, and of all others together."""

    first: Fraction
    lead: Fraction
    deal: Fraction
    close: Fraction
    rest: Fraction


def _points(*percent: str) -> Points:
    return Points(*(Fraction(one) for one in percent))


POINTS: Mapping[str, Points] = {
    "u_shaped": _points("40", "40", "0", "0", "20"),
    "w_shaped": _points("30", "30", "30", "0", "10"),
    "full_path": _points("22.5", "22.5", "22.5", "22.5", "10"),
}
FORMULAS: Mapping[str, str] = {
    ORIGINAL: "all credit to the source of the lead, or of the deal where it had no lead",
    FIRST: "all credit to the first touch",
    LAST: "all credit to the last touch before the close",
    LINEAR: "the same credit to every touch",
    "u_shaped": "40 % first touch, 40 % lead creation, 20 % the touches between",
    "w_shaped": "30 % first touch, 30 % lead creation, 30 % deal creation, 10 % the touches between",
    "full_path": "22.5 % each first touch, lead creation, deal creation and close, 10 % the touches between",
    DECAY: "credit to every touch by 2^(-age / 7 days), its age at the close",
}


def shares(model: str, touches: Sequence[datetime], way: Way) -> list[Fraction]:
    """The share of each touch, in their order; they add up to one, or there are none. Touches come in order of time.

    Touches after the close get nothing.
    """
    counted = [at for at in touches if at <= way.closed_at]
    if not counted:
        return [Fraction(0)] * len(touches)
    weights = _weights(model, counted, way)
    total = sum(weights)
    later = [Fraction(0)] * (len(touches) - len(counted))
    return [weight / total for weight in weights] + later


def _weights(model: str, touches: Sequence[datetime], way: Way) -> list[Fraction]:
    number = len(touches)
    if model == FIRST:
        return [Fraction(int(at == 0)) for at in range(number)]
    if model == LAST:
        return [Fraction(int(at == number - 1)) for at in range(number)]
    if model == LINEAR:
        return [Fraction(1)] * number
    if model == DECAY:
        # By its distance to the last touch: the same proportions, and the last one is never lost in rounding.
        ages = [(touches[-1] - at) / HALF_LIFE for at in touches]
        return [Fraction(2.0 ** -min(age, 1000.0)) for age in ages]
    return _pointed(POINTS[model], touches, way)


def _pointed(points: Points, touches: Sequence[datetime], way: Way) -> list[Fraction]:
    found = [
        (points.first, 0),
        (points.lead, _last_until(touches, way.lead_at)),
        (points.deal, _last_until(touches, way.deal_at)),
        (points.close, len(touches) - 1),
    ]
    weights = [Fraction(0)] * len(touches)
    named = set()
    for share, at in found:
        if share and at is not None:
            weights[at] += share
            named.add(at)
    others = [at for at in range(len(touches)) if at not in named]
    for at in others:
        weights[at] = points.rest / len(others)
    return weights


def _last_until(touches: Sequence[datetime], moment: datetime | None) -> int | None:
    """The touch that led to something: the last one that was not after it."""
    before = [at for at, touch in enumerate(touches) if moment is not None and touch <= moment]
    return before[-1] if before else None


def divided(amount: Decimal, parts: Sequence[Fraction]) -> list[Decimal]:
    """The amount by shares that add up to one, in cents (in its own last digit where it has more), nothing lost.

    What rounding down leaves over goes to the largest remainders, the earlier of equals first.
    """
    units = int(amount * SCALE)
    step = _CENT if units % _CENT == 0 else 1
    exact = [Fraction(units, step) * part for part in parts]
    whole = [int(one // 1) for one in exact]
    left = units // step - sum(whole)
    by_remainder = sorted(range(len(parts)), key=lambda at: (whole[at] - exact[at], at))
    for at in by_remainder[:left]:
        whole[at] += 1
    return [Decimal(one * step) / SCALE for one in whole]
