"""Schemes and what serves them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ramwire
from ramwire import registry


def test_every_scheme_has_a_suite() -> None:
    """A wire that is registered joins the conformance suite: a class TestX(WireSuite) with its scheme."""
    tests = "\n".join(path.read_text() for path in Path(__file__).parent.rglob("test_*.py"))
    suites = re.findall(r'\(WireSuite\):\n    scheme = "(\w+)"', tests)
    assert sorted(suites) == sorted(registry.WIRES)


def test_unknown_scheme_is_told_the_known_ones() -> None:
    with pytest.raises(ramwire.Refused, match=r"no wire is called pigeon; there is .*ramdrive"):
        ramwire.Client("pigeon:/coop")
