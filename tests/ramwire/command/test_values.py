"""Answers as JSON: what JSON has no form for, too."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ramwire.command.values import to_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_json_stays_what_it_is(value: object) -> None:
    assert json.loads(to_json(value)) == value


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (b"\x00\xff", '"AP8="'),
        ({3, 1, 2}, "[1, 2, 3]"),
        (frozenset({"b", "a"}), '["a", "b"]'),
        ((1, (2,)), "[1, [2]]"),
        ({1: "one", None: "none", (1, 2): "pair"}, '{"1": "one", "null": "none", "[1, 2]": "pair"}'),
        (datetime.date(2026, 11, 21), '"2026-11-21"'),
        (datetime.datetime(2026, 11, 21, 9, 30, tzinfo=datetime.timezone.utc), '"2026-11-21T09:30:00+00:00"'),
        (datetime.timedelta(seconds=90), '"0:01:30"'),
        (Decimal("1.10"), '"1.10"'),
        (float("nan"), '"nan"'),
        (float("-inf"), '"-inf"'),
        (1 + 2j, '"(1+2j)"'),
    ],
)
def test_what_json_has_no_form_for_becomes_text_or_array(value: object, printed: str) -> None:
    assert to_json(value) == printed
