"""What goes wrong again and again is said once, until it has gone right."""

from __future__ import annotations

from ramwire.journal import Journal

log = Journal(__name__)


class Trouble:
    """The troubles of one address. Any thread may tell of them."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._last: tuple[str, object] = ("", None)

    def __bool__(self) -> bool:
        return self._last[0] != ""

    def tell(self, what: str, error: Exception) -> None:
        """Log it, unless it is what was told last."""
        now = (what, getattr(error, "errno", None) or str(error))
        if now != self._last:
            self._last = now
            log.warning("%s: %s: %s", self._path, what, error)

    def end(self) -> None:
        """It has gone right."""
        self._last = ("", None)
