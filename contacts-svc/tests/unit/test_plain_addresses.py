"""Addresses that are taken at first sight are the ones the library takes, in the same form."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email

from messages.addresses import _is_plain


@pytest.mark.parametrize(
    "address",
    [
        "ada@example.com",
        "Ada.Berg+news@Mail.Example.co.uk",
        "ada@printer.local",
        "ada@localhost",
        "ada@company.invalid",
        "ada@xn--mnchen-3ya.de",
        "a..b@example.com",
        ".a@example.com",
        "a" * 65 + "@example.com",
        "ada@-example.com",
        "ada@example",
        "ada@example.c0m",
        "ada@a--b.example.com",
        "ada@" + "a" * 64 + ".com",
        "jörg@example.com",
        "ada@example.test",
    ],
)
def test_what_is_plain_at_first_sight_is_what_the_library_says(address: str) -> None:
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        assert not _is_plain(address.lower())
    else:
        assert not _is_plain(address.lower()) or found == address.lower()
