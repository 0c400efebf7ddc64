"""`ramwire listen` and `ramwire send`, over named pipes."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from .processes import COMMAND, DEADLINE_S, run, started


@pytest.fixture
def pipes(tmp_path: Path) -> str:
    return f"fifo:{tmp_path}/pipes"


def test_what_is_sent_is_printed_by_who_listens(pipes: str) -> None:
    with started((*COMMAND, "listen", pipes, "-c", "3")) as listener:
        assert run("send", pipes, "ahoy, μ").code == 0
        assert run("send", pipes, "-", stdin=b"one\ntwo\n").code == 0
        assert listener.stdout is not None
        assert listener.stdout.read().decode() == "ahoy, μ\none\ntwo\n"
        assert listener.wait(DEADLINE_S) == 0


def test_listening_ends_well_by_a_signal(pipes: str) -> None:
    with started((*COMMAND, "listen", pipes)) as listener:
        assert run("send", pipes, "heard").code == 0
        assert listener.stdout is not None
        assert listener.stdout.readline() == b"heard\n"
        listener.send_signal(signal.SIGTERM)
        assert listener.wait(DEADLINE_S) == 0


def test_nobody_who_listens_is_a_timeout(pipes: str) -> None:
    done = run("send", pipes, "x" * 100, "--timeout", "0.1")
    assert done.code in (3, 4), done.err
    assert done.err.startswith("ramwire: ")


def test_wire_without_channels_names_those_that_have_them(tmp_path: Path) -> None:
    done = run("listen", f"ramdrive:{tmp_path}/x")
    assert done.code == 2
    assert "wires with channels: fifo, mmap, redis" in done.err


def test_place_that_is_not_safe_exits_with_5(tmp_path: Path) -> None:
    folder = tmp_path / "pipes"
    folder.mkdir(mode=0o700)
    (folder / "send").write_text("mine")
    done = run("listen", f"fifo:{folder}")
    assert (done.code, done.out) == (5, "")
    assert (folder / "send").read_text() == "mine"
