"""Shells and other programs at the other end of a channel."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ramwire import Channel, Timeout
from tests.ramwire.command.processes import run_program, until

from .conftest import PEERS, Fifos

PATIENCE_S = 15.0


def bash(script: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(("bash", "-c", script), stdout=subprocess.PIPE)


def test_shell_writes_and_we_read(fifos: Fifos) -> None:
    with Channel(fifos.url, end="server") as channel:
        assert run_program(("bash", "-c", f"printf 'ahoy\\nμ\\n' > {fifos.path}/send")).code == 0
        assert run_program(("bash", "-c", f"echo 'third' > {fifos.path}/send")).code == 0
        assert [channel.recv(timeout=PATIENCE_S) for _ in range(3)] == ["ahoy", "μ", "third"]


def test_shell_reads_one_message_at_a_time(fifos: Fifos) -> None:
    """It opens the FIFO anew for each; what it has not read waits for its next `read`."""
    reading = f'for i in 1 2 3; do read -r line < {fifos.path}/recv; echo "got $line"; done'
    with Channel(fifos.url, end="server") as channel, bash(reading) as shell:
        for number in range(3):
            channel.send(f"message {number}", timeout=PATIENCE_S)
        out, _ = shell.communicate(timeout=PATIENCE_S)
    assert out == b"got message 0\ngot message 1\ngot message 2\n"


def test_shell_that_reads_and_answers_is_an_end(fifos: Fifos) -> None:
    with Channel(fifos.url, end="server") as channel, fifos.peer("fifo_echo.sh"):
        for number in range(20):
            channel.send(str(number), timeout=PATIENCE_S)
            assert channel.recv(timeout=PATIENCE_S) == f"heard {number}"


def test_shell_may_come_first(fifos: Fifos) -> None:
    fifos.path.mkdir(mode=0o700)
    os.mkfifo(fifos.path / "recv")
    with bash(f'read -r line < {fifos.path}/recv; echo "got $line"') as shell:
        with Channel(fifos.url, end="server") as channel:
            channel.send("ahoy", timeout=PATIENCE_S)
        assert shell.communicate(timeout=PATIENCE_S)[0] == b"got ahoy\n"


def test_message_for_nobody_is_not_sent(fifos: Fifos) -> None:
    with Channel(fifos.url, end="server") as channel:
        with pytest.raises(Timeout) as caught:
            channel.send("nobody hears", timeout=0.05)
        assert (caught.value.may_have_run, caught.value.nobody) == (False, True)
        with bash(f'read -r line < {fifos.path}/recv; echo "got $line"') as shell:
            channel.send("ahoy", timeout=PATIENCE_S)
            assert shell.communicate(timeout=PATIENCE_S)[0] == b"got ahoy\n"


NON_BLOCKING_READER = """
import os, select, sys
sys.path.insert(0, sys.argv[2])
import fifo_frames
fifo = os.open(os.path.join(sys.argv[1], "recv"), os.O_RDONLY | os.O_NONBLOCK)
with open(os.dup(fifo), "rb", buffering=0) as file:
    poll = select.poll()
    poll.register(fifo, select.POLLIN)
    print("ready", flush=True)
    for _ in range(3):
        while (fifo, select.POLLIN) not in poll.poll(2000):
            pass
        print(fifo_frames.read(file, sys.argv[3]).decode(), flush=True)
"""


def test_reader_that_does_not_block_reads_each_framing(framed: Fifos) -> None:
    with Channel(framed.url, end="server") as channel:
        reader = (sys.executable, "-c", NON_BLOCKING_READER, str(framed.path), str(PEERS), framed.framing)
        with subprocess.Popen(reader, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            for text in ("one", "two", "three"):
                channel.send(text, timeout=PATIENCE_S)
            assert process.communicate(timeout=PATIENCE_S)[0].split() == ["one", "two", "three"]


def test_reader_that_removes_the_fifo_when_it_ends_is_followed(fifos: Fifos) -> None:
    with Channel(fifos.url, end="server") as channel:
        for number in range(2):
            with bash(f'read -r line < {fifos.path}/recv; echo "got $line"; rm {fifos.path}/recv') as shell:
                channel.send(str(number), timeout=PATIENCE_S)
                assert shell.communicate(timeout=PATIENCE_S)[0] == b"got %d\n" % number
            until((fifos.path / "recv").is_fifo, "the FIFO to be remade")
