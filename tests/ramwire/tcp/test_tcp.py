"""The `tcp:` wire passes the suite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ramwire.testing import WireSuite


class TestTcp(WireSuite):
    scheme = "tcp"
    lacks: ClassVar[Mapping[str, str]] = {
        "test_timeout_at_a_stopped_server_tells_that_the_request_has_not_run": (
            "what was sent over a network cannot be taken back for certain: a server that is stopped "
            "does not run it, but its client cannot know that"
        ),
    }
