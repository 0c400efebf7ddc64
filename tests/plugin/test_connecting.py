"""Two who connect at the same moment."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Optional, cast

from octoprint_octoland.adapters.printer import OctoPrintPrinter, Printer

from tests.plugin.octoprint_process import eventually


class SlowToConnect:
    """As OctoPrint: looks whether it is connected, and takes a while until it is."""

    def __init__(self) -> None:
        self.asked = 0
        self.opened = 0
        self._both_looked = threading.Barrier(2)

    def is_error(self) -> bool:
        return False

    def connect(self, port: Optional[str], baudrate: Optional[int]) -> None:  # noqa: ARG002 - OctoPrint's signature
        if not self.opened:
            with suppress(threading.BrokenBarrierError):
                self._both_looked.wait(timeout=0.5)
            self.opened += 1
        self.asked += 1


def test_the_port_is_opened_once() -> None:
    octoprint = SlowToConnect()
    printer = Printer(cast(OctoPrintPrinter, octoprint))

    printer.connect(None, None)
    printer.connect(None, None)

    eventually(lambda: octoprint.asked == 2)
    assert octoprint.opened == 1
