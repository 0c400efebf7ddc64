"""One bench: every place, several runs in each, then what else is to be measured."""

from __future__ import annotations

import os
import platform
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Callable, NamedTuple, Optional

from ramwire.bench import bars, idle
from ramwire.bench.contenders import REDIS, Caller, Chosen, Contender
from ramwire.bench.crowd import Crowd
from ramwire.bench.figures import Figures, Ratio
from ramwire.bench.ground import Ground, ground
from ramwire.bench.importing import import_cost
from ramwire.bench.placement import Placement
from ramwire.bench.restart import survives_restart
from ramwire.bench.serving import ServerProcess
from ramwire.bench.timing import BARE, BIG, SMALL, interleaved
from ramwire.bench.workload import ARGUMENTS
from ramwire.command import ending
from ramwire.command.version import own_version

EXTRAS = ("idle", "restart", "import", "clients", "large")
"""What may be measured beside round trips; the first three are quick."""
QUICK = EXTRAS[:3]

ATTEMPTS_TO_REST = 3

CROWD_ROUNDS = 5
CROWD_S = 0.3


@dataclass(frozen=True)
class Plan:
    chosen: Chosen
    placements: Sequence[Placement]
    extras: Collection[str]
    """Of `EXTRAS`."""
    runs: int
    idle_s: float

    @property
    def contenders(self) -> Sequence[Contender]:
        return (*self.chosen.wires, *self.chosen.peers)

    @property
    def served(self) -> Sequence[Contender]:
        """Those whose server is ours to start and to kill."""
        return [contender for contender in self.contenders if contender.has_server]


def measure(plan: Plan, progress: Callable[[str], None]) -> Figures:
    """Do all of the plan; `progress` is told what it is at."""
    figures = Figures(_machine(), _load_per_cpu(), plan.runs, plan.idle_s, plan.chosen.missing)
    allowed = os.sched_getaffinity(0)
    with ground(any(contender.program == REDIS for contender in plan.contenders)) as meeting:
        try:
            for placement in plan.placements:
                os.sched_setaffinity(0, placement.client)
                _time(plan, placement, meeting, figures, progress)
        finally:
            os.sched_setaffinity(0, allowed)
        if "clients" in plan.extras:
            progress("eight clients at once")
            figures.clients = [_crowds(plan, meeting) for _ in range(plan.runs)]
        if "idle" in plan.extras:
            progress(f"at rest for {plan.idle_s:g} s")
            figures.wake_ups = _rest(plan, meeting)
        if "restart" in plan.extras:
            for contender in plan.served:
                progress(f"restart of {contender.name}'s server")
                figures.survives[contender.name] = survives_restart(contender, meeting, allowed)
    if "import" in plan.extras:
        progress("import")
        figures.importing = import_cost()
    figures.ratios += _ratios(plan, figures)
    return figures


def _time(
    plan: Plan, placement: Placement, meeting: Ground, figures: Figures, progress: Callable[[str], None]
) -> None:
    is_first = placement is plan.placements[0]
    for run in range(plan.runs):
        progress(f"{placement.place}, run {run + 1} of {plan.runs}")
        with _connected(plan.contenders, meeting, placement.server) as ends:
            timed = interleaved(
                {end.contender.name: (end.caller, BARE if end.contender.is_bare else SMALL) for end in ends}
            )
            figures.timings.setdefault(placement.place, []).append(timed)
            if is_first and "large" in plan.extras:
                carrying = {
                    end.contender.name: (end.caller, BIG) for end in ends if not end.contender.is_bare
                }
                figures.large.append(interleaved(carrying))


class _End(NamedTuple):
    contender: Contender
    caller: Caller
    resting: Optional[idle.Resting]
    """Counts since it was connected; None where the server is not ours to look at."""


