"""A foreign request that lay unserved for too long is answered with an error, and does not run."""

from __future__ import annotations

import time

from tests.ramwire.command.processes import until

from .conftest import Service
from .test_order import notes

STALE_S = 1.0


def test_old_request_is_refused_and_a_fresh_one_with_an_old_name_runs(service: Service) -> None:
    """What counts is how long it lay, not what its name says: a Pi's clock jumps."""
    service.make()
    service.leave("20991231235959_1", 'note ["late", 1]\n')
    begin = time.monotonic()
    until(lambda: time.monotonic() - begin > 1.5 * STALE_S, "the request to grow old")
    with service.served("recorder:Recorder", f"?stale={STALE_S}"):
        assert service.take("20991231235959_1.error")
        service.leave("20010101000000_1", 'note ["fresh", 1]\n')
        service.take("20010101000000_1.pickle")
        assert notes(service) == [("fresh", 1)]
    assert service.is_empty()
