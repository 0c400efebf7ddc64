"""Judges a storm by its journals: what was promised, held against what happened."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from ramwire.testing.storm.journal import Begun, Ended, Ran

SLACK_S = 1.0
"""What a loaded machine may take to run a thread that is ready to run."""

LOST = frozenset(("ServerGone", "ReplyLost"))


class Kill(NamedTuple):
    """Of a server or a client; it died between the two moments (ns)."""

    role: str
    number: int
    pid: int
    before_ns: int
    after_ns: int


@dataclass(frozen=True)
class Verdict:
    faults: Sequence[str]
    """A sentence for each promise that was not kept."""
    killed: Mapping[str, int]
    """How many of each role."""
    outcomes: Mapping[str, int]
    """How many requests ended so; `died` are those whose caller was killed first."""
    told_ms: Sequence[float]
    """For each call under way at a server that was killed: from the kill until its caller knew, in order."""
    again_ms: Sequence[float]
    """For each server that was killed: from its death until the next one ran a request, in order."""
    latest_ms: float
    """How long after its timeout the latest call ended."""

    def figures(self) -> str:
        """What was counted and measured, as one line."""
        killed = ", ".join(f"{count} {role}s" for role, count in sorted(self.killed.items()))
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(self.outcomes.items()))
        told = (
            f"loss told after {median(self.told_ms):.1f} ms (median), "
            f"{self.told_ms[len(self.told_ms) * 99 // 100]:.1f} ms (p99), {self.told_ms[-1]:.1f} ms (most) "
            f"of {len(self.told_ms)}"
            if self.told_ms
            else "no call was lost"
        )
        again = f"served again after {median(self.again_ms):.1f} ms (median); " if self.again_ms else ""
        return (
            f"killed {killed}; {sum(self.outcomes.values())} requests: {outcomes}; {told}; {again}"
            f"latest end {self.latest_ms:.1f} ms after its timeout"
        )


class _Request(NamedTuple):
    begun: Begun
    ended: Ended | None
    runs: Sequence[Ran]
    died_ns: int | None
    """When its caller was gone."""

    @property
    def id(self) -> str:
        return self.begun.id


def judge(
    calls: Sequence[Begun | Ended | Ran],
    runs: Sequence[Begun | Ended | Ran],
    kills: Sequence[Kill],
    left_behind: Sequence[str] = (),
    said: str = "",
) -> Verdict:
    """`said` is what the processes have written to stderr."""
    requests = _requests(calls, runs, kills)
    deaths = sorted((kill for kill in kills if kill.role == "server"), key=lambda kill: kill.before_ns)
    faults = [f"left behind: {what}" for what in left_behind]
    faults += [f"said: {said.strip()[-2000:]}"] if "Traceback" in said else []
    faults += [f"{run.id} ran, and nobody asked for it" for run in runs if run.id not in requests]
    for request in requests.values():
        faults += [f"{request.id} ({request.begun.manner}) {fault}" for fault in _faults(request, deaths)]
    faults += _out_of_order(requests.values())
    return Verdict(
        faults,
        Counter(kill.role for kill in kills),
        Counter(request.ended.outcome if request.ended else "died" for request in requests.values()),
        sorted(told for request in requests.values() for told in _told_ms(request, deaths)),
        sorted(_again_ms(deaths, [run for run in runs if isinstance(run, Ran)])),
        max((_late_s(request) for request in requests.values()), default=0.0) * 1000,
    )


def _requests(
    calls: Sequence[Begun | Ended | Ran], runs: Sequence[Begun | Ended | Ran], kills: Sequence[Kill]
) -> Mapping[str, _Request]:
    ended = {record.id: record for record in calls if isinstance(record, Ended)}
    ran: dict[str, list[Ran]] = {}
    for record in runs:
        if isinstance(record, Ran):
            ran.setdefault(record.id, []).append(record)
    died_ns = {str(kill.number): kill.after_ns for kill in kills if kill.role == "client"}
    return {
        record.id: _Request(
            record, ended.get(record.id), ran.get(record.id, ()), died_ns.get(record.id.partition(".")[0])
        )
        for record in calls
        if isinstance(record, Begun)
    }


def _faults(request: _Request, deaths: Sequence[Kill]) -> Iterator[str]:
    runs, ended = request.runs, request.ended
    if len(runs) > 1:
        yield f"ran {len(runs)} times, at {', '.join(str(run.pid) for run in runs)}"
    if ended is None:
        if request.died_ns is None:
            yield "never ended, and its caller lived"
        yield from _ran_late(request, request.died_ns, "its caller had died")
        return
    yield from _ran_late(request, ended.at_ns, "it had ended")
    if _late_s(request) > SLACK_S:
        yield f"ended {_late_s(request):.3f} s after its timeout"
    yield from _belied(request, ended, deaths)


def _belied(request: _Request, ended: Ended, deaths: Sequence[Kill]) -> Iterator[str]:
    """Where the outcome says what was not so."""
    runs, outcome, is_patient = request.runs, ended.outcome, request.begun.manner != "hasty"
    if outcome == "value":
        if ended.pid not in (run.pid for run in runs):
            yield f"got a value of {ended.pid}, and ran at {[run.pid for run in runs]}"
    elif outcome == "withdrawn" and runs:
        yield "was told that it had not run, and ran"
    elif outcome in ("withdrawn", "Timeout"):
        if is_patient:
            yield f"had no answer in {request.begun.timeout_s} s ({outcome})"
    elif outcome in LOST:
        if not _died_between(request.begun.at_ns, ended.at_ns, deaths):
            yield f"was told {outcome}, and no server had died"
    elif outcome == "taken":
        soon_ns = ended.at_ns + int(SLACK_S * 1e9)
        if not runs and request.died_ns is None and not _died_between(ended.at_ns, soon_ns, deaths):
            yield "was taken, and never ran"
    else:
        yield f"ended as {outcome}"


def _died_between(since_ns: int, until_ns: int, deaths: Sequence[Kill]) -> bool:
    return any(death.after_ns >= since_ns and death.before_ns <= until_ns for death in deaths)


def _ran_late(request: _Request, ended_ns: int | None, what: str) -> Iterator[str]:
    for run in request.runs:
        if ended_ns is not None and run.at_ns - ended_ns > SLACK_S * 1e9:
            yield f"ran {(run.at_ns - ended_ns) / 1e9:.3f} s after {what}"


def _late_s(request: _Request) -> float:
    if request.ended is None:
        return 0.0
    return max(0.0, (request.ended.at_ns - request.begun.at_ns) / 1e9 - request.begun.timeout_s)


def _told_ms(request: _Request, deaths: Sequence[Kill]) -> Iterator[float]:
    """From the death of the server that had it: at most one, where its caller lived to be told."""
    ended = request.ended
    if ended is None:
        return
    pids = {run.pid for run in request.runs}
    had_it = [
        death
        for death in deaths
        if request.begun.at_ns <= death.after_ns
        and death.before_ns <= ended.at_ns
        and (death.pid in pids or (not pids and ended.outcome in LOST))
    ]
    for death in had_it[-1:]:
        yield (ended.at_ns - death.before_ns) / 1e6


def _again_ms(deaths: Sequence[Kill], runs: Sequence[Ran]) -> Iterator[float]:
    moments = sorted(run.at_ns for run in runs)
    for death in deaths:
        after = bisect_right(moments, death.after_ns)
        if after < len(moments):
            yield (moments[after] - death.after_ns) / 1e6


def _out_of_order(requests: Iterable[_Request]) -> Iterator[str]:
    """What one thread asks for starts in the order sent.

    One that it has given up, taken by then, is not waited for.
    """
    latest: dict[str, tuple[int, str]] = {}
    for request in sorted(requests, key=lambda request: int(request.id.rpartition(".")[2])):
        if not request.runs or (request.ended and request.ended.outcome == "Timeout"):
            continue
        thread = request.id.rpartition(".")[0]
        before_ns, before = latest.get(thread, (0, ""))
        if request.runs[0].at_ns < before_ns:
            yield f"{request.id} ran before {before}, which was sent first"
        latest[thread] = request.runs[0].at_ns, request.id
