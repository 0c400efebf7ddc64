"""`ramwire bench`: the article's comparison, measured here and now."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional, TextIO

from ramwire.bench import contenders, placement, report, session
from ramwire.command.outcome import Exit, WrongUsage, say, tell


@dataclass(frozen=True)
class Bench:
    wires: Sequence[str]
    against: Sequence[str]
    place: Sequence[str]
    runs: int
    idle_s: float
    json_file: Optional[str]

    def run(self) -> int:
        plan = self._plan()
        with self._json() as file:  # opened before it takes its minute
            figures = session.measure(plan, say)
            file.write(report.as_json(figures))
        tell(report.text(plan, figures))
        return Exit.DONE

    def _json(self) -> TextIO:
        try:
            return open(self.json_file or os.devnull, "w", encoding="utf-8")
        except OSError as error:
            raise WrongUsage(f"--json {self.json_file} cannot be written: {error.strerror}") from error

    def _plan(self) -> session.Plan:
        if not self.wires or not self.place:
            raise WrongUsage("bench needs one wire and one place at least")
        try:
            contenders.choose(self.wires, self.against)
            return session.Plan(
                wires=[contenders.of_name(name) for name in self.wires],
                peers=[contenders.of_name(name) for name in self.against],
                placements=[placement.placement(place) for place in self.place],
                runs=self.runs,
                idle_s=self.idle_s,
            )
        except (contenders.NotHere, placement.NoSuchPlace) as error:
            raise WrongUsage(str(error)) from error
