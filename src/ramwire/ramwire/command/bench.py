"""`ramwire bench`: the article's comparison, measured here and now."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Optional, TextIO

from ramwire.bench import contenders, placement, report, session
from ramwire.bench.errors import Failed, NotHere
from ramwire.bench.figures import Figures
from ramwire.command.outcome import Exit, WrongUsage, say, tell
from ramwire.errors import WireError

PICTURES = (".svg", ".png")


@dataclass(frozen=True)
class Bench:
    wires: Sequence[str]
    against: Sequence[str]
    measure: Sequence[str]
    place: Sequence[str]
    runs: int
    idle_s: float
    json_file: Optional[str]
    plot_file: Optional[str]

    def run(self) -> int:
        plan = self._plan()
        self._check_plot()
        with self._json() as file:  # opened before it takes its minute
            try:
                figures = session.measure(plan, say)
            except (Failed, WireError) as error:
                say(f"the bench has failed: {error}")
                return Exit.NOBODY
            file.write(figures.as_json())
        tell(report.text(plan, figures))
        self._plot(plan, figures)
        return Exit.DONE

    def _json(self) -> TextIO:
        try:
            return open(self.json_file or os.devnull, "w", encoding="utf-8")
        except OSError as error:
            raise WrongUsage(f"--json {self.json_file} cannot be written: {error.strerror}") from error

    def _check_plot(self) -> None:
        """Raises `WrongUsage` for a picture that could not be drawn in the end."""
        if not self.plot_file:
            return
        if not self.plot_file.endswith(PICTURES):
            raise WrongUsage(f"--plot {self.plot_file}: a picture is a {' or '.join(PICTURES)}")
        if find_spec("matplotlib") is None:
            raise WrongUsage("--plot draws with matplotlib; pip install 'ramwire[plot]'")
        try:
            open(self.plot_file, "ab").close()
        except OSError as error:
            raise WrongUsage(f"--plot {self.plot_file} cannot be written: {error.strerror}") from error

    def _plot(self, plan: session.Plan, figures: Figures) -> None:
        if self.plot_file:
            from ramwire.bench import picture  # noqa: PLC0415 - needs matplotlib

            picture.draw(plan, figures, self.plot_file)

    def _plan(self) -> session.Plan:
        if not self.wires or not self.place:
            raise WrongUsage("bench needs one wire and one place at least")
        extras = session.EXTRAS if tuple(self.measure) == contenders.ALL else self.measure
        for extra in extras:
            if extra not in session.EXTRAS:
                raise WrongUsage(f"nothing called {extra} is measured; there is {', '.join(session.EXTRAS)}")
        try:
            return session.Plan(
                chosen=contenders.choose(self.wires, self.against),
                placements=[placement.placement(place) for place in self.place],
                extras=extras,
                runs=self.runs,
                idle_s=self.idle_s,
            )
        except (NotHere, placement.NoSuchPlace) as error:
            raise WrongUsage(str(error)) from error
