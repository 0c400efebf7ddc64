#!/usr/bin/env python3
"""Write the shells' completions of the command `ramwire`, from what its command line understands.

python -m tools.completions            write them
python -m tools.completions --check    write nothing; exit 1 if they are stale
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence

import shtab
from ramwire.command.arguments import command_line
from ramwire.command.completion import SCRIPTS

SHELLS = ("bash", "zsh")


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Write the completions of the command `ramwire`.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if they are stale")
    check: bool = parser.parse_args(argv).check
    stale = []
    for shell in SHELLS:
        path = SCRIPTS / f"ramwire.{shell}"
        fresh = script(shell)
        if check and (not path.exists() or path.read_text(encoding="utf-8") != fresh):
            stale.append(path.name)
        elif not check:
            path.write_text(fresh, encoding="utf-8")
    if stale:
        print(f"{', '.join(stale)}: stale, run `make docs`", file=sys.stderr)
    return int(bool(stale))


def script(shell: str) -> str:
    """What the shell reads."""
    made: str = shtab.complete(command_line(), shell=shell)
    # Its own word on where to put it is not ours.
    made = re.sub(r"# Usage:\n(#.*\n)*", "", made)
    return "\n".join(line.rstrip() for line in made.rstrip().split("\n")) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
