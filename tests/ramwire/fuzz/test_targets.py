"""A moment of fuzzing without the fuzzer: the inputs to begin with, and what little is made of them."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .target import Target, Touched, untouched
from .targets import TARGETS

ids = [target.name for target in TARGETS]


@pytest.mark.parametrize("target", TARGETS, ids=ids)
def test_parser_keeps_its_word_for_what_was_ever_tried(target: Target) -> None:
    assert target.seeds
    for seed in target.seeds:
        target.check(seed)


@pytest.mark.parametrize("target", TARGETS, ids=ids)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_parser_keeps_its_word_for_what_little_chance_makes(target: Target, data: st.DataObject) -> None:
    """A piece of one input, something odd, a piece of another."""
    first, last = (data.draw(st.sampled_from(target.seeds)) for _ in range(2))
    begin, end = data.draw(st.integers(0, len(first))), data.draw(st.integers(0, len(last)))
    target.check(first[:begin] + data.draw(st.binary(max_size=8)) + last[end:])


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return open, ("/dev/null",)


def test_watch_sees_a_reader_that_opens_something() -> None:
    with pytest.raises(Touched), untouched():
        pickle.loads(pickle.dumps(Evil()))
