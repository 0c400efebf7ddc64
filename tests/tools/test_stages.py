"""The runner behind `make test`."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tools.stages import runner
from tools.stages.runner import Runner, closing_lines, report
from tools.stages.table import CLONE, STAGES, Stage

TREE = Path(__file__).parents[2]


def saying(text: str, code: int = 0) -> tuple[str, ...]:
    return (sys.executable, "-c", f"print({text!r}); raise SystemExit({code})")


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(runner, "LOGS", tmp_path)
    return tmp_path


def has_ended(pid: int) -> bool:
    """Within ten seconds; a process that nobody has asked about counts as ended."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
    return False


def outcomes(*stages: Stage) -> dict[str, runner.Outcome]:
    return {outcome.stage.name: outcome for outcome in Runner(stages, lanes=2).run()}


def test_stage_passes_when_its_commands_do() -> None:
    seen = outcomes(Stage("fine", (saying("hello"),)))
    assert seen["fine"].passed
    assert report(list(seen.values())) == 0


def test_stage_runs_every_command_and_fails_when_one_does(logs: Path) -> None:
    seen = outcomes(Stage("mixed", (saying("first", 3), saying("second"))))
    assert not seen["mixed"].passed
    assert "exit code 3" in seen["mixed"].why
    assert "second" in (logs / "mixed.log").read_text()
    assert report(list(seen.values())) == 1


def test_suite_that_found_no_test_is_a_failure() -> None:
    seen = outcomes(Stage("empty", (saying("no tests ran in 0.01s"),), suites=1))
    assert not seen["empty"].passed


def test_suite_counts_each_closing_line() -> None:
    twice = saying("== 3 passed in 1.00s ==\n== 3 passed, 1 warning in 2.00s ==")
    seen = outcomes(
        Stage("twice", (twice,), suites=2), Stage("once", (saying("3 passed in 1.00s"),), suites=2)
    )
    assert seen["twice"].passed
    assert not seen["once"].passed


def test_closing_lines_are_read_through_colours_and_frames(tmp_path: Path) -> None:
    log = tmp_path / "framed"
    log.write_text(
        "\x1b[2m│\x1b[0m ====== \x1b[32m12 passed\x1b[0m, 1 skipped in 3.21s (0:00:03) ======\nnoise\n"
    )
    assert closing_lines(log) == ("12 passed, 1 skipped in 3.21s (0:00:03)",)


def test_stage_waits_for_what_it_needs_and_is_not_run_without() -> None:
    seen = outcomes(
        Stage("child", (saying("child"),), needs=("parent",)),
        Stage("tidy", (saying("tidy"),), after=("child",)),
        Stage("parent", (saying("parent", 1),)),
    )
    assert "parent failed" in seen["child"].why
    assert seen["tidy"].passed


def test_stage_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    hang = ("sh", "-c", f"sleep 600 & echo $! > {pid_file}; wait")
    seen = outcomes(Stage("hang", (hang,), timeout_s=3.0))
    assert "not done after 3 s" in seen["hang"].why
    assert has_ended(int(pid_file.read_text()))


def test_run_that_is_interrupted_starts_none_of_the_commands_that_are_left(tmp_path: Path) -> None:
    begun, next_one = tmp_path / "begun", tmp_path / "next"
    stage = f"Stage('long', (('sh', '-c', 'touch {begun}; exec sleep 600'), ('touch', '{next_one}')))"
    program = (
        "import signal, sys\n"
        "from pathlib import Path\n"
        "from tools.stages import runner\n"
        "from tools.stages.table import Stage\n"
        f"runner.LOGS = Path({str(tmp_path)!r})\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n"
        f"runner.Runner([{stage}], lanes=2).run()\n"
    )
    run = subprocess.Popen([sys.executable, "-c", program], cwd=TREE)
    try:
        deadline = time.monotonic() + 60
        while not begun.exists():
            assert time.monotonic() < deadline
            assert run.poll() is None
        run.terminate()
        assert run.wait(60) == 143
    finally:
        run.kill()
    assert not next_one.exists()


def test_stage_of_an_unknown_program_says_so() -> None:
    seen = outcomes(Stage("typo", (("no-such-program-here",),)))
    assert "no-such-program-here" in seen["typo"].why


def test_every_stage_waits_only_for_stages_that_exist() -> None:
    names = [stage.name for stage in STAGES]
    assert len(set(names)) == len(names)
    assert {name for stage in STAGES for name in (*stage.needs, *stage.after)} <= set(names)


def test_every_container_of_a_stage_bears_a_name_of_this_clone() -> None:
    of_scenarios = [stage for stage in STAGES if stage.name.startswith(("demo", "e2e", "molecule"))]
    assert len(of_scenarios) == 5
    assert all(stage.environment["OCTOLAND_CONTAINER"].endswith(CLONE) for stage in of_scenarios)
