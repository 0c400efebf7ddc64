"""Addresses: taken apart, or refused with what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ramwire
from ramwire import url

NAMES = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
VALUES = st.from_regex(r"[^&]{0,12}", fullmatch=True)
RESTS = st.from_regex(r"/[^?@]{0,30}", fullmatch=True)


@given(scheme=NAMES, rest=RESTS, options=st.dictionaries(NAMES, VALUES, max_size=3))
def test_parts_of_an_address_come_back(scheme: str, rest: str, options: dict[str, str]) -> None:
    query = "&".join(f"{name}={value}" for name, value in options.items())
    address = url.parse(f"{scheme}:{rest}" + (f"?{query}" if query else ""))
    assert (address.scheme, address.rest, address.options) == (scheme, rest, options)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        address = url.parse(text)
    except ramwire.Refused:
        return
    assert address.scheme


@given(st.text(max_size=20))
def test_seconds_are_a_number_that_is_not_negative_or_refused(value: str) -> None:
    address = url.Url("a:b", "a", "b", {"stale": value})
    try:
        seconds = address.seconds("stale", 10.0)
    except ramwire.Refused:
        return
    assert 0 <= seconds < float("inf")


@pytest.mark.parametrize("text", ["", ":", "nothing", ":/run/x", "a:b?c", "a:b?=c", "a:b?c=1&c=2", "a:b?&"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ramwire.Refused):
        url.parse(text)


@given(secret=st.text(min_size=1, max_size=20))
def test_password_is_never_shown(secret: str) -> None:
    assert url.without_password(f"redis://user:{secret}@host:1/0") == "redis://user:***@host:1/0"
