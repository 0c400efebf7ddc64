"""Fuzz for a bounded time: `python -m tests.ramwire.fuzz [--seconds S] [TARGET ...]`.

Each target runs under atheris in a process of its own, for its share of the time. What breaks one is left in
`artefacts/fuzz/TARGET-…`; what was found to reach new code is kept there, for the next run to go on from.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .target import Target
from .targets import TARGETS

ARTEFACTS = Path("artefacts/fuzz")
LEAST_S = 2
LONGEST_INPUT_BYTES = 4096


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.ramwire.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="for all targets together (60)")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(t.name for t in TARGETS))
    arguments = parser.parse_args(argv)
    chosen = [target for target in TARGETS if target.name in arguments.targets or not arguments.targets]
    unknown = set(arguments.targets) - {target.name for target in chosen}
    if unknown:
        parser.error(f"no target is called {' or '.join(sorted(unknown))}")
    share_s = max(LEAST_S, round(arguments.seconds / len(chosen)))
    broken = [target.name for target in chosen if not _fuzz(target, share_s)]
    if broken:
        sys.stderr.write(f"broken: {', '.join(broken)}; the inputs lie in {ARTEFACTS}\n")
    return int(bool(broken))


def _fuzz(target: Target, seconds: int) -> bool:
    """Whether nothing broke it."""
    corpus = ARTEFACTS / target.name
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds:
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    command = [
        *(sys.executable, "-m", f"{__package__}.under_atheris", target.name),
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST_INPUT_BYTES}",
        *("-timeout=5", "-rss_limit_mb=1024", "-print_final_stats=1"),
        f"-artifact_prefix={ARTEFACTS}/{target.name}-",
        str(corpus),
    ]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    tries = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    covered = re.findall(r" cov: (\d+)", done.stderr)
    sys.stdout.write(
        f"{target.name:<12} {seconds:>3} s  {int(tries[1]) if tries else 0:>9} inputs  "
        f"{covered[-1] if covered else 0:>5} places  {'broken' if done.returncode else 'held'}\n"
    )
    sys.stdout.flush()
    if done.returncode:
        sys.stderr.write(f"{done.stdout}\n{done.stderr}\n")
    return not done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
