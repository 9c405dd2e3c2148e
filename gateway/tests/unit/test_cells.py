"""Cells are read as their fields need them, in the ways people write; what can mean two things is not guessed at."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gateway.worker import cells
from gateway.worker.cells import Unreadable


def refused(read: Any, text: str) -> str:
    with pytest.raises(Unreadable) as error:
        read(text)
    return error.value.code


@pytest.mark.parametrize(
    ("format_", "text", "value"),
    [
        ("1,234.56", "1,234.56", "1234.56"),
        ("1.234,56", "1.234,56", "1234.56"),
        ("1.234,56", "5.000", "5000"),
        ("1 234,56", "1 234,56", "1234.56"),
        ("1'234.56", "1'234.56", "1234.56"),
        ("1234,56", "1234,5", "1234.5"),
        (None, "1.234,56", "1234.56"),
        (None, "1,234,567", "1234567"),
        (None, "-12.5", "-12.5"),
    ],
)
def test_numbers_are_read_with_the_marks_of_their_file(format_: str | None, text: str, value: str) -> None:
    assert cells.number(format_)(text) == Decimal(value)


@pytest.mark.parametrize(
    ("format_", "text", "code"),
    [
        (None, "1,234", "ambiguous_number"),
        (None, "twelve", "not_a_number"),
        ("1.234,56", "1,234.56", "not_a_number"),
        ("1.234,56", "12.34", "not_a_number"),
        ("1,234.56", "1.234,56", "not_a_number"),
    ],
)
def test_a_number_that_may_mean_two_things_is_refused(format_: str | None, text: str, code: str) -> None:
    assert refused(cells.number(format_), text) == code


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1.234,56 €", "1234.56", "EUR"),
        ("€ 99,90", "99.90", "EUR"),
        ("$ 5", "5", "USD"),
        ("CHF 12,00", "12.00", "CHF"),
        ("250,00 EUR", "250.00", "EUR"),
        ("(250,00)", "-250.00", None),
        ("7", "7", None),
    ],
)
def test_money_is_read_with_and_without_its_sign(text: str, amount: str, currency: str | None) -> None:
    assert cells.money("1.234,56", 1, None)(text) == {"amount": amount, "currency": currency}


def test_amounts_have_units() -> None:
    assert cells.money("1234.56", 1_000_000, "USD")("12.5") == {"amount": "12500000.0", "currency": "USD"}
    assert cells.split_format("1.234,56 thousands") == ("1.234,56", 1000, False)
    with pytest.raises(cells.BadFormat, match="no number format 'dozens'"):
        cells.split_format("dozens")


def test_whole_numbers_and_percents() -> None:
    assert cells.whole(None, 1, is_fraction=False)("45 %") == 45
    assert cells.whole(None, 1, is_fraction=True)("0.45") == 45
    assert refused(cells.whole(None, 1, is_fraction=False), "4.5") == "not_a_whole_number"


@pytest.mark.parametrize(
    ("format_", "text", "day"),
    [
        ("DD.MM.YYYY", "05.11.2026", date(2026, 11, 5)),
        ("DD/MM/YYYY", "05/11/2026", date(2026, 11, 5)),
        ("MM/DD/YYYY", "05/11/2026", date(2026, 5, 11)),
        ("DD.MM.YYYY", "5.11.26", date(2026, 11, 5)),
        ("DD.MM.YYYY", "2026-11-05", date(2026, 11, 5)),
        (None, "2026/11/05", date(2026, 11, 5)),
        (None, "20261105", date(2026, 11, 5)),
        (None, "25/11/2026", date(2026, 11, 25)),
        (None, "5. März 2026", date(2026, 3, 5)),
        (None, "5 mai 2026", date(2026, 5, 5)),
        (None, "3 de enero de 2026", date(2026, 1, 3)),
        (None, "Nov 25, 2026", date(2026, 11, 25)),
        (None, "2026-11-25T14:30:00", date(2026, 11, 25)),
    ],
)
def test_days_are_read_in_the_order_of_their_file(format_: str | None, text: str, day: date) -> None:
    assert cells.day(format_)(text) == day


@pytest.mark.parametrize(
    ("format_", "text", "code"),
    [
        (None, "05/11/2026", "ambiguous_day"),
        ("DD/MM/YYYY", "11/25/2026", "not_a_day"),
        ("MM/DD/YYYY", "2/30/2017", "not_a_day"),
        (None, "yesterday", "not_a_day"),
    ],
)
def test_a_day_that_may_be_another_is_refused(format_: str | None, text: str, code: str) -> None:
    assert refused(cells.day(format_), text) == code


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-25T14:30:00Z", "2026-11-25T14:30:00+00:00"),
        ("25.11.2026 14:30", "2026-11-25T14:30:00+01:00"),
        ("25.11.2026", "2026-11-25T12:00:00+01:00"),
        ("25.11.2026 2:30 PM", "2026-11-25T14:30:00+01:00"),
        ("2026-11-25 14:30:00+02:00", "2026-11-25T14:30:00+02:00"),
    ],
)
def test_moments_without_a_zone_are_meant_where_the_workspace_is(text: str, moment: str) -> None:
    assert cells.instant("DD.MM.YYYY", "Europe/Berlin")(text) == moment


def test_words_of_truth_in_four_languages() -> None:
    assert [cells.boolean(word) for word in ("Ja", "yes", "oui", "sí", "nein", "No")] == [True] * 4 + [
        False
    ] * 2
    assert refused(cells.boolean, "perhaps") == "not_a_truth_value"


def test_a_choice_is_found_however_it_is_written() -> None:
    read = cells.choice(("left_voicemail", "no_answer"))
    assert [read(text) for text in ("Left voicemail", "NO-ANSWER")] == ["left_voicemail", "no_answer"]
    assert refused(read, "eaten") == "unknown_value"


def test_local_phone_numbers_become_international_ones() -> None:
    read = cells.phone("DE")
    assert read("030 12345678") == "+493012345678"
    assert read("+44 20 7946 0958") == "+44 20 7946 0958"
    assert read("12") == "12"
    assert cells.phone(None)("030 12345678") == "030 12345678"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Ada Berg", "Ada", "Berg"),
        ("Berg, Ada", "Ada", "Berg"),
        ("Dr. Ludwig van der Berg", "Ludwig", "van der Berg"),
        ("Frau Anna Maria Groß", "Anna Maria", "Groß"),
        ("Cher", None, "Cher"),
    ],
)
def test_a_whole_name_is_taken_apart(text: str, first: str | None, last: str) -> None:
    found = cells.full_name(text)
    assert (found.get("first_name"), found["last_name"]) == (first, last)


def test_lists_and_durations() -> None:
    assert cells.listed("fair; warm, fair | vip") == ["fair", "warm", "vip"]
    assert [cells.seconds(text) for text in ("90", "1:30", "1:02:03", "5 min", "2 h")] == [
        90,
        90,
        3723,
        300,
        7200,
    ]
