"""The quality of the data: figures equal a plain recomputation, and nothing is told while nothing has changed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from contact_builders import a_runtime, run
from hypothesis import given, settings
from hypothesis import strategies as st

from contacts.domain.quality import Counts

maybe = st.none() | st.sampled_from(["a", "b", "c"])


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("XYZ"), maybe, maybe), max_size=6),
    st.lists(st.tuples(maybe, maybe), max_size=6),
)
def test_the_figures_are_those_of_a_plain_count(
    accounts: list[tuple[str, str | None, str | None]], contacts: list[tuple[str | None, str | None]]
) -> None:
    runtime = a_runtime()
    for name, domain, industry in accounts:
        run(
            runtime,
            "create_account",
            name=name,
            domain=domain and f"{domain}.example",
            industry=industry,
        )
    for email, title in contacts:
        run(runtime, "create_contact", last_name="Berg", email=email and f"{email}@x.example", title=title)
    found = run(runtime, "check_quality")
    records = len(accounts) + len(contacts)
    filled = sum(bool(value) for _, domain, industry in accounts for value in (domain, industry))
    filled += sum(bool(value) for pair in contacts for value in pair)
    same = Counter((domain or name) for name, domain, _ in accounts)
    same.update(f"{email}@" for email, _ in contacts if email)
    extra = sum(size - 1 for size in same.values())
    assert (found["records"], found["filled_fields"], found["duplicates"]) == (records, filled, extra)
    assert found["expected_fields"] == records * 5
    assert found["completeness"] == pytest.approx(filled * 20 / records if records else 100, abs=0.001)


def test_shares_of_nothing() -> None:
    nothing = Counts(0, 0, 0, 0)
    assert (nothing.completeness, nothing.duplicate_share) == (100.0, 0.0)


def test_what_is_deleted_does_not_count() -> None:
    runtime = a_runtime()
    made: dict[str, Any] = run(runtime, "create_account", name="Acme")
    run(runtime, "delete_account", account_id=made["id"], expected_version=1)
    assert run(runtime, "check_quality")["records"] == 0
