"""Attribution: the shares of each model, and credits that add up to the cent whatever the way was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.domain.attribution import FORMULAS, ORIGINAL, Way, divided, shares

DAY = timedelta(days=1)
START = datetime(2026, 3, 2, tzinfo=UTC)
MODELS = [model for model in FORMULAS if model != ORIGINAL]


def at(*days: float) -> list[datetime]:
    return [START + day * DAY for day in days]


def way(lead: float | None, deal: float | None, close: float) -> Way:
    lead_at, deal_at = (None if day is None else START + day * DAY for day in (lead, deal))
    return Way(lead_at, deal_at, START + close * DAY)


def percent(model: str, touches: list[datetime], on: Way) -> list[float]:
    return [round(float(100 * share), 2) for share in shares(model, touches, on)]


FIVE, WHOLE = at(0, 10, 20, 30, 40), way(10, 30, 41)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("first_touch", [100, 0, 0, 0, 0]),
        ("last_touch", [0, 0, 0, 0, 100]),
        ("linear", [20, 20, 20, 20, 20]),
        ("u_shaped", [40, 40, 6.67, 6.67, 6.67]),
        ("w_shaped", [30, 30, 5, 30, 5]),
        ("full_path", [22.5, 22.5, 10, 22.5, 22.5]),
        ("time_decay", [1.21, 3.25, 8.74, 23.52, 63.3]),
    ],
)
def test_each_model_gives_its_shares(model: str, expected: list[float]) -> None:
    assert percent(model, FIVE, WHOLE) == expected


@pytest.mark.parametrize(
    ("model", "touches", "on", "expected"),
    [
        # No lead: its 40 go to the first touch and the rest, 2 to 1.
        ("u_shaped", at(0, 5), way(None, None, 9), [66.67, 33.33]),
        # The first touch made the lead: it is both points.
        ("u_shaped", at(0, 5), way(0, None, 9), [80, 20]),
        # Nothing between: the rest passes its share on.
        ("w_shaped", at(0, 5, 8), way(5, 8, 9), [33.33, 33.33, 33.33]),
        # The lead was there before the first touch.
        ("w_shaped", at(5, 8), way(2, 8, 9), [50, 50]),
        ("full_path", at(5), way(2, 3, 9), [100]),
        ("full_path", at(0, 5, 10), way(0, 5, 10), [50, 25, 25]),
        ("linear", at(0, 5, 10), way(0, 5, 7), [50, 50, 0]),
        ("first_touch", at(8), way(0, 5, 7), [0]),
        ("linear", [], way(0, 5, 7), []),
        ("time_decay", at(0, 7), way(None, None, 100_000), [33.33, 66.67]),
    ],
)
def test_points_that_are_missing_or_coincide_pass_their_share_on(
    model: str, touches: list[datetime], on: Way, expected: list[float]
) -> None:
    assert percent(model, touches, on) == expected


days = st.floats(0, 400, allow_nan=False)
ways = st.builds(way, st.none() | days, st.none() | days, days)


@given(
    model=st.sampled_from(MODELS),
    offsets=st.lists(days, max_size=30),
    on=ways,
    amount=st.decimals(0, 900_000_000, places=4) | st.decimals(0, 900_000_000, places=2),
)
def test_credits_add_up_to_the_cent(model: str, offsets: list[float], on: Way, amount: Decimal) -> None:
    touches = at(*sorted(offsets))
    found = shares(model, touches, on)
    assert len(found) == len(touches)
    assert all(share >= 0 for share in found)
    if not any(touch <= on.closed_at for touch in touches):
        assert sum(found) == 0
        return
    assert sum(found) == 1
    credits = divided(amount, found)
    assert sum(credits) == amount
    step = Decimal("0.01") if amount == round(amount, 2) else Decimal("0.0001")
    for credit, share in zip(credits, found, strict=True):
        assert credit % step == 0
        assert abs(Fraction(credit) - Fraction(amount) * share) < Fraction(step)
        assert share or not credit


def test_a_cent_that_is_left_over_goes_to_the_earlier_of_equals() -> None:
    assert divided(Decimal("100.00"), [Fraction(1, 3)] * 3) == [
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]
