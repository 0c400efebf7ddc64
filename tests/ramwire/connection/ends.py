"""Where a wire's tests meet, and programs that break off in the middle."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Client, Connection
from typing import Union

from ramwire.testing import ServiceProcess
from ramwire.testing.process import until

import ramwire

Address = Union[str, tuple[str, int]]


@dataclass(frozen=True)
class Meeting:
    """An address of ours, the same for `multiprocessing.connection`, and the key of both."""

    url: str
    address: Address
    key: bytes

    @property
    def family(self) -> socket.AddressFamily:
        return socket.AF_UNIX if isinstance(self.address, str) else socket.AF_INET

    @contextmanager
    def raw(self) -> Iterator[socket.socket]:
        """Connected, and not a word said yet."""
        with socket.socket(self.family) as connected:
            connected.settimeout(10)
            connected.connect(self.address)
            yield connected

    def stranger(self) -> Connection:
        """Connected, in the frames of `multiprocessing.connection`, and before the handshake."""
        with socket.socket(self.family) as connected:
            connected.connect(self.address)
            return Connection(connected.detach())

    def listener(self) -> socket.socket:
        """Listens at the address, and says nothing of itself."""
        listening = socket.socket(self.family)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(self.address)
        listening.listen()
        listening.settimeout(10)
        return listening

    def literal(self) -> Connection:
        """A client that knows `multiprocessing.connection` and nothing of us."""
        return Client(self.address, authkey=self.key)


FORKS_AT_THE_DOOR = """
import os, signal, sys, threading, time, ramwire
client = ramwire.Client(sys.argv[1], timeout=60.0)
calling = threading.Thread(target=client.call, args=("echo", 1))
calling.start()
while "poll" not in open(f"/proc/self/task/{calling.native_id}/wchan").read():
    time.sleep(0.01)
child = os.fork()
if child == 0:
    signal.pause()
print("ready", flush=True)
calling.join()
print(child, flush=True)
sys.stdin.readline()
client.call("note", "dead", timeout=60.0)
"""


def fork_at_the_door_and_die(url: str) -> None:
    """A client forks while another thread of it comes to a stopped server. Later it dies before that has seen
    its request; its child lives on.
    """
    with ServiceProcess(url) as service:
        service.pause()
        with program(FORKS_AT_THE_DOOR, url) as caller:
            assert caller.stdin is not None
            assert caller.stdout is not None
            service.send(signal.SIGCONT)
            child = int(caller.stdout.readline())
            try:
                service.pause()
                caller.stdin.write("go\n")
                caller.stdin.flush()
                until(lambda: waits_in_poll(caller.pid))
                caller.kill()
                caller.wait()
                service.send(signal.SIGCONT)
                with ramwire.Client(url, timeout=10.0) as client:
                    assert client.call("notes") == []
            finally:
                os.kill(child, signal.SIGKILL)


def waits_in_poll(pid: int) -> bool:
    with open(f"/proc/{pid}/wchan", encoding="ascii") as wchan:
        return "poll" in wchan.read()


def frame(payload: bytes) -> bytes:
    return struct.pack("!i", len(payload)) + payload


def is_hung_up_on(connected: socket.socket) -> bool:
    """Reads what the other end still says, until it closes; a timeout is no end."""
    try:
        while connected.recv(65536):
            pass
    except ConnectionResetError:
        pass
    return True


@contextmanager
def program(source: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Runs in a process of its own, from the moment it has said `ready`."""
    with subprocess.Popen(
        [sys.executable, "-c", source, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


def descriptors(pid: int | None = None) -> int:
    return len(os.listdir(f"/proc/{pid or os.getpid()}/fd"))


def lowest_free_descriptor() -> int:
    fd = os.open(os.devnull, os.O_RDONLY)
    os.close(fd)
    return fd
