"""Misspelt words find their word, and only theirs; names are found however they are written."""

from __future__ import annotations

import pytest

from gateway.worker.countries import COUNTRIES
from gateway.worker.guarding import guarded, unguarded
from gateway.worker.spelling import Names, nearest

SECTORS = ("technology", "medical", "retail", "software", "telecommunications", "finance", "services")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("technolgy", "technology"),
        ("Technology", "technology"),
        ("telecomunications", "telecommunications"),
        ("aerospace", "aerospace"),
        ("", ""),
    ],
)
def test_a_misspelt_sector_finds_its_word(written: str, meant: str) -> None:
    assert nearest(written, SECTORS) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Philipines", "Philippines"),
        ("Korea", "Korea"),
        ("Niger", "Niger"),
        ("Atlantis", "Atlantis"),
        ("Irak", "Irak"),
    ],
)
def test_a_misspelt_country_is_corrected_only_without_doubt(written: str, meant: str) -> None:
    assert nearest(written, COUNTRIES) == meant


def test_a_name_is_found_whatever_its_spaces_and_case() -> None:
    names = Names(["GTX Pro", "GTX Plus Pro"])
    assert [names.match(name) for name in ("GTXPro", "gtx-pro", "GTX Pro", "GTX")] == ["GTX Pro"] * 3 + [
        "GTX"
    ]


def test_two_names_of_the_same_letters_are_no_help() -> None:
    assert Names(["Xx-holding", "Xx holding"]).match("Xxholding") == "Xxholding"


@pytest.mark.parametrize(
    "cell", ["=1+2", "+cmd|' /C calc'!A0", "@sum", "-a", "'=x", "\t=x", "plain", "", "-5", "+3.2"]
)
def test_a_guarded_cell_comes_back_as_it_was(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


def test_formulas_are_guarded_and_numbers_are_not() -> None:
    assert [guarded(cell) for cell in ("=1+2", "@x", "-5", "-5.25", "a=b")] == [
        "'=1+2",
        "'@x",
        "-5",
        "-5.25",
        "a=b",
    ]
