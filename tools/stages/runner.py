"""Runs stages side by side, as many as there are cores; logs under `artefacts/logs`."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from .table import Command, Stage

LOGS = Path("artefacts/logs")
TAIL_LINES = 60
SAY_ALIVE_S = 60.0
# pytest's last line: `===== 12 passed, 1 skipped in 3.21s =====`, or without the rules where it is quiet.
CLOSING = re.compile(r"^[=\s│]*((?:\d+ [a-z]+(?:, )?)+ in [\d.]+s(?: \([\d:]+\))?)[=\s]*$")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Outcome:
    stage: Stage
    passed: bool
    seconds: float
    closings: tuple[str, ...]
    why: str

    @property
    def log(self) -> Path:
        return log_of(self.stage)


def log_of(stage: Stage) -> Path:
    return LOGS / f"{stage.name}.log"


class Runner:
    def __init__(self, stages: Sequence[Stage], lanes: int) -> None:
        self._waiting = list(stages)
        self._chosen = {stage.name for stage in stages}
        self._lanes = lanes
        self._outcomes: dict[str, Outcome] = {}
        self._running: dict[Future[Outcome], Stage] = {}
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._stopping = False

    def run(self) -> list[Outcome]:
        """The outcomes in the order in which the stages ended."""
        LOGS.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(self._lanes) as pool:
            try:
                while self._waiting or self._running:
                    self._start_ready(pool)
                    self._collect()
            except BaseException:
                self._stop_all()
                raise
        return list(self._outcomes.values())

    def _start_ready(self, pool: ThreadPoolExecutor) -> None:
        for stage in list(self._waiting):
            blocked = [name for name in stage.needs if self._has_failed(name)]
            if blocked:
                self._waiting.remove(stage)
                self._note(Outcome(stage, False, 0.0, (), f"not run: {blocked[0]} failed"))
            elif len(self._running) < self._lanes and self._is_ready(stage):
                self._waiting.remove(stage)
                say(f"{stage.name} ...")
                self._running[pool.submit(self._run_stage, stage)] = stage

    def _has_failed(self, name: str) -> bool:
        return name in self._outcomes and not self._outcomes[name].passed

    def _is_ready(self, stage: Stage) -> bool:
        return all(name in self._outcomes for name in (*stage.needs, *stage.after) if name in self._chosen)

    def _collect(self) -> None:
        done, _ = wait(self._running, timeout=SAY_ALIVE_S, return_when=FIRST_COMPLETED)
        if not done and self._running:
            say("still at it: " + ", ".join(stage.name for stage in self._running.values()))
        for future in done:
            self._running.pop(future)
            self._note(future.result())

    def _note(self, outcome: Outcome) -> None:
        self._outcomes[outcome.stage.name] = outcome
        say(f"{outcome.stage.name} {'passed' if outcome.passed else 'FAILED'} in {outcome.seconds:.0f} s")
        for closing in outcome.closings:
            print(f"===== {closing} =====", flush=True)
        if not outcome.passed:
            print(f"--- {outcome.why}; the end of {outcome.log}:", flush=True)
            print(tail(outcome.log, TAIL_LINES), flush=True)

    def _run_stage(self, stage: Stage) -> Outcome:
        begun = time.monotonic()
        failures = []
        with log_of(stage).open("wb") as log:
            for command in stage.commands:
                if self._stopping:
                    failures.append("stopped")
                    break
                why = self._run_command(stage, command, log.fileno(), begun + stage.timeout_s)
                if why:
                    failures.append(why)
        closings = closing_lines(log_of(stage))
        if not failures and sum(" passed" in f" {line}" for line in closings) < stage.suites:
            failures.append(f"expected {stage.suites} pytest runs with tests passed, saw {list(closings)}")
        return Outcome(stage, not failures, time.monotonic() - begun, closings, "; ".join(failures))

    def _run_command(self, stage: Stage, command: Command, log: int, deadline: float) -> Optional[str]:
        """What went wrong, or None."""
        shown = shlex.join(command)
        os.write(log, f"$ {shown}\n".encode())
        environment = {**os.environ, "NO_COLOR": "1", "ANSIBLE_NOCOLOR": "1", **stage.environment}
        environment.pop("FORCE_COLOR", None)
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            return f"{shown}: {error}"
        self._processes.add(process)
        if self._stopping:
            # Started while the others were being stopped.
            stop(process)
        try:
            code = process.wait(timeout=max(1.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            stop(process)
            return f"{shown}: not done after {stage.timeout_s:.0f} s"
        finally:
            self._processes.discard(process)
        return f"{shown}: exit code {code}" if code else None

    def _stop_all(self) -> None:
        self._stopping = True
        self._waiting.clear()
        for process in list(self._processes):
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a stage and all that it started."""
    for wish in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, wish)
            process.wait(timeout=20)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
        return


def say(text: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


def tail(path: Path, lines: int) -> str:
    if not path.exists():
        return "(no log)"
    return "\n".join(path.read_text("utf-8", "replace").splitlines()[-lines:])


def closing_lines(log: Path) -> tuple[str, ...]:
    text = COLOUR.sub("", log.read_text("utf-8", "replace"))
    return tuple(found.group(1) for line in text.splitlines() if (found := CLOSING.match(line)))


def report(outcomes: Sequence[Outcome]) -> int:
    """Print what took longest and what failed; the exit code."""
    print("\nSlowest stages:")
    for outcome in sorted(outcomes, key=lambda outcome: -outcome.seconds)[:8]:
        print(f"  {outcome.seconds:6.0f} s  {outcome.stage.name}")
    failed = [outcome.stage.name for outcome in outcomes if not outcome.passed]
    print(f"\nFAILED: {', '.join(failed)}" if failed else "\nEvery stage passed.", flush=True)
    return 1 if failed else 0