@contextmanager
def _connected(
    contenders: Sequence[Contender], meeting: Ground, cpus: Collection[int]
) -> Iterator[Sequence[_End]]:
    """Servers running, which start side by side, and callers connected one by one."""
    with ExitStack() as stack:
        started = []
        for contender in contenders:
            with ending.held():
                address = contender.ends().address(contender.name, meeting)
                server = (
                    stack.enter_context(ServerProcess(contender.module, address, cpus))
                    if contender.has_server
                    else None
                )
            started.append((contender, address, server))
        ends = []
        for contender, address, server in started:
            before = idle.threads(os.getpid())
            if server:
                server.ready()
            caller = contender.ends().connect(address)
            stack.callback(caller.close)
            caller.call("get", ARGUMENTS)
            own = idle.threads(os.getpid()) - before
            ends.append(_End(contender, caller, idle.Resting(server.pid, own) if server else None))
        yield ends


def _rest(plan: Plan, meeting: Ground) -> dict[str, int]:
    with _connected(plan.served, meeting, os.sched_getaffinity(0)) as ends:
        idle.rest(idle.SETTLE_S)
        for _ in range(ATTEMPTS_TO_REST):
            resting = {end.contender.name: end.resting.again() for end in ends if end.resting}
            undisturbed = idle.rest(plan.idle_s)
            wake_ups = {name: counter.wake_ups() for name, counter in resting.items()}
            if undisturbed:
                break
        return wake_ups


def _crowds(plan: Plan, meeting: Ground) -> dict[str, float]:
    """Contender's name to calls per second of its eight clients, each contender in turn."""
    cpus = os.sched_getaffinity(0)
    with ExitStack() as stack:
        crowds: dict[str, Crowd] = {}
        for contender in plan.contenders:
            if not contender.crowd_module:
                continue
            with ending.held():
                address = contender.ends().address(contender.name, meeting)
                server = stack.enter_context(ServerProcess(contender.crowd_module, address, cpus))
            server.ready()
            with ending.held():
                crowds[contender.name] = stack.enter_context(Crowd(contender.crowd_module, address, cpus))
        for crowd in crowds.values():
            crowd.ready()
        rounds = [
            {name: crowd.calls_per_s(CROWD_S) for name, crowd in crowds.items()} for _ in range(CROWD_ROUNDS)
        ]
        return {name: median(of_round[name] for of_round in rounds) for name in crowds}


def _ratios(plan: Plan, figures: Figures) -> Iterator[Ratio]:
    for place, runs in figures.timings.items():
        p50s = [{name: timing.p50_us for name, timing in run.items()} for run in runs]
        yield from _ratios_of(plan, "round trip", place, p50s)
    place = plan.placements[0].place
    large = [{name: timing.p50_us for name, timing in run.items()} for run in figures.large]
    yield from _ratios_of(plan, "1 MB answer", place, large)
    yield from _ratios_of(plan, "8 clients", place, figures.clients)


def _ratios_of(
    plan: Plan, measure: bars.Measure, place: str, runs: Sequence[Mapping[str, float]]
) -> Iterator[Ratio]:
    """Of each wire to the peer named first, in the first place, and to those that it has to reach."""
    for wire in plan.chosen.wires:
        for peer in plan.chosen.peers:
            bar = bars.bar(measure, wire.name, peer.name, place)
            is_first = peer is plan.chosen.peers[0] and place == plan.placements[0].place
            if bar is None and not is_first:
                continue
            of_runs = [
                run[wire.name] / run[peer.name] for run in runs if {wire.name, peer.name} <= run.keys()
            ]
            if of_runs:
                middle = median(of_runs)
                yield Ratio(
                    measure,
                    wire.name,
                    peer.name,
                    place,
                    middle,
                    min(of_runs),
                    max(of_runs),
                    str(bar) if bar else None,
                    bar.is_met(middle) if bar else None,
                )


def _machine() -> str:
    cpus = len(os.sched_getaffinity(0))
    return (
        f"{own_version()}, Python {platform.python_version()}, {platform.system()} "
        f"{platform.release().partition('-')[0]} {platform.machine()}, CPUs: {cpus}"
    )


def _load_per_cpu() -> float:
    return os.getloadavg()[0] / len(os.sched_getaffinity(0))
