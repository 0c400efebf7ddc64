"""`python -m tools.farm_scale.printers URL FIRST COUNT`: printers in one process, while its input lasts.

URL has `{service}` where each printer's name goes. It says `ready` when all are served.
"""

from __future__ import annotations

import resource
import sys
from contextlib import ExitStack

import ramwire

STATUS = {
    "state": "Printing",
    "file": "ship.gcode",
    "completion_percent": 41.7,
    "time_left_s": 1234,
    "hotend_celsius": [204.9, 205.0],
    "bed_celsius": [59.8, 60.0],
    "is_connected": True,
    "message": None,
    "layers": {"current": 12, "total": 80},
}


def status() -> dict[str, object]:
    return STATUS


def service(number: int) -> str:
    return f"printer-{number:04}"


def raise_descriptor_limit() -> None:
    """As far as this user may: each printer has a few connections."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main() -> None:
    url, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    raise_descriptor_limit()
    with ExitStack() as stack:
        for number in range(first, first + count):
            address = url.format(service=service(number))
            stack.enter_context(ramwire.Server(address, verbs={"status": status}))
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
