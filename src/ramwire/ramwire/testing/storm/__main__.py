"""`python -m ramwire.testing.storm WIRE… --kills N`: exit code 1 where a promise was not kept."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile

from ramwire.testing import addresses
from ramwire.testing.storm.director import Plan, storm

KNOWN = ", ".join(addresses.SCHEMES)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m ramwire.testing.storm", description=__doc__)
    parser.add_argument(
        "wires",
        metavar="WIRE",
        nargs="+",
        help=f"an address where nobody serves, or one of these at one of its own: {KNOWN}",
    )
    parser.add_argument("--kills", type=int, default=1000, help="of both ends together (default %(default)s)")
    parser.add_argument(
        "--aim",
        choices=("servers", "clients", "either"),
        default="either",
        help="who is killed (default %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=1, help="of the luck (default %(default)s)")
    given = parser.parse_args()
    for wire in given.wires:
        if ":" not in wire and wire not in addresses.SCHEMES:
            parser.error(f"{wire} is neither an address nor one of {KNOWN}")
    shared_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - for its file system
    faults = 0
    for wire in given.wires:
        with tempfile.TemporaryDirectory(prefix="ramwire-storm-", dir=shared_memory) as folder:
            url = wire if ":" in wire else addresses.fresh(wire, folder)
            verdict = storm(Plan(url, folder, given.kills, given.aim, given.seed))
        lines = [f"{wire}: {verdict.figures()}; {len(verdict.faults)} faults"]
        lines += [f"{wire}: {fault}" for fault in verdict.faults[:20]]
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        faults += len(verdict.faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
