"""What may stand behind the `?` of a `fifo:` address."""

from __future__ import annotations

from collections.abc import Mapping

OPTIONS: Mapping[str, str] = {
    "framing": "how a message's end is marked: line (a newline), u32le (a length of four bytes), x4 (X0005)",
}
