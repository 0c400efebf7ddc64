"""The `http:` wire passes the suite."""

from __future__ import annotations

from ramwire.testing import WireSuite


class TestHttp(WireSuite):
    scheme = "http"
