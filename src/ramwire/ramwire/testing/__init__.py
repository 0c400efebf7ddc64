"""The suite that every wire has to pass, for pytest.

To join, a wire's tests bring one fixture and one subclass::

    class TestRamdrive(WireSuite):
        scheme = "ramdrive"

        @pytest.fixture
        def url(self, tmp_path):
            return f"ramdrive:{tmp_path}/service"

A wire that has channels joins `ChannelSuite` in the same way.

What a wire cannot promise it says in `lacks`, a mapping of test name to reason: these tests are skipped.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ramwire.testing.channels import ChannelSuite as ChannelSuite
    from ramwire.testing.process import ServiceProcess as ServiceProcess
    from ramwire.testing.suite import WireSuite as WireSuite

_HOMES = {
    "ChannelSuite": "ramwire.testing.channels",
    "ServiceProcess": "ramwire.testing.process",
    "WireSuite": "ramwire.testing.suite",
}

__all__ = [  # noqa: PLE0604 - the table above is the list
    *_HOMES,
]


def __getattr__(name: str) -> object:
    # Not above: the service's own process lives here too, and starts in half the time without pytest.
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'ramwire.testing' has no attribute {name!r}")
    import pytest  # noqa: PLC0415

    if home not in sys.modules:
        pytest.register_assert_rewrite(home)
    value = globals()[name] = getattr(import_module(home), name)
    return value
