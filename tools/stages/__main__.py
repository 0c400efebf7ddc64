"""`python -m tools.stages [STAGE...]`: those stages, or all."""

from __future__ import annotations

import argparse
import os
import signal
import sys

from .runner import Runner, report
from .table import STAGES


def main() -> int:
    by_name = {stage.name: stage for stage in STAGES}
    parser = argparse.ArgumentParser(prog="stages", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="STAGE", help=", ".join(by_name))
    names = parser.parse_args().names
    unknown = [name for name in names if name not in by_name]
    if unknown:
        parser.error(f"unknown stage {unknown[0]}; there are {', '.join(by_name)}")
    chosen = [stage for stage in STAGES if not names or stage.name in names]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return report(Runner(chosen, lanes=max(2, os.cpu_count() or 2)).run())
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
