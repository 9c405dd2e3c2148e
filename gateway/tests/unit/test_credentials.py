"""Keys, tokens and what guards a session's writes: their forms, and what is refused before any database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import ids
from gateway import credentials


def test_a_key_names_its_record_and_proves_its_secret() -> None:
    key_id = ids.new("key")
    text, secret_hash = credentials.new_key(key_id)
    assert text.startswith("rap_sk_")
    assert credentials.read_key(text) == (key_id, secret_hash)
    assert secret_hash not in text


@given(st.data())
def test_a_mistyped_key_is_refused_by_its_checksum(data: st.DataObject) -> None:
    text, _ = credentials.new_key(ids.new("key"))
    place = data.draw(st.integers(min_value=7, max_value=len(text) - 1))
    letter = data.draw(st.sampled_from("0123456789abcdefXYZ"))
    changed = text[:place] + letter + text[place + 1 :]
    assert changed == text or credentials.read_key(changed) is None


@pytest.mark.parametrize(
    "junk", ["", "rap_sk_", "rap_sk_" + "a" * 75, "Bearer x", "rap_pk_" + "0" * 75, "\x00" * 82]
)
def test_junk_is_no_key(junk: str) -> None:
    assert credentials.read_key(junk) is None


def test_two_keys_of_one_record_differ() -> None:
    key_id = ids.new("key")
    assert credentials.new_key(key_id)[0] != credentials.new_key(key_id)[0]


def test_tokens_have_a_form_of_their_own() -> None:
    assert credentials.is_token(credentials.new_token())
    assert not credentials.is_token("short")
    assert not credentials.is_token(credentials.new_token() + "x")


def test_a_csrf_token_belongs_to_one_session_and_one_installation() -> None:
    mine = credentials.csrf_token(b"a" * 32, "session_1")
    assert mine == credentials.csrf_token(b"a" * 32, "session_1")
    assert mine != credentials.csrf_token(b"a" * 32, "session_2")
    assert mine != credentials.csrf_token(b"b" * 32, "session_1")
