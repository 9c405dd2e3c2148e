"""Sealed state comes back as it left, to nobody else and for nothing else."""

from __future__ import annotations

import base64

import pytest

from chassis.errors import AppError
from gateway.sealing import opened, sealed

SECRET, OTHER = b"s" * 32, b"t" * 32
STATE = {"position": 7, "so_far": {"runs": 3, "by_day": {"2026-11-26": 3}}}


def code(secret: bytes, about: str, text: str) -> str:
    with pytest.raises(AppError) as refused:
        opened(secret, about, text)
    return refused.value.code


def test_it_comes_back_as_it_left() -> None:
    assert opened(SECRET, "deals", sealed(SECRET, "deals", STATE)) == STATE


def test_it_is_about_one_thing_under_one_secret() -> None:
    text = sealed(SECRET, "deals", STATE)
    assert code(SECRET, "leads", text) == "cursor_mismatch"
    assert code(OTHER, "deals", text) == "cursor_mismatch"


@pytest.mark.parametrize("at", [0, 31, 32, -1])
def test_a_changed_byte_is_noticed(at: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(sealed(SECRET, "deals", STATE)))
    raw[at] ^= 1
    assert code(SECRET, "deals", base64.urlsafe_b64encode(raw).decode()) == "cursor_mismatch"


@pytest.mark.parametrize("text", ["", "abc", "?", "é", "AAAA", base64.b64encode(b"x" * 32).decode()])
def test_junk_is_refused(text: str) -> None:
    assert code(SECRET, "deals", text) == "invalid_cursor"
