"""Lines that were published on the service's channel: run in the order heard, and answered to nobody."""

from __future__ import annotations

from ramwire.contract import Answer
from ramwire.journal import Journal
from ramwire.line import MAX_LINE_BYTES
from ramwire.ramdrive.callers import Callers

log = Journal(__name__)


class Notices:
    """A slow one holds up the next for a moment only."""

    def __init__(self, shown: str, answer: Answer) -> None:
        self._shown = shown
        self._answer = answer
        self._callers = Callers()

    def put(self, line: bytes) -> None:
        """Run it soon."""
        if len(line) > MAX_LINE_BYTES:
            log.warning(
                "%s: a notice of %d bytes is not run: %d are the most", self._shown, len(line), MAX_LINE_BYTES
            )
            return
        try:
            self._callers.put(None, lambda: self._run(line))
        except RuntimeError as error:
            log.warning("%s: a notice is not run: %s", self._shown, error)

    def _run(self, line: bytes) -> None:
        try:
            self._answer(line)
        except BaseException as error:  # noqa: BLE001 - whatever it was, nobody waits to be told
            log.info("%s: a notice failed: %s: %s", self._shown, type(error).__name__, error)
