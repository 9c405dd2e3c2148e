"""What travels in one message: only the bulk lane is bundled, and a record's events keep their order."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from chassis.bus import bundles
from chassis.envelope import BULK


@dataclass(frozen=True)
class Row:
    type: str
    subject_id: str
    payload: str = "{}"
    lane: str = BULK
    source: str = "deals"
    number: int = 0


ROWS = st.lists(
    st.builds(
        Row,
        type=st.sampled_from(["created", "won", "lost"]),
        subject_id=st.sampled_from(["a", "b", "c", "d"]),
        payload=st.sampled_from(["{}", "x" * 100_000]),
        lane=st.sampled_from([BULK, BULK, "0"]),
        source=st.sampled_from(["deals", "contacts"]),
    ),
    max_size=60,
)


def test_an_import_travels_in_bundles_of_a_type() -> None:
    rows = [Row(kind, f"{kind}{number}") for number in range(150) for kind in ("created", "won")]
    sent = bundles.gather(rows)
    assert [(len(bundle), {row.type for row in bundle}) for bundle in sent] == [
        (100, {"created"}),
        (100, {"won"}),
        (50, {"created"}),
        (50, {"won"}),
    ]


def test_the_interactive_lane_sends_each_event_alone() -> None:
    assert [len(bundle) for bundle in bundles.gather([Row("created", "a", lane="3")] * 5)] == [1] * 5


def test_an_event_does_not_overtake_an_earlier_one_of_its_record() -> None:
    rows = [Row("created", "a"), Row("won", "b"), Row("won", "a"), Row("created", "b")]
    assert [[row.subject_id for row in bundle] for bundle in bundles.gather(rows)] == [
        ["a"],
        ["b", "a"],
        ["b"],
    ]


@given(ROWS)
def test_every_row_is_sent_once_and_each_record_in_order(rows: list[Row]) -> None:
    rows = [replace(row, number=number) for number, row in enumerate(rows)]
    sent = bundles.gather(rows)
    flat = [row.number for bundle in sent for row in bundle]
    assert sorted(flat) == list(range(len(rows)))
    for subject in {row.subject_id for row in rows}:
        of_it = [number for number in flat if rows[number].subject_id == subject]
        assert of_it == sorted(of_it)
    for bundle in sent:
        assert len({(row.source, row.type, row.lane) for row in bundle}) == 1
        assert len(bundle) == 1 or sum(len(row.payload) for row in bundle) <= bundles.MOST_CHARACTERS


@given(st.lists(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text())), min_size=1))
def test_a_bundle_is_json_and_comes_apart_as_it_was(values: list[dict[str, object]]) -> None:
    payloads = [json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values]
    body = bundles.join(payloads)
    assert bundles.split(body) == payloads
    assert json.loads(body) == (values if len(values) > 1 else values[0])


def test_what_is_no_bundle_stays_whole() -> None:
    for body in ("", "[", "[\n", "[1,\n2]", '{"a": 1}', "not json,\nat all"):
        assert bundles.split(body) == [body]
