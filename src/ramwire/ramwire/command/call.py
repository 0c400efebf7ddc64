"""`ramwire call`: one verb, its answer on stdout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ramwire.command import values
from ramwire.command.ends import client_at
from ramwire.command.outcome import Exit, WrongUsage, put, tell
from ramwire.errors import BadMessage
from ramwire.line import check_verb


class Call(NamedTuple):
    url: str
    verb: str
    json: Sequence[str]
    named: Sequence[str]
    raw: bool
    timeout_s: float

    def run(self) -> int:
        if self.json and self.named:
            raise WrongUsage("give the arguments either all by position or all with --named")
        try:
            check_verb(self.verb)
        except BadMessage as error:
            raise WrongUsage(str(error)) from error
        arguments, keywords = values.positional(self.json), values.named(self.named)
        with client_at(self.url, self.timeout_s) as client:
            answer = client.call(self.verb, *arguments, timeout=self.timeout_s, **keywords)
        self._print(answer)
        return Exit.DONE

    def _print(self, answer: object) -> None:
        if self.raw and isinstance(answer, (bytes, bytearray)):
            put(answer)
        else:
            tell(answer if self.raw and isinstance(answer, str) else values.to_json(answer))
