"""Arguments from anybody: either they fit, or they are refused with the place of the fault."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from octoland_api import VERBS
from octoland_api.arguments import GcodeLine, Jog, SendGcode, SetTemperature

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(plain=ANY_JSON, verb=st.sampled_from(sorted(VERBS)))
def test_whatever_comes_fits_or_is_refused(plain: object, verb: str) -> None:
    shape = VERBS[verb].arguments
    try:
        fitting: object = msgspec.convert(plain, shape)
    except msgspec.ValidationError:
        fitting = None
    assert fitting is None or isinstance(fitting, shape)


@given(celsius=ANY_JSON)
def test_a_temperature_is_a_finite_number_in_bounds(celsius: object) -> None:
    try:
        fitting = msgspec.convert({"heater": "bed", "celsius": celsius}, SetTemperature)
    except msgspec.ValidationError:
        return
    assert not isinstance(celsius, bool)
    assert math.isfinite(fitting.celsius)
    assert 0 <= fitting.celsius <= 500


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, True, "60", None, -0.1, 500.1])
def test_what_is_no_temperature_is_refused(bad: object) -> None:
    with pytest.raises(msgspec.ValidationError, match=r"\$\.celsius"):
        msgspec.convert({"heater": "bed", "celsius": bad}, SetTemperature)


@pytest.mark.parametrize("bad", [math.nan, math.inf, 1000.1, True])
def test_what_is_no_distance_is_refused(bad: object) -> None:
    with pytest.raises(msgspec.ValidationError, match=r"\$\.x_mm"):
        msgspec.convert({"x_mm": bad}, Jog)


@given(line=st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_a_line_of_gcode_is_one_line(line: str) -> None:
    try:
        fitting: str = msgspec.convert(line, GcodeLine)
    except msgspec.ValidationError:
        return
    assert not set("\r\n\0") & set(fitting)
    assert 1 <= len(fitting) <= 256


def test_a_newline_at_the_end_of_gcode_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"commands": ["G28\n"]}, SendGcode)
