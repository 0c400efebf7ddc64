"""`ramwire call`: one verb, its answer on stdout."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from ramwire.command import values
from ramwire.command.ends import client_at
from ramwire.command.outcome import Exit, WrongUsage


@dataclass(frozen=True)
class Call:
    url: str
    verb: str
    json: Sequence[str]
    named: Sequence[str]
    raw: bool
    timeout_s: float

    def run(self) -> int:
        if self.json and self.named:
            raise WrongUsage("give the arguments either all by position or all with --named")
        arguments, keywords = values.positional(self.json), values.named(self.named)
        with client_at(self.url, self.timeout_s) as client:
            answer = client.call(self.verb, *arguments, timeout=self.timeout_s, **keywords)
        self._print(answer)
        return Exit.DONE

    def _print(self, answer: object) -> None:
        if self.raw and isinstance(answer, (bytes, bytearray)):
            sys.stdout.buffer.write(answer)
            return
        text = answer if self.raw and isinstance(answer, str) else values.to_json(answer)
        # The answer is UTF-8 whatever the locale says.
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
