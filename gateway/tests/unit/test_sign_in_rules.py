"""Links work once and for 15 minutes; sessions end when idle, and in any case after 12 hours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chassis import clock
from gateway.organisation.domain.errors import LinkNotValid
from gateway.organisation.domain.sign_in import SignInLink, is_alive

NOW = clock.now()


def a_link(**values: object) -> SignInLink:
    return SignInLink(
        **{"user_id": "user_1", "token_hash": "x", "expires_at": NOW + timedelta(minutes=15), **values}
    )


def test_a_link_works_once() -> None:
    link = a_link()
    link.spend(NOW)
    with pytest.raises(LinkNotValid):
        link.spend(NOW)


def test_a_link_works_for_15_minutes() -> None:
    link = a_link()
    with pytest.raises(LinkNotValid):
        link.spend(NOW + timedelta(minutes=15))
    link.spend(NOW + timedelta(minutes=14, seconds=59))


def test_an_idle_session_ends() -> None:
    assert is_alive(NOW, NOW, NOW + timedelta(minutes=29))
    assert not is_alive(NOW, NOW, NOW + timedelta(minutes=30))


def test_a_busy_session_ends_after_twelve_hours() -> None:
    later = NOW + timedelta(hours=12)
    assert is_alive(NOW, later - timedelta(minutes=2), later - timedelta(minutes=1))
    assert not is_alive(NOW, later, later)
