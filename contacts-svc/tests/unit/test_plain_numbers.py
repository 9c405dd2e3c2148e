"""Phone numbers that are right at first sight come out as the library would give them."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.addresses import Phone, _is_e164

CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


def said_by_the_library(text: str) -> str | None:
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@given(st.sampled_from(CODES), st.from_regex(r"[0-9]{3,13}", fullmatch=True))
def test_what_is_right_at_first_sight_is_what_the_library_says(code: int, number: str) -> None:
    text = f"+{code}{number}"
    if _is_e164(text):
        assert said_by_the_library(text) == text


@pytest.mark.parametrize("text", ["+493012345678", "+16502530000", "+390612345678", "+442071838750"])
def test_the_usual_numbers_are_taken_at_first_sight(text: str) -> None:
    assert _is_e164(text)
    assert Phone().deserialize(text) == text


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("+49 (30) 12345678", "+493012345678"),
        # The zero of a call within the country is not dialled from outside.
        ("+4903012345678", "+493012345678"),
        ("+1 650 253 0000 ext. 5", "+16502530000;ext=5"),
    ],
)
def test_others_are_left_to_the_library(text: str, normal: str) -> None:
    assert not _is_e164(text)
    assert Phone().deserialize(text) == normal
