"""Where one message ends and the next begins: the three framings of the `fifo:` wire, by name."""

from __future__ import annotations

from collections.abc import Mapping

from ramwire.errors import Refused
from ramwire.fifo.framings.contract import Framing
from ramwire.fifo.framings.line import Line
from ramwire.fifo.framings.u32le import U32le
from ramwire.fifo.framings.x4 import X4
from ramwire.url import Url

FRAMINGS: Mapping[str, Framing] = {framing.name: framing for framing in (Line(), U32le(), X4())}
DEFAULT = "line"


def framing_of(url: Url) -> Framing:
    """The framing that an address asks for. Raises `Refused` for an unknown one."""
    name = url.options.get("framing", DEFAULT)
    try:
        return FRAMINGS[name]
    except KeyError:
        raise Refused(
            f"{url.text}: no framing is called {name}; there is {', '.join(sorted(FRAMINGS))}"
        ) from None
