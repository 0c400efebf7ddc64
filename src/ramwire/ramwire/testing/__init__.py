"""The suite that every wire has to pass, for pytest.

To join, a wire's tests bring one fixture and one subclass::

    class TestRamdrive(WireSuite):
        scheme = "ramdrive"

        @pytest.fixture
        def url(self, tmp_path):
            return f"ramdrive:{tmp_path}/service"

What a wire cannot promise it says in `lacks`, a mapping of test name to reason: these tests are skipped.
"""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("ramwire.testing.suite", "ramwire.testing.process")

from ramwire.testing.process import ServiceProcess  # noqa: E402 - after the line above, or it has no effect
from ramwire.testing.suite import WireSuite  # noqa: E402

__all__ = ["ServiceProcess", "WireSuite"]
