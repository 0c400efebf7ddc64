"""One bench: every place, several runs in each, then rest, restarts and the import."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Callable, Optional

from ramwire.bench import idle
from ramwire.bench.contenders import Caller, Contender
from ramwire.bench.importing import ImportCost, import_cost
from ramwire.bench.placement import Placement
from ramwire.bench.restart import survives_restart
from ramwire.bench.serving import ServerProcess
from ramwire.bench.timing import Timing, interleaved
from ramwire.bench.workload import ARGUMENTS
from ramwire.command.version import own_version

SHARED_MEMORY = "/dev/shm"  # noqa: S108 - for its file system

ATTEMPTS_TO_REST = 3


@dataclass(frozen=True)
class Plan:
    wires: Sequence[Contender]
    peers: Sequence[Contender]
    placements: Sequence[Placement]
    runs: int
    idle_s: float

    @property
    def contenders(self) -> Sequence[Contender]:
        return (*self.wires, *self.peers)


@dataclass(frozen=True)
class Ratio:
    """A wire's p50 by a peer's, each taken from one run; below 1 the wire is faster."""

    wire: str
    peer: str
    place: str
    median: float
    least: float
    most: float


@dataclass
class Figures:
    """All that was measured; `timings` has one entry per run: place, then contender's name."""

    machine: str
    busy: float
    """What else ran before it began: processes that wanted a CPU (load), per CPU."""
    runs: int
    idle_s: float
    timings: dict[str, list[Mapping[str, Timing]]] = field(default_factory=dict)
    wake_ups: dict[str, int] = field(default_factory=dict)
    survives: dict[str, bool] = field(default_factory=dict)
    ratios: list[Ratio] = field(default_factory=list)
    importing: Optional[ImportCost] = None

    def timing(self, place: str, name: str) -> Timing:
        """The median of the runs, figure by figure."""
        runs = [run[name] for run in self.timings[place]]
        return Timing(
            p50_us=median(run.p50_us for run in runs),
            p99_us=median(run.p99_us for run in runs),
            calls_per_s=median(run.calls_per_s for run in runs),
        )


def measure(plan: Plan, progress: Callable[[str], None]) -> Figures:
    """Do all of the plan; `progress` is told what it is at."""
    figures = Figures(_machine(), _busy(), plan.runs, plan.idle_s)
    allowed = os.sched_getaffinity(0)
    try:
        for placement in plan.placements:
            os.sched_setaffinity(0, placement.client)
            for run in range(plan.runs):
                progress(f"{placement.place}, run {run + 1} of {plan.runs}")
                with _connected(plan.contenders, placement.server) as ends:
                    timed = interleaved({name: caller for name, (caller, _) in ends.items()})
                figures.timings.setdefault(placement.place, []).append(timed)
    finally:
        os.sched_setaffinity(0, allowed)
    figures.ratios += _ratios(plan, figures)
    progress(f"at rest for {plan.idle_s:g} s")
    figures.wake_ups = _rest(plan, allowed)
    for contender in plan.contenders:
        progress(f"restart of {contender.name}'s server")
        with _directory() as directory:
            figures.survives[contender.name] = survives_restart(contender, directory, allowed)
    progress("import")
    figures.importing = import_cost()
    return figures


@contextmanager
def _connected(
    contenders: Sequence[Contender], cpus: Collection[int]
) -> Iterator[dict[str, tuple[Caller, idle.Resting]]]:
    """Servers running and callers connected; beside each caller a count of its wake-ups since then."""
    with ExitStack() as stack:
        ends: dict[str, tuple[Caller, idle.Resting]] = {}
        for contender in contenders:
            directory = stack.enter_context(_directory())
            server = stack.enter_context(ServerProcess(contender, directory, cpus))
            before = idle.threads(os.getpid())
            caller = contender.connect()(directory)
            stack.callback(caller.close)
            caller.call("get", ARGUMENTS)
            ends[contender.name] = caller, idle.Resting(server.pid, idle.threads(os.getpid()) - before)
        yield ends


def _rest(plan: Plan, cpus: Collection[int]) -> dict[str, int]:
    with _connected(plan.contenders, cpus) as ends:
        idle.rest(idle.SETTLE_S)
        for _ in range(ATTEMPTS_TO_REST):
            resting = {name: counter.again() for name, (_, counter) in ends.items()}
            undisturbed = idle.rest(plan.idle_s)
            wake_ups = {name: counter.wake_ups() for name, counter in resting.items()}
            if undisturbed:
                break
        return wake_ups


@contextmanager
def _directory() -> Iterator[str]:
    """On a tmpfs where there is one: the RAM drive is one."""
    # mkdtemp makes a name of its own, 0700.
    path = tempfile.mkdtemp(
        prefix=f"ramwire-bench-{os.getpid()}-", dir=SHARED_MEMORY if os.path.isdir(SHARED_MEMORY) else None
    )
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _ratios(plan: Plan, figures: Figures) -> Iterator[Ratio]:
    for place, runs in figures.timings.items():
        for wire in plan.wires:
            for peer in plan.peers:
                of_runs = [run[wire.name].p50_us / run[peer.name].p50_us for run in runs]
                yield Ratio(wire.name, peer.name, place, median(of_runs), min(of_runs), max(of_runs))


def _machine() -> str:
    cpus = len(os.sched_getaffinity(0))
    return (
        f"{own_version()}, Python {platform.python_version()}, {platform.system()} "
        f"{platform.release()} {platform.machine()}, CPUs: {cpus}"
    )


def _busy() -> float:
    return os.getloadavg()[0] / len(os.sched_getaffinity(0))
