"""`ramwire completion`: what a shell reads to complete this command.

Made ahead by tools/completions.py, so that no shell waits for Python while somebody types.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ramwire.command.outcome import Exit, put

SCRIPTS = Path(__file__).parent / "completions"


class Completion(NamedTuple):
    shell: str

    def run(self) -> int:
        put((SCRIPTS / f"ramwire.{self.shell}").read_bytes())
        return Exit.DONE
