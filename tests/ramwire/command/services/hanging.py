"""The echo verbs, and one that tells when it has begun and never ends."""

from __future__ import annotations

import threading
from pathlib import Path

from ramwire.command.echo_verbs import EchoVerbs


class Hanging(EchoVerbs):
    def hang(self, marker: str) -> None:
        Path(marker).touch()
        threading.Event().wait()
