"""How people and companies are reached: e-mail, phone, domain and web site as field types, each in one normal form.

The normal form is made where a message is read, so that every origin stores and compares the same text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError

from messages.common import Text

_DOMAIN = re.compile(r"(?=.{4,253}$)([^\W_]([\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")
_LOCAL_NUMBER = re.compile(r"(?=(\D*\d){3})[0-9 ()./\-x#,;=a-z]+", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)


# An address as nearly all are: no quotes, no other alphabets, no labels with a meaning of their own.
_PLAIN_ADDRESS = re.compile(
    r"(?=[^@]{1,64}@)(?=.{6,254}$)[a-z0-9_+\-]+(?:\.[a-z0-9_+\-]+)*"
    r"@((?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})"
)


def _is_plain(address: str) -> bool:
    """Whether an address is right at first sight: the library takes it as it is, and a hundred times as long."""
    match = _PLAIN_ADDRESS.fullmatch(address)
    if match is None or "--" in match[1]:
        return False
    from email_validator import SPECIAL_USE_DOMAIN_NAMES

    labels = match[1].split(".")
    return not any(".".join(labels[start:]) in SPECIAL_USE_DOMAIN_NAMES for start in range(len(labels)))


class Email(Text):
    """An e-mail address in lower case. Its form is checked, not whether somebody reads it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=254, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        # Every process imports the messages; only those that read addresses need the libraries behind them.
        from email_validator import EmailNotValidError, validate_email

        text = super()._deserialize(value, attr, data, **kwargs)
        if _is_plain(lower := text.lower()):
            return lower
        try:
            return validate_email(text, check_deliverability=False, test_environment=True).normalized.lower()
        except EmailNotValidError as error:
            raise ValidationError(f"Not an e-mail address like ada@example.com: {error}") from None


# A number as most lists hold it: already in the normal form.
_E164 = re.compile(r"\+[1-9]\d{6,14}")


@cache
def _dialling(code: str) -> tuple[frozenset[int], re.Pattern[str] | None] | None:
    """How long the numbers of a calling code may be and what would be cut off their beginning; None for no code."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code))
    if not regions:
        return None
    known = PhoneMetadata.metadata_for_region_or_calling_code(int(code), regions[0])
    if known is None or known.general_desc is None:
        return None
    prefix = known.national_prefix_for_parsing
    return frozenset(known.general_desc.possible_length), re.compile(prefix) if prefix else None


def _is_e164(text: str) -> bool:
    """Whether a number is right at first sight: the library takes it as it is, and thirty times as long."""
    if not _E164.fullmatch(text):
        return False
    # No calling code begins with another one, so the first that is one is it.
    for end in (2, 3, 4):
        dialling = _dialling(text[1:end])
        if dialling is not None:
            lengths, prefix = dialling
            return len(text) - end in lengths and not (prefix and prefix.match(text, end))
    return False


class Phone(Text):
    """A phone number: E.164 (`+493012345`) where it names its country, otherwise as written.

    An extension is kept behind the number, `+16502530000;ext=5`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=60, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not text.startswith("+"):
            if not _LOCAL_NUMBER.fullmatch(text):
                raise ValidationError("Not a phone number like +49 30 12345.")
            return text
        if _is_e164(text):
            return text
        import phonenumbers

        try:
            number = phonenumbers.parse(text)
        except phonenumbers.NumberParseException:
            raise ValidationError("Not a phone number like +49 30 12345.") from None
        if not phonenumbers.is_possible_number(number):
            raise ValidationError("This phone number is too short or too long for its country.")
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        return f"{written};ext={number.extension}" if number.extension else written


class Domain(Text):
    """A domain in lower case, without scheme, `www.` and path; a web address is cut down to it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=300, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).lower()
        host = _host(text if "://" in text else f"//{text}").removeprefix("www.").rstrip(".")
        if not _DOMAIN.fullmatch(host):
            raise ValidationError("Not a domain like example.com.")
        return host


class Website(Text):
    """A web address; `https://` is added where the scheme is missing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=300, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        # Only what a browser may open from a link: a script in this field would run in a colleague's session.
        address = text if "://" in text else f"https://{text}"
        if not _WEB.match(address) or not _DOMAIN.fullmatch(_host(address)):
            raise ValidationError("Not a web address like https://example.com.")
        return address


def _host(address: str) -> str:
    """The host of a web address, empty when there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
