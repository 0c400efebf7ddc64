from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from ramwire.bench.session import SHARED_MEMORY

from .processes import COMMAND, DEADLINE_S, run, started, until

QUICK = ("--place", "free", "--runs", "1", "--idle", "0.2")


def test_article_and_measured_columns_stand_beside_each_other(tmp_path: Path) -> None:
    """No figure is judged here: machines differ. That there is one for each is."""
    file = tmp_path / "figures.json"
    done = run("bench", "--against", "pyzmq", "--json", str(file), *QUICK)
    assert done.code == 0, done.err
    rows = [line.split() for line in done.out.splitlines()]
    files = next(row for row in rows if row[:1] == ["Files"])
    assert files[1:6] == ["yes", "yes", "no", "yes", "ramdrive"]
    assert files[-1] == "yes", "ramdrive survives a restart of its server"
    ratio = next(row for row in rows if row[:3] == ["free", "ramdrive", "pyzmq"])
    assert float(ratio[3]) > 0
    figures = json.loads(file.read_text())
    assert set(figures["timings"]["free"][0]) == {"ramdrive", "pyzmq"}
    assert figures["ratios"][0]["median"] == pytest.approx(float(ratio[3]), abs=0.01)
    assert set(figures["wake_ups"]) == {"ramdrive", "pyzmq"}


def test_interrupted_bench_leaves_nothing() -> None:
    with started((*COMMAND, "bench", "--against", "pyzmq"), stderr=subprocess.PIPE) as bench:
        assert bench.stderr is not None
        bench.stderr.readline()
        until(lambda: traces(bench.pid), "its first server's directory")
        bench.send_signal(signal.SIGINT)
        assert bench.wait(DEADLINE_S) == -signal.SIGINT
    assert traces(bench.pid) == []


def traces(pid: int) -> list[str]:
    """The directories that a bench works in."""
    return [name for name in os.listdir(SHARED_MEMORY) if name.startswith(f"ramwire-bench-{pid}-")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--wires", "pigeon"], "ramdrive"),
        (["--against", "pigeon"], "pyzmq"),
        (["--place", "moon"], "cross"),
        (["--wires", ""], "one wire"),
        (["--runs", "0"], "1 or more"),
        (["--json", "/nowhere/figures.json"], "No such file"),
    ],
)
def test_what_cannot_be_measured_exits_with_2(arguments: list[str], words: str) -> None:
    done = run("bench", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
