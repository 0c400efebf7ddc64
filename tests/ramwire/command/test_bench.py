from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from ramwire.bench import contenders
from ramwire.bench.ground import SHARED_MEMORY

from ramwire import registry

from .processes import COMMAND, DEADLINE_S, run, started, until

WIRES, PEERS = ("ramdrive", "unix", "redis"), ("pyzmq", "signals", "redis-py")
QUICK = ("--wires", ",".join(WIRES), "--place", "free", "--runs", "1", "--idle", "0.2")


def test_article_and_measured_columns_stand_beside_each_other(tmp_path: Path) -> None:
    """No figure is judged here: machines differ. That there is one for each is."""
    json_file, picture = tmp_path / "figures.json", tmp_path / "figures.svg"
    files = ("--json", str(json_file), "--plot", str(picture))
    done = run("bench", "--against", ",".join(PEERS), "--measure", "all", *files, *QUICK, deadline_s=120)
    assert done.code == 0, done.err
    rows = [line.split() for line in done.out.splitlines()]
    row = next(row for row in rows if row[:1] == ["Files"])
    assert row[1:6] == ["yes", "yes", "no", "yes", "ramdrive"]
    assert row[-1] == "yes", "ramdrive survives a restart of its server"
    ratio = next(row for row in rows if row[:5] == ["round", "trip", "free", "ramdrive", "pyzmq"])
    assert float(ratio[5]) > 0
    assert max(map(len, done.out.splitlines())) <= 120
    figures = json.loads(json_file.read_text())
    assert set(figures["timings"]["free"][0]) == {*WIRES, *PEERS}
    assert set(figures["large"][0]) == {*WIRES, "pyzmq", "redis-py"}
    assert set(figures["clients"][0]) == {*WIRES, "pyzmq"}
    assert {of["measure"] for of in figures["ratios"]} == {"round trip", "8 clients", "1 MB answer"}
    assert figures["ratios"][0]["median"] == pytest.approx(float(ratio[5]), abs=0.01)
    assert set(figures["wake_ups"]) == {*WIRES, *PEERS}
    drawn = picture.read_text()
    assert all(f">{name}  (" in drawn for name in (*WIRES, *PEERS))


def test_every_wire_with_services_can_be_measured() -> None:
    schemes = {scheme for scheme, entry in registry.WIRES.items() if entry.server}
    assert {contender.name for contender in contenders.WIRES} == schemes - {"rediss"}


def test_interrupted_bench_leaves_nothing() -> None:
    """As soon as there is something: its servers are just starting then."""
    with started((*COMMAND, "bench", "--against", "pyzmq"), stderr=subprocess.PIPE) as bench:
        assert bench.stderr is not None
        until(lambda: traces(bench.pid), "its directory")
        bench.send_signal(signal.SIGINT)
        assert bench.wait(DEADLINE_S) == -signal.SIGINT
    assert traces(bench.pid) == []


def test_bench_clears_away_what_one_that_was_killed_has_left() -> None:
    with started((*COMMAND, "bench", "--wires", "redis"), stderr=subprocess.PIPE) as killed:
        until(lambda: redis_sockets(killed.pid), "its Redis")
        killed.kill()
    left = traces(killed.pid)
    assert left
    with started((*COMMAND, "bench", "--wires", "unix"), stderr=subprocess.PIPE) as bench:
        until(lambda: traces(bench.pid), "its directory")
    assert traces(killed.pid) == []


def redis_sockets(pid: int) -> list[str]:
    return [name for name in traces(pid) if os.path.exists(f"{SHARED_MEMORY}/{name}/redis")]


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
        (["--plot", "/nowhere/figures.svg"], "No such file"),
        (["--plot", "figures.gif"], ".png"),
        (["--measure", "luck"], "clients"),
        (["--against", "octoprint"], "OCTOPRINT_API_KEY"),
    ],
)
def test_what_cannot_be_measured_exits_with_2(arguments: list[str], words: str) -> None:
    done = run("bench", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
